"""Numbers outside their range, refused everywhere in the same words."""

from __future__ import annotations

import math
from numbers import Integral


def check_count(name: str, count: int, least: int = 1) -> None:
    """Raise a ValueError unless the argument of that name is an int, not too small."""
    if not isinstance(count, Integral) or int(count) < least:
        raise ValueError(f"{name} must be an int of at least {least}, not {count!r}.")


def check_number(name: str, number: float, low: float, below: float = math.inf) -> None:
    """Raise a ValueError unless low <= number < below."""
    if not low <= number < below:
        rule = f"at least {low:g}" + (
            f" and below {below:g}" if below < math.inf else ""
        )
        raise ValueError(f"{name} must be a finite number, {rule}, not {number!r}.")


def check_positive(name: str, number: float, example: float) -> None:
    """Raise a ValueError unless 0 < number < inf."""
    if not 0 < number < math.inf:
        raise ValueError(
            f"{name} must be a positive number, such as {example}, not {number!r}."
        )
