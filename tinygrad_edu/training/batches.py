"""One step of training by replay: the graph of a row is recorded once, for all rows."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

from tinygrad_edu.engine.value import Value
from tinygrad_edu.replay.rows import NotReplayableError, RowFunction, flat, sampled
from tinygrad_edu.training.step import Row, Trainer

#: Of so many different targets, each is met when a replay is compared with graphs.
MOST_TARGETS = 50


class BatchReplay:
    """Measures the rows of a batch as a `Trainer` does, without building graphs.

    A class among several is given to the loss as their probabilities, 1 for that class
    and 0 for the others, which `cross_entropy` takes too: so the target is an input.

    Args:
        trainer: Whose model, loss and metric they are.
        rows: The rows that there will be.

    Raises:
        NotReplayableError: If these cannot be replayed.
    """

    def __init__(self, trainer: Trainer, rows: Sequence[Row]) -> None:
        if getattr(trainer.model, "is_random", False):
            raise NotReplayableError("the model draws random numbers for each row")
        self._trainer = trainer
        self._classes = 0
        output = trainer.model(rows[0][0])
        self._is_list = isinstance(output, list)
        if self._is_list and all(isinstance(target, Integral) for _, target in rows):
            self._classes = len(output)
        if self._is_list and not all(isinstance(one, Value) for one in output):
            raise NotReplayableError("the model gives nested lists")
        prepared = [self._prepared(row) for row in rows]
        # The rows are kept, so that no other can come to have the id of one of them.
        self._rows = list(rows)
        self._flat = {id(row): flat(one) for row, one in zip(rows, prepared)}
        self._function = RowFunction(
            self._compute, trainer.optimiser.parameters, prepared
        )

    def check(self, rows: Sequence[Row]) -> None:
        """Compare some rows, and one of each target, with what their own graphs give.

        Raises:
            NotReplayableError: If they are not the same.
        """
        of_each = {repr(row[1]): row for row in reversed(rows)}
        sample = sampled(rows)
        if len(of_each) <= MOST_TARGETS:
            sample += of_each.values()
        self._function.check(
            [self._flat[id(row)] for row in sample],
            [self._compute(*row) for row in sample],
        )

    def measure(self, rows: Sequence[Row]) -> tuple[float, list[float]]:
        """Return the mean loss of the rows, and the metric of each."""
        outputs, _ = self._function([self._flat[id(row)] for row in rows])
        return _mean(outputs[0]), self._scores(outputs, rows)

    def differentiate(
        self, rows: Sequence[Row]
    ) -> tuple[float, list[float], list[float]]:
        """Return these, and the gradient of the mean loss by each parameter."""
        numbers = [self._flat[id(row)] for row in rows]
        outputs, slopes = self._function(numbers, gradient=True)
        return _mean(outputs[0]), self._scores(outputs, rows), slopes.tolist()

    def _scores(self, outputs: Any, rows: Sequence[Row]) -> list[float]:
        if self._trainer.metric is None:
            return []
        answers = [[Value(y) for y in row] for row in outputs[1:].T.tolist()]
        return [
            self._trainer.score(answer if self._is_list else answer[0], target)
            for answer, (_, target) in zip(answers, rows)
        ]

    def _prepared(self, row: Row) -> Row:
        x, target = row
        if not self._classes:
            return row
        if not 0 <= target < self._classes:
            raise NotReplayableError(f"there is no class {target}")
        return x, [float(i == target) for i in range(self._classes)]

    def _compute(self, x: Any, target: Any) -> list[Value]:
        output = self._trainer.model(x)
        loss = self._trainer.loss(output, target)
        if not isinstance(loss, Value):
            raise NotReplayableError("the loss gives no Value")
        return [loss, *(output if self._is_list else [output])]


def _mean(losses: Any) -> float:
    # By floats, which overflow without a warning of NumPy's.
    mean: float = sum(losses.tolist()) / len(losses)
    return mean
