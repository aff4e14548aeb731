"""The main job: train on Iris, test on unseen flowers, and show what happened."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tinygrad_edu.cli.exhibits import (
    expression,
    loss_table,
    network,
    neuron,
    plots,
)
from tinygrad_edu.cli.gallery import write_index
from tinygrad_edu.data import Dataset, load_iris, standardise
from tinygrad_edu.engine.functions import mean
from tinygrad_edu.nn import MLP, cross_entropy
from tinygrad_edu.training.fitting import History, fit

if TYPE_CHECKING:
    from tinygrad_edu.draw import TrainingFilm


def run(options: argparse.Namespace) -> None:
    """Do the job, and write its files to the folder `options.output`.

    Raises:
        OSError: If the folder cannot be written.
        TrainingError: If the loss explodes.
    """
    # Imported here, for `--help` needs no Graphviz.
    from tinygrad_edu.draw import TrainingFilm

    folder: Path = options.output
    _check_writable(folder)
    iris = load_iris()
    train, test = standardise(*iris.split(options.test_fraction, options.seed))
    model = MLP(
        len(iris.feature_names),
        [options.hidden, len(iris.class_names)],
        activation=options.activation,
        seed=options.seed,
    )
    print(
        f"Iris: {len(iris)} flowers of {len(iris.class_names)} species, "
        f"{len(train)} to learn from and {len(test)} kept unseen\n{model}",
        flush=True,
    )
    film = TrainingFilm(model)
    history = _train(model, train, test, options, film)
    exhibits = [
        *expression(folder),
        *neuron(folder, options.seed),
        *network(folder, model, film, test),
        *plots(folder, model, history, train, test),
        loss_table(folder, history),
    ]
    names = [name for one in exhibits for name in (one.name, *one.others)]
    index = write_index(folder, "What tinygrad_edu drew", exhibits)
    print(f"\nWritten to {folder}: {', '.join(names)}\nOpen {index} to see it all.")


def _check_writable(folder: Path) -> None:
    # Before the training, not after it.
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _train(
    model: MLP,
    train: Dataset,
    test: Dataset,
    options: argparse.Namespace,
    film: TrainingFilm,
) -> History:
    before = _mean_loss(model, train)
    start = time.perf_counter()
    history = fit(
        model,
        train.features,
        train.targets,
        loss=cross_entropy,
        epochs=options.epochs,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        l2=options.l2,
        seed=options.seed,
        progress=not options.quiet,
        callbacks=[film],
    )
    seconds = time.perf_counter() - start
    right = _count_right(model, test)
    print(
        f"Engine           {history.engine}\n"
        f"Epochs           {options.epochs}, in {seconds:.1f} s\n"
        f"Training loss    {before:.4f} before, {_mean_loss(model, train):.4f} after\n"
        f"Unseen flowers   {right} of {len(test)} right, "
        f"{100 * right / len(test):.1f} %"
    )
    return history


def _mean_loss(model: MLP, dataset: Dataset) -> float:
    rows = zip(dataset.features, dataset.targets)
    return mean(cross_entropy(model(x), target) for x, target in rows).data


def _count_right(model: MLP, dataset: Dataset) -> int:
    right = 0
    for x, target in zip(dataset.features, dataset.targets):
        logits = model(x)
        if logits.index(max(logits)) == target:
            right += 1
    return right
