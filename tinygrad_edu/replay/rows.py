"""What is computed of one row, recorded and run over many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

from tinygrad_edu.engine.value import Value
from tinygrad_edu.replay.compiled import CompiledGraph

#: A piece of the batch has about so many numbers, which stay in a processor's cache.
PIECE = 200_000

#: So many rows are computed eagerly too, to see that all have the same graph.
SAMPLE = 16

#: A replay adds in another order; further off than this, it is another function.
TOLERANCE = 1e-9


class NotReplayableError(ValueError):
    """A model cannot be replayed; the message says why."""


class RowFunction:
    """A function of a row whose graph is the same for all rows.

    Args:
        compute: Called with the parts of a row, numbers or nested lists of them,
            returns Values.
        parameters: The Values that all rows share.
        rows: The rows that it is to be used for, each a tuple of parts.

    Raises:
        NotReplayableError: If NumPy is missing, a row is no numbers, or the rows differ
            in shape.
    """

    def __init__(
        self,
        compute: Callable[..., list[Value]],
        parameters: Sequence[Value],
        rows: Sequence[tuple[Any, ...]],
    ) -> None:
        try:
            import numpy
        except ImportError:
            raise NotReplayableError(
                "NumPy is not installed (pip install numpy)"
            ) from None
        self._numpy = numpy
        self.parameters: list[Value] = list(parameters)
        self.width: int = len(flat(rows[0]))
        if any(_shape(row) != _shape(rows[0]) for row in rows):
            raise NotReplayableError("the rows differ in shape")
        leaves: list[Value] = []
        symbolic = _with_leaves(rows[0], leaves)
        try:
            outputs = compute(*symbolic)
        except (TypeError, ValueError, AttributeError, IndexError) as error:
            raise NotReplayableError(
                f"the model or the loss asks for plain numbers: {error}"
            ) from None
        if not all(isinstance(node, Value) for node in outputs):
            raise NotReplayableError("the model gives plain numbers")
        self._graph = CompiledGraph(outputs, [*self.parameters, *leaves])
        count = len(self.parameters)
        self._batched = range(count, count + self.width)

    def __call__(
        self, rows: Sequence[list[float]], *, gradient: bool = False
    ) -> tuple[Any, Any]:
        """Return the outputs for many rows, and the gradient of the mean of the first.

        Args:
            rows: The numbers of each row, as `flat` gives them.
            gradient: Whether to compute it.

        Returns:
            An array of shape (outputs, rows), and one with a number for each parameter,
            or None.

        Raises:
            DomainError: If an operator is undefined in a row.
        """
        numpy = self._numpy
        x = numpy.array(rows, dtype=float).T
        p = None
        if self.parameters:
            p = numpy.array([[parameter.data] for parameter in self.parameters])
        outputs = []
        slopes = numpy.zeros(len(self.parameters)) if gradient else None
        function = self._graph.on_arrays(
            "numpy", self._batched, "shared" if gradient else ""
        )
        length = max(16, PIECE // len(self._graph.recorded))
        for start in range(0, len(rows), length):
            piece = numpy.ascontiguousarray(x[:, start : start + length])
            arguments = (p, piece, 1.0 / len(rows)) if gradient else (p, piece)
            results = self._graph.watched(function, self._batched, arguments, start)
            if gradient:
                slope = results.pop()
                if slope is not None:
                    with numpy.errstate(all="ignore"):
                        slopes += slope[:, 0]
            shape = (1, piece.shape[1])
            columns = [numpy.broadcast_to(z, shape) for z in results]
            outputs.append(numpy.concatenate(columns))
        return numpy.concatenate(outputs, axis=1), slopes

    def check(
        self, rows: Sequence[list[float]], outputs: Sequence[Sequence[Value]]
    ) -> None:
        """Compare the outputs for some rows with those that their own graphs give.

        Raises:
            NotReplayableError: If they are not the same.
        """
        wanted = [[value.data for value in row] for row in outputs]
        found, _ = self(rows)
        if not self._numpy.allclose(
            wanted, found.T, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True
        ):
            raise NotReplayableError(
                "the graph changes with the row, by chance or in the course of training"
            )


def _shape(part: Any) -> Any:
    if isinstance(part, (list, tuple)):
        return [_shape(inner) for inner in part]
    if type(part) is not float and not isinstance(part, Real):
        raise NotReplayableError(f"a row holds {part!r:.40}, which is no number")
    return None


def sampled(rows: Sequence[Any]) -> list[Any]:
    """Return up to `SAMPLE` of the rows, evenly spaced.

    >>> sampled(range(32))
    [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]
    """
    count = min(SAMPLE, len(rows))
    return [rows[i * len(rows) // count] for i in range(count)]


def flat(part: Any) -> list[float]:
    """Return the numbers in a row, however deep its lists are nested, as one list.

    >>> flat(([1.0, [2.0, 3.0]], 4.0))
    [1.0, 2.0, 3.0, 4.0]
    """
    if not isinstance(part, (list, tuple)):
        return [part]
    return [number for inner in part for number in flat(inner)]


def _with_leaves(part: Any, leaves: list[Value]) -> Any:
    # The same lists, with a new leaf in place of each number.
    if isinstance(part, (list, tuple)):
        return [_with_leaves(inner, leaves) for inner in part]
    leaves.append(Value(part))
    return leaves[-1]
