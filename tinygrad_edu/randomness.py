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


def shuffle(source: Any, items: list[Any]) -> None:
    """Shuffle a list in place, to the order that `source.shuffle` gives it.

    It takes half the time, for no function of Python is called for each item.

    >>> rows = [1, 2, 3, 4, 5]
    >>> shuffle(random.Random(0), rows)
    >>> rows
    [3, 2, 1, 5, 4]

    Source: Fisher & Yates, Statistical Tables, 1938; Knuth, The Art of Computer
    Programming, volume 2, algorithm P
    """
    if isinstance(source, random.Random) and type(source) is not random.Random:
        # It may draw by a `random` of its own.
        source.shuffle(items)
        return
    draw = source.getrandbits
    for last in range(len(items) - 1, 0, -1):
        bits = (last + 1).bit_length()
        other = draw(bits)
        while other > last:
            other = draw(bits)
        items[last], items[other] = items[other], items[last]


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
