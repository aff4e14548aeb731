"""The training loop: in every epoch, batch by batch, forward, backward and a step."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import TrainingError
from tinygrad_edu.nn.losses import LossName, find_loss, mse
from tinygrad_edu.nn.metrics import MetricName, find_metric
from tinygrad_edu.nn.module import Module
from tinygrad_edu.optim import Optimiser
from tinygrad_edu.optim.schedules import Schedule
from tinygrad_edu.randomness import Seed, random_source, shuffle
from tinygrad_edu.ranges import check_flag, check_number
from tinygrad_edu.speech import say
from tinygrad_edu.training.arguments import (
    OPTIMISERS,
    OptimiserName,
    as_callbacks,
    as_optimiser,
    as_schedule,
    check_functions,
    check_numbers,
    check_validation,
    is_own,
    paired,
    split_rows,
    validation_rows,
)
from tinygrad_edu.training.early_stopping import EarlyStopping
from tinygrad_edu.training.history import History, Report
from tinygrad_edu.training.modes import Modes
from tinygrad_edu.training.progress import progress_bar, write_line
from tinygrad_edu.training.replaying import (
    Engine,
    FloatName,
    begin_engine,
    find_engine,
    tell,
    turn_of,
)
from tinygrad_edu.training.step import Loss, Metric, Row, Trainer

__all__ = ["OPTIMISERS", "History", "fit"]


@takes_foreign_keywords
def fit(
    model: Module,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    *,
    loss: LossName | Loss = mse,
    epochs: int = 100,
    batch_size: int = 16,
    learning_rate: float | Schedule | None = None,
    l2: float = 0.0,
    seed: Seed = None,
    progress: bool = True,
    callbacks: Iterable[Callable[[int, History], object]] = (),
    l1: float = 0.0,
    optimiser: OptimiserName | Optimiser | Callable[[list[Value]], Optimiser] = "sgd",
    metric: MetricName | Metric | None = None,
    validation: tuple[Sequence[Any], Sequence[Any]] | None = None,
    validation_fraction: float = 0.0,
    patience: int | None = None,
    clip_norm: float | None = None,
    engine: Engine = "auto",
    dtype: FloatName = "float64",
) -> History:
    """Train a model by stochastic gradient descent, and return how the loss went.

    For each batch B of rows, every parameter p moves by -η·∂L/∂p (or as another
    optimiser prescribes), where

        L = (1/|B|) Σ loss(model(x), t) + λ₁ Σ |p| + λ₂ Σ p²

    The model is in the mode of `train()` while it learns and in that of `eval()` for
    validation and callbacks; at the end it has its own mode again.

    A replay holds the parameters in arrays while an epoch runs. Before validation and
    callbacks, and whenever it ends, the Values have their numbers and gradients again.

    Ctrl-C ends the training and not the program: the model keeps what it has learnt
    up to the last complete step, and the history says that it was `interrupted`.

    Args:
        model: A module that is called with one row of inputs.
        inputs: The rows; an array of NumPy is taken as lists of numbers.
        targets: What the loss compares each row's output with.
        loss: A loss of one output and one target, such as `cross_entropy`, or its
            name.
        epochs: The number of passes over all rows, at least 1.
        batch_size: How many rows a step looks at, at least 1.
        learning_rate: η > 0, or a schedule such as `cosine(0.1, epochs)`, which is
            asked once an epoch. By default that of the optimiser: 0.1 for SGD.
        l2: λ₂ >= 0, the coefficient of the L2 regularisation.
        seed: The seed of the order of the rows and of the choice of validation rows.
        progress: Show a progress bar, by tqdm where it is installed; ten lines at most
            where nobody watches.
        callbacks: Each is called after every epoch, as callback(epoch, history), with
            the epochs counted from 1. One that returns True ends the training.
        l1: λ₁ >= 0, the coefficient of the L1 regularisation.
        optimiser: "sgd", "adam", "adamw"; an optimiser; or what makes one of the
            parameters, such as `partial(SGD, momentum=0.9)`.
        metric: Another measure of one output and one target, such as `accuracy`, or
            its name.
        validation: Inputs and targets that are measured after every epoch, and never
            learnt from.
        validation_fraction: Which part of the rows to keep for that, drawn by the seed.
        patience: Stop once the validation loss has not been lower for so many epochs.
            At the end the parameters are those of the best epoch.
        clip_norm: The largest norm that the gradient of a step may have.
        engine: "eager" builds a graph for each row; "replay" records those of a few
            rows and runs them again on arrays, by NumPy, each for the rows that go the
            same way; "auto" replays where that is known to give the same; "jax" lets
            JAX compile the whole step, for all devices that it sees, where all rows
            go one way. The history says which one ran, and why.
        dtype: The floats that JAX computes with, "float64" or "float32".

    Raises:
        ShapeError: If there are not as many targets as rows.
        DomainError: If an operator of the model or the loss is undefined for a row.
        TrainingError: If the loss or a parameter would become infinite or nan.
        TypeError: If the optimiser is not one, the loss does not return a Value, or
            an argument is of another type than it says.
        ValueError: If an argument is outside its range, there are no rows, or a replay
            is asked for and cannot be had, or cannot go on: a `NotReplayableError`.
        ImportError: If JAX is asked for and is not installed.

    >>> from tinygrad_edu.nn import MLP
    >>> model = MLP(1, [1], seed=0)
    >>> history = fit(model, [[0.0], [1.0]], [1.0, 3.0], seed=0, progress=False)
    >>> f"{model([2.0]):.1f}"
    '5.0'
    """
    check_functions(model, loss, metric)
    check_flag("progress", progress)
    callbacks = as_callbacks(callbacks)
    rows = paired(inputs, targets, "to learn from")
    unseen = validation_rows(validation)
    check_numbers(epochs, batch_size, l1, l2, clip_norm)
    engine, dtype = find_engine(engine, dtype)
    check_validation(len(rows), unseen, validation_fraction, patience)
    schedule = as_schedule(learning_rate)
    optimiser = as_optimiser(optimiser, model)
    trainer = Trainer(
        model,
        optimiser,
        find_loss(loss),
        metric=find_metric(metric),
        l1=l1,
        l2=l2,
        clip_norm=clip_norm,
    )
    stopping = EarlyStopping(optimiser.parameters, patience) if patience else None
    source = random_source(seed)
    data = split_rows(rows, unseen, validation_fraction, source)
    rows, unseen, _ = data
    order = list(range(len(rows)))
    history = History()
    # Whoever is called between epochs may change what a recording takes for granted.
    others = schedule, type(optimiser), trainer.metric
    is_open = bool(callbacks) or any(map(is_own, others))
    epoch = 0
    try:
        begin_engine(trainer, data, engine, history, batch_size=batch_size, dtype=dtype)
        with Modes(model) as modes, progress_bar(epochs, progress) as bar:
            for epoch in range(1, epochs + 1):
                if schedule is not None:
                    optimiser.learning_rate = _rate_of_epoch(schedule, epoch)
                with turn_of(trainer):
                    # Within it, for without a seed all threads draw from one source.
                    shuffle(source, order)
                    modes.switch(learning=True)
                    batches = [
                        order[start : start + batch_size]
                        for start in range(0, len(order), batch_size)
                    ]
                    reports = _learn(trainer, rows, batches, epoch, is_open=is_open)
                    modes.switch(learning=False)
                    measures = trainer.evaluate(unseen) if unseen else None
                history.add(reports, optimiser.learning_rate, measures)
                if callbacks:
                    tell(trainer, history)
                bar.set_postfix_str(_postfix(history))
                bar.update(1)
                answers = [callback(epoch, history) for callback in callbacks]
                if stopping is not None:
                    stopping.see(epoch, history.validation_losses[-1])
                    answers.append(stopping.is_due(epoch))
                if any(answer is True for answer in answers):
                    break
        if stopping is not None:
            stopping.restore()
            history.best_epoch = stopping.best_epoch
    except KeyboardInterrupt:
        _end_early(history, epoch, optimiser.steps)
    tell(trainer, history)
    return history


def _end_early(history: History, epoch: int, steps: int) -> None:
    history.interrupted = True
    words = say(
        "Interrupted in epoch {epoch}, after {count} steps: the model keeps what it "
        "has learnt.",
        epoch=epoch,
        count=steps,
    )
    write_line(words)


def _learn(
    trainer: Trainer,
    rows: list[Row],
    batches: list[list[int]],
    epoch: int,
    *,
    is_open: bool,
) -> list[Report]:
    reports = []
    if trainer.replay is not None:
        trainer.replay.begin_epoch(epoch - 1, is_open=is_open)
    try:
        for batch in batches:
            report = trainer.step(rows, batch)
            reports.append(report)
            if not math.isfinite(report.loss):
                step = (epoch - 1) * len(batches) + len(reports)
                rate = trainer.optimiser.learning_rate
                raise TrainingError(
                    not_finite_words(report.loss, epoch, len(reports), step, rate)
                )
    finally:
        # Whoever comes next looks at the parameters, also after Ctrl-C.
        if trainer.replay is not None:
            trainer.replay.release()
    return reports


def not_finite_words(
    loss: object, epoch: object, batch: object, step: object, rate: object
) -> str:
    """Return why a training stops at a loss that is no number, or infinite."""
    return (
        f"The loss became {loss} in epoch {epoch}, batch {batch} (step {step}), with "
        f"the learning rate {rate}; the parameters are those before that step. Most "
        "often the learning rate is too large: try a tenth of it. Otherwise look for "
        "features that are not standardised, or for nan in the data."
    )


def _postfix(history: History) -> str:
    text = say("loss {loss:.4f}", loss=history.losses[-1])
    if history.validation_losses:
        loss = history.validation_losses[-1]
        other = say("validation loss {loss:.4f}", loss=loss)
        text = say("{one}, {other}", one=text, other=other)
    return text


def _rate_of_epoch(schedule: Schedule, epoch: int) -> float:
    rate = schedule(epoch - 1)
    check_number(f"The learning rate of epoch {epoch}", rate, 0.0)
    return rate
