"""Schedules give PyTorch's learning rates."""

import math

import pytest

from tinygrad_edu.optim.schedules import constant, cosine, linear, step


@pytest.mark.parametrize(
    ("schedule", "name", "options"),
    [
        (step(0.3, 7), "StepLR", {"step_size": 7}),
        (step(0.3, 3, 0.5), "StepLR", {"step_size": 3, "gamma": 0.5}),
        (
            linear(0.3, 20),
            "LinearLR",
            {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 20},
        ),
        (
            linear(0.03, 20, end=0.3),
            "LinearLR",
            {"start_factor": 0.1, "end_factor": 1.0, "total_iters": 20},
        ),
        (cosine(0.3, 50), "CosineAnnealingLR", {"T_max": 50}),
        (
            cosine(0.3, 50, end=0.01),
            "CosineAnnealingLR",
            {"T_max": 50, "eta_min": 0.01},
        ),
        (constant(0.3), "ConstantLR", {"factor": 1.0}),
    ],
)
@pytest.mark.oracle("constant", "step", "linear", "cosine")
def test_a_schedule_gives_the_learning_rates_of_pytorch_s(
    torch, schedule, name, options
):
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    scheduler = getattr(torch.optim.lr_scheduler, name)(optimiser, **options)
    for n in range(50):
        (expected,) = scheduler.get_last_lr()
        assert schedule(n) == pytest.approx(expected, abs=1e-10)
        optimiser.step()
        scheduler.step()


def test_after_their_length_linear_and_cosine_stay_at_the_end():
    for make in (linear, cosine):
        assert make(0.3, 5)(0) == 0.3
        assert make(0.3, 5)(5) == make(0.3, 5)(500) == 0.0
        assert make(0.3, 5, end=0.1)(5) == make(0.3, 5, end=0.1)(500) == 0.1


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: constant(0), "learning rate 0"),
        (lambda: constant(math.nan), "not nan"),
        (lambda: step(-0.1, 2), "at least 0"),
        (lambda: step(0.1, 0), "every must be an int"),
        (lambda: step(0.1, 2.5), "every must be an int"),
        (lambda: step(0.1, 2, factor=0), r"factor .* such as 0\.1"),
        (lambda: linear(0.1, 0), "length must be an int"),
        (lambda: linear(0.0, 5), "nothing is learnt"),
        (lambda: cosine(0.1, 5, end=math.inf), "not inf"),
        (lambda: cosine(0.1, -3), "length must be an int"),
    ],
)
def test_arguments_outside_their_range_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    "schedule", [constant(0.3), step(0.3, 2), linear(0.3, 5), cosine(0.3, 5)]
)
def test_no_epoch_comes_before_the_first(schedule):
    assert schedule(0) == 0.3
    with pytest.raises(ValueError, match="n must be an int of at least 0, not -1"):
        schedule(-1)
