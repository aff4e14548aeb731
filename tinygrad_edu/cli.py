"""The command line: train a network on real flowers, and draw what it is made of."""

from __future__ import annotations

import argparse
import csv
import math
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import tinygrad_edu
from tinygrad_edu.data import Dataset, load_iris, standardise
from tinygrad_edu.errors import DomainError, RenderError, TrainingError
from tinygrad_edu.functions import mean
from tinygrad_edu.nn import ACTIVATIONS, MLP, Neuron, cross_entropy
from tinygrad_edu.training import History, fit
from tinygrad_edu.value import Value


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit code.

    0 when all went well, 1 when training failed, 2 for what the user can mend: a bad
    option or a folder that cannot be written.
    """
    options = _parser().parse_args(arguments)
    folder: Path = options.output
    try:
        _check_writable(folder)
        history = _train_on_iris(options)
        written = [_write_history(history, folder / "iris-loss.csv")]
        written += _draw(_expression(), folder / "expression")
        written += _draw(_neuron(options.seed), folder / "neuron")
    except OSError as error:
        reason = error.strerror or error
        _complain(f"cannot write to {folder}: {reason}. Name a folder with --output.")
        return 2
    except (TrainingError, DomainError) as error:
        _complain(str(error))
        return 1
    print(f"\nWritten to {folder}: {', '.join(path.name for path in written)}")
    return 0


def _complain(message: str) -> None:
    print(f"tinygrad_edu: {message}", file=sys.stderr)


# ------------------------------------------------------------------------- options


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # One line says it; the usage is an option away.
        self.exit(2, f"tinygrad_edu: {message}. --help explains the options.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m tinygrad_edu",
        description="Train a small network on Fisher's Iris flowers with a scalar "
        "autodiff engine, test it on flowers it has not seen, and draw the computation "
        "graphs of an expression and of a neuron.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--epochs", type=_count, default=60, help="how often all flowers are seen"
    )
    parser.add_argument(
        "--batch-size", type=_count, default=16, help="how many flowers a step looks at"
    )
    parser.add_argument(
        "--learning-rate", type=_positive, default=0.1, help="the size of a step"
    )
    parser.add_argument(
        "--l2",
        type=_not_negative,
        default=0.001,
        help="coefficient of Σ p² in the loss",
    )
    parser.add_argument(
        "--hidden", type=_count, default=8, help="how many neurons the hidden layer has"
    )
    parser.add_argument(
        "--activation", choices=ACTIVATIONS, default="tanh", help="of the hidden layer"
    )
    parser.add_argument(
        "--test-fraction",
        type=_fraction,
        default=0.3,
        help="how many of the flowers are kept unseen",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="what split, weights and order come from"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("tinygrad_edu_output"),
        metavar="FOLDER",
        help="the folder that pictures and figures are written to",
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress bar")
    parser.add_argument(
        "--version",
        action="version",
        version=f"tinygrad_edu {tinygrad_edu.__version__}",
    )
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no count of at least 1")
    return int(text)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is no finite number")
    return number


def _positive(text: str) -> float:
    number = _number(text)
    if number <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0")
    return number


def _not_negative(text: str) -> float:
    number = _number(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is below 0")
    return number


def _fraction(text: str) -> float:
    number = _number(text)
    if not 0.02 <= number <= 0.98:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0.02 and 0.98")
    return number


def _check_writable(folder: Path) -> None:
    # Before the training, not after it.
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


# -------------------------------------------------------------------------- flowers


def _train_on_iris(options: argparse.Namespace) -> History:
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


# -------------------------------------------------------------------------- pictures


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
    from tinygrad_edu.draw import draw_dot, run_dot

    picture = draw_dot(root)
    text = stem.with_suffix(".dot")
    text.write_text(picture.source, encoding="utf-8")
    try:
        svg = run_dot(picture.source)
    except RenderError as error:
        _complain(f"{text} is written, but not {stem.name}.svg. {error}")
        return [text]
    image = stem.with_suffix(".svg")
    image.write_bytes(svg)
    return [text, image]
