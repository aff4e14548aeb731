"""One step of training by replay: the graph of a row is recorded once, for all rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.metrics import accuracy
from tinygrad_edu.ranges import written
from tinygrad_edu.replay.calls import RANDOM
from tinygrad_edu.replay.draws import draws_otherwise
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.prepared import NotReplayableError, Rows, need_numpy
from tinygrad_edu.replay.reach import Reach
from tinygrad_edu.replay.rows import RowFunction
from tinygrad_edu.replay.watch import HERE
from tinygrad_edu.training.arguments import is_own
from tinygrad_edu.training.arrays import Arrays, moves_arrays
from tinygrad_edu.training.forms import Place, Places, filled, form_of
from tinygrad_edu.training.step import Data, Row, Trainer

#: While one thread learns, no other moves what may be the same parameters.
TURN = threading.RLock()

CHANGES = "what the model or the loss reaches changes between steps"

OTHERS = "the optimiser was given other parameters to move"


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
        need_numpy()
        if draws_otherwise(trainer.model, learning=True):
            raise NotReplayableError(RANDOM)
        self._trainer = trainer
        self._insist = insist
        self._data = data
        parameters = list(trainer.optimiser.parameters)
        self._parameters = parameters
        self._arrays = Arrays(trainer) if moves_arrays(trainer.optimiser) else None
        numbers = self._arrays or Numbers(parameters)
        self.learning: RowFunction = self._function(numbers, data.rows)
        self.measuring: RowFunction | None = None
        if data.unseen:
            self.measuring = self._function(numbers, data.unseen)
        metric = [] if trainer.metric is None else [trainer.metric]
        self._metric_looks = not Reach(metric).values.keys().isdisjoint(parameters)
        # Who is called in each step may change what a recording takes for granted.
        self._is_open = self._arrays is None or is_own(trainer.metric)
        self._reach: Reach | None = None
        self._copy: Any = None
        self.epochs: int = 0
        self.refused_after: int | None = None
        self.told: tuple[str, str] | None = None

    def can(self, *, learn: bool) -> bool:
        """Say whether batches are replayed, to learn from or to be measured."""
        function = self.learning if learn else self.measuring
        return function is not None and function.refusal is None

    def begin_epoch(self, epochs: int, *, is_open: bool) -> None:
        """Look for what has changed since the last epoch; see `Replay`."""
        self.epochs = epochs
        if not is_open and not self._is_open:
            return
        if self._trainer.optimiser.parameters != self._parameters:
            self.learning.refusal = OTHERS
            self.refused_after = epochs
            if self._insist:
                raise NotReplayableError(OTHERS)
        rows = self._data.rows, self._data.unseen
        if self._copy is not None and self._copy != rows:
            self.learning.rows = self._prepared(rows[0])
            if self.measuring is not None:
                self.measuring.rows = self._prepared(rows[1])
            self._copy = None
        if self._copy is None:
            self._copy = _copied(rows)
        if self._reach is None or self._reach.has_changed():
            trainer = self._trainer
            self._reach = Reach(
                [trainer.model, trainer.loss], trainer.optimiser.parameters
            )
            if epochs:
                self.learning.doubt()
                if self.measuring is not None:
                    self.measuring.doubt()
        # What a callback may change in a place that nobody looks at.
        self.learning.sample()
        if self.measuring is not None:
            self.measuring.sample()

    def measure(self) -> tuple[float, list[float]]:
        """Return the mean loss of the unseen rows, and the metric of each."""
        assert self.measuring is not None
        unseen = self._data.unseen
        try:
            places = range(len(unseen))
            return self._run(self.measuring, unseen, places, gradient=False)[:2]
        finally:
            self.release()

    def differentiate(self, places: Sequence[int]) -> tuple[float, list[float], Any]:
        """Return these of some rows, and the gradient of their mean loss."""
        self._look()
        return self._run(self.learning, self._data.rows, places, gradient=True)

    def _look(self) -> None:
        if self._is_open and self._reach is not None and self._reach.has_changed():
            self.learning.give_up(CHANGES)
            if self._insist:
                raise NotReplayableError(CHANGES)

    def move(self, loss: float, slopes: Any) -> tuple[float, dict[str, float]] | None:
        """Take a step on arrays, if they hold the numbers; see `Arrays.move`."""
        if self._arrays is None or self.learning.refusal is not None:
            # From now on graphs look at the Values.
            self.release()
            return None
        return self._arrays.move(loss, slopes)

    def release(self) -> None:
        """Let the parameters and the optimiser hold their numbers again."""
        if self._arrays is not None:
            self._arrays.release()

    def _run(
        self,
        function: RowFunction,
        rows: Sequence[Row],
        places: Sequence[int],
        *,
        gradient: bool,
    ) -> tuple[float, list[float], Any]:
        answers = function(places, gradient=gradient)
        scores = self._scores(answers.outputs, answers.forms, rows, places)
        if function.refusal is not None:
            if self._insist:
                raise NotReplayableError(function.refusal)
            if function is self.learning:
                self.refused_after = self.epochs
        return answers.mean, scores, answers.slopes

    def _scores(
        self, outputs: Any, forms: list[Any], rows: Sequence[Row], places: Sequence[int]
    ) -> list[Any]:
        metric = self._trainer.metric
        if metric is None:
            return []
        targets = [rows[i][1] for i in places]
        if self._metric_looks:
            self.release()
        if not isinstance(outputs, list):
            if metric is accuracy:
                scores = accuracies(outputs, forms[0], targets)
                if scores is not None:
                    return scores
            outputs = outputs.tolist()
        # The package's own asks for no more than numbers.
        leaf: Callable[[float], Any] = float if metric is accuracy else Value
        return [
            form.score
            if isinstance(form, Scored)
            else self._trainer.score(filled(form, numbers, leaf), target)
            for numbers, form, target in zip(outputs, forms, targets)
        ]

    def _function(self, numbers: Numbers, rows: Sequence[Row]) -> RowFunction:
        keepers = [self._trainer.model, self._trainer.loss]
        return RowFunction(self._compute, numbers, self._prepared(rows), keepers)

    def _prepared(self, rows: Sequence[Row]) -> Rows:
        return Rows(
            rows,
            targets=[written(target) for _, target in rows],
            places=[self._data.places[id(row)] for row in rows],
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


def accuracies(outputs: Any, form: Any, targets: Sequence[Any]) -> list[float] | None:
    """Return the `accuracy` of each row; None unless each target is a plain class.

    Args:
        outputs: An array with a row of numbers for each row.
        form: Where in it the model's outputs are.
        targets: Those of the rows.
    """
    kinds = set(map(type, targets))
    if isinstance(form, Place) and kinds <= {int, float}:
        # One number says yes or no.
        found = (outputs[:, form.position] > 0.0).tolist()
        return [float(yes == (target > 0)) for yes, target in zip(found, targets)]
    if not isinstance(form, Places) or kinds != {int}:
        return None
    if min(targets) < 0 or max(targets) >= form.end - form.first:
        return None
    found = outputs[:, form.first : form.end].argmax(axis=1).tolist()
    return [float(k == target) for k, target in zip(found, targets)]


def _copied(part: Any) -> Any:
    # Of nested lists; numbers are kept as they are, so that they compare fast.
    if isinstance(part, (list, tuple)):
        return type(part)([_copied(inner) for inner in part])
    return part
