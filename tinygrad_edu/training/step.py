"""One step of training: forward, loss, backward, move."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from tinygrad_edu.engine.collector import with_collector_paused
from tinygrad_edu.engine.functions import dot, mean, total
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.module import Module
from tinygrad_edu.optim import Optimiser, clip_gradients
from tinygrad_edu.optim.clipping import gradient_norm
from tinygrad_edu.training.history import Report

if TYPE_CHECKING:
    from tinygrad_edu.replay.rows import RowFunction
else:
    # For `typing.get_type_hints`, when a program runs: the replay loads when used.
    RowFunction = Any

#: The inputs of a row and its target.
Row: TypeAlias = tuple[Any, Any]

#: loss(output, target) is a Value to walk back from.
Loss: TypeAlias = Callable[[Any, Any], Value]

#: metric(output, target) is a number for one row.
Metric: TypeAlias = Callable[[Any, Any], Any]


class Data(NamedTuple):
    """The rows of a training.

    Attributes:
        rows: Those to learn from.
        unseen: Those to measure after each epoch.
        places: Where in the data of the caller each of them stands, by its `id`.
    """

    rows: list[Row]
    unseen: list[Row]
    places: dict[int, int]


class Replay(Protocol):
    """What measures a batch mostly without graphs, in place of the trainer.

    Attributes:
        learning: What replays the rows while the model learns.
        measuring: What replays them while it is measured, or None.
        epochs: How many epochs are complete.
        refused_after: How many were so when all rows began to run as graphs.
        told: What a history is told, if that is known before: the engine and a note.
    """

    learning: RowFunction
    measuring: RowFunction | None
    epochs: int
    refused_after: int | None
    told: tuple[str, str] | None

    def can(self, *, learn: bool) -> bool:
        """Say whether batches are replayed, to learn from or to be measured."""

    def begin_epoch(self, epochs: int, *, is_open: bool) -> None:
        """Compare recordings with graphs again, if anything may have changed.

        Args:
            epochs: How many are complete.
            is_open: Whether anybody is called between epochs who could change what a
                recording takes for granted.
        """

    def measure(self) -> tuple[float, list[float]]:
        """Return the mean loss of the unseen rows, and the metric of each."""

    def differentiate(self, places: Sequence[int]) -> tuple[float, list[float], Any]:
        """Return these of some rows, and the gradient of their mean loss.

        Args:
            places: Which of the rows to learn from.
        """

    def move(self, loss: float, slopes: Any) -> tuple[float, dict[str, float]] | None:
        """Take a step on arrays; None if the Values must take it."""

    def release(self) -> None:
        """Let the parameters and the optimiser hold their numbers again."""


class Trainer:
    """All that a step of training needs to know.

    For a batch B of rows, the optimiser follows the gradient of

        L = (1/|B|) Σ loss(model(x), t) + λ₁ Σ |p| + λ₂ Σ p²

    Args:
        model: What is called with one row of inputs.
        optimiser: What moves its parameters.
        loss: A loss of one output and one target.
        metric: Another measure of them, of which no gradient is taken.
        l1: λ₁ >= 0.
        l2: λ₂ >= 0.
        clip_norm: The largest norm that the gradient may keep, or None.
    """

    def __init__(
        self,
        model: Any,
        optimiser: Optimiser,
        loss: Loss,
        *,
        metric: Metric | None = None,
        l1: float = 0.0,
        l2: float = 0.0,
        clip_norm: float | None = None,
    ) -> None:
        self.model = model
        self.optimiser = optimiser
        self.loss = loss
        self.metric = metric
        self.l1 = l1
        self.l2 = l2
        self.clip_norm = clip_norm
        self.layers: list[tuple[str, list[Value]]] = _layers(model, optimiser)
        self.replay: Replay | None = None

    @with_collector_paused
    def step(self, rows: Sequence[Row], places: Sequence[int]) -> Report:
        """Learn from a batch of rows; from a loss that is not finite nothing is learnt.

        Args:
            rows: All rows to learn from.
            places: Which of them are the batch.

        Raises:
            TrainingError: If a parameter would become infinite or nan.
            TypeError: If the loss of a row is not a Value.
        """
        if self.replay is None or not self.replay.can(learn=True):
            losses, scores = self._losses([rows[i] for i in places])
            objective, norms = self._move(mean(losses), [])
        else:
            loss, scores, slopes = self.replay.differentiate(places)
            taken = self.replay.move(loss, slopes)
            objective, norms = taken or self._move(Value(loss), slopes.tolist())
        return Report(len(places), objective, self._mean_score(scores), norms)

    def _losses(self, rows: Sequence[Row]) -> tuple[list[Value], list[float]]:
        losses = []
        scores = []
        for row in rows:
            loss, score = self._measure(row)
            losses.append(loss)
            scores.append(score)
        return losses, scores

    def _move(self, loss: Value, slopes: list[float]) -> tuple[float, dict[str, float]]:
        # The objective and the norms of its gradient; unless it is not finite, the
        # gradient is written, with the slopes that no graph has, and the step taken.
        objective = self.regularised(loss)
        if not math.isfinite(objective.data):
            return objective.data, {}
        self.optimiser.zero_grad()
        objective.backward()
        for parameter, slope in zip(self.optimiser.parameters, slopes):
            parameter.grad += slope
        norms = {name: gradient_norm(part) for name, part in self.layers}
        if self.clip_norm is not None:
            clip_gradients(self.optimiser.parameters, self.clip_norm)
        self.optimiser.step()
        return objective.data, norms

    def evaluate(self, rows: Sequence[Row]) -> tuple[float, float | None]:
        """Return the mean loss and metric of the unseen rows, and learn nothing.

        The graph of a row is freed before the next is built, and no gradient is
        touched.
        """
        if self.replay is not None and self.replay.can(learn=False):
            mean_loss, scores = self.replay.measure()
            return mean_loss, self._mean_score(scores)
        losses, scores = self._measure_all(rows)
        return sum(losses) / len(rows), self._mean_score(scores)

    @with_collector_paused
    def _measure_all(self, rows: Sequence[Row]) -> tuple[list[float], list[float]]:
        losses = []
        scores = []
        for row in rows:
            loss, score = self._measure(row)
            losses.append(loss.data)
            scores.append(score)
            # Otherwise its graph would last while the next one is built.
            del loss
        return losses, scores

    def regularised(self, objective: Value) -> Value:
        """Return a loss with the terms of the regularisation added."""
        parameters = self.optimiser.parameters
        if self.l1:
            objective += self.l1 * total(abs(p) for p in parameters)
        if self.l2:
            objective += self.l2 * dot(parameters, parameters)
        return objective

    def _measure(self, row: Row) -> tuple[Value, float]:
        x, target = row
        output = self.model(x)
        loss = self.loss(output, target)
        if not isinstance(loss, Value):
            raise TypeError(
                f"The loss of a row must be a Value to walk back from, not {loss!r}."
            )
        return loss, self.score(output, target)

    def score(self, output: Any, target: Any) -> float:
        """Return the metric of one output, or 0 where there is none."""
        if self.metric is None:
            return 0.0
        score = self.metric(output, target)
        return score.data if isinstance(score, Value) else float(score)

    def _mean_score(self, scores: list[float]) -> float | None:
        return None if self.metric is None else sum(scores) / len(scores)


def _layers(model: Any, optimiser: Optimiser) -> list[tuple[str, list[Value]]]:
    # The parameters that move, by the first part of their names.
    if isinstance(model, Module):
        named = model.named_parameters()
    else:
        named = [(parameter.label, parameter) for parameter in model.parameters()]
    moving = set(optimiser.parameters)
    layers: dict[str, list[Value]] = {}
    for name, parameter in named:
        if parameter in moving:
            layers.setdefault(name.partition(".")[0], []).append(parameter)
    return list(layers.items())
