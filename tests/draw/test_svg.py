"""The parts of a picture: text that is data, and a sheet that holds it all."""

import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu.draw.svg import (
    MARGIN,
    Swatch,
    legend,
    svg_document,
    text_element,
    text_width,
)
from tinygrad_edu.draw.theme import LIGHT


@pytest.mark.parametrize("text", ["<script>", "a & b", '"quotes"', "∂L/∂w"])
def test_text_is_data(text):
    element = ET.fromstring(text_element(1.0, 2.0, text, colour="#123456", kind="k"))
    assert element.text == text
    assert element.get("fill") == "#123456"
    assert element.get("class") == "k"
    assert (element.get("x"), element.get("y")) == ("1.0", "2.0")


def test_a_halo_is_the_colour_behind_the_text():
    element = ET.fromstring(text_element(0, 0, "x", colour="red", halo="#fff"))
    assert element.get("stroke") == "#fff"
    assert element.get("paint-order") == "stroke"
    plain = ET.fromstring(text_element(0, 0, "x", colour="red"))
    assert plain.get("stroke") is None


def test_wider_letters_more_letters_and_bold_ones_take_more_room():
    assert text_width("i") < text_width("n") < text_width("W")
    assert text_width("nn") == pytest.approx(2 * text_width("n"))
    assert text_width("n", bold=True) > text_width("n")
    assert text_width("n", size=28.0) == pytest.approx(2 * text_width("n", size=14.0))


def test_a_document_has_its_size_and_its_background_behind_all():
    root = ET.fromstring(svg_document((120.0, 40.0), "#abcdef", ["<g/>"]))
    assert (root.get("width"), root.get("height")) == ("120pt", "40pt")
    assert root.get("viewBox") == "0 0 120.0 40.0"
    first, second = list(root)
    assert first.get("fill") == "#abcdef"
    assert second.tag.endswith("g")


def test_a_legend_takes_the_room_of_its_longest_line():
    scale = [Swatch("-1", "#111111"), Swatch("0", "#222222"), Swatch("+1", "#333333")]
    notes = ["a note that is a good deal longer than the heading", "another"]
    body, (width, height) = legend("heading", [scale, *notes], LIGHT)
    elements = [ET.fromstring(part) for part in body]
    texts = [e.text for e in elements if e.tag == "text"]
    assert texts == ["heading", "-1", "0", "+1", *notes]
    fills = [e.get("fill") for e in elements if e.tag == "rect"]
    assert fills == ["#111111", "#222222", "#333333"]
    assert width >= MARGIN + text_width(notes[0], 12.0)
    assert height > max(float(e.get("y")) for e in elements)
    body, (width, _) = legend("heading", [scale * 9], LIGHT)
    boxes = [e for e in map(ET.fromstring, body) if e.tag == "rect"]
    ends = [float(box.get("x")) + float(box.get("width")) for box in boxes]
    assert width >= max(ends)


def test_a_scale_of_lines_shows_their_widths_and_gaps():
    scale = [Swatch("-2", "#111111", 4.5, dashed=True), Swatch("+1", "#222222", 2.0)]
    body, _ = legend("heading", [scale, "a note", scale], LIGHT)
    lines = [e for e in map(ET.fromstring, body) if e.tag == "path"]
    assert [line.get("stroke-width") for line in lines] == ["4.5", "2"] * 2
    assert [line.get("stroke-dasharray") for line in lines] == ["6 3", None] * 2
    texts = [e.text for e in map(ET.fromstring, body) if e.tag == "text"]
    assert texts == ["heading", "-2", "+1", "a note", "-2", "+1"]


def test_chinese_letters_are_as_wide_as_they_are_high():
    assert text_width("反向传播，", 10.0) == 50.0
    # Mathematical letters are beyond the Chinese ones, and no wider than others.
    assert text_width("𝑥", 10.0) == text_width("x", 10.0)
