"""Curves: points and slopes against SymPy, read back from the picture."""

import math
import re
import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu import Value, draw_curve

sympy = pytest.importorskip("sympy")
NAMESPACE = "{http://www.w3.org/2000/svg}"
X = sympy.Symbol("x")

#: The frame, and the share of it that is spare above and below what is seen.
FRAME, SPARE = (290.0, 166.0), 0.06


def lines(picture):
    """Return the points of each line, in the order of drawing."""
    return [
        [tuple(map(float, place.split(","))) for place in line.get("points").split()]
        for line in ET.fromstring(picture.svg).iter(f"{NAMESPACE}polyline")
    ]


def words(picture):
    return [t.text for t in ET.fromstring(picture.svg).iter(f"{NAMESPACE}text")]


def read_back(points, xs, ys):
    """Return the points in the function's own units."""
    spare = SPARE * (ys[1] - ys[0])
    bottom, top = ys[0] - spare, ys[1] + spare
    for across, down in points:
        yield (
            xs[0] + across / FRAME[0] * (xs[1] - xs[0]),
            top - down / FRAME[1] * (top - bottom),
        )


@pytest.mark.parametrize(
    ("function", "formula", "xs"),
    [
        (lambda x: x * x, X**2, (-1.0, 7.0)),
        (Value.sigmoid, 1 / (1 + sympy.exp(-X)), (-5.0, 5.0)),
        (Value.tanh, sympy.tanh(X), (-3.0, 2.0)),
        (lambda x: x.sin() + 0.1 * x * x, sympy.sin(X) + X**2 / 10, (-4.0, 4.0)),
    ],
)
def test_the_curve_and_its_slope_are_those_of_sympy(function, formula, xs):
    f, d = (sympy.lambdify(X, g, "math") for g in (formula, sympy.diff(formula, X)))
    curve, slope = lines(draw_curve(function, *xs, slope=True))
    places = [xs[0] + (xs[1] - xs[0]) * i / 200 for i in range(201)]
    seen = [g(x) for g in (f, d) for x in places]
    ys = (min(seen), max(seen))
    pixel = (ys[1] - ys[0]) / FRAME[1]
    for line, truth in ((curve, f), (slope, d)):
        assert len(line) == 201
        found = list(read_back(line, xs, ys))
        for (x, y), place in zip(found, places):
            assert x == pytest.approx(place, abs=0.1 * (xs[1] - xs[0]) / FRAME[0])
            assert y == pytest.approx(truth(place), abs=0.1 * pixel)


def test_the_tangent_touches_the_curve_with_the_slope_of_the_engine():
    def area(side):
        return side * side

    picture = draw_curve(area, -1, 7, at=3)
    curve, tangent = lines(picture)
    (x0, y0), (x1, y1) = read_back(tangent, (-1, 7), (0, 49))
    assert (y1 - y0) / (x1 - x0) == pytest.approx(6, rel=0.01)
    dot = next(ET.fromstring(picture.svg).iter(f"{NAMESPACE}circle"))
    place = (float(dot.get("cx")), float(dot.get("cy")))
    assert place == pytest.approx(curve[100])
    [seen] = read_back([place], (-1, 7), (0, 49))
    assert seen == pytest.approx((3, 9), rel=0.02)
    assert {"area", "slope 6 at x = 3"} <= set(words(picture))
    assert picture.words == "area for x from -1 to 7, slope 6 at x = 3"


@pytest.mark.parametrize(
    "xs",
    [
        (-1, 7),
        (2.9, 3.1),
        (-4e-9, 3e-9),
        (-1e7, 3e8),
        (1000, 1000.1),
        (-1e279, 9e279),
        (0, 1e-270),
    ],
)
def test_the_numbers_beside_the_frame_are_round_and_in_their_places(xs):
    picture = draw_curve(lambda x: x, *xs)
    margin = (380 - FRAME[0] - 26, 36 + 4)
    below, beside = set(), set()
    for text in ET.fromstring(picture.svg).iter(f"{NAMESPACE}text"):
        across, down = float(text.get("x")), float(text.get("y"))
        if text.get("text-anchor") == "start":
            continue
        number = float(text.text)
        place = (across - margin[0], down - margin[1])
        [(x, y)] = read_back([place], xs, xs)
        if text.get("text-anchor") == "middle":
            below.add(number)
            assert x == pytest.approx(number, abs=0.005 * (xs[1] - xs[0]))
        else:
            beside.add(number)
            assert y == pytest.approx(number, abs=0.005 * (xs[1] - xs[0]))
    assert 2 <= len(below) <= 5
    assert 2 <= len(beside) <= 5


def test_a_curve_has_a_gap_where_the_function_is_undefined():
    [curve] = lines(draw_curve(Value.log, -1, 3))
    assert curve[0][0] > FRAME[0] / 4
    assert len(curve) == 150
    left, right = lines(draw_curve(lambda x: 1 / x, -1, 1))
    assert left[-1][0] < FRAME[0] / 2 < right[0][0]
    # At 0 the root is 0, and has no slope.
    curve, slope = lines(draw_curve(Value.sqrt, 0, 1, slope=True))
    assert (len(curve), len(slope)) == (201, 200)


def test_a_constant_is_flat():
    curve, slope, tangent = lines(draw_curve(lambda x: 3, 0, 1, at=0.5, slope=True))
    assert {y for _, y in curve} == {y for _, y in tangent}
    assert {y for _, y in slope} != {y for _, y in curve}


def test_no_gradient_is_written():
    w = Value(2.0, label="w")
    (w * w).backward()
    draw_curve(lambda x: w * x, -1, 1, at=0, slope=True)
    assert w.grad == 4.0


def test_the_name_of_a_function_is_text():
    def f(x):
        return x

    f.__name__ = "<script>alert(1)</script>"
    picture = draw_curve(f, 0, 1, theme="dark")
    assert "<script" not in picture.svg
    assert f.__name__ in words(picture)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((Value.log, 3, 1), "not 3.0 to 1.0"),
        ((Value.log, 1, 1), "not 1.0 to 1.0"),
        ((Value.log, 0, math.inf), "not 0.0 to inf"),
        ((Value.log, 0, 1e300), "not 0.0 to 1e+300"),
        ((Value.log, 0, 1e-300), "not 0.0 to 1e-300"),
        ((Value.log, math.nan, 1), "not nan to 1.0"),
        ((Value.log, 1, 2, 3), "from 1.0 to 2.0, not at 3"),
        ((Value.log, 1, 2, math.nan), "not at nan"),
        ((Value.log, -2, -1), "log is undefined at all x from -2.0 to -1.0"),
        ((Value.log, -2, 1, -1), "log has no slope at x = -1"),
        ((Value.sqrt, 0, 1, 0), "sqrt has no slope at x = 0"),
    ],
)
def test_what_cannot_be_drawn_is_said(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        draw_curve(*arguments)


@pytest.mark.parametrize("arguments", [(Value.log, "1", 2), (lambda x: [x], 1, 2)])
def test_what_is_no_number_is_said_to_be_none(arguments):
    with pytest.raises(TypeError, match="one real number"):
        draw_curve(*arguments)


def test_what_is_too_large_for_a_picture_is_a_gap():
    [curve] = lines(draw_curve(Value.exp, 0, 1000))
    assert 125 < len(curve) < 131  # e^x is 1e280 at x = 644.7, step 129 of 200.
