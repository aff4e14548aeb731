"""`draw_dot` and `save`: what they refuse, and that they change nothing."""

import pytest

from tinygrad_edu import RenderError, Value, draw_dot, total
from tinygrad_edu.draw import play, save, save_picture
from tinygrad_edu.draw.graphs import computation


def expression():
    a = Value(2.0, label="a")
    b = Value(-3.0, label="b")
    c = a * b + a
    c.label = "c"
    return c


def test_drawing_changes_nothing():
    c = expression()
    draw_dot(c)
    assert [node.grad for node in c.topological_order()] == [0.0] * 4


def test_a_direction_that_is_none_is_refused():
    with pytest.raises(ValueError, match="rankdir"):
        draw_dot(Value(1.0), rankdir="up")


def test_what_is_no_value_is_refused():
    with pytest.raises(TypeError, match="total"):
        draw_dot([Value(1.0)])
    with pytest.raises(ValueError, match="theme"):
        draw_dot(Value(1.0), theme="pink")
    with pytest.raises(ValueError, match="drawn_by"):
        draw_dot(Value(1.0), drawn_by="neato")
    with pytest.raises(RenderError, match=r"4 boxes cannot be read"):
        draw_dot(expression(), max_nodes=2)


@pytest.mark.parametrize("precision", [0, 2.5, "3"])
def test_a_precision_that_counts_no_digits_is_refused(precision):
    with pytest.raises(ValueError, match="precision"):
        draw_dot(expression(), precision=precision)


def test_precision_counts_significant_digits():
    source = draw_dot(Value(1 / 3, label="a") * 2, precision=2).source
    assert "data 0.33<" in source


def test_saved_files_have_the_format_of_their_ending(tmp_path):
    path = save(expression(), tmp_path / "graph.SVG", engine="builtin")
    assert path.read_text(encoding="utf-8").startswith("<svg")
    path = save(expression(), tmp_path / "graph.gv")
    assert path.read_text(encoding="utf-8").startswith("digraph")


def test_a_file_that_cannot_be_drawn_is_not_touched(tmp_path):
    path = tmp_path / "graph.png"
    path.write_bytes(b"before")
    with pytest.raises(RenderError):
        save(expression(), path, engine="builtin")
    assert path.read_bytes() == b"before"


def test_a_deep_graph_is_refused_without_recursion():
    x = Value(1.0)
    for _ in range(5000):
        x = x * 1.0
    with pytest.raises(RenderError, match=r"10,001 nodes, and 10,001 boxes"):
        draw_dot(x)


def test_the_old_names_do_what_the_new_ones_do(tmp_path):
    pages = [
        play(expression(), drawn_by="builtin"),
        play(expression(), engine="builtin"),
    ]
    assert pages[0].html == pages[1].html
    pictures = [
        draw_dot(expression(), drawn_by="builtin"),
        draw_dot(expression(), engine="builtin"),
    ]
    assert [picture.drawn_by for picture in pictures] == ["builtin", "builtin"]
    assert save is save_picture
    with pytest.raises(
        ValueError, match="drawn_by must be one of 'auto', 'dot', 'builtin'"
    ):
        draw_dot(expression(), drawn_by="cairo")


@pytest.mark.parametrize("collapse", [None, True, False])
def test_too_many_nodes_are_refused_before_their_boxes_are_made(monkeypatch, collapse):
    def fail(*_):
        raise AssertionError("boxes were made")

    monkeypatch.setattr(computation, "bundle_nodes", fail)
    root = total([Value(1.0) for _ in range(600)])
    with pytest.raises(RenderError, match="601 boxes cannot be read"):
        draw_dot(root, collapse=collapse)


def test_too_many_edges_between_few_boxes_are_refused():
    a = Value(1.0, label="a")
    few = total([a] * 40)
    assert draw_dot(few, max_nodes=2).source.count("->") == 40
    with pytest.raises(RenderError, match=r"41 edges.*40 are the most for max_nodes=2"):
        draw_dot(total([a] * 41), max_nodes=2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"format": 1}, "format must be a name"),
        ({"model": "MLP"}, "model must be a Module"),
    ],
)
def test_options_of_another_type_are_refused_by_name(options, words):
    with pytest.raises(TypeError, match=words):
        draw_dot(expression(), **options)


@pytest.mark.parametrize("count", ["5", None, 0, 2.5])
def test_the_largest_number_of_boxes_is_a_count(count):
    with pytest.raises(ValueError, match="max_nodes must be an int"):
        draw_dot(expression(), max_nodes=count)
