"""The main job: train on Iris, test on unseen flowers, draw two small graphs."""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from pathlib import Path

from tinygrad_edu.data import Dataset, load_iris, standardise
from tinygrad_edu.functions import mean
from tinygrad_edu.nn import MLP, Neuron, cross_entropy
from tinygrad_edu.training import History, fit
from tinygrad_edu.value import Value


def run(options: argparse.Namespace) -> None:
    """Do the job, and write its files to the folder `options.output`.

    Raises:
        OSError: If the folder cannot be written.
        TrainingError: If the loss explodes.
    """
    folder: Path = options.output
    _check_writable(folder)
    history = _train(options)
    written = [_write_history(history, folder / "iris-loss.csv")]
    written += _draw(_expression(), folder / "expression")
    written += _draw(_neuron(options.seed), folder / "neuron")
    print(f"\nWritten to {folder}: {', '.join(path.name for path in written)}")


def _check_writable(folder: Path) -> None:
    # Before the training, not after it.
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _train(options: argparse.Namespace) -> History:
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
    )
    seconds = time.perf_counter() - start
    right = _count_right(model, test)
    print(
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


def _write_history(history: History, path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", "loss"])
        writer.writerows(enumerate(history.losses, start=1))
    return path


def _expression() -> Value:
    a = Value(2.0, label="a")
    b = Value(-3.0, label="b")
    c = Value(10.0, label="c")
    f = Value(-2.0, label="f")
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    loss = d * f
    loss.label = "L"
    loss.backward()
    return loss


def _neuron(seed: int) -> Value:
    neuron = Neuron(2, activation="tanh", seed=seed, expanded=True)
    output = neuron([Value(1.0, label="x0"), Value(-2.0, label="x1")])
    output.label = "y"
    output.backward()
    return output


def _draw(root: Value, stem: Path) -> list[Path]:
    # Imported here, for `--help` needs no Graphviz.
    from tinygrad_edu.draw import play, save

    picture = save(root, stem.with_suffix(".svg"))
    page = play(root).save(stem.with_suffix(".html"))
    return [save(root, stem.with_suffix(".dot")), picture, page]
