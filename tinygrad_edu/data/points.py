"""Points in the plane that no straight line can tell apart, made to order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from tinygrad_edu.data.dataset import Dataset
from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import (
    check_count,
    check_number,
    check_positive,
    check_real,
    said,
)

SOURCE = "Made by tinygrad_edu.data.{name}; no rights are claimed."


def make_xor() -> Dataset:
    """Return the four rows of exclusive or: 1 where one input is 1, and not the other.

    >>> xor = make_xor()
    >>> xor.features, xor.targets
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])

    Source: Minsky & Papert, Perceptrons, 1969: no single layer learns it
    """
    points = [(a, b, int(a != b)) for a in (0.0, 1.0) for b in (0.0, 1.0)]
    return _dataset("make_xor", points)


@takes_foreign_keywords
def make_moons(n_samples: int = 100, noise: float = 0.0, seed: Seed = None) -> Dataset:
    """Return two half circles that reach into each other.

    Class 0 lies at (cos t, sin t), class 1 at (1 - cos t, 1/2 - sin t), with t evenly
    from 0 to π.

    Args:
        n_samples: How many points, at least 4: half of them in each class, and one
            more in class 1 where the number is odd.
        noise: The standard deviation of the normal noise on each coordinate.
        seed: Where the noise comes from.

    Raises:
        ValueError: If there are too few points, or the noise is below 0.

    The same curves as `sklearn.datasets.make_moons`, in order of class; `fit` shuffles.

    >>> moons = make_moons(100, noise=0.1, seed=0)
    >>> len(moons), moons.targets.count(0)
    (100, 50)
    """

    def place(t: float, label: int) -> tuple[float, float]:
        if label == 0:
            return math.cos(math.pi * t), math.sin(math.pi * t)
        return 1 - math.cos(math.pi * t), 0.5 - math.sin(math.pi * t)

    return _curves("make_moons", place, n_samples, noise, seed)


@takes_foreign_keywords
def make_circles(
    n_samples: int = 100, noise: float = 0.0, seed: Seed = None, factor: float = 0.5
) -> Dataset:
    """Return a circle inside another.

    Class 0 lies on the circle of radius 1, class 1 on that of radius `factor`, evenly.

    Args:
        n_samples: How many points, at least 4: half of them in each class, and one
            more in class 1 where the number is odd.
        noise: The standard deviation of the normal noise on each coordinate.
        seed: Where the noise comes from.
        factor: The radius of the inner circle, between 0 and 1 (scikit-learn's own
            default is 0.8, which is harder to learn).

    Raises:
        ValueError: If an argument is outside its range.

    The same curves as `sklearn.datasets.make_circles`, in order of class.

    >>> circles = make_circles(8)
    >>> [round(math.hypot(x, y), 9) for x, y in circles.features]
    [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5]
    """
    check_real("factor", factor, 0.5)
    if not 0 < factor < 1:
        raise ValueError(
            f"factor = {said(factor)} is not between 0 and 1. Choose one such as 0.5."
        )

    def place(t: float, label: int) -> tuple[float, float]:
        radius = factor if label == 1 else 1.0
        return radius * math.cos(2 * math.pi * t), radius * math.sin(2 * math.pi * t)

    return _curves("make_circles", place, n_samples, noise, seed, closed=True)


@takes_foreign_keywords
def make_spirals(
    n_samples: int = 100, noise: float = 0.0, seed: Seed = None, turns: float = 1.5
) -> Dataset:
    """Return two arms that wind around each other; the second is the first, half round.

    Class 0 lies at r·(cos a, sin a), class 1 at its opposite, with r evenly from 0.1 to
    1 and the angle a from 0 to 2π·turns.

    Args:
        n_samples: How many points, at least 4: half of them in each class, and one
            more in class 1 where the number is odd.
        noise: The standard deviation of the normal noise on each coordinate.
        seed: Where the noise comes from.
        turns: How many times an arm goes round; more is harder to learn.

    Raises:
        ValueError: If an argument is outside its range.

    >>> spirals = make_spirals(100, seed=0)
    >>> spirals.features[0], spirals.features[50]
    ([0.1, 0.0], [-0.1, -0.0])

    Source: after Lang & Witbrock, Learning to tell two spirals apart, 1988
    """
    check_positive("turns", turns, 1.5)

    def place(t: float, label: int) -> tuple[float, float]:
        radius = 0.1 + 0.9 * t
        if label == 1:
            radius = -radius
        angle = 2 * math.pi * turns * t
        return radius * math.cos(angle), radius * math.sin(angle)

    return _curves("make_spirals", place, n_samples, noise, seed)


def _curves(
    name: str,
    place: Callable[[float, int], tuple[float, float]],
    n_samples: int,
    noise: float,
    seed: Seed,
    *,
    closed: bool = False,
) -> Dataset:
    """Return points at even t from 0 to 1, where a closed curve is at its start again.

    Args:
        name: The name of the function that is asked, for the source.
        place: Gives the point of t and class.
        n_samples: How many points, at least 4: half of them in each class, and one
            more in class 1 where the number is odd.
        noise: The standard deviation of the normal noise on each coordinate.
        seed: Where the noise comes from.
        closed: Stop short of t = 1.
    """
    check_count("n_samples", n_samples, least=4)
    check_number("noise", noise, 0.0)
    source = random_source(seed)
    points = []
    for label, count in enumerate((n_samples // 2, n_samples - n_samples // 2)):
        for i in range(count):
            x, y = place(i / (count if closed else count - 1), label)
            if noise > 0:
                shift_x, shift_y = _normal_pair(source)
                x, y = x + noise * shift_x, y + noise * shift_y
            points.append((x, y, label))
    return _dataset(name, points)


def _normal_pair(source: Any) -> tuple[float, float]:
    # Box & Muller, 1958. Of a generator only `random()` promises the same numbers in
    # every Python.
    radius = math.sqrt(-2 * math.log(1 - source.random()))
    angle = 2 * math.pi * source.random()
    return radius * math.cos(angle), radius * math.sin(angle)


def _dataset(name: str, points: Iterable[tuple[float, float, int]]) -> Dataset:
    points = list(points)
    return Dataset(
        features=[[x, y] for x, y, _ in points],
        targets=[label for _, _, label in points],
        feature_names=["x", "y"],
        class_names=["0", "1"],
        source=SOURCE.format(name=name),
    )
