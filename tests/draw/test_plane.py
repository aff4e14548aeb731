"""The plane that curves are drawn on: its frame is where its numbers say."""

import math
import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.plane import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Plane,
    _ticks,
)
from tinygrad_edu.draw.theme import LIGHT

NAMESPACE = "{http://www.w3.org/2000/svg}"


def plane(xs=(-2.0, 3.0), ys=(0.0, 10.0), **options):
    return Plane(xs, ys, Look(LIGHT), **options)


def elements(picture, tag):
    return list(ET.fromstring(picture.svg()).iter(f"{NAMESPACE}{tag}"))


def test_the_ends_of_the_numbers_are_the_edges_of_the_frame():
    picture = plane()
    low, high = picture.ys
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    assert picture.place((-2.0, low)) == pytest.approx((0.0, height))
    assert picture.place((3.0, high)) == pytest.approx((width, 0.0))
    assert picture.place((0.5, (low + high) / 2)) == pytest.approx(
        (width / 2, height / 2)
    )
    frame = elements(picture, "rect")[1]
    inner = elements(picture, "svg")[1]
    for element in (frame, inner):
        assert float(element.get("x")) == LEFT
        assert float(element.get("y")) == TOP
        assert float(element.get("width")) == pytest.approx(width)
        assert float(element.get("height")) == pytest.approx(height)
    assert LEFT + width + RIGHT == WIDTH


def test_what_is_level_lies_in_the_middle_and_the_axes_cross_at_zero():
    picture = plane(ys=(5.0, 5.0))
    _, height = picture.size
    assert picture.place((0.0, 5.0))[1] == pytest.approx(height / 2)
    picture = plane()
    across, down = picture.place((0.0, 0.0))
    cross = elements(picture, "path")[0].get("d")
    assert cross.startswith(f"M{across:.1f},0V")
    assert f"M0,{down:.1f}H" in cross


def test_a_round_number_stands_below_its_place():
    picture = plane()
    texts = elements(picture, "text")
    below = {
        t.text: float(t.get("x")) for t in texts if t.get("text-anchor") == "middle"
    }
    assert below
    for words, x in below.items():
        across, _ = picture.place((float(words), 0.0))
        assert x == pytest.approx(LEFT + across, abs=0.06)


def test_a_line_has_gaps_where_it_is_no_number_and_its_name_above():
    picture = plane()
    points = [(0.0, 1.0), (1.0, 2.0), (1.5, math.nan), (2.0, 3.0), (3.0, 4.0)]
    picture.draw("a <name>", points, "#123456", 'stroke-width="2"')
    first, second = elements(picture, "polyline")
    assert len(first.get("points").split()) == len(second.get("points").split()) == 2
    assert first.get("stroke") == "#123456"
    assert "a <name>" in [text.text for text in elements(picture, "text")]


def test_a_dot_lies_at_its_place():
    picture = plane()
    picture.mark((1.0, 5.0))
    (dot,) = elements(picture, "circle")
    across, down = picture.place((1.0, 5.0))
    assert float(dot.get("cx")) == pytest.approx(across, abs=0.06)
    assert float(dot.get("cy")) == pytest.approx(down, abs=0.06)


def test_the_steps_of_the_numbers_are_round():
    look = Look(LIGHT, precision=3)
    ticks = {
        (0.0, 4.0): ["0", "1", "2", "3", "4"],
        (0.0, 8.0): ["0", "2", "4", "6", "8"],
        (-1.0, 1.0): ["-1", "-0.5", "0", "0.5", "1"],
        (0.0, 30.0): ["0", "10", "20", "30"],
    }
    for ends, words in ticks.items():
        assert [text for _, text in _ticks(ends, look)] == words


def test_what_is_counted_has_whole_numbers():
    picture = plane(xs=(0.9, 3.1), counts=True)
    texts = elements(picture, "text")
    below = [t.text for t in texts if t.get("text-anchor") == "middle"]
    assert below == ["1", "2", "3"]
