"""The command line: its options, and what is said when something goes wrong."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NoReturn

import tinygrad_edu
from tinygrad_edu.cli import explain, main_job, play, tasks
from tinygrad_edu.cli.arguments import (
    Option,
    add_options,
    assignment,
    count,
    fraction,
    not_negative,
    positive,
)
from tinygrad_edu.errors import (
    DomainError,
    ExpressionError,
    RenderError,
    TrainingError,
)
from tinygrad_edu.nn import ACTIVATIONS

#: The exit code after Ctrl-C.
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit code.

    0 when all went well, 1 when training failed, 2 for what the user can mend: a bad
    option, a bad expression or a folder that cannot be written; 130 after Ctrl-C in a
    training.

    Raises:
        KeyboardInterrupt: After Ctrl-C elsewhere.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["explain"]:
        words[1:] = _options_first(words[1:])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that has no ∂ shows an escape in its place.
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(words)
    try:
        is_interrupted = options.run(options)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader, such as `head`, has had enough.
        _write_no_more()
    except OSError as error:
        place = options.output or error.filename or "standard output"
        if place == "standard output":
            _write_no_more()
        return _complain(
            f"cannot write to {place}: {error.strerror or error}. Name another place.",
            2,
        )
    except (ExpressionError, RenderError) as error:
        return _complain(_in_one_line(str(error)), 2)
    except (TrainingError, DomainError) as error:
        return _complain(str(error), 1)
    else:
        # `fit` has said that it was interrupted, and what it had learnt was kept.
        return INTERRUPTED if is_interrupted else 0
    return 0


def _options_first(words: Sequence[str]) -> list[str]:
    # An expression may begin with a minus, and is not an option then.
    options, others = [], []
    left = iter(words)
    for word in left:
        if word in ("-h", "--help") or word.startswith("--picture="):
            options.append(word)
        elif word == "--picture":
            options += [word, *islice(left, 1)]
        elif word != "--":
            others.append(word)
    return [*options, "--", *others] if others else options


def _write_no_more() -> None:
    # Otherwise Python would try again at its end, and complain in its own words.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _in_one_line(message: str) -> str:
    # The mark under a place in an expression is told as its number.
    lines = message.splitlines()
    if lines[-1].endswith("^"):
        lines[-1] = f"(at character {len(lines[-1]) - 2})"
    return " ".join(line.strip() for line in lines if line.strip())


def _complain(message: str, exit_code: int) -> int:
    print(f"tinygrad_edu: {message}", file=sys.stderr)
    return exit_code


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # One line says it; the usage is an option away.
        self.exit(2, f"tinygrad_edu: {message}. --help explains the options.\n")


QUIET = "show no progress bar"
#: What only the main job is told.
MAIN_OPTIONS = (
    Option("--batch-size", count, 16, "how many flowers a step looks at"),
    Option("--l2", not_negative, 0.001, "coefficient of Σ p² in the loss"),
    Option("--hidden", count, 8, "how many neurons the hidden layer has"),
    Option("--activation", ACTIVATIONS, "tanh", "of the hidden layer"),
    Option("--test-fraction", fraction, 0.3, "how many flowers are kept unseen"),
)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=_program(),
        description="Train a small network on Fisher's Iris flowers with a scalar "
        "autograd engine, test it on flowers it has not seen, and draw the computation "
        "graphs of an expression and of a neuron. Or do what a command says.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add_options(parser, [*_training_options(60, 0.1), *MAIN_OPTIONS])
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("tinygrad_edu_output"),
        metavar="FOLDER",
        help="the folder that pictures and figures are written to",
    )
    parser.add_argument("--quiet", action="store_true", help=QUIET)
    parser.add_argument(
        "--version",
        action="version",
        version=f"tinygrad_edu {tinygrad_edu.__version__}",
    )
    parser.set_defaults(run=main_job.run, optimiser="sgd")
    commands = parser.add_subparsers(title="other commands", metavar="COMMAND")
    _add_explain(commands)
    _add_train(commands)
    _add_play(commands)
    return parser


def _program() -> str:
    # How the help says that it is called: as it was.
    is_module = Path(sys.argv[0]).name == "__main__.py"
    return "python -m tinygrad_edu" if is_module else "tinygrad_edu"


def _training_options(epochs: int, rate: float) -> list[Option]:
    return [
        Option("--epochs", count, epochs, "the number of passes over all rows"),
        Option("--learning-rate", positive, rate, "the size of a step"),
        Option("--seed", int, 0, "the seed of split, weights and order"),
    ]


def _add_explain(commands: argparse._SubParsersAction[_Parser]) -> None:
    description = (
        "Print the graph of an expression, each step of its backward pass, and the "
        "gradients."
    )
    parser = commands.add_parser("explain", help=description, description=description)
    parser.add_argument(
        "--picture",
        type=Path,
        dest="output",
        metavar="FILE",
        help="a file for the picture of the graph, such as x.svg",
    )
    parser.add_argument("expression", help='such as "(a*b + c).tanh()"')
    parser.add_argument(
        "values",
        nargs="*",
        type=assignment,
        metavar="NAME=NUMBER",
        help="a number for each name",
    )
    parser.set_defaults(run=explain.run)


def _add_train(commands: argparse._SubParsersAction[_Parser]) -> None:
    description = "Train a network on a task, and test it on what it has not seen."
    train = commands.add_parser("train", help=description, description=description)
    parsers = train.add_subparsers(title="tasks", metavar="TASK", required=True)
    for name, task in tasks.TASKS.items():
        parser = parsers.add_parser(
            name,
            help=task.aim,
            description=f"Learn to {task.aim}.",
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        add_options(parser, _training_options(task.epochs, task.rate))
        add_options(parser, task.options)
        parser.add_argument(
            "--save",
            type=Path,
            dest="output",
            metavar="FILE",
            help="the JSON file that the model is written to",
        )
        parser.add_argument("--quiet", action="store_true", help=QUIET)
        parser.set_defaults(
            run=tasks.run,
            prepare=task.prepare,
            optimiser="adam",
            batch_size=16,
            l2=0.0,
        )


def _add_play(commands: argparse._SubParsersAction[_Parser]) -> None:
    description = "Write a page in which a small network learns, offline."
    parser = commands.add_parser("play", help=description, description=description)
    play.add_options(parser)
