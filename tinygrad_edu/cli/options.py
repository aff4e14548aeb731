"""The command line: its options, and what is said when something goes wrong."""

from __future__ import annotations

import argparse
import io
import math
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import tinygrad_edu
from tinygrad_edu.cli import (
    explain,
    iris,
    train_digits,
    train_iris,
    train_moons,
    train_names,
)
from tinygrad_edu.errors import DomainError, ExpressionError, TrainingError
from tinygrad_edu.nn import ACTIVATIONS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit code.

    0 when all went well, 1 when training failed, 2 for what the user can mend: a bad
    option, a bad expression or a folder that cannot be written.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["explain"] and len(words) > 1 and words[1] not in ("-h", "--help"):
        # An expression may begin with a minus, and is no option then.
        words.insert(1, "--")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has no ∂ shows an escape in its place.
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(words)
    try:
        options.run(options)
    except BrokenPipeError:
        # The reader, such as `head`, has had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _complain(
            f"cannot write to {options.output}: {error.strerror or error}. Name "
            "another place.",
            2,
        )
    except ExpressionError as error:
        return _complain(str(error), 2)
    except (TrainingError, DomainError) as error:
        return _complain(str(error), 1)
    return 0


def _complain(message: str, exit_code: int) -> int:
    print(f"tinygrad_edu: {message}", file=sys.stderr)
    return exit_code


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # One line says it; the usage is an option away.
        self.exit(2, f"tinygrad_edu: {message}. --help explains the options.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m tinygrad_edu",
        description="Train a small network on Fisher's Iris flowers with a scalar "
        "autodiff engine, test it on flowers it has not seen, and draw the computation "
        "graphs of an expression and of a neuron. Or do what a command says.",
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
    parser.set_defaults(run=iris.run)
    commands = parser.add_subparsers(title="other commands", metavar="COMMAND")
    _add_explain(commands)
    _add_train(commands)
    return parser


def _add_explain(commands: argparse._SubParsersAction[_Parser]) -> None:
    description = (
        "Print the graph of an expression, each step of its backward pass, and the "
        "gradients."
    )
    parser = commands.add_parser("explain", help=description, description=description)
    parser.add_argument("expression", help='such as "(a*b + c).tanh()"')
    parser.add_argument(
        "values",
        nargs="*",
        type=_assignment,
        metavar="NAME=NUMBER",
        help="a number for each name",
    )
    parser.set_defaults(run=explain.run)


def _add_train(commands: argparse._SubParsersAction[_Parser]) -> None:
    description = "Train a network on a task, and test it on what it has not seen."
    train = commands.add_parser("train", help=description, description=description)
    tasks = train.add_subparsers(title="tasks", metavar="TASK", required=True)
    _add_task(
        tasks,
        "iris",
        train_iris.run,
        "tell three species of flowers apart",
        epochs=60,
        rate=0.01,
    )
    _add_task(
        tasks, "moons", train_moons.run, "tell two moons apart", epochs=60, rate=0.03
    )
    digits = _add_task(
        tasks, "digits", train_digits.run, "read digits", epochs=20, rate=0.01
    )
    digits.add_argument(
        "--model",
        choices=train_digits.MODELS,
        default="mlp",
        help="a multi-layer perceptron 64-16-10, or a convolutional network",
    )
    digits.add_argument(
        "--digits",
        type=_count,
        default=None,
        help="how many digits to learn from; all 1,438 if not given",
    )
    names = _add_task(
        tasks, "names", train_names.run, "continue first names", epochs=3, rate=0.02
    )
    names.add_argument(
        "--model",
        choices=("recurrent", "attention"),
        default="recurrent",
        help="a gated recurrent network, or a transformer of one causal block",
    )
    names.add_argument(
        "--start", type=_letters, default="ma", help="what it continues at the end"
    )


def _add_task(
    tasks: argparse._SubParsersAction[_Parser],
    name: str,
    run: Callable[[argparse.Namespace], None],
    description: str,
    *,
    epochs: int,
    rate: float,
) -> _Parser:
    parser = tasks.add_parser(
        name,
        help=description,
        description=f"Learn to {description}.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--epochs", type=_count, default=epochs, help="how often all rows are seen"
    )
    parser.add_argument(
        "--learning-rate",
        type=_positive,
        default=rate,
        help="the size of a step of Adam",
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="what split, weights and order come from"
    )
    parser.add_argument(
        "--save",
        type=Path,
        dest="output",
        metavar="FILE",
        help="the JSON file that the model is written to",
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress bar")
    parser.set_defaults(run=run)
    return parser


def _assignment(text: str) -> tuple[str, float]:
    name, equals, number = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=NUMBER")
    return name, _number(number)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no count of at least 1")
    return int(text)


def _letters(text: str) -> str:
    if not re.fullmatch("[a-z]{0,9}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not up to 9 letters from a to z")
    return text


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
