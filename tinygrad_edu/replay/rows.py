"""A function of a row, replayed where that is known to be right, and no further.

The first rows run as graphs, as they would without a replay. If the first call leaves
everything as it was, it is made once more, under watch, and recorded; what a recording
gives is then compared with the graphs. A row that goes another way than those recorded,
or has another shape, runs as a graph too, and may be recorded in its turn. So nothing
is called more often, or in another order, that would take another course for it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import DomainError
from tinygrad_edu.nn.dropout import Drawn
from tinygrad_edu.replay.batch import (
    Answers,
    Batch,
    NotReplayableError,
    Row,
    shape_of,
)
from tinygrad_edu.replay.draws import Draws, drawing_again
from tinygrad_edu.replay.path import Path, key_of
from tinygrad_edu.replay.state import changed_name, state_of
from tinygrad_edu.replay.watch import HERE, Watch
from tinygrad_edu.replay.watching import flattened, watched_call

#: So many rows run as graphs at first, to see that the replay gives the same.
SAMPLE = 8

#: A replay adds in another order; further off than this, it is another function.
TOLERANCE = 1e-9

#: Of so many different targets, each is met when a replay is compared with graphs.
MOST_KINDS = 50

#: So many ways are recorded for a shape, and a new one only after so many of its rows.
MOST_PATHS = 16
ROWS_FOR_A_PATH = 16

#: So many shapes are recorded: after the first, those that more rows than this have,
#: where each counts again whenever it is met.
MOST_SHAPES = 64
ROWS_FOR_A_SHAPE = 4

#: Of a model that draws in another way than `Dropout` does.
RANDOM = "the model draws random numbers for each row"

#: After so many rows it shows whether a replay is worth it.
WINDOW = 64


class RowFunction:
    """A function of a row, for many rows at once.

    Args:
        compute: Called with the parts of a row, numbers or nested lists of them,
            returns nodes and a form, which is anything that does not depend on numbers.
        parameters: The Values that all rows share.
        rows: The rows that it is to be used for, each a tuple of parts.
        keepers: What is called by `compute`, and may keep something from call to call.
        targets: For each row a text that tells its target, if there are any.
        places: For each row where in the whole of the data it stands, if not here.

    Attributes:
        refusal: Why all rows run as graphs from now on, or None.
        closed: Why no further way is recorded, or None.
        replayed: How many rows were replayed.
        as_graphs: How many ran as graphs because no recording goes their way.

    Raises:
        NotReplayableError: If NumPy is missing, or a row is no numbers.
    """

    def __init__(
        self,
        compute: Callable[..., tuple[list[Value], Any]],
        parameters: Sequence[Value],
        rows: Sequence[tuple[Any, ...]],
        keepers: Sequence[Any],
        *,
        targets: Sequence[str] = (),
        places: Sequence[int] = (),
    ) -> None:
        try:
            import numpy
        except ImportError:
            raise NotReplayableError(
                "NumPy is not installed (pip install numpy)"
            ) from None
        if HERE.watch is not None:
            raise NotReplayableError("a recording is being made around it")
        self._numpy = numpy
        self._compute = compute
        self._keepers = keepers
        self._parameters = list(parameters)
        for parameter in self._parameters:
            if type(parameter) is not Value:
                raise NotReplayableError(
                    f"a parameter is a {type(parameter).__name__}, and no plain Value"
                )
        places = places or range(len(rows))
        texts = targets or [""] * len(rows)
        self.rows: list[Row] = []
        shapes: dict[str, int] = {}
        for row, place, text in zip(rows, places, texts):
            numbers = flattened(row)
            shape = shapes.setdefault(shape_of(row), len(shapes))
            kinds = (text, f"{shape}: {_kinds(numbers)}")
            self.rows.append(Row(row, numbers, place, kinds, shape))
        columns = [set(column) for column in zip(*[row.kinds for row in self.rows])]
        self._is_mixed = len(columns[1]) > len(shapes)
        self._unseen: set[str] = set()
        for column in columns:
            if len(column) <= MOST_KINDS:
                self._unseen |= column
        self._met: Counter[int] = Counter()
        self._known = Counter([row.shape for row in self.rows])
        self._unchecked = SAMPLE
        self._paths: list[Path] = []
        self.closed: str | None = None
        self.refusal: str | None = None
        self.replayed: int = 0
        self.as_graphs: int = 0
        self._window = [0, 0]

    @property
    def places(self) -> list[str]:
        """The lines whose comparisons go both ways, as far as they were met."""
        outcomes: dict[str, set[bool]] = {}
        for path in self._paths:
            for place, outcome in path.outcomes:
                outcomes.setdefault(place, set()).add(outcome)
        return [place for place, found in outcomes.items() if len(found) > 1]

    @property
    def ways(self) -> int:
        """How many ways were recorded."""
        return len(self._paths)

    @property
    def shapes(self) -> int:
        """For how many shapes of rows."""
        return len({path.shape for path in self._paths})

    def doubt(self) -> None:
        """Compare each way with a graph before it is used again."""
        for path in self._paths:
            path.is_stale = True

    def one_way(self, first: Sequence[Row]) -> Path:
        """Return the way that all rows take, compared with graphs of some of them.

        Args:
            first: Those to begin with.

        Raises:
            NotReplayableError: If they take several ways, or one that depends on the
                parameters, and so may be another after the next step.
        """
        chosen = []
        wanted = set(self._unseen)
        for i, row in enumerate([*first, *self.rows]):
            if i < SAMPLE or not wanted.isdisjoint(row.kinds):
                chosen.append(row)
                wanted.difference_update(row.kinds)
        draws = Draws(self._keepers)
        begin = draws.states()
        try:
            self(chosen, gradient=True)
        finally:
            draws.rewind(begin)
        if self.refusal is not None:
            raise NotReplayableError(self.refusal)
        if len(self._known) > 1:
            raise NotReplayableError("the rows are of different shapes")
        (way,) = self._paths[:1]
        places = "; ".join(place for place, _ in way.outcomes[:3])
        if way.asks_for(self._parameters):
            raise NotReplayableError(
                f"what is compared at {places} changes with the parameters; `maximum` "
                "and `where` choose without a comparison"
            )
        batch = Batch(self._parameters, self.rows, gradient=False)
        if len(self._paths) > 1 or None in self._ways_of(batch):
            raise NotReplayableError(
                f"the rows go different ways, {self.closed or f'at {places}'}"
            )
        return way

    def __call__(self, rows: Sequence[Row], *, gradient: bool = False) -> Answers:
        """Return what the function gives for many rows.

        Raises:
            DomainError: If an operator is undefined in a row.
        """
        batch = Batch(self._parameters, rows, gradient=gradient)
        self._met.update([row.shape for row in rows])
        way = self._only_way()
        if way is not None:
            batch.ways = [way] * len(rows)
            for i in range(len(rows)):
                batch.draw(i, way.draws)
            self._replay_part(batch, way, list(range(len(rows))))
            return batch.answers()
        batch.ways = self._ways_of(batch)
        is_routine = self._is_routine(batch)
        # In the order of the rows, for that is the order in which masks are drawn.
        for i in range(len(rows)):
            path = batch.ways[i]
            if path is not None and not path.is_stale:
                batch.draw(i, path.draws)
            if not is_routine and self._needs_graph(batch, i):
                self._run_graph(batch, i)
        if not is_routine:
            self._compare(batch)
        self._replay(batch)
        self._judge(batch)
        return batch.answers()

    def _only_way(self) -> Path | None:
        # Most often all rows take the same way, and it is known to be right.
        if len(self._known) != 1 or len(self._paths) != 1 or self._paths[0].has_guards:
            return None
        is_checked = not (self._unchecked or self._unseen or self._paths[0].is_stale)
        return self._paths[0] if is_checked and self.refusal is None else None

    def _ways_of(self, batch: Batch) -> list[Path | None]:
        ways: list[Path | None] = [None] * len(batch.rows)
        for path in self._paths:
            places = [
                i
                for i, way in enumerate(ways)
                if way is None and batch.rows[i].shape == path.shape
            ]
            if places and path.has_guards:
                holds = path.holds(batch.p, batch.columns(places))
                places = [i for i, is_held in zip(places, holds) if is_held]
            for i in places:
                ways[i] = path
        return ways

    def _is_routine(self, batch: Batch) -> bool:
        if self._unchecked or self._unseen or self.refusal is not None:
            return False
        return all(path is not None and not path.is_stale for path in batch.ways)

    def _needs_graph(self, batch: Batch, i: int) -> bool:
        path = batch.ways[i]
        return path is None or path.is_stale or self._is_due(batch.rows[i])

    def _is_due(self, row: Row) -> bool:
        return self._unchecked > 0 or not self._unseen.isdisjoint(row.kinds)

    def _may_record(self, shape: int) -> bool:
        shapes = [path.shape for path in self._paths]
        count = shapes.count(shape)
        if self.closed is not None or count >= MOST_PATHS:
            return False
        if count or not shapes:
            return count * ROWS_FOR_A_PATH <= self._met[shape]
        rows = self._known[shape] + self._met[shape]
        return len(set(shapes)) < MOST_SHAPES and rows > ROWS_FOR_A_SHAPE

    def _run_graph(self, batch: Batch, i: int) -> None:
        row, path = batch.rows[i], batch.ways[i]
        is_known = path is not None and not path.is_stale
        if self.refusal is None and not is_known and i not in batch.drawn:
            self._explore(batch, i)
            return
        with drawing_again(*batch.drawn.get(i, ([], []))):
            batch.keep(i, *self._plain_call(row))
        if self.refusal is None and is_known:
            # On a way that was recorded nothing is changed.
            self._unseen.difference_update(row.kinds)
            self._unchecked = max(0, self._unchecked - 1)

    def _explore(self, batch: Batch, i: int) -> None:
        # A call that is none too many tells whether another one would do harm.
        row, path = batch.rows[i], batch.ways[i]
        draws = Draws(self._keepers)
        if batch.state is None or draws.layers:
            batch.state = state_of(*self._keepers)
        begin = draws.states()
        nodes, form = self._plain_call(row)
        batch.keep(i, nodes, form)
        end = draws.states()
        # What layers have drawn is no change, if they draw it again; see `_record`.
        draws.rewind(begin)
        before, batch.state = batch.state, state_of(*self._keepers)
        draws.rewind(end)
        changed = changed_name(before, batch.state)
        if flattened(row.parts) != row.numbers:
            changed = "the row that it is given"
        if not nodes:
            self._refuse(batch, i, "the model gives plain numbers")
        elif not draws.layers and any(
            type(node) is Drawn for node in topological_order(*nodes)
        ):
            self._refuse(batch, i, RANDOM)
        elif changed is not None:
            self._refuse(batch, i, f"a call of the model or the loss changes {changed}")
        elif path is not None or self._may_record(row.shape):
            try:
                draws.rewind(begin)
                self._record(batch, i, draws)
            finally:
                draws.rewind(end)
        else:
            batch.lost += 1

    def _record(self, batch: Batch, i: int, draws: Draws) -> None:
        # The generators stand where they did before the plain call.
        old = batch.ways[i]
        begin = draws.states()
        watch = Watch(is_mixed=self._is_mixed)
        try:
            nodes, form = watched_call(
                watch, self._compute, self._parameters, batch.rows[i].parts
            )
        except Exception as error:
            # As a plain call it went well.
            watch.reason = watch.reason or f"the recording fails: {error}"
        if watch.reason is None:
            watch.reason = compared_mask(watch)
        if watch.reason is not None:
            self._closed(batch, i, watch.reason)
            return
        layers = [layer for _, layer in watch.draws]
        end = draws.states()
        draws.rewind(begin)
        if draws.has(layers):
            batch.draw(i, layers)
        masks = [mask.data for mask, _ in watch.draws]
        if draws.states() != end or batch.drawn.get(i, ([], []))[1] != masks:
            self._refuse(batch, i, RANDOM)
            return
        shape = batch.rows[i].shape
        key = [shape, *key_of(nodes, self._parameters, watch)]
        for path in self._paths:
            if path.key == key:
                path.is_stale = False
                batch.ways[i] = path
                return
        new = Path(nodes, self._parameters, watch, form, key, shape=shape)
        self._paths = [path for path in self._paths if path is not old]
        self._paths.append(new)
        batch.ways[i] = new
        ways = self._ways_of(batch)
        batch.ways[i + 1 :] = ways[i + 1 :]

    def _closed(self, batch: Batch, i: int, reason: str) -> None:
        self.closed = reason
        if batch.ways[i] is not None or not self._paths:
            self._refuse(batch, i, reason)
        else:
            batch.lost += 1

    def _plain_call(self, row: Row) -> tuple[list[Value], Any]:
        try:
            return self._compute(*row.parts)
        except DomainError as error:
            raise DomainError(f"{error} ({row.told()})") from None

    def _compare(self, batch: Batch) -> None:
        # The graphs of rows on a known way, with what a replay gives for these rows.
        for path in self._paths:
            places = [
                i
                for i, way in enumerate(batch.ways)
                if way is path and batch.found[i] is not None
            ]
            if places and not self._is_same(batch, path, places):
                self._paths = []
                batch.ways = [None] * len(batch.rows)
                self.refusal = (
                    "the graph changes with the row, by chance or in the course of "
                    "training"
                )
                for i in range(len(batch.rows)):
                    if batch.found[i] is None:
                        self._run_graph(batch, i)

    def _is_same(self, batch: Batch, path: Path, places: list[int]) -> bool:
        numpy = self._numpy
        graphs = [batch.found[i][0] for i in places]
        if len({len(nodes) for nodes in graphs}) > 1:
            return False
        wanted = [[node.data for node in nodes] for nodes in graphs]
        roots = [nodes[0] for nodes in graphs]
        slope = batch.slopes_of(roots)
        try:
            outputs, slopes = path.run(batch.p, batch.inputs(places), batch.weight)
        except DomainError:
            return False
        if outputs.T.shape != numpy.shape(wanted):
            return False
        # Numbers that cancel leave an error as large as that of what they came from.
        nodes = topological_order(*[node for row in graphs for node in row])
        largest = max(abs(node.data) for node in nodes)
        error = 1e-3 * TOLERANCE * largest if math.isfinite(largest) else 0.0
        pairs: list[tuple[Any, Any]] = [(wanted, outputs.T)]
        if slopes is not None:
            pairs.append((slope, slopes))
        return all(
            numpy.allclose(x, y, rtol=TOLERANCE, atol=error, equal_nan=True)
            for x, y in pairs
        )

    def _refuse(self, batch: Batch, i: int, reason: str) -> None:
        # What comes after it runs as graphs; before it, what was verified is so still.
        self.refusal = reason
        self._paths = [path for path in self._paths if not path.is_stale]
        for j in range(i, len(batch.rows)):
            batch.ways[j] = None

    def _replay(self, batch: Batch) -> None:
        for path in dict.fromkeys(batch.ways):
            places = [i for i in batch.waiting() if batch.ways[i] is path]
            if path is not None:
                self._replay_part(batch, path, places)
        # Of those that a replay cannot tell, a graph may have refused the others too.
        for i in batch.waiting():
            self._run_graph(batch, i)

    def _replay_part(self, batch: Batch, path: Path, places: list[int]) -> None:
        if not places:
            return
        try:
            outputs, slopes = path.run(batch.p, batch.inputs(places), batch.weight)
            is_finite = self._numpy.isfinite(outputs).all() and (
                slopes is None or self._numpy.isfinite(slopes).all()
            )
        except DomainError:
            is_finite = False
        if is_finite:
            batch.take(places, outputs, slopes, path.form)
            self.replayed += len(places)
        elif len(places) > 1:
            # By halves, until the rows are found that a graph must tell more of.
            middle = len(places) // 2
            self._replay_part(batch, path, places[:middle])
            self._replay_part(batch, path, places[middle:])
        else:
            (i,) = places
            batch.ways[i] = None
            self._run_graph(batch, i)

    def _judge(self, batch: Batch) -> None:
        # Is it worth it?
        self.as_graphs += batch.lost
        self._window[0] += len(batch.rows)
        self._window[1] += batch.lost
        met, lost = self._window
        if met >= WINDOW:
            self._window = [0, 0]
            if 2 * lost > met and self.refusal is None:
                self.refusal = self._why_most_are_lost()

    def _why_most_are_lost(self) -> str:
        if self.closed is None and len(self._known) > 1:
            return "most rows have a shape of their own"
        places = [f"as the comparison at {place} has it" for place in self.places]
        return f"most rows go a way of their own, {self.closed or places[0]}"


def compared_mask(watch: Watch) -> str | None:
    """Return where a number was compared that comes from a mask, or None."""
    masks = {mask for mask, _ in watch.draws}
    for guard in watch.guards:
        sides = [x for x in (guard.left, guard.right) if isinstance(x, Value)]
        if not masks.isdisjoint(topological_order(*sides)):
            return f"what was drawn is compared at {guard.place}"
    return None


def _kinds(numbers: Sequence[Any]) -> str:
    names = [type(x).__name__ for x in numbers]
    return " ".join(names if len(set(names)) > 1 else names[:1])
