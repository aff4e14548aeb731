"""A function of one number as a picture: its curve, its slope, its tangent."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

from tinygrad_edu.draw.image import Image
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.svg import (
    LINE,
    SMALL,
    svg_document,
    text_element,
    text_width,
)
from tinygrad_edu.draw.theme import theme_named
from tinygrad_edu.engine.derivatives import grad
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import DomainError

WIDTH, HEIGHT = 380.0, 230.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 14.0, 2 * LINE, 28.0

#: In so many steps a curve is drawn.
STEPS = 200

# The tangent is thin, so that the curve is seen where both are one.
CURVE = 'stroke-width="3.5"'
SLOPE = 'stroke-width="2" stroke-dasharray="6 4"'
TANGENT = 'stroke-width="1.2"'

#: Between these sizes lie the numbers and the distances that are drawn.
SMALLEST, LARGEST = 1e-280, 1e280

Point = tuple[float, float]


def draw_curve(
    function: Callable[[Value], Any],
    low: float,
    high: float,
    at: float | None = None,
    *,
    slope: bool = False,
    theme: str = "light",
    precision: int = 3,
) -> Image:
    """Return the picture of y = f(x) for x from low to high.

    Slopes dy/dx are those of the engine, of the graph that the function makes at each
    x. A curve has a gap where the function is undefined. No gradient is written.

    Args:
        function: Makes y of a Value x; `Value.tanh` is one, and so is any formula.
        low: The smallest x.
        high: The largest x.
        at: Where to draw the tangent, y = f(at) + f'(at) · (x - at); None for nowhere.
        slope: Draw f' too, as a dashed curve.
        theme: "light" or "dark".
        precision: How many significant digits numbers have.

    Raises:
        ValueError: If low is not below high, if the function is undefined everywhere,
            or if it has no tangent at the place asked for.

    >>> draw_curve(Value.sigmoid, -5, 5, at=0)
    <picture: sigmoid for x from -5 to 5, slope 0.25 at x = 0>
    """
    low, high = Value(low).data, Value(high).data
    if not -LARGEST < low < high < LARGEST or high - low < SMALLEST:
        raise ValueError(
            f"A curve goes from low to a higher x, not {low!r} to {high!r}."
        )
    if at is not None and not low <= at <= high:
        raise ValueError(f"The tangent is drawn from {low} to {high}, not at {at!r}.")
    look = Look(theme_named(theme), precision)
    name = getattr(function, "__name__", "f").replace("<lambda>", "f")
    words = f"{name} for x from {low:g} to {high:g}"

    xs = [low + (high - low) * (i / STEPS) for i in range(STEPS + 1)]
    values, slopes = zip(*(_value_and_slope(function, x) for x in xs))
    seen = [y for y in (*values, *(slopes if slope else ())) if math.isfinite(y)]
    if not seen:
        raise ValueError(f"{name} is undefined at all x from {low!r} to {high!r}.")
    plane = _Plane((low, high), (min(seen), max(seen)), look)
    plane.draw(name, list(zip(xs, values)), look.theme.positive_line, CURVE)
    if slope:
        plane.draw("its slope", list(zip(xs, slopes)), look.theme.negative_line, SLOPE)
    if at is not None:
        y, rise = _value_and_slope(function, at)
        if not math.isfinite(y) or not math.isfinite(rise):
            raise ValueError(f"{name} has no slope at x = {at!r}, and so no tangent.")
        tangent = f"slope {look.number(rise)} at x = {look.number(at)}"
        words += f", {tangent}"
        ends = [(x, y + rise * (x - at)) for x in (low, high)]
        plane.draw(tangent, ends, look.theme.text, TANGENT)
        plane.mark(at, y)
    return Image(plane.svg(), words)


def _value_and_slope(function: Callable[[Value], Any], at: float) -> Point:
    # What is undefined is nan, and so is what is too large for a picture.
    x = Value(at, label="x")
    value = slope = math.nan
    try:
        y = function(x)
        is_node = isinstance(y, Value)  # A constant is none: it does not depend on x.
        value = y.data if is_node else Value(y).data
        slope = grad(y, x).data if is_node else 0.0
    except DomainError:
        pass
    return _drawable(value), _drawable(slope)


def _drawable(number: float) -> float:
    return number if abs(number) < LARGEST else math.nan


class _Plane:
    """A piece of the plane with lines on it."""

    def __init__(self, xs: Point, ys: Point, look: Look) -> None:
        height = ys[1] - ys[0]
        spare = 0.06 * height if height > SMALLEST else 1.0
        self.xs, self.ys = xs, (ys[0] - spare, ys[1] + spare)
        self.look = look
        self.size = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM)
        self.inside: list[str] = []
        self.outside: list[str] = []
        self.legend_end = LEFT
        self._axes()

    def draw(self, name: str, points: list[Point], colour: str, style: str) -> None:
        """Add a line with its name, in pieces where it is not finite."""
        style = f'fill="none" stroke="{colour}" {style}'
        for is_seen, piece in itertools.groupby(points, _is_seen):
            if not is_seen:
                continue
            places = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self._place, piece))
            self.inside.append(f'<polyline points="{places}" {style}/>')
        self._write(self.legend_end, LINE, name, colour, "start")
        self.legend_end += text_width(name, SMALL) + LINE

    def mark(self, x: float, y: float) -> None:
        """Add a dot."""
        across, down = self._place((x, y))
        colour = self.look.theme.text
        self.inside.append(
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="4" fill="{colour}"/>'
        )

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
        for x, words in self._ticks(*self.xs):
            across = LEFT + self._place((x, bottom))[0]
            self._write(across, HEIGHT - 8, words, theme.text, "middle")
        for y, words in self._ticks(*self.ys):
            down = TOP + self._place((left, y))[1] + 4
            self._write(LEFT - 6, down, words, theme.text, "end")
        across, down = self._place((0.0, 0.0))
        cross = f"M{across:.1f},0V{height:g}M0,{down:.1f}H{width:g}"
        self.inside.append(f'<path d="{cross}" stroke="{theme.faint}" opacity="0.3"/>')

    def _ticks(self, low: float, high: float) -> list[tuple[float, str]]:
        # Two to five round numbers: the steps are 1, 2 or 5 times a power of ten.
        rough = (high - low) / 4
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= rough)
        # As many digits as tell them apart.
        apart = 1 + math.ceil(math.log10(max(abs(low), abs(high)) / step))
        digits = max(self.look.precision, apart)
        span = range(math.ceil(low / step), math.floor(high / step) + 1)
        return [(i * step, f"{i * step:.{digits}g}") for i in span]

    def _place(self, point: Point) -> Point:
        (left, right), (bottom, top) = self.xs, self.ys
        width, height = self.size
        across = width * (point[0] - left) / (right - left)
        return across, height * (top - point[1]) / (top - bottom)

    def _write(self, x: float, y: float, words: str, colour: str, anchor: str) -> None:
        text = text_element(x, y, words, colour=colour, size=SMALL, anchor=anchor)
        self.outside.append(text)


def _is_seen(point: Point) -> bool:
    return math.isfinite(point[1])
