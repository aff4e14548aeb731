"""The built-in SVG: words fit their boxes, and nothing lies outside the sheet."""

import math
import re
import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu import MLP, Value, draw_dot
from tinygrad_edu.draw.graphs import builtin
from tinygrad_edu.draw.graphs.builtin import ARROW, PADDING
from tinygrad_edu.draw.graphs.diagram import Arrow, Box, Diagram
from tinygrad_edu.draw.svg import text_width
from tinygrad_edu.draw.theme import LIGHT

NAMESPACE = "{http://www.w3.org/2000/svg}"


def graph():
    model = MLP(2, [3, 1], activation="tanh", seed=0)
    loss = (model([1.0, -2.0]) - 0.5) ** 2
    loss.backward()
    return loss


@pytest.mark.parametrize(
    "text",
    ["data -0.3333", "grad +1.235e-05", "layer0.neuron12", "v27 = log_softmax", "WWW"],
)
def test_the_estimate_is_near_the_width_in_a_real_font(width_in_font, text):
    # DejaVu Sans is about a sixth wider than Helvetica, which is asked for.
    estimate = text_width(text, 14.0)
    real = width_in_font(text, 14.0)
    assert 0.85 * real <= estimate <= 1.4 * real


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_every_line_of_text_fits_its_box(width_in_font, rankdir):
    picture = draw_dot(graph(), rankdir=rankdir, engine="builtin").svg()
    lines = 0
    for node in ET.fromstring(picture).iter(f"{NAMESPACE}g"):
        if node.get("class") != "node":
            continue
        box = node.find(f"{NAMESPACE}rect")
        right = float(box.get("x")) + float(box.get("width"))
        bottom = float(box.get("y")) + float(box.get("height"))
        for text in node.iter(f"{NAMESPACE}text"):
            words = "".join(text.itertext())
            # Helvetica is at least a tenth narrower than DejaVu Sans.
            width = 0.9 * width_in_font(words, float(text.get("font-size")))
            lines += 1
            assert float(text.get("x")) + width <= right, words
            assert float(text.get("x")) >= float(box.get("x")) + PADDING - 0.11
            assert float(text.get("y")) <= bottom
    assert lines > 30


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_every_box_lies_on_the_sheet(rankdir):
    root = ET.fromstring(draw_dot(graph(), rankdir=rankdir, engine="builtin").svg())
    _, _, width, height = map(float, root.get("viewBox").split())
    for node in root.iter(f"{NAMESPACE}g"):
        box = node.find(f"{NAMESPACE}rect")
        if box is not None:
            x, y, w, h = (float(box.get(k)) for k in ("x", "y", "width", "height"))
            assert min(x, y) >= 0
            assert x + w <= width
            assert y + h <= height


def test_an_arrow_ends_at_the_border_of_its_box():
    a = Value(2.0, label="a")
    root = ET.fromstring(draw_dot(a.tanh(), engine="builtin").svg())
    groups = {g.get("id"): g for g in root.iter(f"{NAMESPACE}g")}
    head = groups["edge0"].find(f"{NAMESPACE}polygon").get("points").split()
    tip = head[1]
    box = groups["node1"].find(f"{NAMESPACE}rect")
    assert float(tip.split(",")[0]) == pytest.approx(float(box.get("x")), abs=0.11)
    # Its line ends where the head begins.
    line = groups["edge0"].find(f"{NAMESPACE}path").get("d")
    end = [float(x) for x in re.findall(r"-?\d+\.?\d*", line)[-2:]]
    (left, high), _, (_, low) = [map(float, corner.split(",")) for corner in head]
    assert end == pytest.approx([left, (high + low) / 2], abs=0.11)
    assert float(tip.split(",")[0]) - left == pytest.approx(ARROW, abs=0.11)


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_arrows_between_two_boxes_point_at_each_from_outside(rankdir):
    boxes = [Box(name, "", ("data 1",), LIGHT.neutral) for name in "ab"]
    arrows = [Arrow(0, 1, "1", LIGHT.faint, 2.0), Arrow(1, 0, "", LIGHT.faint, 2.0)]
    svg = builtin.draw_diagram(
        Diagram(tuple(boxes), tuple(arrows), "both ways", (), (), LIGHT, rankdir)
    )
    root = ET.fromstring(svg)
    groups = {g.get("id"): g for g in root.iter(f"{NAMESPACE}g")}
    for arrow, head in (("edge0", "node1"), ("edge1", "node0")):
        box = groups[head].find(f"{NAMESPACE}rect")
        x, y, w, h = (float(box.get(key)) for key in ("x", "y", "width", "height"))
        text = groups[arrow].find(f"{NAMESPACE}polygon").get("points")
        corners = [tuple(map(float, point.split(","))) for point in text.split()]
        # How far each corner of the head lies from the box: the tip touches it.
        away = [
            math.hypot(max(x - u, 0, u - x - w), max(y - v, 0, v - y - h))
            for u, v in corners
        ]
        assert away[1] == pytest.approx(0.0, abs=0.2)
        assert min(away[0], away[2]) > 4
        assert math.dist(corners[0], corners[2]) > 4


def test_graphviz_and_the_built_in_layout_show_the_same_words():
    from tinygrad_edu.draw import dot_programs

    if not dot_programs():
        pytest.skip("no dot program")
    words = []
    for engine in ("dot", "builtin"):
        root = ET.fromstring(draw_dot(graph(), engine=engine).svg())
        texts = ["".join(t.itertext()) for t in root.iter(f"{NAMESPACE}text")]
        words.append("".join(sorted("".join(texts).replace("\xa0", " "))))
    assert words[0].replace(" ", "") == words[1].replace(" ", "")


def curve_points(path, share):
    """Return the places a share of the way along each piece of a path of curves."""
    numbers = [float(x) for x in re.findall(r"-?\d+\.?\d*", path)]
    points = list(zip(numbers[::2], numbers[1::2]))
    for i in range(0, len(points) - 3, 3):
        piece = points[i : i + 4]
        weights = [
            math.comb(3, k) * share**k * (1 - share) ** (3 - k) for k in range(4)
        ]
        yield tuple(sum(w * p[axis] for w, p in zip(weights, piece)) for axis in (0, 1))


def test_an_edge_runs_level_out_and_in_and_straight_through_what_it_passes():
    route = [(0.0, 0.0), (10.0, 10.0), (20.0, 20.0), (30.0, 20.0)]
    path = builtin._smooth(route, vertical=False)
    # A millionth of the way along each piece, and before its end: its slopes there.
    starts, ends = list(curve_points(path, 1e-3)), list(curve_points(path, 1 - 1e-3))
    leaving = [(y - y0) / (x - x0) for (x, y), (x0, y0) in zip(starts, route)]
    coming = [(y1 - y) / (x1 - x) for (x, y), (x1, y1) in zip(ends, route[1:])]
    # Level at both ends and where the line turns level; else as from end to end.
    assert leaving == pytest.approx([0.0, 1.0, 0.0], abs=0.02)
    assert coming == pytest.approx([1.0, 0.0, 0.0], abs=0.02)


def test_an_edge_of_one_piece_is_level_at_both_ends():
    path = builtin._smooth([(0.0, 0.0), (10.0, 10.0)], vertical=False)
    assert path == "M0.0,0.0 C5.0,0.0 5.0,10.0 10.0,10.0"


def test_an_edge_never_swings_beyond_the_places_it_goes_through():
    route = [(0.0, 0.0), (10.0, 50.0), (20.0, 40.0), (30.0, 41.0)]
    path = builtin._smooth(route, vertical=False)
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        for (_, y), (_, y0), (_, y1) in zip(
            curve_points(path, share), route, route[1:]
        ):
            assert min(y0, y1) <= y <= max(y0, y1)
