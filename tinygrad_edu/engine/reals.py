"""What counts as a number: anything that is one real number, as a float."""

from __future__ import annotations

from numbers import Real
from typing import Any

from tinygrad_edu.ranges import said


def as_float(number: Any) -> float:
    """Return a real number as a float: an int, a fraction, a scalar of NumPy's.

    Raises:
        TypeError: If it is not a real number.
        OverflowError: If it is larger than any float.

    >>> as_float(3)
    3.0
    """
    if isinstance(number, Real):
        try:
            return float(number)
        except OverflowError:
            raise OverflowError(
                "A Value holds a float, which is at most 1.8e308 in size, and this "
                f"{type(number).__name__} is larger. Divide it first, or take its "
                "logarithm."
            ) from None
    if getattr(number, "ndim", None) == 0:
        # A scalar of NumPy, PyTorch or JAX.
        return as_float(number.item())
    way_out = ""
    if hasattr(number, "local_derivatives"):
        way_out = " Use its .data, or .detach() for a new leaf."
    elif isinstance(number, str):
        way_out = " Convert it with float() first."
    elif isinstance(number, (list, tuple)) or hasattr(number, "shape"):
        way_out = " Make one Value for each number."
    raise TypeError(
        f"A Value holds one real number, and {said(number)} is not one "
        f"(it is of type {type(number).__name__}).{way_out}"
    )
