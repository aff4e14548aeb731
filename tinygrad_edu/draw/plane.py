"""A piece of the plane with lines on it: what curves of every kind are drawn on."""

from __future__ import annotations

import itertools
import math
from typing import TypeAlias

from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.svg import (
    LINE,
    SMALL,
    size_within,
    svg_document,
    text_element,
    text_width,
)

WIDTH, HEIGHT = 380.0, 230.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 26.0, 2 * LINE, 28.0

#: Between these sizes lie the numbers and the distances that are drawn.
SMALLEST, LARGEST = 1e-280, 1e280

#: A place, or the two ends of a range.
Point: TypeAlias = tuple[float, float]


class Plane:
    """A frame with round numbers beside it, lines in it, and their names above it.

    Args:
        xs: The numbers at the left and the right end.
        ys: The smallest and the largest y; a little room is added.
        look: The colours, and how numbers are shown.
        counts: Whether x counts something: its numbers are whole then.
    """

    def __init__(
        self, xs: Point, ys: Point, look: Look, *, counts: bool = False
    ) -> None:
        height = ys[1] - ys[0]
        spare = 0.06 * height if height > SMALLEST else 1.0
        self.xs = xs
        self.ys: Point = (ys[0] - spare, ys[1] + spare)
        self.look = look
        self.counts = counts
        self.size: tuple[float, float] = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM)
        self.inside: list[str] = []
        self.outside: list[str] = []
        #: Where the next name stands: on the first of two lines, or on the second.
        self.next_name: Point = (LEFT, LINE - 4)
        self._axes()

    def draw(self, name: str, points: list[Point], colour: str, style: str) -> None:
        """Add a line with its name, in pieces where it is not finite."""
        style = f'fill="none" stroke="{colour}" {style}'
        for is_seen, piece in itertools.groupby(points, _is_seen):
            if not is_seen:
                continue
            places = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self.place, piece))
            self.inside.append(f'<polyline points="{places}" {style}/>')
        x, y = self.next_name
        width = text_width(name, SMALL)
        if x > LEFT and x + width > WIDTH:
            x, y = LEFT, y + LINE - 2
        size = size_within(name, WIDTH - LEFT - 4)
        self._write(x, y, name, colour, "start", size=size)
        self.next_name = (x + width + LINE, y)

    def mark(self, point: Point, more: str = "") -> None:
        """Add a dot, with more attributes if a script is to find it."""
        across, down = self.place(point)
        self.inside.append(
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="4" '
            f'fill="{self.look.theme.text}"{more}/>'
        )

    def place(self, point: Point) -> Point:
        """Return how far inside the frame a point lies: across, and down."""
        (left, right), (bottom, top) = self.xs, self.ys
        width, height = self.size
        across = width * (point[0] - left) / (right - left)
        return across, height * (top - point[1]) / (top - bottom)

    def svg(self) -> str:
        """Return the picture; what leaves the frame is cut off."""
        width, height = self.size
        place = f'x="{LEFT:g}" y="{TOP:g}" width="{width:g}" height="{height:g}"'
        faint = self.look.theme.faint
        frame = f'<rect {place} fill="none" stroke="{faint}"/>'
        body = [f"<svg {place}>", *self.inside, "</svg>", frame, *self.outside]
        return svg_document((WIDTH, HEIGHT), self.look.theme.background, body)

    def _axes(self) -> None:
        theme = self.look.theme
        width, height = self.size
        left, bottom = self.xs[0], self.ys[0]
        for x, words in _ticks(self.xs, self.look, self.counts):
            across = LEFT + self.place((x, bottom))[0]
            size = size_within(words, 2 * RIGHT - 2)
            self._write(across, HEIGHT - 8, words, theme.text, "middle", size=size)
        for y, words in _ticks(self.ys, self.look):
            down = TOP + self.place((left, y))[1] + 4
            size = size_within(words, LEFT - 8)
            self._write(LEFT - 6, down, words, theme.text, "end", size=size)
        across, down = self.place((0.0, 0.0))
        cross = f"M{across:.1f},0V{height:g}M0,{down:.1f}H{width:g}"
        self.inside.append(f'<path d="{cross}" stroke="{theme.faint}" opacity="0.3"/>')

    def _write(
        self,
        x: float,
        y: float,
        words: str,
        colour: str,
        anchor: str,
        *,
        size: float = SMALL,
    ) -> None:
        text = text_element(x, y, words, colour=colour, size=size, anchor=anchor)
        self.outside.append(text)


def _is_seen(point: Point) -> bool:
    return math.isfinite(point[1])


def _ticks(ends: Point, look: Look, counts: bool = False) -> list[tuple[float, str]]:
    # Two to five round numbers: the steps are 1, 2 or 5 times a power of ten.
    low, high = ends
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    # A step that is nearly long enough is: 80 epochs, with room beside, go by 20.
    steps = [power * digit for digit in (1, 2, 5, 10)]
    step = next(step for step in steps if 1.1 * step >= rough)
    if counts:
        step = max(step, 1.0)
    # As many digits as tell them apart.
    apart = 1 + math.ceil(math.log10(max(abs(low), abs(high)) / step))
    digits = max(look.precision, apart)
    span = range(math.ceil(low / step), math.floor(high / step) + 1)
    return [
        (i * step, f"{i * step:.0f}" if counts else f"{i * step:.{digits}g}")
        for i in span
    ]
