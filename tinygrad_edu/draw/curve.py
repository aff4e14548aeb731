"""A function of one number as a picture: its curve, its slope, its tangent."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tinygrad_edu.draw.graphs.diagram import shortened
from tinygrad_edu.draw.image import Image
from tinygrad_edu.draw.look import MOST_DIGITS, Look
from tinygrad_edu.draw.plane import LARGEST, SMALLEST, Plane, Point
from tinygrad_edu.draw.theme import theme_named
from tinygrad_edu.engine.derivatives import grad
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import DomainError
from tinygrad_edu.ranges import (
    check_count,
    check_flag,
    check_function,
    check_real,
    said,
)
from tinygrad_edu.speech import say

#: In so many steps a curve is drawn.
STEPS = 200

# The tangent is thin, so that the curve is seen where both are one.
CURVE = 'stroke-width="3.5"'
SLOPE = 'stroke-width="2" stroke-dasharray="6 4"'
TANGENT = 'stroke-width="1.2"'


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
    <picture: sigmoid for x from -5 to 5, slope 0.25 at x = 0; ...>
    """
    low, high = Value(low).data, Value(high).data
    if not -LARGEST < low < high < LARGEST or high - low < SMALLEST:
        raise ValueError(
            f"A curve goes from low to a higher x, not {low!r} to {high!r}."
        )
    if at is not None:
        check_real("at", at, 1.0)
        if not low <= at <= high:
            raise ValueError(
                f"The tangent is drawn from {low} to {high}, not at {said(at)}."
            )
    check_count("precision", precision, most=MOST_DIGITS)
    check_flag("slope", slope)
    check_function("function", function)
    look = Look(theme_named(theme), precision)
    name = shortened(getattr(function, "__name__", "f").replace("<lambda>", "f"))
    words = say("{name} for x from {low:g} to {high:g}", name=name, low=low, high=high)

    xs = [low + (high - low) * (i / STEPS) for i in range(STEPS + 1)]
    values, slopes = zip(*(_value_and_slope(function, x) for x in xs))
    seen = [y for y in (*values, *(slopes if slope else ())) if math.isfinite(y)]
    if not seen:
        raise ValueError(f"{name} is undefined at all x from {low!r} to {high!r}.")
    plane = Plane((low, high), (min(seen), max(seen)), look)
    plane.draw(name, list(zip(xs, values)), look.theme.positive_line, CURVE)
    if slope:
        points = list(zip(xs, slopes))
        plane.draw(say("its slope"), points, look.theme.negative_line, SLOPE)
    if at is not None:
        y, rise = _value_and_slope(function, at)
        if not math.isfinite(y) or not math.isfinite(rise):
            raise ValueError(f"{name} has no slope at x = {at!r}, and so no tangent.")
        tangent = say(
            "slope {rise} at x = {x}", rise=look.number(rise), x=look.number(at)
        )
        words = say("{one}, {other}", one=words, other=tangent)
        ends = [(x, y + rise * (x - at)) for x in (low, high)]
        plane.draw(tangent, ends, look.theme.text, TANGENT)
        plane.mark((at, y))
    return Image(plane.svg(), words)


def _value_and_slope(function: Callable[[Value], Any], at: float) -> Point:
    # What is undefined is nan, and so is what is too large for a picture.
    x = Value(at, label="x")
    value = slope = math.nan
    try:
        y = function(x)
        is_node = isinstance(y, Value)  # A constant is not: it does not depend on x.
        value = y.data if is_node else Value(y).data
        slope = grad(y, x).data if is_node else 0.0
    except DomainError:
        pass
    return _drawable(value), _drawable(slope)


def _drawable(number: float) -> float:
    return number if abs(number) < LARGEST else math.nan
