"""Finished pictures: the form that notebooks show, and the file."""

import base64
import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu import RenderError, Value, draw_dot
from tinygrad_edu.draw.image import WIDE, Image, as_html, escape

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}pt" height="10pt"></svg>'


def test_a_picture_is_one_image_that_holds_its_svg():
    html = as_html(SVG.format(100), 'a "b" <c>')
    image = ET.fromstring(html.replace(">", "/>"))
    assert image.tag == "img"
    assert image.get("alt") == 'a "b" <c>'
    assert image.get("style") == "max-width:100%"
    kind, data = image.get("src").split(",")
    assert kind == "data:image/svg+xml;base64"
    assert base64.b64decode(data).decode() == SVG.format(100)


def test_a_wide_picture_keeps_its_size_and_scrolls():
    # A point is 4/3 of a pixel.
    html = as_html(SVG.format(3000), "wide")
    assert html.startswith('<div style="overflow-x:auto"><img alt="wide"')
    assert 'style="max-width:100%;min-width:4000px"' in html
    assert "overflow-x" not in as_html(SVG.format(WIDE * 0.75), "just not")


@pytest.mark.parametrize("engine", ["auto", "builtin"])
def test_deep_graphs_scroll_whoever_draws_them(engine):
    x = Value(1.0)
    for _ in range(60):
        x = x.tanh()
    picture = draw_dot(x, engine=engine)
    assert "overflow-x:auto" in picture._repr_mimebundle_()["text/html"]
    upright = draw_dot(x, engine=engine, rankdir="TB")
    assert "overflow-x" not in upright._repr_mimebundle_()["text/html"]


def test_a_picture_is_saved_as_svg_alone(tmp_path):
    image = Image(SVG.format(5), "five")
    path = image.save(tmp_path / "five.SVG")
    assert path.read_text(encoding="utf-8") == SVG.format(5)
    with pytest.raises(RenderError, match=r"'five\.png'"):
        image.save(tmp_path / "five.png")
    assert [file.name for file in tmp_path.iterdir()] == ["five.SVG"]
    assert repr(image) == (
        "<picture: five; .save('x.svg') writes it, .show() opens it>"
    )


@pytest.mark.parametrize("text", ["<b>&amp;", "\"'", "]]>", "∂L/∂w", "--><!--"])
def test_escaped_text_is_read_back_as_it_was(text):
    element = ET.fromstring(f'<a b="{escape(text)}">{escape(text)}</a>')
    assert (element.text, element.get("b")) == (text, text)


def test_what_xml_has_no_place_for_is_replaced():
    assert escape("a\x00b\nc\ud800") == "a\ufffdb\ufffdc\ufffd"


def test_a_notebook_gets_the_picture_and_others_its_words():
    shown = Image(SVG.format(5), "five <b>")._repr_mimebundle_()
    assert shown["text/plain"] == "<picture: five <b>>"
    assert shown["text/html"] == as_html(SVG.format(5), "five <b>")
