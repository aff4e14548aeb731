"""Graph pictures as DOT text, and the program that draws them."""

import shutil
import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu import RenderError, Value, draw_dot
from tinygrad_edu.draw import find_dot, programs, run_dot

needs_dot = pytest.mark.skipif(find_dot() is None, reason="no dot program")


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
    for words in ("<b>a</b>", "<b>v2</b> = *", "<b>c</b> = +", "data -4", "grad -2"):
        assert words in source
    assert '0 -> 2 [label=" -3 "]' in source
    assert '1 -> 2 [label=" 2 "]' in source


def test_gradients_before_backward_say_not_yet():
    c = expression()
    assert draw_dot(c).source.count("grad not yet") == 4


def test_a_square_has_two_edges():
    x = Value(3.0)
    assert draw_dot(x * x).source.count("0 -> 1") == 2


def test_drawing_changes_nothing():
    c = expression()
    draw_dot(c)
    assert [node.grad for node in c.topological_order()] == [0.0] * 4


def test_a_direction_that_is_none_is_refused():
    with pytest.raises(ValueError, match="rankdir"):
        draw_dot(Value(1.0), rankdir="up")


@needs_dot
@pytest.mark.parametrize(
    "label",
    ["<script>alert(1)</script>", '"', "]]>", "∂L/∂w", "a\\nb", "x" * 500, "&lt;"],
)
def test_labels_are_data(label):
    picture = run_dot(draw_dot(Value(1.0, label=label) * 2).source)
    texts = [e.text for e in ET.fromstring(picture).iter() if e.tag.endswith("text")]
    assert label in texts


@needs_dot
def test_the_svg_shows_every_node_and_edge():
    picture = run_dot(draw_dot(expression()).source).decode()
    assert picture.count('class="node"') == 4
    assert picture.count('class="edge"') == 4


def test_without_a_program_the_message_names_the_ways_to_get_one(monkeypatch):
    monkeypatch.delenv("TINYGRAD_EDU_DOT", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(programs.metadata, "files", lambda name: None)
    assert find_dot() is None
    with pytest.raises(RenderError, match=r"pip install 'tinygrad_edu\[dot\]'"):
        run_dot("digraph {}")


def test_the_variable_comes_first(monkeypatch, tmp_path):
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\necho drawn by me\n")
    program.chmod(0o755)
    monkeypatch.setenv("TINYGRAD_EDU_DOT", str(program))
    assert run_dot("digraph {}") == b"drawn by me\n"


def test_a_program_that_fails_hangs_or_is_missing_is_an_error(monkeypatch, tmp_path):
    program = tmp_path / "dot"
    monkeypatch.setenv("TINYGRAD_EDU_DOT", str(program))
    with pytest.raises(RenderError, match="did not run"):
        run_dot("digraph {}")
    program.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(RenderError, match="could not draw the picture: broken"):
        run_dot("digraph {}")
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    monkeypatch.setattr(programs, "TIME_LIMIT", 0.2)
    with pytest.raises(RenderError, match="did not run"):
        run_dot("digraph {}")


def test_graphviz_pure_is_found_without_a_path(monkeypatch):
    try:
        programs.metadata.version("graphviz-pure")
    except programs.metadata.PackageNotFoundError:
        pytest.skip("graphviz-pure is not installed: pip install '.[dot]'")
    monkeypatch.delenv("TINYGRAD_EDU_DOT", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "graphviz" in find_dot()
    assert run_dot(draw_dot(expression()).source).count(b'class="node"') == 4


@needs_dot
def test_a_picture_renders_by_the_program_that_is_found(monkeypatch, tmp_path):
    found = find_dot()
    monkeypatch.setenv("TINYGRAD_EDU_DOT", found)
    # Out of reach for graphviz itself, which looks on the path alone.
    monkeypatch.setenv("PATH", str(tmp_path))
    picture = draw_dot(expression())
    assert picture.pipe(format="svg", encoding="utf-8").count('class="node"') == 4
    assert picture._repr_mimebundle_()["image/svg+xml"].count('class="node"') == 4
    path = picture.render(tmp_path / "graph", cleanup=True)
    assert path == str(tmp_path / "graph.svg")
    assert [file.name for file in tmp_path.iterdir()] == ["graph.svg"]
    assert b'class="edge"' in (tmp_path / "graph.svg").read_bytes()
    assert picture.render(tmp_path / "two", format="png").endswith("two.png")
    assert (tmp_path / "two.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "two").read_text(encoding="utf-8").startswith("digraph")


def test_a_picture_without_a_program_names_the_ways_to_get_one(monkeypatch):
    monkeypatch.setenv("TINYGRAD_EDU_DOT", "/nowhere/dot")
    with pytest.raises(RenderError, match="pip install"):
        draw_dot(expression()).pipe()
