"""What every training shares: what it needs, the run, and what is reported of it."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from tinygrad_edu.data import Dataset
from tinygrad_edu.nn import MLP, Sequential, accuracy, cross_entropy
from tinygrad_edu.nn.module import Module
from tinygrad_edu.training.fitting import History, fit


class Experiment(NamedTuple):
    """A model, what it learns from, and how to tell what it has learnt.

    Attributes:
        heading: Says how many rows there are, and of what.
        model: What to train.
        inputs: The rows.
        targets: The class of each, or a list of classes.
        score: Returns how good the model is on the rows that were kept unseen.
        unseen: What those are called.
        measure: Returns the loss of all rows, to be told before and after; without
            it, the losses of the first and the last epoch are told.
        examples: Returns what the model does by itself, to be told at the end.
    """

    heading: str
    model: Module
    inputs: Sequence[Any]
    targets: Sequence[Any]
    score: Callable[[], str]
    unseen: str = "Unseen"
    measure: Callable[[], float] | None = None
    examples: Callable[[], str] | None = None


def classification(
    model: MLP | Sequential, train: Dataset, test: Dataset
) -> Experiment:
    """Return an experiment whose score counts the unseen rows that are got right."""
    heading = f"{len(train)} rows to learn from, and {len(test)} kept unseen"

    def score() -> str:
        rows = zip(test.features, test.targets)
        right = sum(int(accuracy(model(x), target)) for x, target in rows)
        return f"{right} of {len(test)} right, {100 * right / len(test):.1f} %"

    return Experiment(heading, model, train.features, train.targets, score)


def carry_out(
    experiment: Experiment,
    options: argparse.Namespace,
    callbacks: Iterable[Callable[[int, History], object]] = (),
) -> History:
    """Train on the cross-entropy as the options say, and report.

    Raises:
        TrainingError: If the loss explodes.
    """
    print(f"{experiment.heading}\n{experiment.model}", flush=True)
    before = experiment.measure() if experiment.measure else 0.0
    start = time.perf_counter()
    history = fit(
        experiment.model,
        experiment.inputs,
        experiment.targets,
        loss=cross_entropy,
        epochs=options.epochs,
        batch_size=options.batch_size,
        optimiser=options.optimiser,
        learning_rate=options.learning_rate,
        l2=options.l2,
        seed=options.seed,
        progress=not options.quiet,
        callbacks=callbacks,
    )
    seconds = time.perf_counter() - start
    experiment.model.eval()
    if not history.losses:
        print("Interrupted in the first epoch.")
        return history
    first, last = history.losses[0], history.losses[-1]
    losses = f"{first:.4f} in the first epoch, {last:.4f} in the last"
    if experiment.measure:
        losses = f"{before:.4f} before, {experiment.measure():.4f} after"
    print(
        f"Engine           {history.engine}\n"
        f"Epochs           {len(history.losses)}, in {seconds:.1f} s\n"
        f"Training loss    {losses}\n"
        f"{experiment.unseen:<16} {experiment.score()}"
    )
    return history
