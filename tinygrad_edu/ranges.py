"""Numbers of the wrong type or outside their range, refused everywhere in one way.

What is no number at all is a TypeError, and a number of the wrong size a ValueError.
True and False are no numbers here: whoever gives one takes an amount for a switch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any


def check_count(name: str, count: Any, least: int = 1) -> None:
    """Raise a ValueError unless the argument of that name is an int, not too small."""
    is_int = isinstance(count, Integral) and not isinstance(count, bool)
    if not is_int or int(count) < least:
        raise ValueError(f"{name} must be an int of at least {least}, not {count!r}.")


def check_number(name: str, number: Any, low: float, below: float = math.inf) -> None:
    """Raise an error unless low <= number < below.

    Raises:
        TypeError: If it is no real number.
        ValueError: If it is outside the range.
    """
    rule = f"at least {low:g}" + (f" and below {below:g}" if below < math.inf else "")
    refusal = f"{name} must be a finite number, {rule}, not {number!r}."
    if not low <= _size(number, refusal) < below:
        raise ValueError(refusal)


def check_positive(name: str, number: Any, example: float) -> None:
    """Raise an error unless 0 < number < inf.

    Raises:
        TypeError: If it is no real number.
        ValueError: If it is outside the range.
    """
    refusal = f"{name} must be a positive number, such as {example}, not {number!r}."
    if not 0 < _size(number, refusal) < math.inf:
        raise ValueError(refusal)


def check_real(name: str, number: Any, example: float) -> None:
    """Raise a TypeError unless the argument of that name is a real number."""
    if isinstance(number, bool) or not isinstance(number, Real):
        raise TypeError(f"{name} must be a number, such as {example}, not {number!r}.")


def check_list(name: str, things: Any) -> None:
    """Raise a TypeError unless the argument of that name can be gone through."""
    if isinstance(things, (str, bytes)) or not isinstance(things, Iterable):
        raise TypeError(f"{name} must be a list, not {things!r:.80}.")


def check_sequence(name: str, things: Any) -> None:
    """Raise a TypeError unless the argument has a length and elements by position."""
    is_list = hasattr(things, "__len__") and hasattr(things, "__getitem__")
    if not is_list or isinstance(things, (str, bytes, dict)):
        raise TypeError(f"{name} must be a list, not {things!r:.80}.")


def check_function(name: str, function: Any) -> None:
    """Raise a TypeError unless the argument of that name can be called."""
    if not callable(function):
        raise TypeError(f"{name} must be a function, not {function!r:.80}.")


def _size(number: Any, refusal: str) -> float:
    if isinstance(number, bool) or not isinstance(number, Real):
        raise TypeError(refusal)
    try:
        return float(number)
    except OverflowError:
        # An integer that no float can hold is as good as infinite.
        return math.inf
