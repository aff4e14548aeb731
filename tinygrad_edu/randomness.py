"""Where random numbers come from: a seed, a generator, or `random` itself."""

from __future__ import annotations

import random
from numbers import Integral
from typing import Any, TypeAlias

#: A seed, a generator, or None for `random` itself, so that `random.seed(1337)` works
#: as people from micrograd expect.
Seed: TypeAlias = "int | random.Random | None"


def random_source(seed: Seed) -> Any:
    """Return a generator; without a seed the module `random` itself serves as one.

    >>> random_source(0).random()
    0.8444218515250481
    """
    if seed is None:
        return random
    return random.Random(int(seed)) if isinstance(seed, Integral) else seed
