"""The main job: train on Iris, test on unseen flowers, and show what happened."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tinygrad_edu.cli.exhibits import (
    expression,
    loss_table,
    network,
    neuron,
    plots,
)
from tinygrad_edu.cli.experiment import carry_out, classification
from tinygrad_edu.cli.gallery import write_index
from tinygrad_edu.data import load_iris, standardise
from tinygrad_edu.engine.functions import mean
from tinygrad_edu.nn import MLP, cross_entropy
from tinygrad_edu.speech import say


def run(options: argparse.Namespace) -> bool:
    """Do the job, and write its files to the folder `options.output`.

    Returns:
        Whether Ctrl-C ended the training.

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

    def measure() -> float:
        rows = zip(train.features, train.targets)
        return mean(cross_entropy(model(x), target) for x, target in rows).data

    experiment = classification(model, train, test)._replace(
        heading=f"Iris: {len(iris)} flowers of {len(iris.class_names)} species, "
        f"{len(train)} to learn from and {len(test)} kept unseen",
        unseen="Unseen flowers",
        measure=measure,
    )
    film = TrainingFilm(model)
    history = carry_out(experiment, options, callbacks=[film])
    if not history.losses:
        return True
    exhibits = [
        *expression(folder),
        *neuron(folder, options.seed),
        *network(folder, model, film, test),
        *plots(folder, model, history, train, test),
        loss_table(folder, history),
    ]
    names = [name for one in exhibits for name in (one.name, *one.others)]
    index = write_index(folder, say("What tinygrad_edu drew"), exhibits)
    words = say(
        "Written to {folder}: {names}\nOpen {index} to see it all.",
        folder=folder,
        names=", ".join(names),
        index=index,
    )
    print(f"\n{words}")
    return history.interrupted


def _check_writable(folder: Path) -> None:
    # Before the training, not after it.
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass
