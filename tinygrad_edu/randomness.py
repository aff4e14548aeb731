"""Where random numbers come from: a seed, a generator, or `random` itself."""

from __future__ import annotations

import random
from numbers import Integral
from typing import Any, TypeAlias

from tinygrad_edu.ranges import said

#: A seed, a generator, or None for `random` itself, so that `random.seed(1337)` works
#: as people from micrograd expect.
Seed: TypeAlias = int | random.Random | None

_MODULE: Any = random


def random_source(seed: Seed) -> Any:
    """Return a generator; without a seed the module `random` itself serves as one.

    Raises:
        TypeError: If it is none of the three.

    >>> random_source(0).random()
    0.8444218515250481
    """
    if seed is None:
        return _MODULE
    if isinstance(seed, Integral):
        return random.Random(int(seed))
    # Constructors hand what they were given here, `random` too, on to their parts.
    if seed is _MODULE or isinstance(seed, random.Random):
        return seed
    raise TypeError(
        "A seed must be an int, or a random.Random, or None for `random` itself, not "
        f"{said(seed)}."
    )
