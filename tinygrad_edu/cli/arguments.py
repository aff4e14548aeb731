"""Options as lines of a table, and functions that read one or say what is wrong."""

from __future__ import annotations

import math
import re
import tempfile
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Option(NamedTuple):
    """An option of a command.

    Attributes:
        name: With its two dashes.
        kind: A function that reads its text, or the words that it may be.
        default: What it is if it is not given.
        help: What it means.
    """

    name: str
    kind: Callable[[str], Any] | Sequence[str]
    default: Any
    help: str


def add_options(parser: ArgumentParser, options: Sequence[Option]) -> None:
    """Add each option to a parser."""
    for name, kind, default, words in options:
        if callable(kind):
            parser.add_argument(name, type=kind, default=default, help=words)
        else:
            parser.add_argument(name, choices=kind, default=default, help=words)


def assignment(text: str) -> tuple[str, float]:
    """Read NAME=NUMBER."""
    name, equals, digits = text.partition("=")
    if not equals or not name.isidentifier():
        raise ArgumentTypeError(f"{text!r} is not of the form NAME=NUMBER")
    return name, number(digits)


def count(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def letters(text: str) -> str:
    """Read the beginning of a name."""
    if not re.fullmatch("[a-z]{0,9}", text):
        raise ArgumentTypeError(f"{text!r} is not up to 9 letters from a to z")
    return text


def number(text: str) -> float:
    """Read a finite number."""
    try:
        x = float(text)
    except ValueError:
        x = math.nan
    if not math.isfinite(x):
        raise ArgumentTypeError(f"{text!r} is not a finite number")
    return x


def positive(text: str) -> float:
    """Read a number above 0."""
    x = number(text)
    if x <= 0:
        raise ArgumentTypeError(f"{text!r} is not above 0")
    return x


def not_negative(text: str) -> float:
    """Read a number that is not below 0."""
    x = number(text)
    if x < 0:
        raise ArgumentTypeError(f"{text!r} is below 0")
    return x


def fraction(text: str) -> float:
    """Read which part of the rows is kept unseen; some must be left to learn from."""
    x = number(text)
    if not 0.02 <= x <= 0.98:
        raise ArgumentTypeError(f"{text!r} is not between 0.02 and 0.98")
    return x


def check_file(path: Path | None) -> None:
    """Raise an OSError if a file, where one is asked for, cannot be written."""
    # Before the training, not after it.
    if path is None:
        return
    if path.exists() and not path.is_file():
        raise OSError(None, "it exists already, and is not a file")
    with tempfile.TemporaryFile(dir=path.parent):
        pass
