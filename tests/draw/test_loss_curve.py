"""The curve of the loss, read back from the picture."""

import math
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest

from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.loss_curve import LossCurve
from tinygrad_edu.draw.theme import LIGHT

NAMESPACE = "{http://www.w3.org/2000/svg}"


def curve_of(losses, unseen=()):
    history = SimpleNamespace(losses=list(losses), validation_losses=list(unseen))
    return LossCurve(history, Look(LIGHT, precision=3))


def elements(curve, tag):
    return list(ET.fromstring(curve.svg()).iter(f"{NAMESPACE}{tag}"))


def numbers_below(curve):
    texts = elements(curve, "text")
    return [text.text for text in texts if text.get("text-anchor") == "middle"]


def test_the_dot_of_an_epoch_lies_where_the_line_has_its_corner():
    curve = curve_of([4.0, 1.0, 2.0], [4.0, 3.0, 2.0])
    line, unseen = elements(curve, "polyline")
    corners = [[float(x) for x in p.split(",")] for p in line.get("points").split()]
    assert [curve.point(epoch) for epoch in (1, 2, 3)] == corners
    (x1, y1), (x2, y2), (x3, y3) = corners
    assert x2 - x1 == pytest.approx(x3 - x2, abs=0.11)
    # A loss of 1 lies three times as far below one of 4 as one of 2 above it.
    assert y2 - y1 == pytest.approx(3 * (y2 - y3), abs=0.5)
    assert unseen.get("points").split()[::2] == line.get("points").split()[::2]
    # The dot stands among the lines, so that its place is told in their numbers.
    [dot] = elements(curve, "circle")
    [inner] = [svg for svg in elements(curve, "svg") if svg.get("x")]
    assert dot.attrib in [element.attrib for element in inner]
    assert curve.point(0) is None
    # As much room before the first as after the last.
    (_, _, width, _) = [float(inner.get(key)) for key in ("x", "y", "width", "height")]
    assert 0 < x1 < 0.1 * width
    assert x1 == pytest.approx(width - x3, abs=0.11)
    assert line.get("stroke") != unseen.get("stroke")


def test_a_loss_that_is_not_finite_lies_at_the_top():
    curve = curve_of([2.0, math.inf, math.nan])
    assert curve.point(2)[1] == curve.point(3)[1] == curve.point(1)[1]


@pytest.mark.parametrize("epochs", [0, 1, 2, 3, 7, 30, 2500])
def test_epochs_are_counted_in_whole_numbers(epochs):
    shown = numbers_below(curve_of([1.0] * epochs))
    assert 1 <= len(shown) <= 5
    assert all(number.isdecimal() for number in shown)
    assert int(shown[-1]) <= max(2, epochs)


def test_a_training_without_unseen_rows_has_one_line():
    assert len(elements(curve_of([2.0, 1.0]), "polyline")) == 1
    assert elements(curve_of([]), "polyline") == []


@pytest.mark.parametrize("epochs", [20, 80, 100])
def test_a_round_number_of_epochs_is_shown_in_round_parts(epochs):
    shown = list(map(int, numbers_below(curve_of([1.0] * epochs))))
    assert shown[-1] == epochs
    assert len(shown) >= 3


def test_an_epoch_is_told_with_its_losses():
    curve = curve_of([4.0, 1.25], [3.0, 2.0])
    assert curve.words(0) == "Before the training"
    assert curve.words(2) == "Epoch 2 of 2: loss 1.25, on unseen rows 2"
    assert curve_of([4.0, 1.25]).words(1) == "Epoch 1 of 2: loss 4"
