"""Gradient descent moves as it should, and refuses what it cannot do."""

import math

import pytest

from tinygrad_edu import SGD, Value


def test_sgd_follows_pytorch_s_trajectory(torch):
    x, y = Value(1.5), Value(-0.5)
    ours = SGD([x, y], learning_rate=0.005)
    tensor = torch.tensor([1.5, -0.5], requires_grad=True)
    theirs = torch.optim.SGD([tensor], lr=0.005)
    for _ in range(50):
        ours.zero_grad()
        ((1 - x) ** 2 + 10 * (y - x * x) ** 2).backward()
        ours.step()
        theirs.zero_grad()
        a, b = tensor
        ((1 - a) ** 2 + 10 * (b - a * a) ** 2).backward()
        theirs.step()
        assert [x.data, y.data] == pytest.approx(tensor.tolist(), abs=1e-10)


@pytest.mark.parametrize("rate", [0, -0.1, math.nan, math.inf])
def test_a_learning_rate_is_a_positive_number(rate):
    with pytest.raises(ValueError, match="learning rate"):
        SGD([Value(1.0)], rate)


@pytest.mark.parametrize("parameter", [1.0, Value(1.0) * 2])
def test_a_parameter_is_a_leaf_value(parameter):
    with pytest.raises(TypeError, match="leaf Value"):
        SGD([parameter])


def test_no_parameters_are_refused():
    with pytest.raises(ValueError, match="no parameters"):
        SGD([])
