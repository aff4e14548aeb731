"""What stands for matplotlib where it is not installed: a lesson goes on without it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

#: How to get what is missing.
WAY = (
    "Plots are drawn by matplotlib, which is not installed. Install it with "
    "pip install matplotlib numpy"
)


class Absent:
    """A figure, an axis or a function of matplotlib that does nothing.

    Whatever is asked of it gives the same again, so that code that plots goes on, and
    draws nothing. Only a file is not pretended: `savefig` raises.

    >>> figure, (left, right) = Absent().subplots(1, 2)
    >>> left.plot([1, 2], label="loss")
    <no plot: matplotlib is not installed>
    """

    def __getattr__(self, name: str) -> Any:
        # Notebooks and copies look for methods that it must not seem to have.
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> Any:
        """Do nothing."""
        return self

    def __getitem__(self, _: Any) -> Any:
        return self

    def __setitem__(self, _: Any, __: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        # One, for `line, = axis.plot(...)`; without an end, a loop had none either.
        return iter([self])

    def subplots(self, rows: int = 1, columns: int = 1, **_: Any) -> tuple[Any, Any]:
        """Return a figure, and as many axes as matplotlib would."""
        if rows * columns == 1:
            return self, self
        if 1 in (rows, columns):
            return self, Axes(max(rows, columns), self)
        return self, Axes(rows, Axes(columns, self))

    def savefig(self, *_: Any, **__: Any) -> None:
        """Refuse to write a file, for there is no picture.

        Raises:
            ImportError: Always.
        """
        raise ImportError(WAY)

    def __repr__(self) -> str:
        return "<no plot: matplotlib is not installed>"


class Axes(list[Any]):
    """A row of axes, or rows of them, that draw nothing."""

    def __init__(self, count: int, each: Any) -> None:
        super().__init__([each] * count)

    @property
    def flat(self) -> list[Any]:
        """All axes, row by row."""
        return [axis for row in self for axis in row]


@cache
def absent() -> Absent:
    """Return the stand-in; when it is made it says, once, what is missing."""
    warnings.warn(f"{WAY}. Until then there are no plots.", stacklevel=1)
    return Absent()
