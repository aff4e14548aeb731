"""`draw_dot` and `save`: what they refuse, and that they change nothing."""

import re

import pytest

from tinygrad_edu import MLP, RenderError, Value, draw_dot, total
from tinygrad_edu.draw import dot_programs, play, save, save_picture
from tinygrad_edu.draw.graphs import computation
from tinygrad_edu.draw.graphs.computation import COLLAPSE_FROM
from tinygrad_edu.nn import Conv2d, cross_entropy
from tinygrad_edu.nn.shapes import flatten


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
    with pytest.raises(TypeError, match="draw_network"):
        draw_dot(MLP(1, [1]))
    with pytest.raises(TypeError, match=r"not from float 3\.5\.$"):
        draw_dot(3.5)
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


def test_a_deep_graph_is_drawn_in_stretches_or_refused_without_recursion():
    x = Value(1.0)
    for _ in range(5000):
        x = x * 1.0
    assert len(draw_dot(x).diagram.boxes) == 14
    refused = r"10,001 nodes, and 10,001 boxes .* collapse=True\) draws 14 boxes"
    with pytest.raises(RenderError, match=refused):
        draw_dot(x, collapse=False)


def test_a_large_graph_of_a_network_is_told_the_collapse_that_fits():
    model = MLP(3, [40, 40, 1], seed=0)
    loss = total([model([0.1 * i, 1.0, 2.0]) ** 2 for i in range(9)])
    with pytest.raises(RenderError, match=r"collapse=1\) draws (\d+) boxes") as caught:
        draw_dot(loss)
    count = int(re.search(r"collapse=1\) draws (\d+)", str(caught.value))[1])
    assert len(draw_dot(loss, collapse=1).diagram.boxes) == count <= 500
    assert "drawn as" in draw_dot(loss, collapse=1).source


def test_a_large_graph_without_modules_is_told_a_part_that_fits():
    rows = [Value(float(i)) for i in range(900)]
    root = total([x * x for x in rows])
    with pytest.raises(RenderError, match="draws what is below v") as caught:
        draw_dot(root)
    place, name = re.search(
        r"order\(\)\[(\d+)\]\) draws what is below (\w+)", str(caught.value)
    ).groups()
    part = root.topological_order()[int(place)]
    assert part.parents
    assert name == f"v{place}"
    assert 0 < len(draw_dot(part).diagram.boxes) <= 500


def test_where_no_collapse_fits_a_part_is_told():
    model = MLP(1, [2, 2], seed=0)
    rows = total([y for i in range(9) for y in model([float(i)])])
    with pytest.raises(RenderError, match=r"Draw a part.*order\(\)\[(\d+)\]") as caught:
        draw_dot(rows, max_nodes=5)
    place = int(re.search(r"order\(\)\[(\d+)\]", str(caught.value))[1])
    part = draw_dot(rows.topological_order()[place], max_nodes=5)
    assert 1 < len(part.diagram.boxes) <= 5


def test_a_graph_in_which_weights_are_shared_collapses_sooner():
    image = [[[0.1 * (i * j) for i in range(4)] for j in range(4)]]
    output = total(flatten(Conv2d(1, 1, 2, seed=0)(image)))
    nodes = len(output.topological_order())
    assert COLLAPSE_FROM // 2 <= nodes < COLLAPSE_FROM
    assert len(draw_dot(output).diagram.boxes) < nodes / 2
    assert len(draw_dot(output, collapse=False).diagram.boxes) == nodes
    # A network of as many nodes, whose weights are used once, is drawn whole.
    model = MLP(4, [5, 3], activation="tanh", seed=0)
    output = total(model([1.0, 2.0, 3.0, 4.0]))
    nodes = len(output.topological_order())
    assert COLLAPSE_FROM // 2 <= nodes < COLLAPSE_FROM
    assert len(draw_dot(output).diagram.boxes) == nodes


def boxes_from_the_top(svg):
    """Return the names of the boxes that have one, from the top down."""
    nodes = re.findall(
        r'<g id="node\d+" class="node">(.*?)</g>\s*(?=<!--|<g|</g>|$)', svg, re.DOTALL
    )
    found = []
    for node in nodes:
        name = re.search(r'font-weight="bold"[^>]*>([^<]+)<', node)[1]
        y = float(re.search(r'<text[^>]* y="(-?[\d.]+)"', node)[1])
        found.append((y, name))
    return [name for _, name in sorted(found)]


@pytest.mark.parametrize("drawn_by", ["dot", "builtin"])
@pytest.mark.parametrize("seed", range(4))
def test_neurons_inputs_and_outputs_stand_in_their_order(drawn_by, seed):
    if drawn_by == "dot" and not dot_programs():
        pytest.skip("no program draws here")
    model = MLP(4, [11, 3], activation="tanh", seed=seed)
    features = ["long", "wide", "short", "thin"]
    classes = ["setosa", "versicolor", "virginica"]
    loss = cross_entropy(model([5.1, 3.5, 1.4, 0.2]), 2)
    loss.backward()
    svg = draw_dot(
        loss, drawn_by=drawn_by, feature_names=features, class_names=classes
    ).svg()
    names = boxes_from_the_top(svg)
    assert [name for name in names if name in features] == features
    assert [name for name in names if name in classes] == classes
    neurons = [f"layer0.neuron{i}" for i in range(11)]
    assert [name for name in names if name in neurons] == neurons
    # The classes tell which neurons they are.
    assert "= layer1.neuron2" in svg.replace("\xa0", " ").replace("&#160;", " ")


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
    monkeypatch.setattr(computation, "bundle_chains", fail)
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
