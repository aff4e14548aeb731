"""Graph pictures as DOT text, and the program that draws them."""

import json
import shutil
import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu import MLP, RenderError, Value, draw_dot
from tinygrad_edu.draw import dot_programs, draw_network, play, programs, save

needs_dot = pytest.mark.skipif(not dot_programs(), reason="no dot program")


def expression():
    a = Value(2.0, label="a")
    b = Value(-3.0, label="b")
    c = a * b + a
    c.label = "c"
    return c


def test_text_shows_names_data_gradients_and_local_derivatives():
    c = expression()
    c.backward()
    source = draw_dot(c).source
    for words in ("<b>a</b>", "<b>v2</b>&#160;=&#160;*", "data -4", "grad -2"):
        assert words in source
    assert '0 -> 2 [label=" -3 "' in source
    assert '1 -> 2 [label=" 2 "' in source


def test_gradients_before_backward_say_not_yet():
    c = expression()
    assert draw_dot(c).source.count("grad not yet") == 4


def test_a_square_has_two_edges():
    x = Value(3.0)
    assert draw_dot(x * x).source.count("0 -> 1 ") == 2


def test_drawing_changes_nothing():
    c = expression()
    draw_dot(c)
    assert [node.grad for node in c.topological_order()] == [0.0] * 4


def test_a_direction_that_is_none_is_refused():
    with pytest.raises(ValueError, match="rankdir"):
        draw_dot(Value(1.0), rankdir="up")


@pytest.mark.parametrize("engine", ["dot", "builtin"])
@pytest.mark.parametrize(
    "label",
    ["<script>alert(1)</script>", '"', "]]>", "∂L/∂w", "a\\nb", "&lt;", "x" * 500],
)
def test_labels_are_data(label, engine):
    if engine == "dot" and not dot_programs():
        pytest.skip("no dot program")
    picture = draw_dot(Value(1.0, label=label) * 2, engine=engine).svg()
    texts = ["".join(e.itertext()) for e in ET.fromstring(picture).iter()]
    shown = label if len(label) <= 40 else label[:39] + "…"
    assert shown in texts
    assert "x" * 41 not in picture


@pytest.mark.parametrize("engine", ["dot", "builtin"])
@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_the_svg_shows_every_node_and_edge(engine, rankdir):
    if engine == "dot" and not dot_programs():
        pytest.skip("no dot program")
    picture = draw_dot(expression(), rankdir=rankdir, engine=engine).svg()
    ET.fromstring(picture)
    for i in range(4):
        assert picture.count(f'id="node{i}" class="node"') == 1
        assert picture.count(f'id="edge{i}" class="edge"') == 1


@pytest.fixture
def nothing_installed(monkeypatch):
    monkeypatch.delenv("TINYGRAD_EDU_DOT", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(programs.metadata, "files", lambda name: None)


@pytest.mark.parametrize(("format", "engine"), [("pdf", "auto"), ("svg", "dot")])
def test_what_cannot_be_had_names_the_ways_to_get_it(nothing_installed, format, engine):
    with pytest.raises(RenderError, match=r"pip install 'tinygrad_edu\[dot\]'"):
        draw_dot(expression(), engine=engine).pipe(format)


@needs_dot
def test_a_picture_renders_and_saves(tmp_path):
    picture = draw_dot(expression())
    assert picture.pipe(format="svg", encoding="utf-8").count('class="node"') == 4
    path = picture.render(tmp_path / "graph", cleanup=True)
    assert path == str(tmp_path / "graph.svg")
    assert [file.name for file in tmp_path.iterdir()] == ["graph.svg"]
    save(expression(), tmp_path / "two.png", theme="dark")
    assert (tmp_path / "two.png").read_bytes().startswith(b"\x89PNG")
    save(picture, tmp_path / "two.dot")
    assert (tmp_path / "two.dot").read_text(encoding="utf-8").startswith("digraph")
    with pytest.raises(RenderError, match="names no format"):
        save(picture, tmp_path / "two")


def test_a_picture_in_a_notebook_is_an_image(nothing_installed):
    html = expression()._repr_html_()
    assert html.startswith('<img alt="Value(')
    assert 'style="max-width:100%" src="data:image/svg+xml;base64,' in html
    large = Value(1.0)
    for _ in range(100):
        large = large + 1
    assert "<img" not in large._repr_html_()
    assert "draw_dot" in large._repr_html_()


def test_what_is_no_value_is_refused():
    with pytest.raises(TypeError, match="total"):
        draw_dot([Value(1.0)])
    with pytest.raises(ValueError, match="theme"):
        draw_dot(Value(1.0), theme="pink")
    with pytest.raises(ValueError, match="engine"):
        draw_dot(Value(1.0), engine="neato")
    with pytest.raises(RenderError, match=r"4 boxes cannot be read"):
        draw_dot(expression(), max_nodes=2)


def test_neurons_become_one_box_each():
    model = MLP(2, [3, 1], activation="tanh", seed=0, expanded=True)
    y = model([1.0, 2.0])
    y.backward()
    source = draw_dot(y, collapse=True).source
    for i in range(3):
        assert source.count(f"<b>layer0.neuron{i}</b>") == 1
    assert source.count("<b>layer1.neuron0</b>") == 1
    assert "drawn as 6 boxes" in source
    assert "drawn as 4 boxes" in draw_dot(y, collapse=1).source


def test_a_player_holds_every_step_and_no_foreign_markup():
    a = Value(2.0, label="<script>alert(1)</script>")
    root = a * a + a
    html = play(root).html
    steps = list(root.backward_steps())
    for step in steps:
        line = json.dumps(repr(step), ensure_ascii=False).replace("<", "\\u003c")
        assert line in html
    assert html.count("<script>alert") == 0


def test_a_network_shows_its_weights():
    model = MLP(2, [2, 2], activation="sigmoid", seed=0)
    picture = draw_network(model, [0.05, 0.1])
    assert picture.svg.count('class="weight"') == 8
    assert picture.svg.count("<circle") == 6
    assert "not yet" in draw_network(model, by="gradient").svg
    with pytest.raises(TypeError, match="neurons"):
        draw_network(Value(1.0))
