"""Initialisers draw from the distributions that they name, and a seed repeats it."""

import math
import random
import statistics

import pytest

from tinygrad_edu import MLP, Layer, Neuron
from tinygrad_edu.nn import initialisers


def weights(model):
    return [p.data for name, p in model.named_parameters() if not name.endswith("b")]


@pytest.mark.parametrize(
    ("name", "spread"),
    [
        ("zeros", 0.0),
        ("uniform", 1 / math.sqrt(3)),
        ("normal", 1.0),
        ("large", 10.0),
        ("xavier_uniform", math.sqrt(2 / 80)),
        ("xavier_normal", math.sqrt(2 / 80)),
        ("he_uniform", math.sqrt(2 / 50)),
        ("he_normal", math.sqrt(2 / 50)),
    ],
)
@pytest.mark.oracle("uniform", "zeros", "normal", "large")
def test_a_layer_s_weights_have_mean_zero_and_the_spread_of_the_formula(name, spread):
    drawn = weights(Layer(50, 30, initialiser=name, seed=0))
    assert len(drawn) == 1500
    assert statistics.mean(drawn) == pytest.approx(0, abs=0.1 * spread)
    assert statistics.pstdev(drawn) == pytest.approx(spread, rel=0.06)


def test_every_name_of_the_table_is_tested_above_and_has_its_docstring():
    names = set(initialisers.INITIALISERS)
    assert len(names) == 8
    for name in names:
        assert getattr(initialisers, name).__doc__


@pytest.mark.parametrize(
    ("name", "theirs", "options"),
    [
        ("xavier_uniform", "xavier_uniform_", {}),
        ("xavier_normal", "xavier_normal_", {}),
        ("he_uniform", "kaiming_uniform_", {"nonlinearity": "relu"}),
        ("he_normal", "kaiming_normal_", {"nonlinearity": "relu"}),
    ],
)
@pytest.mark.oracle("xavier_uniform", "xavier_normal", "he_uniform", "he_normal")
def test_the_spread_is_that_of_pytorch_s_initialiser(torch, name, theirs, options):
    torch.manual_seed(0)
    tensor = getattr(torch.nn.init, theirs)(torch.empty(60, 90), **options)
    source = random.Random(0)
    draw = initialisers.INITIALISERS[name]
    ours = [draw(source, 90, 60) for _ in range(5400)]
    assert statistics.pstdev(ours) == pytest.approx(tensor.std().item(), rel=0.04)
    if name.endswith("uniform"):
        assert max(ours) == pytest.approx(tensor.max().item(), rel=0.01)


def test_the_default_is_micrograd_s_and_draws_in_its_order():
    source = random.Random(7)
    expected = [source.uniform(-1, 1) for _ in range(3 * 4 + 4 * 2)]
    assert weights(MLP(3, [4, 2], seed=7)) == expected
    assert weights(MLP(3, [4, 2], initialiser="uniform", seed=7)) == expected


@pytest.mark.parametrize("name", initialisers.INITIALISERS)
def test_a_seed_repeats_every_initialiser_and_biases_start_at_zero(name):
    model = MLP(3, [4, 2], initialiser=name, seed=1)
    assert weights(model) == weights(MLP(3, [4, 2], initialiser=name, seed=1))
    biases = [p.data for label, p in model.named_parameters() if label.endswith("b")]
    assert biases == [0.0] * 6


def test_a_function_of_one_s_own_is_told_source_fan_in_and_fan_out():
    calls = []

    def half(source, fan_in, fan_out):
        calls.append((source.random() < 1, fan_in, fan_out))
        return 0.5

    model = MLP(3, [4, 2], initialiser=half, seed=0)
    assert set(weights(model)) == {0.5}
    assert calls == [(True, 3, 4)] * 12 + [(True, 4, 2)] * 8
    Neuron(2, initialiser=half, seed=0)
    assert calls[-1] == (True, 2, 1)


def test_normal_takes_a_scale():
    drawn = weights(Layer(50, 30, initialiser=initialisers.normal(0.1), seed=0))
    assert statistics.pstdev(drawn) == pytest.approx(0.1, rel=0.06)
    for scale in (-1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="standard deviation"):
            initialisers.normal(scale)


def test_large_weights_saturate_tanh_where_xavier_s_do_not():
    def mean_slope(name):
        layer = Layer(20, 20, activation="tanh", initialiser=name, seed=0)
        return statistics.mean(1 - y.data**2 for y in layer([0.5] * 20))

    assert mean_slope("large") < 0.15
    assert mean_slope("xavier_uniform") > 0.7


def test_zeros_leave_the_neurons_of_a_layer_alike():
    model = MLP(2, [3, 1], activation="tanh", initialiser="zeros", seed=0)
    model([1.0, -1.0]).backward()
    gradients = [[w.grad for w in neuron.w] for neuron in model.layers[0].neurons]
    assert gradients[0] == gradients[1] == gradients[2]


@pytest.mark.parametrize("choice", ["glorot", 3, initialisers.normal])
def test_an_unknown_initialiser_is_refused_with_the_list_of_names(choice):
    with pytest.raises(ValueError, match=r"uniform, zeros, .*he_normal.*normal\(scale"):
        MLP(2, [1], initialiser=choice)
