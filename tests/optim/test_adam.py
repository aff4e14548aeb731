"""Adam by its formula: moments, their correction, and the decay of AdamW."""

import math

import pytest

from tinygrad_edu import Adam, AdamW, Value


def after(kind, gradients, **options):
    p = Value(1.0)
    optimiser = kind([p], learning_rate=0.1, **options)
    for gradient in gradients:
        p.grad = gradient
        optimiser.step()
    return p.data


@pytest.mark.parametrize("gradient", [1e-3, 1.0, 1e6, -5.0])
def test_the_first_step_has_the_length_of_the_rate_whatever_the_gradient(gradient):
    moved = after(Adam, [gradient], epsilon=1e-300)
    assert moved == pytest.approx(1.0 - 0.1 * math.copysign(1.0, gradient))


def test_moments_are_corrected_for_their_start_at_zero():
    gradients, (b1, b2), epsilon = [2.0, -1.0, 0.5], (0.9, 0.999), 1e-8
    m = v = 0.0
    p = 1.0
    for t, g in enumerate(gradients, start=1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        p -= 0.1 * (m / (1 - b1**t)) / (math.sqrt(v / (1 - b2**t)) + epsilon)
    assert after(Adam, gradients) == pytest.approx(p, rel=1e-12)


def test_adamw_shrinks_the_parameter_itself_and_adam_its_gradient():
    # Without a gradient Adam's decayed step has the length of the rate.
    assert after(Adam, [0.0], weight_decay=0.5) == pytest.approx(0.9)
    assert after(AdamW, [0.0], weight_decay=0.5) == pytest.approx(1 - 0.1 * 0.5)


@pytest.mark.parametrize("betas", [0.9, (0.9,), [0.9, 0.9, 0.9], "ab"])
def test_the_betas_are_two(betas):
    with pytest.raises(TypeError, match="betas must be a pair, such as"):
        Adam([Value(1.0)], betas=betas)


@pytest.mark.parametrize("betas", [(1.0, 0.9), (0.9, 1.0), (-0.1, 0.9)])
def test_a_beta_is_a_share(betas):
    with pytest.raises(
        ValueError, match="must be a finite number, at least 0 and below 1"
    ):
        Adam([Value(1.0)], betas=betas)
