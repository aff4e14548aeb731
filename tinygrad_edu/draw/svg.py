"""The parts of an SVG picture: text, the legend above it, the document around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias
from unicodedata import east_asian_width

from tinygrad_edu.draw.image import escape
from tinygrad_edu.draw.theme import Theme, font

#: Width and height, in points.
Size: TypeAlias = tuple[float, float]

MARGIN = 10.0
TEXT = 14.0
SMALL = 12.0
LINE = 18.0
SWATCH = 58.0

#: What a line has that carries a negative number: greyscale shows it, too.
GAPS = ' stroke-dasharray="6 3"'

# Widths of letters in ems, near those of Helvetica.
_NARROW = set("ijl'|!.,:;()[]{}/\\ftrI -`")
_WIDE = set("mwMW@%")


def is_wide(letter: str) -> bool:
    """Return whether a letter is as wide as it is high, as Chinese ones are."""
    return east_asian_width(letter) in "WF"


def text_width(text: str, size: float = TEXT, bold: bool = False) -> float:
    """Return about how wide a line of text is.

    >>> text_width("iii") < text_width("nnn") < text_width("WWW") < text_width("節節節")
    True
    """
    ems = 0.0
    for letter in text:
        if letter in _NARROW:
            ems += 0.34
        elif is_wide(letter):
            ems += 1.0
        elif letter in _WIDE:
            ems += 0.9
        else:
            ems += 0.7 if letter.isupper() else 0.58
    return ems * size * (1.06 if bold else 1.0)


def size_within(text: str, room: float) -> float:
    """Return the size of a small text: smaller where it would be wider than its room.

    >>> size_within("1", 40.0), size_within("-1.2345678e-05", 40.0) < 6.0
    (12.0, True)
    """
    return min(SMALL, SMALL * room / text_width(text, SMALL))


def text_element(
    x: float,
    y: float,
    text: str,
    *,
    colour: str,
    size: float = TEXT,
    anchor: str = "start",
    bold: bool = False,
    halo: str = "",
    kind: str = "",
) -> str:
    """Return a line of text.

    A halo is the colour behind it, where it crosses lines. A script finds the text by
    its kind, the class of the element.
    """
    extra = ' font-weight="bold"' if bold else ""
    if kind:
        extra += f' class="{kind}"'
    if halo:
        extra += f' stroke="{halo}" stroke-width="4" paint-order="stroke"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" '
        f'text-anchor="{anchor}"{extra}>{escape(text)}</text>'
    )


def svg_document(size: Size, background: str, body: Sequence[str]) -> str:
    """Return a whole SVG document.

    Args:
        size: Width and height, in points.
        background: The colour behind everything.
        body: The elements.
    """
    width, height = size
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}pt" '
            f'height="{height:.0f}pt" viewBox="0 0 {width:.1f} {height:.1f}" '
            f'font-family="{font()}">',
            f'<rect width="100%" height="100%" fill="{background}"/>',
            *body,
            "</svg>\n",
        ]
    )


class Swatch(NamedTuple):
    """A number of a scale, and how the picture shows it.

    Attributes:
        number: As text.
        colour: Of a fill, or of a line.
        width: Of the line; None for a fill.
        dashed: Whether the line has gaps.
    """

    number: str
    colour: str
    width: float | None = None
    dashed: bool = False


def legend(
    heading: str, rows: Sequence[str | Sequence[Swatch]], theme: Theme
) -> tuple[list[str], Size]:
    """Return the lines above a picture, and the room that they take.

    Args:
        heading: The first line.
        rows: What stands below it: notes, and scales.
        theme: The colours.
    """
    y = MARGIN + TEXT
    width = MARGIN + text_width(heading, bold=True)
    body = [text_element(MARGIN, y, heading, colour=theme.text, bold=True)]
    for row in rows:
        if isinstance(row, str):
            y += LINE
            body.append(text_element(MARGIN, y, row, colour=theme.faint, size=SMALL))
            width = max(width, MARGIN + text_width(row, SMALL))
        elif row:
            y += 8
            for i, swatch in enumerate(row):
                body += _swatch(swatch, MARGIN + i * SWATCH, y, theme)
            width = max(width, MARGIN + len(row) * SWATCH)
            y += 20
    return body, (width, y + MARGIN)


def _swatch(swatch: Swatch, x: float, y: float, theme: Theme) -> list[str]:
    middle = x + SWATCH / 2
    number = text_element(
        middle,
        y + (14 if swatch.width is None else 11),
        swatch.number,
        colour=theme.text,
        size=SMALL,
        anchor="middle",
    )
    if swatch.width is None:
        shape = (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{SWATCH:g}" height="20" '
            f'fill="{swatch.colour}"/>'
        )
    else:
        shape = (
            f'<path d="M{x + 5:.1f},{y + 17:.1f}h{SWATCH - 10:g}" '
            f'stroke="{swatch.colour}" stroke-width="{swatch.width:g}"'
            f"{GAPS if swatch.dashed else ''}/>"
        )
    return [shape, number]
