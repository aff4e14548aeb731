"""The ways that were recorded: which of them a row goes, and when one is added."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tinygrad_edu.replay.batch import Batch
from tinygrad_edu.replay.path import Path
from tinygrad_edu.replay.prepared import Rows

#: So many ways are recorded for a shape, and a new one only after so many of its rows.
MOST_PATHS = 16
ROWS_FOR_A_PATH = 16

#: After so many rows it shows whether a replay is worth it.
WINDOW = 64

#: So many shapes are recorded: after the first, those that more rows than this have,
#: where each counts again whenever it is met.
MOST_SHAPES = 64
ROWS_FOR_A_SHAPE = 4


class Ways:
    """Recorded ways, and how often each shape was met.

    Attributes:
        paths: The ways.
        closed: Why no further one is recorded, or None.
        met: How often rows of each shape were met.
    """

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.closed: str | None = None
        self.met: Counter[int] = Counter()
        self._window = [0, 0]

    @property
    def lines(self) -> list[str]:
        """The lines whose comparisons go both ways, as far as they were met."""
        outcomes: dict[str, set[bool]] = {}
        for path in self.paths:
            for place, outcome in path.outcomes:
                outcomes.setdefault(place, set()).add(outcome)
        return [place for place, found in outcomes.items() if len(found) > 1]

    @property
    def shapes(self) -> int:
        """For how many shapes of rows there are ways."""
        return len({path.shape for path in self.paths})

    def doubt(self) -> None:
        """Have each way compared with a graph before it is used again."""
        for path in self.paths:
            path.is_stale = True
            path.seen = set()

    def only(self, rows: Rows, p: Any) -> Path | None:
        """Return the way of all rows, if there is one, and no doubt about it.

        Args:
            rows: The rows.
            p: The numbers of the parameters, as a column.
        """
        if len(self.paths) != 1 or len(rows.counts) != 1:
            return None
        (path,) = self.paths
        if path.is_stale or path.shape not in rows.counts:
            return None
        return path if path.is_of_all(rows, p) else None

    def of(self, batch: Batch) -> list[Path | None]:
        """Return for each row of a batch the way that it goes, if it is recorded."""
        ways: list[Path | None] = [None] * len(batch)
        for path in self.paths:
            places = [
                i
                for i, way in enumerate(ways)
                if way is None and batch.shape(i) == path.shape
            ]
            if places:
                holds = batch.held_by(path, places)
                for i, is_held in zip(places, holds):
                    ways[i] = path if is_held else None
        return ways

    def may_grow(self, shape: int, known: Counter[int]) -> bool:
        """Say whether another way is recorded of a row.

        Args:
            shape: Its shape.
            known: How many rows of each shape there are.
        """
        shapes = [path.shape for path in self.paths]
        count = shapes.count(shape)
        if self.closed is not None or count >= MOST_PATHS:
            return False
        if count or not shapes:
            return count * ROWS_FOR_A_PATH <= self.met[shape]
        rows = known[shape] + self.met[shape]
        return len(set(shapes)) < MOST_SHAPES and rows > ROWS_FOR_A_SHAPE

    def add(self, new: Path, old: Path | None) -> None:
        """Add a way, in place of an old one."""
        self.paths = [path for path in self.paths if path is not old]
        self.paths.append(new)

    def judge(self, met: int, lost: int, shapes: int) -> str | None:
        """Return why replays are not worth it, if they are not; rows are counted here.

        Args:
            met: How many rows more were met.
            lost: Of how many of them no way was recorded.
            shapes: How many shapes there are among all rows.
        """
        self._window[0] += met
        self._window[1] += lost
        met, lost = self._window
        if met < WINDOW:
            return None
        self._window = [0, 0]
        if 2 * lost <= met:
            return None
        if self.closed is None and shapes > 1:
            return "most rows have a shape of their own"
        lines = [f"as the comparison at {line} has it" for line in self.lines]
        return f"most rows go a way of their own, {self.closed or lines[0]}"
