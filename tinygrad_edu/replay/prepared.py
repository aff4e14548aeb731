"""Rows made ready for a replay: their numbers as arrays, and what sets them apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import Enum
from numbers import Real
from typing import Any, NamedTuple

from tinygrad_edu.ranges import said
from tinygrad_edu.replay.inputs import beginning
from tinygrad_edu.replay.watching import flattened

#: Of so many different targets, each is met when a replay is compared with graphs.
MOST_KINDS = 50

#: The numbers of NumPy that a float holds, and what a list has in their place.
_PLAIN_TYPES = {"f": float, "i": int, "u": int, "b": bool}


class NotReplayableError(ValueError):
    """A model cannot be replayed; the message says why."""


def need_numpy() -> Any:
    """Return NumPy.

    Raises:
        NotReplayableError: If it is not installed.
    """
    try:
        import numpy
    except ImportError:
        raise NotReplayableError("NumPy is not installed (pip install numpy)") from None
    return numpy


class Row(NamedTuple):
    """A row, ready to be replayed.

    Attributes:
        parts: What the function is called with.
        numbers: All that is in them, as `flattened` gives it.
        place: Where in the whole of the data it stands.
        kinds: A text that is the same for rows of one target; and a shape with its
            types, the same for rows whose numbers are of the same kinds.
        shape: The same number for rows of one shape.
    """

    parts: tuple[Any, ...]
    numbers: list[float]
    place: int
    kinds: tuple[str, tuple[Any, ...]]
    shape: int

    def told(self) -> str:
        """Return what an error says of the row: its place, and how it begins."""
        return f"row {self.place}: {beginning(self.numbers)}"


class Rows:
    """Rows, ready to be replayed.

    Args:
        rows: Each a tuple of parts, numbers or nested lists of them.
        targets: For each row a text that tells its target, if there are any.
        places: For each row where in the whole of the data it stands, if not here.
        shapes: The numbers of the shapes that are known, to which new ones are added.

    Attributes:
        shapes: The numbers of all shapes that are known.
        counts: How many rows each shape has.
        kinds: What is the same for some rows, as far as it takes few forms.
        held: For each way that was asked which of the rows go it, the answers.
        is_mixed: Whether rows of one shape differ in the kind of a number.
        has_singles: Whether a number is True, False or of an Enum, which a program may
            ask for by `is`.

    Raises:
        NotReplayableError: If a row is no numbers.

    >>> rows = Rows([([1.0, 2.0], 3), ([4.0, 5.0], 6)])
    >>> rows.columns([1]).tolist()
    [[4.0], [5.0], [6.0]]
    """

    def __init__(
        self,
        rows: Sequence[tuple[Any, ...]],
        *,
        targets: Sequence[str] = (),
        places: Sequence[int] = (),
        shapes: dict[str, int] | None = None,
    ) -> None:
        self.shapes: dict[str, int] = {} if shapes is None else shapes
        places = places or range(len(rows))
        texts = targets or [""] * len(rows)
        self._rows: list[Row] = []
        for row, place, text in zip(rows, places, texts):
            numbers = flattened(row)
            shape = self.shapes.setdefault(shape_of(row), len(self.shapes))
            kinds = (text, (shape, *map(type, numbers)))
            self._rows.append(Row(row, numbers, place, kinds, shape))
        self.counts: Counter[int] = Counter([row.shape for row in self._rows])
        columns = [set(column) for column in zip(*[row.kinds for row in self._rows])]
        self.is_mixed: bool = bool(columns) and len(columns[1]) > len(self.counts)
        self.has_singles: bool = any(
            issubclass(kind, (bool, Enum))
            for row in self._rows
            for kind in set(map(type, row.numbers))
        )
        self.kinds: set[Any] = set()
        for column in columns:
            if len(column) <= MOST_KINDS:
                self.kinds |= column
        self._arrays: dict[int, Any] = {}
        self._positions: list[int] | None = None
        self.held: dict[Any, tuple[Any, bool]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, i: int) -> Row:
        return self._rows[i]

    def __iter__(self) -> Iterator[Row]:
        return map(self.__getitem__, range(len(self)))

    def shape(self, i: int) -> int:
        """Return the number of the shape of a row."""
        return self._rows[i].shape

    def of_shape(self, shape: int) -> list[int]:
        """Return which rows have a shape."""
        return [i for i in range(len(self)) if self.shape(i) == shape]

    def columns(self, places: Sequence[int]) -> Any:
        """Return the numbers of some rows of one shape, a column for each row."""
        array = self._array(self.shape(places[0]))
        if len(self.counts) > 1:
            if self._positions is None:
                self._positions = self._counted()
            places = [self._positions[i] for i in places]
        return array.take(places, axis=0).T

    def _array(self, shape: int) -> Any:
        if shape not in self._arrays:
            self._arrays[shape] = _as_array(
                [self._rows[i].numbers for i in self.of_shape(shape)]
            )
        return self._arrays[shape]

    def _counted(self) -> list[int]:
        # Which one of the rows of its shape each of them is.
        met: Counter[int] = Counter()
        positions = []
        for row in self._rows:
            positions.append(met[row.shape])
            met[row.shape] += 1
        return positions


class ArrayRows(Rows):
    """The rows of a NumPy array, which no list is made of.

    Args:
        array: Of two axes; see `is_array_of_rows`.
        shapes: As of `Rows`.
    """

    def __init__(self, array: Any, shapes: dict[str, int] | None = None) -> None:
        super().__init__([([0.0] * array.shape[1],)], shapes=shapes)
        (first,) = self._rows
        types = [_PLAIN_TYPES[array.dtype.kind]] * array.shape[1]
        kind = (first.shape, *types)
        self._first = first._replace(kinds=("", kind))
        self._given = array
        self.counts: Counter[int] = Counter({first.shape: len(array)})
        self.kinds: set[Any] = {"", kind}
        self.has_singles: bool = array.dtype.kind == "b"
        self._arrays: dict[int, Any] = {first.shape: array.astype(float)}

    def __len__(self) -> int:
        return len(self._given)

    def __getitem__(self, i: int) -> Row:
        numbers = self._given[i].tolist()
        return self._first._replace(parts=(numbers,), numbers=numbers, place=i)

    def shape(self, i: int) -> int:  # noqa: D102
        return self._first.shape


def is_array_of_rows(rows: Any) -> bool:
    """Say whether rows are a NumPy array of numbers with two axes, and some of each.

    Whole numbers that no float holds are left to those who look at each.
    """
    if type(rows).__module__ != "numpy" or len(getattr(rows, "shape", ())) != 2:
        return False
    if rows.size == 0 or rows.dtype.kind not in _PLAIN_TYPES or rows.itemsize > 8:
        return False
    if rows.dtype.kind == "f":
        return True
    return -(2**53) <= int(rows.min()) <= int(rows.max()) <= 2**53


def shape_of(part: Any) -> str:
    """Return the nested lists of a row without its numbers, as a text.

    Raises:
        NotReplayableError: If something else than numbers and lists is in it.

    >>> shape_of(([1.0, 2.0], 3))
    '([..].)'
    """
    if isinstance(part, (list, tuple)):
        if type(part) not in (list, tuple):
            raise NotReplayableError(f"a row is a {type(part).__name__}")
        is_flat = {float}.issuperset(map(type, part))
        inside = "." * len(part) if is_flat else "".join(map(shape_of, part))
        return f"[{inside}]" if type(part) is list else f"({inside})"
    if type(part) is not float:
        if not isinstance(part, Real):
            raise NotReplayableError(f"a row holds {part!r:.40}, which is no number")
        if not _is_float(part):
            raise NotReplayableError(f"a row holds {said(part):.40}, which is no float")
    return "."


def _is_float(number: Real) -> bool:
    try:
        return float(number) == number or math.isnan(number)
    except OverflowError:
        return False


def _as_array(numbers: Sequence[Any]) -> Any:
    import numpy

    # By rows, for it is rows that are taken.
    return numpy.array(numbers, dtype=float, order="C")
