"""Names given as text, such as `activation="ReLU"`: found in any case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from tinygrad_edu.elsewhere.table import CHOICES, CHOICES_NOT_HERE
from tinygrad_edu.ranges import said

#: A name, or those that a Literal lists.
Choice = TypeVar("Choice", bound=str)


def find_choice(
    what: str, text: object, choices: Iterable[Choice], more: str = ""
) -> Choice:
    """Return the one of the choices that a text means.

    Capitals do not matter, nor do spaces, `-` and `_`; what is called otherwise
    elsewhere, the table knows.

    Args:
        what: What is chosen, such as "activation".
        text: What was given.
        choices: The names that there are.
        more: What else could have been given, for the message.

    Raises:
        ValueError: If there is none of that name.

    >>> find_choice("activation", "ReLU", ["tanh", "relu"])
    'relu'
    """
    names = list(choices)
    advice = f"Choose one of: {', '.join(names)}{more}."
    if isinstance(text, str):
        plain = _plain(text)
        ours = _plain(CHOICES.get(plain, plain))
        found = [name for name in names if _plain(name) == ours]
        advice = CHOICES_NOT_HERE.get(text.lower(), advice)
        if found and text.lower() not in CHOICES_NOT_HERE:
            return found[0]
    raise ValueError(f"There is no {what} {said(text)}. {advice}")


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
