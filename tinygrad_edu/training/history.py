"""What a training was like, epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tinygrad_edu.elsewhere.attributes import MetOnHistory


class Report(NamedTuple):
    """What a step saw before it moved: means over its rows, and gradient norms."""

    rows: int
    loss: float
    metric: float | None
    gradient_norms: dict[str, float]


class History(MetOnHistory):
    """What `fit` saw: lists with one number for each complete epoch.

    Attributes:
        losses: The mean loss over the rows while it was learning, with regularisation.
        metrics: The mean metric over the rows while it was learning, if one was given.
        validation_losses: The mean loss over the validation rows after the epoch,
            without regularisation, if there are such rows.
        validation_metrics: The mean metric over the validation rows, likewise.
        gradient_norms: For each layer (the first part of its parameters' names) the L2
            norm ‖g‖ of its gradient, before clipping, averaged over the epoch's steps.
        learning_rates: The learning rate.
        best_epoch: The epoch, counted from 1, of the lowest validation loss, from which
            early stopping took the parameters; otherwise None.
        interrupted: Did Ctrl-C end the training?
        engine: "replay", or "eager" and why it was not replayed.
        engine_note: The same in whole sentences: what ran as graphs, and which line of
            whose code is the reason.
    """

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.metrics: list[float] = []
        self.validation_losses: list[float] = []
        self.validation_metrics: list[float] = []
        self.gradient_norms: dict[str, list[float]] = {}
        self.learning_rates: list[float] = []
        self.best_epoch: int | None = None
        self.interrupted = False
        self.engine = "eager"
        self.engine_note = "Each row ran as a graph of its own."

    def add(
        self,
        reports: Sequence[Report],
        learning_rate: float,
        measures: tuple[float, float | None] | None,
    ) -> None:
        """Add an epoch: its steps, and the loss and metric of the validation rows."""
        count = sum(report.rows for report in reports)
        self.losses.append(sum(step.loss * step.rows for step in reports) / count)
        scores = [
            step.metric * step.rows for step in reports if step.metric is not None
        ]
        if scores:
            self.metrics.append(sum(scores) / count)
        if measures is not None:
            loss, score = measures
            self.validation_losses.append(loss)
            if score is not None:
                self.validation_metrics.append(score)
        for layer in reports[0].gradient_norms:
            norms = [step.gradient_norms[layer] for step in reports]
            self.gradient_norms.setdefault(layer, []).append(sum(norms) / len(norms))
        self.learning_rates.append(learning_rate)

    def __repr__(self) -> str:
        if not self.losses:
            return "History(no epochs)"
        first, last = self.losses[0], self.losses[-1]
        text = f"{len(self.losses)} epochs, loss {first:.4g} -> {last:.4g}"
        if self.validation_losses:
            text += f", validation loss {self.validation_losses[-1]:.4g}"
        if self.interrupted:
            text += ", interrupted"
        return f"History({text})"

    def _repr_html_(self) -> str:
        from tinygrad_edu.draw.notebook import history_html

        return history_html(self)
