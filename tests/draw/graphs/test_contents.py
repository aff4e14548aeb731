"""What a graph's picture says: gradients, contributions, heading and scale."""

import math

import pytest

from tinygrad_edu import Neuron, Value, draw_dot, replayed, total
from tinygrad_edu.draw.graphs.collapse import bundle_nodes, parameter_modules
from tinygrad_edu.draw.graphs.contents import graph_diagram
from tinygrad_edu.draw.graphs.diagram import Box
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.theme import LIGHT


def diagram_of(root, **look):
    order = root.topological_order()
    known = {node: node.grad for node in order} if root.grad else None
    bundles = bundle_nodes(order, {})
    return graph_diagram(bundles, order, known, 0, Look(LIGHT, **look))


@pytest.fixture
def loss():
    # L = a·b + a at a = 2, b = -3: ∂L/∂a = b + 1 = -2, ∂L/∂b = a = 2.
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    product = a * b
    loss = product + a
    loss.label = "L"
    loss.backward()
    return loss


def test_boxes_show_data_and_gradient_with_its_colour(loss):
    boxes = {box.name: box for box in diagram_of(loss).boxes}
    assert boxes["a"].lines == ("data 2", "grad -2")
    assert boxes["b"].lines == ("data -3", "grad +2")
    assert boxes["a"].fill == LIGHT.negative
    assert boxes["b"].fill == LIGHT.positive
    assert boxes["L"].operator == " = +"


def test_arrows_show_the_local_derivative_and_carry_the_contribution(loss):
    diagram = diagram_of(loss)
    names = [box.name for box in diagram.boxes]
    arrows = [(names[a.tail], names[a.head], a.label, a.colour) for a in diagram.arrows]
    assert arrows == [
        ("a", "v2", "-3", LIGHT.negative_line),
        ("b", "v2", "2", LIGHT.positive_line),
        ("v2", "L", "1", LIGHT.positive_line),
        ("a", "L", "1", LIGHT.positive_line),
    ]
    # Contributions -3, 2, 1 and 1.
    widths = [a.width for a in diagram.arrows]
    assert widths[0] > widths[1] > widths[2] == widths[3]


def test_heading_and_scale(loss):
    diagram = diagram_of(loss)
    assert diagram.heading == "L = -4 · 4 nodes · 4 edges"
    assert [number for _, number in diagram.scale] == ["-2", "-0.5", "0", "+0.5", "+2"]
    colours = [colour for colour, _ in diagram.scale]
    assert colours[::2] == [LIGHT.negative, LIGHT.neutral, LIGHT.positive]


def test_without_gradients_neither_scale_nor_numbers_of_them(loss):
    diagram = diagram_of(loss, show_gradients=False)
    assert diagram.scale == ()
    assert not any("grad" in line for box in diagram.boxes for line in box.lines)
    assert {box.fill for box in diagram.boxes} == {LIGHT.neutral}
    fresh = Value(2.0) * Value(-3.0)
    assert [arrow.dashed for arrow in diagram_of(fresh).arrows] == [False, False]


def test_gradients_that_are_not_finite_are_told_and_leave_the_scale_alone():
    a = Value(2.0, label="a")
    root = a * 3.0
    root.backward()
    a.grad = float("inf")
    diagram = diagram_of(root)
    assert diagram.boxes[0].lines == ("data 2", "grad +inf")
    assert diagram.boxes[0].fill == LIGHT.strange
    assert diagram.boxes[0].frame == "thick"
    assert diagram.scale[-1][1] == "+1"
    assert diagram.notes[-1] == "thick frame: a number is nan or infinite"


@pytest.mark.parametrize("gradient", [float("nan"), float("inf"), -float("inf")])
def test_an_edge_that_carries_what_is_not_finite_is_thick_and_of_that_colour(gradient):
    a = Value(2.0, label="a")
    root = a.tanh()
    root.grad = gradient
    (arrow,) = diagram_of(root).arrows
    assert arrow.colour == LIGHT.strange_line
    assert arrow.width == 6.0


def test_a_negative_gradient_shows_in_grey_too(loss):
    diagram = diagram_of(loss)
    assert [box.frame for box in diagram.boxes] == ["dashed"] + ["solid"] * 3
    assert [arrow.dashed for arrow in diagram.arrows] == [True, False, False, False]


def test_a_constant_is_quiet_and_shows_its_number():
    a = Value(2.0, label="a")
    root = a * -3.0
    root.label = "L"
    root.backward()
    diagram = diagram_of(root)
    assert diagram.boxes[1] == Box("-3", "", (), LIGHT.neutral)
    assert diagram.arrows[1].colour == LIGHT.faint
    assert not any(box.name.startswith("v") for box in diagram.boxes)
    root.parents[1].label = "k"
    assert diagram_of(root).boxes[1].lines == ("data -3", "grad +2")


def test_one_node_is_one_node():
    assert diagram_of(Value(1.0)).heading == "v0 = 1 · 1 node · 0 edges"


def test_what_is_not_finite_has_a_thick_frame_and_a_note_says_so():
    x = Value(math.inf, label="x")
    y = Value(2.0, label="y")
    root = total([x, y])
    root.label = "L"
    root.backward()
    diagram = draw_dot(root).diagram
    frames = {box.name: box.frame for box in diagram.boxes}
    assert frames == {"x": "thick", "y": "solid", "L": "thick"}
    assert "thick frame: a number is nan or infinite" in diagram.notes
    x.data = root.data = 1.0
    x.grad = math.nan
    frames = {box.name: box.frame for box in draw_dot(root).diagram.boxes}
    assert frames == {"x": "thick", "y": "solid", "L": "solid"}


def test_what_a_replay_hides_is_told():
    w = Value(3.0, label="w")

    @replayed
    def loss(x):
        return (w * x) ** 2

    # The first calls build graphs, and show whether a replay would be right.
    notes = [draw_dot(loss(2.0)).diagram.notes for _ in range(9)][-1]
    assert any("f.graph(...) in place of f(...)" in note for note in notes)
    assert not any(
        "replayed" in note for note in draw_dot(Value(3.0) ** 2).diagram.notes
    )


def test_an_arrow_to_a_call_of_a_module_carries_what_all_of_it_hands_on():
    # z = w·x + b has ∂z/∂x = w, and L = 4·z hands 4 of it on: 8 and -2.
    neuron = Neuron(2, nonlin=False, seed=0)
    neuron.w[0].data, neuron.w[1].data = 2.0, -0.5
    for i, w in enumerate(neuron.w):
        w.label = f"neuron0.w{i}"
    neuron.b.label = "neuron0.b"
    x = [Value(1.0, label="x0"), Value(1.0, label="x1")]
    root = neuron(x) * 4.0
    root.backward()
    order = root.topological_order()
    bundles = bundle_nodes(order, parameter_modules(order))
    known = {node: node.grad for node in order}
    diagram = graph_diagram(bundles, order, known, 0, Look(LIGHT))
    names = [box.name for box in diagram.boxes]
    into = {names[arrow.tail]: arrow for arrow in diagram.arrows}
    assert [into[name].label for name in ("x0", "x1")] == ["2", "-0.5"]
    assert [into[name].dashed for name in ("x0", "x1")] == [False, True]
    # The product by 4 hands 4 to the call, and 1.5 to the 4.
    widths = sorted(diagram.arrows, key=lambda arrow: -arrow.width)
    assert widths[0] is into["x0"]
    assert into["x1"].width < max(
        arrow.width for arrow in diagram.arrows if arrow.label == "4"
    )
