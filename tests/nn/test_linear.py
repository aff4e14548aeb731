"""A linear map is PyTorch's, and gives a list whatever its width."""

import math

import pytest
from twins import assert_twins, linear_pairs, numbers

from tinygrad_edu import Value, nn


@pytest.mark.parametrize("nout", [1, 3])
@pytest.mark.oracle("Linear", "WeightedSum")
def test_linear_equals_pytorch_s(torch, nout):
    linear = nn.Linear(4, nout, seed=0)
    twin = torch.nn.Linear(4, nout)
    assert_twins(torch, linear, twin, numbers(4), linear_pairs(linear, twin))


def test_without_a_bias_it_has_weights_alone():
    linear = nn.Linear(2, 2, bias=False, seed=0)
    assert [name for name, _ in linear.named_parameters()] == [
        "neuron0.w0",
        "neuron0.w1",
        "neuron1.w0",
        "neuron1.w1",
    ]
    assert [y.data for y in linear([0.0, 0.0])] == [0.0, 0.0]


def test_a_width_of_one_gives_a_list_of_one():
    (output,) = nn.Linear(2, 1, seed=0)([1.0, 2.0])
    assert isinstance(output, Value)


def test_initial_weights_fill_the_bounds_that_pytorch_documents():
    parameters = nn.Linear(16, 200, seed=0).parameters()
    sizes = [abs(parameter.data) for parameter in parameters]
    assert 0.249 < max(sizes) <= 1 / math.sqrt(16)
    assert sum(sizes) / len(sizes) == pytest.approx(0.125, rel=0.05)


def test_the_same_seed_gives_the_same_weights():
    def weights(seed):
        return [parameter.data for parameter in nn.Linear(3, 2, seed=seed).parameters()]

    assert weights(1) == weights(1) != weights(2)


@pytest.mark.parametrize(("nin", "nout"), [(0, 1), (1, 0), (2.5, 1)])
def test_impossible_sizes_are_refused(nin, nout):
    with pytest.raises(ValueError, match="an int of at least 1"):
        nn.Linear(nin, nout)
