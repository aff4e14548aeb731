"""How the learning rate changes while a model learns.

A schedule is a function of a count n = 0, 1, 2, ... that returns the learning rate.
`fit` counts **epochs**: it asks schedule(0) before the first epoch, schedule(1) before
the second, and so on, and the rate stays the same within an epoch. A loop of one's own
may count steps in the same way, by assigning `optimiser.learning_rate = schedule(n)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from tinygrad_edu.ranges import check_count, check_number, check_positive

#: schedule(n) is the learning rate η of epoch n, counted from 0.
Schedule: TypeAlias = Callable[[int], float]


def constant(rate: float) -> Schedule:
    """Return the schedule that stays where it is: η(n) = rate.

    Args:
        rate: η > 0.

    Raises:
        ValueError: If the rate is not a positive number.

    >>> constant(0.1)(7)
    0.1
    """
    _check_rates(rate, rate)
    return partial(_constant, rate)


def step(start: float, every: int, factor: float = 0.1) -> Schedule:
    """Return the schedule that falls in steps: η(n) = start·factor^⌊n/every⌋.

    Args:
        start: The first learning rate, above 0.
        every: How many epochs a stair is long, at least 1.
        factor: What each stair multiplies by, above 0.

    Raises:
        ValueError: If an argument is outside its range.

    The same as `torch.optim.lr_scheduler.StepLR`.

    >>> [step(0.8, every=2, factor=0.5)(n) for n in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """
    _check_rates(start, start)
    check_count("every", every)
    check_positive("factor", factor, 0.1)
    return partial(_step, start, every, factor)


def linear(start: float, length: int, end: float = 0.0) -> Schedule:
    """Return the schedule that goes from start to end on a line, and stays there.

    η(n) = start + (end - start)·min(n/length, 1)

    With start below end it is a warm-up.

    Args:
        start: The first learning rate, at least 0.
        length: In how many epochs it reaches the end, at least 1.
        end: The last learning rate, at least 0; one of the two is above 0.

    Raises:
        ValueError: If an argument is outside its range.

    The same as `torch.optim.lr_scheduler.LinearLR`.

    >>> [linear(1.0, 4)(n) for n in (0, 1, 2, 4, 9)]
    [1.0, 0.75, 0.5, 0.0, 0.0]
    """
    _check_rates(start, end)
    check_count("length", length)
    return partial(_linear, start, length, end)


def cosine(start: float, length: int, end: float = 0.0) -> Schedule:
    """Return the schedule that falls slowly, then fast, then slowly again.

    η(n) = end + (start - end)·(1 + cos(π·min(n/length, 1)))/2

    Args:
        start: The first learning rate, at least 0.
        length: In how many epochs it reaches the end, at least 1; most often all.
        end: The last learning rate, at least 0; one of the two is above 0.

    Raises:
        ValueError: If an argument is outside its range.

    The same as `torch.optim.lr_scheduler.CosineAnnealingLR` as far as n = length, where
    that one turns up again.

    >>> [round(cosine(0.8, 4)(n), 3) for n in (0, 1, 2, 3, 4, 9)]
    [0.8, 0.683, 0.4, 0.117, 0.0, 0.0]

    Source: Loshchilov & Hutter, arXiv:1608.03983, 2016
    """
    _check_rates(start, end)
    check_count("length", length)
    return partial(_cosine, start, length, end)


# No functions within functions: those cannot be pickled, for another process or a file.


def _constant(rate: float, n: int) -> float:
    check_count("n", n, 0)
    return rate


def _step(start: float, every: int, factor: float, n: int) -> float:
    check_count("n", n, 0)
    return float(start * factor ** (n // every))


def _linear(start: float, length: int, end: float, n: int) -> float:
    check_count("n", n, 0)
    part = min(n / length, 1.0)
    return start * (1.0 - part) + end * part


def _cosine(start: float, length: int, end: float, n: int) -> float:
    check_count("n", n, 0)
    part = min(n / length, 1.0)
    return end + (start - end) * (1.0 + math.cos(math.pi * part)) / 2


def _check_rates(start: float, end: float) -> None:
    for rate in (start, end):
        check_number("A learning rate", rate, 0.0)
    if start == 0 and end == 0:
        raise ValueError("With the learning rate 0 nothing is learnt. Try 0.01.")
