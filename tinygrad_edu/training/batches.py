"""One step of training by replay: the graph of a row is recorded once, for all rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tinygrad_edu.engine.value import Value
from tinygrad_edu.replay.batch import NotReplayableError, Row as Prepared
from tinygrad_edu.replay.draws import draws_otherwise
from tinygrad_edu.replay.rows import RANDOM, RowFunction
from tinygrad_edu.replay.watch import HERE
from tinygrad_edu.training.step import Data, Row, Trainer


class Place(NamedTuple):
    """Where among the nodes of a row an output is found."""

    position: int


class Places(NamedTuple):
    """Where among the nodes of a row a list of outputs is found, one after another."""

    first: int
    end: int


class BatchReplay:
    """Measures the rows of a batch as a `Trainer` does; see `Replay`.

    A model may do one thing while it learns and another while it is measured, so each
    has recordings of its own.

    Args:
        trainer: Whose model, loss and metric they are.
        data: The rows.
        insist: Whether to raise the reason rather than to run graphs.

    Raises:
        NotReplayableError: If these rows cannot be replayed.
    """

    def __init__(
        self,
        trainer: Trainer,
        data: Data,
        *,
        insist: bool,
    ) -> None:
        if draws_otherwise(trainer.model, learning=True):
            raise NotReplayableError(RANDOM)
        self._trainer = trainer
        self._insist = insist
        self._places = data.places
        self.learning: RowFunction = self._function(data.rows)
        self.measuring: RowFunction | None = (
            self._function(data.unseen) if data.unseen else None
        )
        # The rows are kept, so that no other can come to have the id of one of them.
        self._kept = [*data.rows, *data.unseen]
        prepared = list(self.learning.rows)
        if self.measuring is not None:
            prepared += self.measuring.rows
        self._prepared = {id(row): one for row, one in zip(self._kept, prepared)}
        self.epochs = 0
        self.refused_after: int | None = None

    def can(self, *, learn: bool) -> bool:
        """Say whether batches are replayed, to learn from or to be measured."""
        function = self.learning if learn else self.measuring
        return function is not None and function.refusal is None

    def doubt(self) -> None:
        """Compare recordings with graphs again, before they are used."""
        self.learning.doubt()
        if self.measuring is not None:
            self.measuring.doubt()

    def measure(self, rows: Sequence[Row]) -> tuple[float, list[float]]:
        """Return the mean loss of the rows, and the metric of each."""
        assert self.measuring is not None
        return self._run(self.measuring, rows, gradient=False)[:2]

    def differentiate(
        self, rows: Sequence[Row]
    ) -> tuple[float, list[float], list[float]]:
        """Return these, and the gradient of the mean loss by each parameter."""
        return self._run(self.learning, rows, gradient=True)

    def _run(
        self, function: RowFunction, rows: Sequence[Row], *, gradient: bool
    ) -> tuple[float, list[float], list[float]]:
        outputs, forms, slopes = function(self.prepared(rows), gradient=gradient)
        losses = [numbers[0] for numbers in outputs]
        scores = self.scores(outputs, forms, rows)
        if function.refusal is not None:
            if self._insist:
                raise NotReplayableError(function.refusal)
            if function is self.learning:
                self.refused_after = self.epochs
        mean = sum(losses) / len(losses)
        return mean, scores, slopes.tolist() if gradient else []

    def prepared(self, rows: Sequence[Row]) -> list[Prepared]:
        """Return the rows as a replay takes them."""
        return [self._prepared[id(row)] for row in rows]

    def scores(
        self, outputs: Sequence[Sequence[float]], forms: list[Any], rows: Sequence[Row]
    ) -> list[float]:
        """Return the metric of each row, of its numbers and their form."""
        if self._trainer.metric is None:
            return []
        return [
            form.score
            if isinstance(form, Scored)
            else self._trainer.score(filled(form, numbers), target)
            for numbers, form, (_, target) in zip(outputs, forms, rows)
        ]

    def _function(self, rows: Sequence[Row]) -> RowFunction:
        trainer = self._trainer
        return RowFunction(
            self._compute,
            trainer.optimiser.parameters,
            rows,
            [trainer.model, trainer.loss],
            targets=[repr(target) for _, target in rows],
            places=[self._places[id(row)] for row in rows],
        )

    def _compute(self, x: Any, target: Any) -> tuple[list[Value], Any]:
        output = self._trainer.model(x)
        loss = self._trainer.loss(output, target)
        if not isinstance(loss, Value):
            raise TypeError(
                f"The loss of a row must be a Value to walk back from, not {loss!r}."
            )
        nodes = [loss]
        if self._trainer.metric is None:
            return nodes, None
        form = form_of(output, nodes)
        if HERE.watch is None:
            # Before the next row is looked at, for that may depend on it.
            form = Scored(self._trainer.score(output, target))
        return nodes, form


class Scored(NamedTuple):
    """The metric of a row that ran as a graph."""

    score: float


def form_of(output: Any, nodes: list[Value]) -> Any:
    """Return nested lists with the places of the Values, which are added to the nodes.

    Whatever else is in them stays; where it could hold Values, no replay is possible.
    """
    if isinstance(output, Value):
        nodes.append(output)
        return Place(len(nodes) - 1)
    if type(output) is list and output and all(isinstance(y, Value) for y in output):
        nodes.extend(output)
        return Places(len(nodes) - len(output), len(nodes))
    if type(output) in (list, tuple):
        return type(output)([form_of(part, nodes) for part in output])
    is_plain = output is None or isinstance(output, (int, float, str))
    if HERE.watch is not None and not is_plain:
        HERE.watch.refuse(f"the model gives a {type(output).__name__}")
    return output


def filled(form: Any, numbers: Sequence[float]) -> Any:
    """Return the lists that `form_of` told, with new leaves in their places."""
    if isinstance(form, Places):
        return list(map(Value, numbers[form.first : form.end]))
    if isinstance(form, Place):
        return Value(numbers[form.position])
    if isinstance(form, (list, tuple)):
        return type(form)([filled(part, numbers) for part in form])
    return form
