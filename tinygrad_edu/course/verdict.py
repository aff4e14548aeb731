"""What a check says: a verdict that shows itself, as text and with a mark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tinygrad_edu.draw.image import escape
from tinygrad_edu.draw.theme import LIGHT
from tinygrad_edu.speech import say, translated

#: What a verdict can be.
Kind = Literal["right", "mistake", "wrong", "not yet"]

#: The mark of a verdict, its word, and its colour. The colour never speaks alone.
MARKS: Mapping[Kind, tuple[str, str, str]] = {
    "right": ("✓", "Right.", LIGHT.positive_line),
    "mistake": ("✗", "Not right.", LIGHT.negative_line),
    "wrong": ("✗", "Not right.", LIGHT.negative_line),
    "not yet": ("…", "Not yet.", LIGHT.faint),
}

#: A word, or more, between two stars.
STRESSED = re.compile(r"\*(\w[^*]*)\*")

#: A space behind a Chinese mark, which is wide enough by itself; bold may end between.
SPACE_TOO_MUCH = re.compile("(?<=[。：？！])(</b>)? ")


class Sentence(NamedTuple):
    """A sentence with named places, and what fills them: texts, or other sentences.

    It speaks the language in which it is shown.

    >>> print(Sentence("{given} is a sum.", {"given": "5"}))
    5 is a sum.
    """

    template: str
    given: Mapping[str, object]

    def __str__(self) -> str:
        return say(self.template, **self.given)


@dataclass(frozen=True, repr=False)
class Verdict:
    """What was found of an answer.

    It is true where the answer is right, so that `assert check("1.1", 12)` works.

    Attributes:
        number: The exercise.
        kind: "right"; "mistake", one that is known; "wrong"; "not yet".
        mistake: The name of the mistake, where it is known.
        sentences: What is said.
    """

    number: str
    kind: Kind
    mistake: str = ""
    sentences: tuple[Sentence, ...] = ()

    def __bool__(self) -> bool:
        return self.kind == "right"

    @property
    def said(self) -> str:
        """The sentences, in one text."""
        return " ".join(map(str, self.sentences))

    def __repr__(self) -> str:
        mark, word, _ = MARKS[self.kind]
        text = f"{mark} {self.number} {translated(word)} {self.said}"
        return SPACE_TOO_MUCH.sub(r"\1", text).rstrip()

    def _repr_html_(self) -> str:
        mark, word, colour = MARKS[self.kind]
        text = f"<b>{mark} {self.number} {translated(word)}</b> {marked(self.said)}"
        text = SPACE_TOO_MUCH.sub(r"\1", text)
        style = f"border-left:4px solid {colour};padding:2px 10px"
        return f'<div style="{style}">{text}</div>'


def marked(text: str) -> str:
    """Return a sentence as HTML: what stands in backquotes is code, in stars stressed.

    >>> marked("Write `a < b`, *never* `a * b * c`.")
    'Write <code>a &lt; b</code>, <em>never</em> <code>a * b * c</code>.'
    """
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    # Every second piece stood between two backquotes.
    return "".join(
        f"<code>{piece}</code>" if i % 2 else STRESSED.sub(r"<em>\1</em>", piece)
        for i, piece in enumerate(pieces)
    )
