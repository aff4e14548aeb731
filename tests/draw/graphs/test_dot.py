"""Graph pictures as DOT text, and the program that draws them."""

import math
import re
import shutil
import sys
import time
import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu import RenderError, Value, draw_dot
from tinygrad_edu.draw import dot_programs, save
from tinygrad_edu.draw.graphs import programs

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
    # A space of no width keeps Graphviz from reading a backslash.
    texts = [text.replace("\u200b", "") for text in texts]
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
    with pytest.raises(RenderError, match=r"pip install graphviz-pure"):
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
    with pytest.raises(RenderError, match="does not name a format"):
        save(picture, tmp_path / "two")


@pytest.mark.parametrize("engine", ["dot", "builtin"])
def test_the_picture_itself_saves_in_the_format_of_its_ending(tmp_path, engine):
    if engine == "dot" and not dot_programs():
        pytest.skip("no dot program")
    picture = draw_dot(Value(2.0, label="a") ** 2, engine=engine)
    path = picture.save(tmp_path / "new" / "graph.svg")
    assert path == str(tmp_path / "new" / "graph.svg")
    assert ET.parse(path).getroot().tag.endswith("svg")
    picture.save("graph.svg", tmp_path)
    assert ET.parse(tmp_path / "graph.svg").getroot().tag.endswith("svg")
    # Other names hold the text, as Graphviz's users expect.
    for name in ("graph.gv", "graph.dot", "graph"):
        assert picture.save(name, tmp_path) == str(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8") == picture.source


def test_a_format_that_cannot_be_had_is_not_saved_as_another(tmp_path):
    picture = draw_dot(Value(2.0), engine="builtin")
    with pytest.raises(RenderError, match="as png"):
        picture.save(tmp_path / "graph.png")
    assert list(tmp_path.iterdir()) == []


def test_none_for_a_gradient_is_drawn_as_zero():
    sources = []
    for nothing in (0.0, None):
        c = expression()
        c.backward()
        for leaf in c.topological_order()[:2]:
            leaf.grad = nothing
        sources.append(draw_dot(c).source)
        c.grad = nothing
        sources.append(draw_dot(c).source)
    assert sources[:2] == sources[2:]
    assert "grad 0" in sources[0]
    assert "not yet" in sources[1]


def test_boxes_have_room_for_chinese_letters_whatever_program_measures_them():
    label = "学习率乘以上游梯度"
    latin = draw_dot(Value(2.0, label="eta")).source
    assert "<td>" in latin
    assert " width=" not in latin.partition("bgcolor")[2].replace('width="54"', "")
    source = draw_dot(Value(2.0, label=label)).source
    widths = re.findall(r'<td align="left" width="(\d+)"><b>', source)
    # Nine letters of 14 points, as wide as high: in the box and in the heading.
    assert len(widths) == 2
    assert all(int(width) >= 9 * 14 for width in widths)


def test_without_a_name_the_text_is_saved_under_that_of_the_picture(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    picture = draw_dot(expression(), engine="builtin")
    path = tmp_path / picture.save()
    assert path.read_text(encoding="utf-8") == picture.source
    path.write_text("mine", encoding="utf-8")
    picture.save(skip_existing=True)
    assert path.read_text(encoding="utf-8") == "mine"
    picture.save()
    assert path.read_text(encoding="utf-8") == picture.source


@pytest.mark.machine
@pytest.mark.skipif(sys.platform != "linux", reason="xdg-open is Linux's")
# graphviz starts what shows a picture, and does not wait for it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_picture_that_is_rendered_is_viewed_and_its_text_stays(tmp_path, monkeypatch):
    viewer = tmp_path / "xdg-open"
    viewer.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/viewed\n')
    viewer.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    picture = draw_dot(expression(), engine="builtin")
    path = picture.render("graph", tmp_path / "new", view=True)
    assert path == str(tmp_path / "new" / "graph.svg")
    source = tmp_path / "new" / "graph"
    assert source.read_text(encoding="utf-8") == picture.source
    for _ in range(100):
        seen = tmp_path / "viewed"
        if seen.exists() and seen.read_text(encoding="utf-8"):
            break
        time.sleep(0.05)
    assert seen.read_text(encoding="utf-8") == f"{path}\n"


def test_render_gives_the_picture_the_name_that_it_is_told(tmp_path):
    picture = draw_dot(Value(1.0) * 2, drawn_by="builtin")
    path = picture.render(outfile=tmp_path / "one.svg")
    assert path == str(tmp_path / "one.svg")
    assert "<svg" in (tmp_path / "one.svg").read_text()
    assert (tmp_path / "one.gv").read_text() == picture.source


def test_a_frame_is_dashed_thick_or_neither():
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(math.inf, "c")
    root = a * b + c
    root.backward()
    cells = re.findall(
        r'border="(\d)".*?style="([a-z,]+)".*?<b>(\w+)</b>', draw_dot(root).source
    )
    frames = {name: (border, style) for border, style, name in cells}
    # ∂/∂a = b is negative, ∂/∂b = a is not, and c is infinite.
    assert frames["a"] == ("1", "rounded,dashed")
    assert frames["b"] == ("1", "rounded")
    assert frames["c"] == ("3", "rounded")
