"""Pictures and pages open in a browser, and say at the prompt how to see them."""

import webbrowser
from pathlib import Path

import pytest

from tinygrad_edu import (
    MLP,
    TrainingFilm,
    Value,
    draw_curve,
    draw_dot,
    draw_network,
    play,
)


def picture_of_a_graph():
    a = Value(2.0, label="a")
    return draw_dot(a * a)


THINGS = [
    (picture_of_a_graph, ".svg", "<svg"),
    (lambda: draw_network(MLP(2, [1], seed=0)), ".svg", "<svg"),
    (lambda: draw_curve(Value.tanh, -1, 1), ".svg", "<svg"),
    (lambda: play(Value(2.0) * 3), ".html", "<!DOCTYPE html>"),
    (lambda: TrainingFilm(MLP(2, [1], seed=0)), ".html", "<!DOCTYPE html>"),
]


@pytest.fixture
def opened(monkeypatch):
    addresses = []
    monkeypatch.setattr(webbrowser, "open", lambda url: bool(addresses.append(url)) + 1)
    return addresses


@pytest.mark.parametrize(("make", "ending", "start"), THINGS)
def test_show_opens_a_file_that_holds_it(make, ending, start, opened, capsys):
    path = make().show()
    assert opened == [path.as_uri()]
    assert path.suffix == ending
    assert start in path.read_text(encoding="utf-8")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("make", "ending", "start"), THINGS)
def test_echoed_at_the_prompt_it_says_how_to_save_and_to_open_it(make, ending, start):
    words = repr(make())
    assert "\n" not in words
    assert ".save('" in words
    assert ".show() opens it" in words
    assert " at 0x" not in words


def test_two_that_are_shown_are_two_files(opened):
    assert picture_of_a_graph().show() != picture_of_a_graph().show()


def test_without_a_browser_a_line_says_where_the_file_is(monkeypatch, capsys):
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    path = picture_of_a_graph().show()
    assert capsys.readouterr().out == (
        f"No browser could be opened. The file is {path}\n"
    )
    assert Path(path).exists()
