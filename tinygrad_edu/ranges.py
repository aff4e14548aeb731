"""Numbers of the wrong type or outside their range, refused everywhere in one way.

What is no number at all is a TypeError, and a number of the wrong size a ValueError.
True and False are no numbers here: whoever gives one takes an amount for a switch.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from numbers import Integral, Real
from typing import Any


def said(thing: Any) -> str:
    """Return how an error shows what was given: its repr, or the beginning of it.

    >>> said(-(10**5000))
    'an integer of 16610 bits'
    """
    return written(thing)[:200]


def written(thing: Any, write: Callable[[Any], str] = repr) -> str:
    """Return a thing as text, also an integer that Python does not write.

    >>> written("x", str), written([10**5000], str)
    ('x', 'a list with an integer too long to be written')
    """
    try:
        return write(thing)
    except ValueError:
        # Python writes no integer of more than 4,300 digits.
        if isinstance(thing, int):
            return f"an integer of {thing.bit_length()} bits"
        return f"a {type(thing).__name__} with an integer too long to be written"


def check_count(name: str, count: Any, least: int = 1, most: int = sys.maxsize) -> None:
    """Raise a ValueError unless the argument of that name is an int in a range."""
    is_int = isinstance(count, Integral) and not isinstance(count, bool)
    if not is_int or int(count) < least:
        raise ValueError(
            f"{name} must be an int of at least {least}, not {said(count)}."
        )
    if count > most:
        raise ValueError(f"{name} must be at most {most}, not {said(count)}.")


def check_number(name: str, number: Any, low: float, below: float = math.inf) -> None:
    """Raise an error unless low <= number < below.

    Raises:
        TypeError: If it is no real number.
        ValueError: If it is outside the range.
    """
    rule = f"at least {low:g}" + (f" and below {below:g}" if below < math.inf else "")
    refusal = f"{name} must be a finite number, {rule}, not {said(number)}."
    if not low <= _size(number, refusal) < below:
        raise ValueError(refusal)


def check_positive(name: str, number: Any, example: float) -> None:
    """Raise an error unless 0 < number < inf.

    Raises:
        TypeError: If it is no real number.
        ValueError: If it is outside the range.
    """
    refusal = (
        f"{name} must be a positive number, such as {example}, not {said(number)}."
    )
    if not 0 < _size(number, refusal) < math.inf:
        raise ValueError(refusal)


def check_real(name: str, number: Any, example: float) -> None:
    """Raise a TypeError unless the argument of that name is a real number."""
    if isinstance(number, bool) or not isinstance(number, Real):
        raise TypeError(
            f"{name} must be a number, such as {example}, not {said(number)}."
        )


def check_list(name: str, things: Any) -> None:
    """Raise a TypeError unless the argument of that name can be gone through."""
    if isinstance(things, (str, bytes)) or not isinstance(things, Iterable):
        raise TypeError(f"{name} must be a list, not {said(things)}.")


def check_sequence(name: str, things: Any) -> None:
    """Raise a TypeError unless the argument has a length and elements by position."""
    is_list = hasattr(things, "__len__") and hasattr(things, "__getitem__")
    if not is_list or isinstance(things, (str, bytes, dict)):
        raise TypeError(f"{name} must be a list, not {said(things)}.")


def check_flag(name: str, flag: Any, way_out: str = "") -> None:
    """Raise a TypeError unless the argument of that name is True or False.

    An int counts as in C, such as Keras's verbose=2.
    """
    # One of NumPy's is called `bool` or `bool_`, and is no int.
    is_flag = isinstance(flag, Integral) or type(flag).__name__ in ("bool", "bool_")
    if not is_flag:
        raise TypeError(f"{name} must be True or False, not {said(flag)}.{way_out}")


def check_function(name: str, function: Any) -> None:
    """Raise a TypeError unless the argument of that name can be called."""
    if not callable(function):
        raise TypeError(f"{name} must be a function, not {said(function)}.")


def _size(number: Any, refusal: str) -> float:
    if isinstance(number, bool) or not isinstance(number, Real):
        raise TypeError(refusal)
    try:
        return float(number)
    except OverflowError:
        # An integer that no float can hold is as good as infinite.
        return math.inf
