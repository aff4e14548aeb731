"""A function of a row, replayed where that is known to be right, and no further.

The first rows run as graphs, as they would without a replay. If the first call leaves
everything as it was, it is made once more, under watch, and recorded; what a recording
gives is then compared with the graphs. A row that goes another way than those recorded,
or has another shape, runs as a graph too, and may be recorded in its turn. So nothing
is called more often, or in another order, that would take another course for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import DomainError
from tinygrad_edu.replay.agreement import agrees
from tinygrad_edu.replay.batch import Answers, Batch
from tinygrad_edu.replay.calls import RANDOM, Calls
from tinygrad_edu.replay.draws import drawing_again
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.path import Path
from tinygrad_edu.replay.prepared import NotReplayableError, Rows, need_numpy
from tinygrad_edu.replay.state import identity_asked, state_of
from tinygrad_edu.replay.watch import HERE
from tinygrad_edu.replay.watched import WatchedValue
from tinygrad_edu.replay.ways import Ways

#: So many rows run as graphs at first, to see that the replay gives the same.
SAMPLE = 8


class RowFunction:
    """A function of a row, for many rows at once.

    Args:
        compute: Called with the parts of a row, numbers or nested lists of them,
            returns nodes and a form, which is anything that does not depend on numbers.
        numbers: Those of the parameters, which all rows share.
        rows: The rows that it is to be used for.
        keepers: What is called by `compute`, and may keep something from call to call.
        sample: So many rows run as graphs at first, beside the first of each way.

    Attributes:
        numbers: Those of the parameters.
        keepers: What is called.
        rows: The rows; others may be assigned.
        ways: What was recorded.
        refusal: Why all rows run as graphs from now on, or None.
        replayed: How many rows were replayed.
        as_graphs: How many ran as graphs because no recording goes their way.
        whole: Which numbers of a row are ints that were used as such; see `Watch`.

    Raises:
        NotReplayableError: If NumPy is missing, or a parameter is no plain Value.
    """

    def __init__(
        self,
        compute: Callable[..., tuple[list[Value], Any]],
        numbers: Numbers,
        rows: Rows,
        keepers: Sequence[Any],
        *,
        sample: int = SAMPLE,
    ) -> None:
        numpy = need_numpy()
        if HERE.watch is not None:
            raise NotReplayableError("a recording is being made around it")
        for parameter in numbers.parameters:
            # A watched one belongs to a recording that another thread makes.
            if type(parameter) not in (Value, WatchedValue):
                raise NotReplayableError(
                    f"a parameter is a {type(parameter).__name__}, and no plain Value"
                )
        self._numpy = numpy
        self.numbers: Numbers = numbers
        self.keepers: Sequence[Any] = keepers
        self._calls = Calls(compute, numbers.parameters, keepers)
        self.ways: Ways = Ways()
        self.refusal: str | None = None
        self.replayed: int = 0
        self.as_graphs: int = 0
        self._sample = sample
        self._unchecked = sample
        self.whole: set[int] = set()
        self.rows = rows

    @property
    def rows(self) -> Rows:
        """The rows that it is used for."""
        return self._rows

    @rows.setter
    def rows(self, rows: Rows) -> None:
        self._rows = rows
        if rows.has_singles and self.refusal is None:
            name = identity_asked(state_of(*self.keepers))
            if name is not None:
                self.refusal = f"a number of a row may be asked for by `is` in {name}"

    def doubt(self) -> None:
        """Record each way anew before it is used again, and compare as at first."""
        self.ways.doubt()
        self._unchecked = self._sample

    def give_up(self, reason: str) -> None:
        """Run all rows as graphs from now on."""
        self.refusal = reason
        self.ways.paths = []

    def sample(self) -> None:
        """Compare the next row with a graph."""
        self._unchecked = max(self._unchecked, 1)

    def __call__(self, places: Sequence[int], *, gradient: bool = False) -> Answers:
        """Return what the function gives for many rows.

        Args:
            places: Which rows these are.
            gradient: Whether the gradient of the mean of the first output is wanted.

        Raises:
            DomainError: If an operator is undefined in a row.
        """
        way = self._only_way()
        if way is not None and not way.draws:
            answers = self._at_once(way, places, gradient=gradient)
            if answers is not None:
                return answers
        batch = Batch(self.numbers, self._rows, places, gradient=gradient)
        self.ways.met.update([batch.shape(i) for i in range(len(batch))])
        batch.ways = [way] * len(batch) if way else self.ways.of(batch)
        is_routine = self._is_routine(batch)
        # In the order of the rows, for that is the order in which masks are drawn.
        for i in range(len(batch)):
            path = batch.ways[i]
            if path is not None and not path.is_stale:
                batch.draw(i, path.draws)
            if not is_routine and self._needs_graph(batch, i):
                self._run_graph(batch, i)
        if not is_routine:
            self._compare(batch)
        self._replay(batch)
        self.as_graphs += batch.lost
        if self.refusal is None:
            shapes = len(self._rows.counts)
            self.refusal = self.ways.judge(len(batch), batch.lost, shapes)
        return batch.answers()

    def _only_way(self) -> Path | None:
        # Most often all rows take the same way, and it is known to be right.
        if self._unchecked or self.refusal is not None:
            return None
        way = self.ways.only(self._rows, self.numbers.column())
        return None if way is None or not self._is_seen(way) else way

    def _is_seen(self, path: Path) -> bool:
        # On this way a graph of each kind of rows was compared.
        return self._rows.kinds <= path.seen

    def _at_once(
        self, way: Path, places: Sequence[int], *, gradient: bool
    ) -> Answers | None:
        # None if a graph must tell more of a row.
        weight = 1.0 / len(places) if gradient else None
        try:
            x = way.inputs(self._rows, places)
            outputs, slopes = way.run(self.numbers.column(), x, weight)
        except DomainError:
            return None
        with self._numpy.errstate(all="ignore"):
            if not self._is_finite(outputs, slopes):
                return None
            mean = float(outputs[0].sum()) / len(places)
        self.replayed += len(places)
        return Answers(outputs.T, [way.form] * len(places), slopes, mean)

    def _is_finite(self, *arrays: Any) -> bool:
        # If a sum of squares is finite, so is all of it; and most often it is.
        found = [x for x in arrays if x is not None]
        squares = [self._numpy.vdot(x, x) for x in found]
        if all(map(math.isfinite, squares)):
            return True
        return all(bool(self._numpy.isfinite(x).all()) for x in found)

    def _is_routine(self, batch: Batch) -> bool:
        if self._unchecked or self.refusal is not None:
            return False
        return all(
            path is not None and not path.is_stale and self._is_seen(path)
            for path in set(batch.ways)
        )

    def _needs_graph(self, batch: Batch, i: int) -> bool:
        path = batch.ways[i]
        if path is None or path.is_stale or self._unchecked > 0:
            return True
        kinds = self._rows.kinds
        return any(x in kinds and x not in path.seen for x in batch.row(i).kinds)

    def _run_graph(self, batch: Batch, i: int) -> None:
        self.numbers.release()
        row, path = batch.row(i), batch.ways[i]
        if path and not path.is_stale and self._told(batch, path, [i]) is None:
            # It may be undefined there, and the error caught, which no guard tells.
            batch.ways[i] = path = None
        if self.refusal is None and (path is None or path.is_stale):
            self._explore(batch, i)
            return
        with drawing_again(*batch.drawn.get(i, ([], []))):
            batch.keep(i, *self._calls.plain(row))
        if path is not None:
            # On a way that was recorded nothing is changed.
            path.seen.update(row.kinds)
            self._unchecked = max(0, self._unchecked - 1)

    def _explore(self, batch: Batch, i: int) -> None:
        # A call that is none too many tells whether another one would do harm.
        row, old = batch.row(i), batch.ways[i]
        with drawing_again(*batch.drawn.get(i, ([], []))):
            trial = self._calls.trial(row, batch.state)
        batch.state = trial.state
        batch.keep(i, trial.nodes, trial.form)
        if trial.refusal is not None:
            self._refuse(batch, i, trial.refusal)
            return
        if i in batch.drawn:
            # Its masks are those of another way.
            batch.lost += 1
            return
        if old is None and not self.ways.may_grow(row.shape, self._rows.counts):
            batch.lost += 1
            return
        found = self._calls.watched(row, trial, is_mixed=self._rows.is_mixed)
        self.whole |= found.watch.whole
        if found.watch.reason is not None:
            self._close(batch, i, found.watch.reason)
            return
        if not found.is_repeatable:
            self._refuse(batch, i, RANDOM)
            return
        if found.layers:
            masks = [mask.data for mask, _ in found.watch.draws]
            batch.drawn[i] = found.layers, masks
        for path in self.ways.paths:
            if path.key == found.key:
                path.is_stale = False
                batch.ways[i] = path
                return
        new = found.path(self.numbers.parameters, row.shape)
        self.ways.add(new, old)
        batch.ways[i] = new
        batch.ways[i + 1 :] = self.ways.of(batch)[i + 1 :]

    def _close(self, batch: Batch, i: int, reason: str) -> None:
        self.ways.closed = reason
        if batch.ways[i] is not None or not self.ways.paths:
            self._refuse(batch, i, reason)
        else:
            batch.lost += 1

    def _compare(self, batch: Batch) -> None:
        # The graphs of rows on a known way, with what a replay gives for these rows.
        for path in self.ways.paths:
            places = [
                i
                for i, way in enumerate(batch.ways)
                if way is path and batch.found[i] is not None
            ]
            if places and not agrees(batch, path, places):
                self.ways.paths = []
                batch.ways = [None] * len(batch)
                self.refusal = (
                    "the graph changes with the row, by chance or in the course of "
                    "training"
                )
                for i in range(len(batch)):
                    if batch.found[i] is None:
                        self._run_graph(batch, i)

    def _refuse(self, batch: Batch, i: int, reason: str) -> None:
        # What comes after it runs as graphs; before it, what was verified is so still.
        self.refusal = reason
        self.ways.paths = [path for path in self.ways.paths if not path.is_stale]
        for j in range(i, len(batch)):
            batch.ways[j] = None

    def _replay(self, batch: Batch) -> None:
        parts = [
            (path, places, found)
            for path in dict.fromkeys(batch.ways)
            if path is not None
            for places, found in self._parts(
                batch, path, [i for i in batch.waiting() if batch.ways[i] is path]
            )
        ]
        untold = {i for _, places, found in parts if found is None for i in places}
        if untold:
            # First, and in order: a graph may change what those after it give.
            for i in batch.waiting():
                if i in untold or batch.ways[i] is None:
                    batch.ways[i] = None
                    self._run_graph(batch, i)
            self._replay(batch)
            return
        for path, places, found in parts:
            outputs, slopes = found
            batch.take(places, outputs, slopes, path.form)
            self.replayed += len(places)

    def _parts(
        self, batch: Batch, path: Path, places: list[int]
    ) -> Iterator[tuple[list[int], Any]]:
        # By halves, until the rows are found that a graph must tell more of.
        if not places:
            return
        found = self._told(batch, path, places)
        if found is not None or len(places) == 1:
            yield places, found
            return
        middle = len(places) // 2
        yield from self._parts(batch, path, places[:middle])
        yield from self._parts(batch, path, places[middle:])

    def _told(self, batch: Batch, path: Path, places: list[int]) -> Any:
        # What a replay gives; None where a graph must tell more.
        try:
            found = batch.run(path, places)
        except DomainError:
            return None
        with self._numpy.errstate(all="ignore"):
            return found if self._is_finite(*found) else None
