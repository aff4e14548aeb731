"""Gradient descent by its formula, step for step."""

import pytest

from tinygrad_edu import SGD, Value


def after(gradients, **options):
    """Return where a parameter that starts at 1 is after steps along gradients."""
    p = Value(1.0)
    optimiser = SGD([p], learning_rate=0.1, **options)
    for gradient in gradients:
        p.grad = gradient
        optimiser.step()
    return p.data, optimiser


def test_a_step_is_the_rate_times_the_gradient_downhill():
    place, optimiser = after([2.0, -1.0])
    assert place == pytest.approx(1.0 - 0.2 + 0.1)
    assert optimiser.memory == ()


def test_the_rate_is_a_tenth_where_none_is_given():
    p = Value(1.0)
    p.grad = 2.0
    SGD([p]).step()
    assert p.data == pytest.approx(1.0 - 0.1 * 2.0)


def test_momentum_keeps_a_share_of_the_velocity():
    place, optimiser = after([2.0, -1.0], momentum=0.5)
    # v = 2, then 0.5·2 - 1 = 0.
    assert place == pytest.approx(1.0 - 0.2)
    assert optimiser.memory == ([0.0],)


def test_nesterov_looks_ahead_along_the_velocity():
    # The first step: v = g, p ← p - η·(g + μ·v).
    assert after([2.0], momentum=0.5, nesterov=True)[0] == pytest.approx(1 - 0.1 * 3.0)


def test_weight_decay_adds_a_share_of_the_parameter():
    assert after([0.0], weight_decay=0.5)[0] == pytest.approx(1 - 0.1 * 0.5)


@pytest.mark.parametrize("momentum", [-0.1, 1.0, float("nan")])
def test_a_momentum_is_a_share(momentum):
    with pytest.raises(ValueError, match="momentum"):
        SGD([Value(1.0)], momentum=momentum)


def test_nesterov_without_momentum_is_refused():
    with pytest.raises(ValueError, match=r"nesterov needs a momentum above 0, such as"):
        SGD([Value(1.0)], nesterov=True)
