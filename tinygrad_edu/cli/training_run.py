"""What the tasks of `train` share: a file that can be written, a run, a report."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tinygrad_edu.data import Dataset
from tinygrad_edu.nn import accuracy, cross_entropy
from tinygrad_edu.nn.module import Module
from tinygrad_edu.training.fitting import fit


def check_file(path: Path | None) -> None:
    """Refuse a file that could not be written; before a training, not after it.

    Raises:
        OSError: If its folder is not there or cannot be written, or it is no file.
    """
    if path is None:
        return
    if path.exists() and not path.is_file():
        raise OSError(None, "it is there already, and is no file")
    with tempfile.TemporaryFile(dir=path.parent):
        pass


def run_training(
    model: Module,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    options: argparse.Namespace,
    score: Callable[[], str],
) -> None:
    """Train on the cross-entropy as the options say, report, and save the model.

    Args:
        model: What to train.
        inputs: The rows.
        targets: The class of each, or a list of classes.
        options: Its epochs, learning_rate, seed, quiet, and output, a file or None.
        score: Is called at the end, and returns how good the model is on unseen rows.

    Raises:
        OSError: If the file cannot be written.
        TrainingError: If the loss explodes.
    """
    print(model, flush=True)
    start = time.perf_counter()
    history = fit(
        model,
        inputs,
        targets,
        loss=cross_entropy,
        epochs=options.epochs,
        optimiser="adam",
        learning_rate=options.learning_rate,
        seed=options.seed,
        progress=not options.quiet,
    )
    seconds = time.perf_counter() - start
    model.eval()
    print(
        f"Engine           {history.engine}\n"
        f"Epochs           {len(history.losses)}, in {seconds:.1f} s\n"
        f"Training loss    {history.losses[0]:.4f} in the first epoch, "
        f"{history.losses[-1]:.4f} in the last\n"
        f"Unseen           {score()}"
        if history.losses
        else "Interrupted in the first epoch."
    )
    if options.output is not None:
        # Imported here, for only this needs it.
        from tinygrad_edu.saving.files import save

        save(model, options.output)
        print(f"Saved            {options.output}")


def classify(
    model: Any, train: Dataset, test: Dataset, options: argparse.Namespace
) -> None:
    """Train a classifier, and count how many of the unseen rows it gets right.

    Raises:
        OSError: If the file cannot be written.
        TrainingError: If the loss explodes.
    """

    def score() -> str:
        rows = zip(test.features, test.targets)
        right = sum(int(accuracy(model(x), target)) for x, target in rows)
        return f"{right} of {len(test)} right, {100 * right / len(test):.1f} %"

    print(f"{len(train)} rows to learn from, and {len(test)} kept unseen")
    run_training(model, train.features, train.targets, options, score)
