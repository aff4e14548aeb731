"""Normalised rows are PyTorch's, and have the moments that they promise."""

import statistics

import pytest
from twins import assert_twins, data, numbers

from tinygrad_edu import DomainError, ShapeError, nn


@pytest.mark.parametrize("epsilon", [1e-5, 0.1])
@pytest.mark.oracle("LayerNorm")
def test_layer_norm_equals_pytorch_s(torch, epsilon):
    norm = nn.LayerNorm(6, epsilon)
    for parameter, number in zip(norm.parameters(), numbers(12, seed=1), strict=True):
        parameter.data = number
    twin = torch.nn.LayerNorm(6, epsilon)
    pairs = [(norm.gain, twin.weight), (norm.shift, twin.bias)]
    assert_twins(torch, norm, twin, numbers(6), pairs)


@pytest.mark.parametrize("epsilon", [1e-5, 0.1])
@pytest.mark.oracle("RMSNorm")
def test_rms_norm_equals_pytorch_s(torch, epsilon):
    norm = nn.RMSNorm(6, epsilon)
    for parameter, number in zip(norm.parameters(), numbers(6, seed=1), strict=True):
        parameter.data = number
    twin = torch.nn.RMSNorm(6, epsilon)
    assert_twins(torch, norm, twin, numbers(6), [(norm.gain, twin.weight)])


def test_a_new_layer_norm_gives_mean_zero_and_variance_one():
    row = data(nn.LayerNorm(8, epsilon=0.0)(numbers(8)))
    assert statistics.mean(row) == pytest.approx(0.0, abs=1e-12)
    assert statistics.pvariance(row) == pytest.approx(1.0)


def test_a_new_rms_norm_gives_mean_square_one_and_keeps_directions():
    row = data(nn.RMSNorm(2, epsilon=0.0)([30.0, 40.0]))
    assert row == pytest.approx([0.6 * 2**0.5, 0.8 * 2**0.5])


def test_equal_numbers_need_an_epsilon():
    assert data(nn.LayerNorm(3)([2.0, 2.0, 2.0])) == [0.0, 0.0, 0.0]
    with pytest.raises(DomainError, match="x > 0"):
        nn.LayerNorm(3, epsilon=0.0)([2.0, 2.0, 2.0])


@pytest.mark.parametrize("name", ["LayerNorm", "RMSNorm"])
def test_bad_arguments_are_refused(name):
    norm = getattr(nn, name)
    with pytest.raises(ValueError, match="size must be an int"):
        norm(0)
    with pytest.raises(ValueError, match="epsilon"):
        norm(2, -1e-5)
    with pytest.raises(ShapeError, match="expects 2 inputs, but was given 2 x 2"):
        norm(2)([[1.0, 2.0], [3.0, 4.0]])


def test_names_are_gain_and_shift():
    names = [name for name, _ in nn.LayerNorm(2).named_parameters()]
    assert names == ["gain0", "gain1", "shift0", "shift1"]
    assert repr(nn.RMSNorm(2)) == "RMSNorm(2; 2 parameters)"
