"""Network pictures: every edge has the sign and the size of its number."""

import itertools
import math
import re
import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu import (
    MLP,
    Layer,
    Neuron,
    RenderError,
    ShapeError,
    Value,
    draw_network,
)
from tinygrad_edu.draw import network
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.neurons import MOST_LAYERS, MOST_NEURONS, MOST_NUMBERS
from tinygrad_edu.draw.svg import SMALL, text_width
from tinygrad_edu.draw.theme import DARK, LIGHT
from tinygrad_edu.nn import (
    Activation,
    Linear,
    RNNCell,
    Sequential,
    cross_entropy,
)

NAMESPACE = "{http://www.w3.org/2000/svg}"


def edges(picture):
    """Return the (colour, width, title) of each edge."""
    return [
        (
            line.get("stroke"),
            float(line.get("stroke-width")),
            line.find(f"{NAMESPACE}title").text,
        )
        for line in ET.fromstring(picture.svg).iter(f"{NAMESPACE}line")
    ]


def words(picture):
    return [t.text for t in ET.fromstring(picture.svg).iter(f"{NAMESPACE}text")]


def weights(model):
    named = model.named_parameters()
    return {name: p for name, p in named if name.rpartition(".")[2] != "b"}


@pytest.mark.parametrize("widths", [[2, 2], [8, 3], [4, 4, 1]])
@pytest.mark.parametrize("by", ["weight", "gradient"])
@pytest.mark.parametrize(("name", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_colour_is_the_sign_and_width_the_size(widths, by, name, theme):
    model = MLP(4, widths, activation="tanh", seed=1)
    output = model([0.5, -1.0, 2.0, 0.1])
    loss = cross_entropy(output, 0) if isinstance(output, list) else output**2
    loss.backward()
    numbers = {
        label: p.grad if by == "gradient" else p.data
        for label, p in weights(model).items()
    }
    drawn = {
        title.partition(":")[0]: (colour, width)
        for colour, width, title in edges(draw_network(model, by=by, theme=name))
    }
    assert drawn.keys() == numbers.keys()
    for label, (colour, _) in drawn.items():
        positive = numbers[label] > 0
        assert colour == (theme.positive_line if positive else theme.negative_line)
    by_size = sorted(drawn, key=lambda label: abs(numbers[label]))
    drawn_widths = [drawn[label][1] for label in by_size]
    assert drawn_widths == sorted(drawn_widths)
    assert drawn_widths[0] < drawn_widths[-1]


def test_neurons_show_their_activations_and_biases():
    # Two sigmoid neurons with hand numbers: 0.05·0.15 + 0.1·0.2 + 0.35 = 0.3775.
    layer = Layer(2, 2, activation="sigmoid")
    for neuron, numbers in zip(layer.neurons, ([0.15, 0.2], [0.25, 0.3])):
        for weight, number in zip(neuron.w, numbers):
            weight.data = number
        neuron.b.data = 0.35
    texts = words(draw_network(layer, [0.05, 0.1]))
    first = 1 / (1 + math.exp(-0.3775))
    second = 1 / (1 + math.exp(-0.3925))
    for text in (f"{first:.3g}", f"{second:.3g}", "0.05", "0.1", "x0", "x1"):
        assert text in texts
    assert texts.count("b 0.35") == 2
    for text in ("0.15", "0.2", "0.25", "0.3"):
        assert text in texts


def test_gradients_of_biases_stand_below_the_neurons():
    model = MLP(2, [2, 1], activation="tanh", seed=0)
    model([1.0, -1.0]).backward()
    texts = words(draw_network(model, by="gradient"))
    for layer in model.layers:
        for neuron in layer.neurons:
            assert f"∂L/∂b {neuron.b.grad:+.3g}" in texts


def test_before_backward_gradients_are_said_to_be_missing():
    assert "not yet" in draw_network(MLP(2, [1], seed=0), by="gradient").svg


def test_wide_layers_leave_out_the_middle_and_say_so():
    model = MLP(64, [16, 10], seed=0)
    picture = draw_network(model)
    assert len(edges(picture)) == MOST_NEURONS * MOST_NEURONS + MOST_NEURONS * 10
    assert {"⋮ 52 more", "⋮ 4 more"} <= set(words(picture))


def test_layers_of_different_sizes_have_their_middle_at_one_height():
    root = ET.fromstring(draw_network(MLP(7, [4, 1], seed=0)).svg)
    columns = {}
    for circle in root.iter(f"{NAMESPACE}circle"):
        columns.setdefault(circle.get("cx"), []).append(float(circle.get("cy")))
    assert [len(ys) for ys in columns.values()] == [7, 4, 1]
    middles = [sum(ys) / len(ys) for ys in columns.values()]
    assert middles == pytest.approx([middles[0]] * 3, abs=0.2)


def test_as_many_neurons_as_are_shown_leave_nothing_out():
    picture = draw_network(MLP(MOST_NEURONS, [2, 2], seed=0))
    assert len(edges(picture)) == 2 * MOST_NEURONS + 4
    assert not any("⋮" in text for text in words(picture))
    # And make room for no row that stands for others.
    drawn = [draw_network(MLP(MOST_NEURONS - i, [1], seed=0)).svg for i in range(3)]
    high, middle, low = [
        float(ET.fromstring(x).get("viewBox").split()[3]) for x in drawn
    ]
    assert high - middle == pytest.approx(middle - low, abs=0.2)


def test_each_column_has_its_title():
    texts = words(draw_network(MLP(2, [3, 1], activation="tanh", seed=0)))
    titles = [text for text in texts if text == "inputs" or " · " in text]
    assert titles[-3:] == ["inputs", "layer0 · tanh", "layer1 · linear"]


def test_no_two_neurons_overlap():
    root = ET.fromstring(draw_network(MLP(4, [8, 3], seed=0)).svg)
    circles = [
        tuple(float(c.get(k)) for k in ("cx", "cy", "r"))
        for c in root.iter(f"{NAMESPACE}circle")
    ]
    assert len(circles) == 15
    for i, (x, y, r) in enumerate(circles):
        for u, v, _ in circles[:i]:
            assert math.hypot(x - u, y - v) > 2 * r


@pytest.mark.parametrize(
    "model", [Neuron(3, seed=0), Layer(3, 2, seed=0), MLP(3, [1], seed=0)]
)
def test_neurons_layers_and_networks_are_drawn(model):
    picture = draw_network(model, [1.0, 2.0, 3.0])
    assert len(edges(picture)) == len(weights(model))
    assert picture.words == repr(model)


def test_drawing_changes_nothing():
    model = MLP(2, [2, 1], seed=0)
    model([1.0, 2.0]).backward()
    before = [(p.data, p.grad) for p in model.parameters()]
    draw_network(model, [3.0, 4.0])
    draw_network(model, [3.0, 4.0], by="gradient")
    assert [(p.data, p.grad) for p in model.parameters()] == before


def test_a_network_of_zeros_has_no_scale():
    model = MLP(1, [1], seed=0)
    model.layers[0].neurons[0].w[0].data = 0.0
    assert "all weights are 0" in words(draw_network(model))


def test_what_cannot_be_drawn_is_refused():
    model = MLP(2, [1], seed=0)
    with pytest.raises(TypeError, match="neurons"):
        draw_network(Value(1.0))
    with pytest.raises(ValueError, match="weight, gradient"):
        draw_network(model, by="size")
    with pytest.raises(ValueError, match="theme"):
        draw_network(model, theme="pink")
    with pytest.raises(ShapeError, match="expects 2 inputs"):
        draw_network(model, [1.0])


@pytest.mark.parametrize("widths", [[1], [4, 2], [4, 4, 1], [6, 2], [8, 2], [2, 5, 2]])
@pytest.mark.parametrize("inputs", [2, 3, 4])
def test_no_number_covers_another(inputs, widths):
    picture = draw_network(MLP(inputs, widths, activation="tanh", seed=0))
    numbers = [
        (float(text.get("x")), float(text.get("y")), text.text)
        for text in ET.fromstring(picture.svg).iter(f"{NAMESPACE}text")
        if text.get("class") == "number"
    ]
    assert numbers
    for i, (x1, y1, one) in enumerate(numbers):
        for x2, y2, other in numbers[:i]:
            half_widths = (text_width(one, SMALL) + text_width(other, SMALL)) / 2
            assert abs(x1 - x2) >= half_widths or abs(y1 - y2) >= SMALL, (one, other)


def test_a_network_of_too_many_layers_is_refused():
    assert draw_network(MLP(1, [1] * MOST_LAYERS, seed=0)).svg
    with pytest.raises(RenderError, match=r"101 layers cannot be read.*layers\[0\]"):
        draw_network(MLP(1, [1] * (MOST_LAYERS + 1), seed=0))


def test_a_number_is_compared_with_those_between_the_same_layers_alone(monkeypatch):
    free_place, others = network._free_place, []

    def spy(start, end, taken):
        others.append(len(taken))
        return free_place(start, end, taken)

    monkeypatch.setattr(network, "_free_place", spy)
    draw_network(MLP(4, [4] * 10, seed=0))
    assert len(others) == 160
    assert max(others) < MOST_NUMBERS


@pytest.mark.parametrize("inputs", [1.0, Value(1.0), object()])
def test_inputs_that_are_no_list_are_refused(inputs):
    with pytest.raises(TypeError, match="inputs must be a list"):
        draw_network(MLP(1, [1], seed=0), inputs)


def test_neurons_are_coloured_on_one_scale_whose_end_is_the_largest_activation():
    model = MLP(2, [2, 1], activation="linear", seed=0)
    for neuron, (w, b) in zip(
        model.layers[0].neurons, [((1.0, 0.0), 0.5), ((0.0, -4.0), 0.0)]
    ):
        for parameter, number in zip(neuron.parameters(), (*w, b)):
            parameter.data = number
    for parameter, number in zip(model.layers[1].parameters(), (1.0, 0.25, 0.0)):
        parameter.data = number
    picture = ET.fromstring(draw_network(model, [1.0, 2.0]).svg)
    fills = [circle.get("fill") for circle in picture.iter(f"{NAMESPACE}circle")]
    # Column by column: the inputs, the layer, the output. -8 is the largest in size.
    numbers = [1.0, 2.0, 1.5, -8.0, -0.5]
    assert fills == [LIGHT.fill(x, 8.0) for x in numbers]
    assert len(set(fills)) == 5


def test_none_for_a_gradient_is_drawn_as_zero():
    pictures = []
    for to_none in (False, True):
        model = MLP(2, [2, 1], seed=0)
        model([1.0, 2.0]).backward()
        model.layers[0].zero_grad(set_to_none=to_none)
        pictures.append(draw_network(model, by="gradient").svg)
    assert pictures[0] == pictures[1]


def circles(picture):
    return [
        tuple(float(circle.get(key)) for key in ("cx", "cy", "r"))
        for circle in ET.fromstring(picture.svg).iter(f"{NAMESPACE}circle")
    ]


def boxes(picture):
    """Return (left, top, right, bottom, text) of each text below the legend."""
    found = []
    for text in (
        ET.fromstring(picture.svg).find(f"{NAMESPACE}g").iter(f"{NAMESPACE}text")
    ):
        x, y, size = (float(text.get(key)) for key in ("x", "y", "font-size"))
        width = text_width(text.text, size)
        left = (
            x - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor")]
        )
        found.append((left, y - 0.75 * size, left + width, y, text.text))
    return found


@pytest.mark.parametrize("precision", [3, 6])
@pytest.mark.parametrize("widths", [[16, 10], [3, 2]])
def test_numbers_stay_in_their_circles_and_words_outside_of_them(widths, precision):
    model = MLP(64 if len(widths) == 2 and widths[0] == 16 else 2, widths, seed=0)
    inputs = [
        (-1) ** i * 1.23456789e-5 * 3**i
        for i in range(len(model.layers[0].neurons[0].w))
    ]
    picture = draw_network(model, inputs, precision=precision)
    rings = circles(picture)
    inside = 0
    for left, top, right, bottom, text in boxes(picture):
        middle = ((left + right) / 2, (top + bottom) / 2)
        ring = min(rings, key=lambda r: math.dist(r[:2], middle))
        if math.dist(ring[:2], middle) < 5:
            inside += 1
            corner = math.hypot((right - left) / 2, (bottom - top) / 2)
            assert corner < ring[2] + 2, text
        else:
            away_x = max(left - ring[0], ring[0] - right, 0)
            away_y = max(top - ring[1], ring[1] - bottom, 0)
            assert math.hypot(away_x, away_y) >= ring[2], text
    assert inside == len(rings)


@pytest.mark.parametrize("widths", [[16, 10], [3, 2], [13, 13, 1]])
def test_words_cover_no_other_words(widths):
    picture = draw_network(MLP(30, widths, seed=0), [0.5] * 30)
    texts = boxes(picture)
    assert "⋮ 18 more" in [text for *_, text in texts]
    for i, (left, top, right, bottom, one) in enumerate(texts):
        for left2, top2, right2, bottom2, other in texts[:i]:
            apart = left >= right2 or left2 >= right or top >= bottom2 or top2 >= bottom
            assert apart, (one, other)


def test_inputs_and_outputs_have_the_names_of_features_and_classes():
    model = MLP(3, [4, 2], seed=0)
    features = ["petal length", "<width>", "height"]
    classes = ["setosa", "virginica"]
    for inputs in (None, [1.0, 2.0, 3.0]):
        picture = draw_network(
            model, inputs, feature_names=features, class_names=classes
        )
        places = {text: (left, right) for left, _, right, _, text in boxes(picture)}
        rings = circles(picture)
        for name in features:
            assert 0 < places[name][0] < places[name][1] < rings[0][0] - rings[0][2]
        width = float(ET.fromstring(picture.svg).get("viewBox").split()[2])
        for name in classes:
            assert rings[-1][0] + rings[-1][2] < places[name][0]
            assert places[name][1] < width
    with pytest.raises(ShapeError, match="feature_names has 1 names, and 3"):
        draw_network(model, feature_names=["one"])
    with pytest.raises(ShapeError, match="class_names has 3 names, and 2"):
        draw_network(model, class_names=["a", "b", "c"])
    with pytest.raises(ValueError, match="drawn as its parts"):
        draw_network(RNNCell(1, 1, seed=0), class_names=["a"])


@pytest.mark.parametrize(("name", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_the_legend_shows_the_scales_of_edges_and_of_neurons(name, theme):
    model = MLP(2, [2, 1], activation="tanh", seed=0)
    root = ET.fromstring(draw_network(model, [3.0, -0.5], theme=name).svg)
    above = [e for e in root if e.tag != f"{NAMESPACE}g"]
    fills = [e.get("fill") for e in above if e.tag == f"{NAMESPACE}rect"][1:]
    texts = [e.text for e in above if e.tag == f"{NAMESPACE}text"]
    # The largest activation is the input 3.
    assert fills == [theme.fill(x, 3.0) for x in (-3.0, -0.75, 0.0, 0.75, 3.0)]
    assert {"-3", "-0.75", "+0.75", "+3"} <= set(texts)
    strokes = [e for e in above if e.tag == f"{NAMESPACE}path"]
    largest = max(abs(p.data) for p in weights(model).values())
    assert [line.get("stroke") for line in strokes] == [
        *[theme.negative_line] * 2,
        *[theme.positive_line] * 2,
    ]
    drawn = [w for _, w, _ in edges(draw_network(model, theme=name))]
    assert float(strokes[-1].get("stroke-width")) == pytest.approx(max(drawn), rel=0.1)
    parts = (-largest, -largest / 4, largest / 4, largest)
    assert [text for text in texts if text in {f"{x:+.3g}" for x in parts}] == [
        f"{x:+.3g}" for x in parts
    ]


def test_negative_weights_have_gaps():
    model = MLP(3, [4, 2], seed=0)
    lines = ET.fromstring(draw_network(model).svg).iter(f"{NAMESPACE}line")
    for line, weight in zip(lines, weights(model).values(), strict=True):
        assert (line.get("stroke-dasharray") is not None) == (weight.data < 0)


@pytest.mark.parametrize("bias", [True, False])
def test_a_sequential_of_linear_layers_is_drawn_as_neurons(bias):
    model = Sequential(
        Linear(2, 3, bias=bias, seed=0),
        Activation("tanh"),
        Sequential(MLP(3, [2], seed=1)),
    )
    picture = draw_network(model, [0.5, -1.0])
    assert len(edges(picture)) == 2 * 3 + 3 * 2
    texts = words(picture)
    assert "layer0 · tanh" in texts
    hidden = [math.tanh(node.data) for node in model.layers[0]([0.5, -1.0])]
    for number in (*hidden, *[node.data for node in model([0.5, -1.0])]):
        assert f"{number:.3g}" in texts
    assert sum(text.startswith("b ") for text in texts) == (5 if bias else 2)


@pytest.mark.parametrize("widths", [[2, 1], [3, 4, 2], [4, 4]])
def test_an_edge_joins_its_neurons_and_its_number_stands_on_it(widths):
    model = MLP(widths[0], widths[1:], seed=0)
    picture = draw_network(model)
    root = ET.fromstring(picture.svg)
    columns = {}
    radius = network.RADIUS
    for x, y, _ in circles(picture):
        columns.setdefault(x, []).append((x, y))
    columns = [sorted(columns[x]) for x in sorted(columns)]
    assert [len(column) for column in columns] == widths
    lines = list(root.iter(f"{NAMESPACE}line"))
    numbers = [t for t in root.iter(f"{NAMESPACE}text") if t.get("class") == "number"]
    for line, number in zip(lines, numbers, strict=True):
        label, _, digits = line.find(f"{NAMESPACE}title").text.partition(": ")
        layer, neuron, weight = map(int, re.findall(r"\d+", label))
        (x1, y1, x2, y2) = (float(line.get(key)) for key in ("x1", "y1", "x2", "y2"))
        assert (x1, y1) == columns[layer][weight]
        assert (x2, y2) == columns[layer + 1][neuron]
        assert number.text == digits
        # The middle of the letters lies on the line, and outside of both circles.
        x = float(number.get("x"))
        y = float(number.get("y")) - SMALL / 3
        share = (x - x1) / (x2 - x1)
        assert y == pytest.approx(y1 + share * (y2 - y1), abs=1.0)
        half = text_width(digits, SMALL) / 2
        assert x1 + radius < x - half < x + half < x2 - radius


def test_a_picture_for_a_screen_is_as_wide_as_one_and_its_columns_are_even():
    for widths in ([2, 1], [2, 8, 8, 1]):
        svg = network.network_svg(MLP(widths[0], widths[1:], seed=0), Look(LIGHT))
        root = ET.fromstring(svg)
        _, _, width, height = map(float, root.get("viewBox").split())
        xs = sorted({float(c.get("cx")) for c in root.iter(f"{NAMESPACE}circle")})
        gaps = [b - a for a, b in itertools.pairwise(xs)]
        assert gaps == pytest.approx([gaps[0]] * len(gaps), abs=0.2)
        # A screen is between 4 to 3 and 16 to 9; the legend is above the drawing.
        legend = float(re.search(r"translate\(0 ([\d.]+)\)", svg)[1])
        assert 1.1 < width / (height - legend) < 16 / 9 or gaps[0] == network.COLUMN
