"""Modules without neurons of their own, as a picture of their parts."""

import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu import draw_network, total
from tinygrad_edu.draw.parts import MOST_LINES
from tinygrad_edu.draw.theme import LIGHT
from tinygrad_edu.nn import (
    GPT,
    Conv2d,
    Dropout,
    Flatten,
    GRUCell,
    Linear,
    LSTMCell,
    RNNCell,
    SelfAttention,
    Sequential,
    Unflatten,
)

NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_a_convolutional_network_is_drawn_as_parts_with_the_shapes_they_give():
    model = Sequential(
        Unflatten(1, 4, 4), Conv2d(1, 2, 3, seed=0), Flatten(), Linear(8, 3, seed=0)
    )
    picture = draw_network(model, [0.1 * i for i in range(16)])
    root = ET.fromstring(picture.svg)
    parts = [e for e in root.iter(f"{NAMESPACE}g") if e.get("class") == "node"]
    told = [[t.text for t in part.iter(f"{NAMESPACE}text")][1:] for part in parts]
    assert [lines[-1] for lines in told] == [
        "gives 1 × 4 × 4",
        "gives 2 × 2 × 2",
        "gives 8",
        "gives 3",
    ]
    kernel = model.layers[1].parameters()
    mean = sum(abs(p.data) for p in kernel) / len(kernel)
    assert f"{len(kernel)} parameters, mean |p| {mean:.3g}" in told[1]
    arrows = [e for e in root.iter(f"{NAMESPACE}g") if e.get("class") == "edge"]
    assert len(arrows) == 3


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (RNNCell(2, 3, seed=0), {"update"}),
        (
            LSTMCell(2, 3, seed=0),
            {"input_gate", "forget_gate", "candidate", "output_gate"},
        ),
        (GRUCell(2, 3, seed=0), {"reset_gate", "update_gate"}),
        (SelfAttention(4, 2, seed=0), {"query", "key", "value", "output"}),
        (
            GPT(5, 4, 8, seed=0),
            {"token", "position", "block0", "attention", "norm", "logits"},
        ),
    ],
    ids=["rnn", "lstm", "gru", "attention", "gpt"],
)
def test_recurrence_and_attention_are_drawn_as_their_parts(model, names):
    root = ET.fromstring(draw_network(model, by="gradient").svg)
    parts = [e for e in root.iter(f"{NAMESPACE}g") if e.get("class") == "node"]
    told = {"".join(part.find(f"{NAMESPACE}text").itertext()) for part in parts}
    assert names <= {title.partition(" · ")[0] for title in told}
    arrows = [e for e in root.iter(f"{NAMESPACE}g") if e.get("class") == "edge"]
    assert len(arrows) == len(parts) - 1
    assert "not yet" in draw_network(model, by="gradient").svg


def test_dropout_after_a_layer_leaves_a_picture_of_parts():
    model = Sequential(Linear(2, 2, seed=0), Dropout(0.5, seed=0))
    assert 'class="node"' in draw_network(model).svg


def fills(picture):
    """Return the fill of each box, by its name."""
    root = ET.fromstring(picture.svg)
    parts = [e for e in root.iter(f"{NAMESPACE}g") if e.get("class") == "node"]
    return {
        part.find(f"{NAMESPACE}text/{NAMESPACE}tspan").text: part.find(
            f"{NAMESPACE}rect"
        ).get("fill")
        for part in parts
    }


def test_colour_is_the_mean_size_of_the_gradient_of_a_part():
    model = LSTMCell(1, 2, seed=0)
    hidden, _ = model([0.5])
    total(hidden).backward()
    sizes = {
        name: sum(abs(p.grad) for p in module.parameters()) / len(module.parameters())
        for name, module in [("LSTMCell", model), *vars(model).items()]
        if hasattr(module, "parameters")
    }
    largest = max(sizes.values())
    assert fills(draw_network(model, by="gradient")) == {
        name: LIGHT.fill(size, largest) for name, size in sizes.items()
    }


def test_the_parts_of_a_part_of_a_chain_are_told_and_many_are_cut_short():
    model = Sequential(SelfAttention(4, 2, seed=0))
    text = draw_network(model).svg
    assert "query: Linear(4 -&gt; 4; 20 parameters)" in text
    model = Sequential(
        Conv2d(1, 1, 1, seed=0), Sequential(*[Dropout(0.5) for _ in range(9)])
    )
    assert "and 2 more" in draw_network(model).svg
    for count in (MOST_LINES, MOST_LINES + 1):
        inside = Sequential(*[Dropout(0.5) for _ in range(count)])
        lines, _ = told(Sequential(Conv2d(1, 1, 1, seed=0), inside))
        assert len(lines[1]) == 1 + MOST_LINES
        assert any("more" in line for line in lines[1]) == (count > MOST_LINES)


def test_a_part_says_what_it_was_made_with():
    lines, _ = told(Sequential(Conv2d(1, 2, 3, seed=0), Flatten(), Dropout(0.25)))
    assert lines[2] == ["layer2 · Dropout", "p = 0.25"]


def test_drawing_parts_changes_nothing():
    model = GRUCell(1, 2, seed=0)
    before = [(p.data, p.grad) for p in model.parameters()]
    draw_network(model, [0.5])
    assert [(p.data, p.grad) for p in model.parameters()] == before


def told(model, **options):
    """Return the lines of each box, and the words above them."""
    root = ET.fromstring(draw_network(model, **options).svg)
    boxes = [e for e in root.iter(f"{NAMESPACE}g") if e.get("class") == "node"]
    lines = [["".join(t.itertext()) for t in b.iter(f"{NAMESPACE}text")] for b in boxes]
    inside = {text for line in lines for text in line}
    texts = ["".join(t.itertext()) for t in root.iter(f"{NAMESPACE}text")]
    return lines, [text for text in texts if text not in inside]


def test_a_function_among_the_layers_is_told_by_its_name():
    def doubled(row):
        return [2 * x for x in row]

    lines, _ = told(Sequential(Conv2d(1, 1, 1, seed=0), doubled))
    assert lines[1] == ["layer1 · function", "doubled"]


def test_what_has_no_parameters_has_no_scale_of_them():
    lines, above = told(Sequential(Flatten(), Dropout(0.5)))
    assert [title for title, *_ in lines] == ["layer0 · Flatten", "layer1 · Dropout"]
    assert above == ["Sequential · 0 parameters", "an arrow: what a part hands on"]


@pytest.mark.parametrize("by", ["weight", "gradient"])
def test_the_words_above_say_what_is_shown(by):
    model = GRUCell(1, 2, seed=0)
    total(model([0.5])).backward()
    lines, above = told(model, by=by)
    what, sign = {"weight": ("parameter", "p"), "gradient": ("gradient", "∂L/∂p")}[by]
    means = [
        float(words.split()[-1]) for box in lines for words in box if "mean" in words
    ]
    assert all(f"mean |{sign}|" in " ".join(box) for box in lines)
    heading, *scale = above
    assert heading == f"GRUCell · {len(model.parameters())} parameters"
    assert scale[3:] == [
        f"colour: the mean size of a {what} of the part",
        "an arrow: has the part",
    ]
    # The scale ends with the largest mean.
    largest = max(means)
    assert [float(x) for x in scale[:3]] == pytest.approx(
        [0.0, largest / 4, largest], rel=1e-2
    )
