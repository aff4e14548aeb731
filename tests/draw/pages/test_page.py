"""A page is one file that asks nothing of the network."""

import math
import re

import pytest

from tinygrad_edu import Value, play
from tinygrad_edu.draw.pages.page import build_page, words_of
from tinygrad_edu.draw.theme import LIGHT


def page():
    return play(Value(2.0, label="a") * 3, engine="builtin")


def test_no_address_is_named_but_that_of_svg():
    addresses = set(re.findall(r"https?://[^\"'\s>)]+", page().html))
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_the_saved_file_is_the_page(tmp_path):
    path = page().save(tmp_path / "page.html")
    assert path.read_text(encoding="utf-8") == page().html


def test_a_notebook_gets_a_frame_that_may_run_scripts_alone_and_a_picture():
    html = page()._repr_mimebundle_()["text/html"]
    assert re.findall(r'sandbox="([^"]*)"', html) == ["allow-scripts"]
    assert html.count('<img alt="') == 1
    assert "<script" not in html


def test_the_words_of_a_page_are_its_texts_and_the_names_of_its_controls():
    markup = '<p class="no"> Hello <b title="there"></b></p><input placeholder="you">'
    assert words_of(markup) == ["Hello", "there", "you"]


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_json_has_not_is_no_part_of_a_page(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        build_page("", "player.html", {}, {"x": number}, LIGHT, styles=[], scripts=[])
