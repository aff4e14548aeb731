"""One way that a row may take: its graph, compiled, and the guards that led there."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import DomainError
from tinygrad_edu.replay.compiled import CompiledGraph
from tinygrad_edu.replay.prepared import Rows
from tinygrad_edu.replay.watch import Watch

#: A piece of the batch computes about so many numbers, which stay in a processor's
#: cache; but for so many rows at least, for a statement takes its time for few too.
PIECE = 80_000
LEAST_ROWS = 128

#: Two numbers that are no further apart may be told apart by the order of a sum.
CLOSE = 1e-9

#: And so may two that are as near as this: what is left where larger ones cancel.
NEAR = 1e-12

#: What these compute is the same to the last bit, on arrays and by a graph.
EXACT = {
    "add",
    "sub",
    "mul",
    "div",
    "neg",
    "abs",
    "sign",
    "relu",
    "leaky_relu",
    "clip",
    "maximum",
    "minimum",
    "largest",
    "where",
    "sqrt",
    "detach",
    "list",
    "choose",
}


class Path:
    """The graph of a row, for all rows that take the same way.

    Args:
        outputs: What is computed.
        parameters: The leaves that all rows share.
        watch: What the call looked at.
        form: What came beside the outputs.
        key: What `key_of` tells of it.
        shape: A number for the shape of the rows.

    Attributes:
        outcomes: The lines that compared, and what that gave, each pair once.
        has_guards: Whether other rows may go another way.
        is_settled: Whether they go their way whatever the parameters are.
        draws: The layers that draw the masks of a row, in order.
        is_stale: Whether it must be compared with a graph before it is used again.
        seen: The kinds of rows of which one was compared with its graph.
    """

    def __init__(
        self,
        outputs: Sequence[Value],
        parameters: Sequence[Value],
        watch: Watch,
        form: Any,
        key: list[Any],
        *,
        shape: int = 0,
    ) -> None:
        inputs = inputs_of(parameters, watch)
        self.form = form
        self.outcomes: list[tuple[str, bool]] = list(
            dict.fromkeys([(g.place, g.outcome) for g in watch.guards])
        )
        self.has_guards: bool = bool(watch.guards)
        self.is_stale = False
        self.seen: set[Any] = set()
        self.draws: list[Any] = [layer for _, layer in watch.draws]
        self.key = key
        self.shape = shape
        self._batched = range(len(parameters), len(inputs))
        self._graph = CompiledGraph(outputs, inputs)
        self._functions: dict[tuple[str, bool], Callable[..., Any]] = {}
        computed = [node for node in self._graph.recorded if node.op is not None]
        self._length = max(LEAST_ROWS, PIECE // max(1, len(computed)))
        guards = dict.fromkeys(
            [(g.left, g.symbol, g.right, g.outcome) for g in watch.guards]
        )
        self._guards = [(symbol, outcome) for _, symbol, _, outcome in guards]
        sides = [x for left, _, right, _ in guards for x in (left, right)]
        self._sides = CompiledGraph(
            [x if isinstance(x, Value) else Value(x) for x in sides],
            inputs,
            keeps_order=True,
        )
        self.is_settled: bool = set(parameters).isdisjoint(
            topological_order(*self._sides.outputs)
        )
        self._are_exact = [
            all(
                node.op is None or node.op.name in EXACT
                for side in sides[i : i + 2]
                if isinstance(side, Value)
                for node in topological_order(side)
            )
            for i in range(0, len(sides), 2)
        ]

    def holds(self, p: Any, x: Any) -> Any:
        """Say for which rows all comparisons are what they were; None for all of them.

        Where one is too close to call, for another order of a sum could turn it, the
        answer is no.

        Args:
            p: The numbers of the parameters, as a column.
            x: Those of the rows, one in each column, without masks.
        """
        if not self._guards:
            return None
        import numpy

        # No comparison asks for a mask.
        count = x.shape[1]
        masks = numpy.zeros((count, len(self.draws)))
        x = self._with_masks(x, masks)
        function = self._sides.on_arrays("numpy", self._batched, "")
        is_defined = True
        try:
            with numpy.errstate(all="raise", under="ignore"):
                sides = function(p, x)
        except FloatingPointError:
            is_defined = False
        with numpy.errstate(all="ignore"):
            if not is_defined:
                sides = function(p, x)
            hold = numpy.ones((1, count), dtype=bool)
            for i, (symbol, outcome) in enumerate(self._guards):
                left, right = sides[2 * i], sides[2 * i + 1]
                hold &= getattr(operator, symbol)(left, right) == outcome
                if not self._are_exact[i]:
                    size = numpy.maximum(abs(left), abs(right))
                    hold &= ~(abs(left - right) <= NEAR + CLOSE * size)
        if not is_defined:
            # Where a side is undefined a graph tells of it, or somebody catches that.
            for i in numpy.flatnonzero(hold[0]).tolist():
                try:
                    self._sides.explain_rows(self._batched, p, x[:, i : i + 1])
                except DomainError:
                    hold[0][i] = False
        return hold[0]

    def held_by(self, rows: Rows, places: Sequence[int], p: Any) -> list[bool]:
        """Say which rows of its shape go this way; see `holds`."""
        if not self._guards:
            return [True] * len(places)
        if self.is_settled:
            found = self._settled(rows, p)[0][list(places)]
        else:
            found = self.holds(p, rows.columns(places))
        return [bool(is_held) for is_held in found]

    def is_of_all(self, rows: Rows, p: Any) -> bool:
        """Say whether all rows, which are of its shape, go this way for good."""
        if not self._guards:
            return True
        return self.is_settled and self._settled(rows, p)[1]

    def _settled(self, rows: Rows, p: Any) -> tuple[Any, bool]:
        # Which rows go this way, and whether all do: asked once, and kept with them.
        if self not in rows.held:
            import numpy

            alike = rows.of_shape(self.shape)
            held = numpy.zeros(len(rows), dtype=bool)
            held[alike] = self.holds(p, rows.columns(alike))
            rows.held[self] = held, bool(held.all())
        return rows.held[self]

    def inputs(self, rows: Rows, places: Sequence[int], masks: Any = None) -> Any:
        """Return what it is run on: for each row a column of numbers and masks.

        Args:
            rows: All rows.
            places: Which of them are wanted.
            masks: For each of these its masks, if it draws any.
        """
        return self._with_masks(rows.columns(places), masks)

    def _with_masks(self, x: Any, masks: Any) -> Any:
        if not self.draws:
            return x
        import numpy

        return numpy.concatenate([x, numpy.array(masks).T])

    def run(self, p: Any, x: Any, weight: float | None) -> tuple[Any, Any]:
        """Return the outputs for many rows, and the gradient of the first.

        Args:
            p: The numbers of the parameters, as a column.
            x: Those of the rows; see `inputs`.
            weight: What each row's first output counts with in the gradient; None for
                no gradient.

        Returns:
            An array of shape (outputs, rows), and one with a number for each parameter,
            or None.

        Raises:
            DomainError: If an operator is undefined in a row.
        """
        import numpy

        function = self.function("numpy", gradient=weight is not None)
        outputs = []
        slopes = None
        for start in range(0, x.shape[1], self._length):
            piece = numpy.ascontiguousarray(x[:, start : start + self._length])
            arguments = (p, piece) if weight is None else (p, piece, weight)
            results = self._graph.watched(function, self._batched, arguments, start)
            if weight is not None:
                slope = results.pop()
                if slope is not None:
                    with numpy.errstate(all="ignore"):
                        slopes = slope if slopes is None else slopes + slope
            outputs.append(_stacked(results, piece.shape[1]))
        slopes = None if slopes is None else slopes.ravel()
        if len(outputs) == 1:
            return outputs[0], slopes
        return numpy.concatenate(outputs, axis=1), slopes

    def function(self, world: str, *, gradient: bool) -> Callable[..., Any]:
        """Return the function on arrays that `run` calls; see `Recording.function`."""
        key = world, gradient
        if key not in self._functions:
            self._functions[key] = self._graph.on_arrays(
                world, self._batched, "shared" if gradient else ""
            )
        return self._functions[key]


def _stacked(results: Sequence[Any], count: int) -> Any:
    import numpy

    # An output that no row reaches is the same for all of them.
    columns = [
        z if z.shape[1] == count else numpy.broadcast_to(z, (1, count)) for z in results
    ]
    return columns[0] if len(columns) == 1 else numpy.concatenate(columns)


def inputs_of(parameters: Sequence[Value], watch: Watch) -> list[Value]:
    """Return the leaves that a watched call is a function of."""
    masks = [mask for mask, _ in watch.draws]
    return [*parameters, *watch.leaves, *masks]


def key_of(
    outputs: Sequence[Value], parameters: Sequence[Value], watch: Watch
) -> list[Any]:
    """Return what is the same for calls that compute the same, to the last bit."""
    inputs = inputs_of(parameters, watch)
    place: dict[Any, int] = {node: i for i, node in enumerate(inputs)}
    sides = [node for g in watch.guards for node in (g.left, g.right)]
    roots = [*outputs, *[node for node in sides if isinstance(node, Value)]]
    key: list[Any] = [len(inputs), [id(layer) for _, layer in watch.draws]]
    for node in topological_order(*roots):
        if node in place:
            continue
        place[node] = len(place)
        if node.op is None:
            key.append(repr(node.data))
        else:
            operands = tuple([place[parent] for parent in node.parents])
            key.append((node.op.name, node.op.parameters, operands))
    key.append([place[node] for node in outputs])
    for guard in watch.guards:
        left, right = [place.get(x, repr(x)) for x in (guard.left, guard.right)]
        key.append((left, guard.symbol, right, guard.outcome))
    return key
