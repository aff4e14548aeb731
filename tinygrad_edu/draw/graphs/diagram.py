"""A picture before it is drawn: boxes with text, arrows between them, and a legend.

Graphviz and the built-in layout both draw from it, so that they show the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from tinygrad_edu.draw.theme import Theme

#: A name longer than this is cut short in a picture.
MOST_LETTERS = 40


@dataclass(frozen=True)
class Box:
    """One node of a picture.

    Attributes:
        name: What stands first, in bold.
        operator: What stands behind it.
        lines: The lines of text below.
        fill: The colour inside.
        frame: "solid", "dashed" for a negative gradient, which greyscale shows too,
            or "thick" for a number that is nan or infinite.
    """

    name: str
    operator: str
    lines: tuple[str, ...]
    fill: str
    frame: str = "solid"


@dataclass(frozen=True)
class Arrow:
    """A line from one box to another, by their positions in the diagram.

    It is dashed where what it carries is negative.
    """

    tail: int
    head: int
    label: str
    colour: str
    width: float
    dashed: bool = False


@dataclass(frozen=True)
class Diagram:
    """All that a picture shows.

    Attributes:
        boxes: In an order in which arrows point forward, as far as there is one.
        arrows: In the order in which they are drawn.
        heading: One line above the picture.
        scale: Pairs of a colour and the number that it stands for.
        notes: Lines that say how to read the picture.
        theme: Its colours.
        rankdir: "LR" for left to right, "TB" for top to bottom.
        columns: Boxes that stand below one another (or side by side), in this order.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    heading: str
    scale: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    theme: Theme
    rankdir: str
    columns: tuple[tuple[int, ...], ...] = ()


def shortened(name: str) -> str:
    """Return a name that fits into a box.

    >>> shortened("w"), shortened("x" * 50)
    ('w', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…')
    """
    return name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1] + "…"
