"""What the main job shows: the files that it says it wrote, and what is in them."""

import csv
import math
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pytest

from tinygrad_edu import MLP, TrainingFilm
from tinygrad_edu.cli import exhibits
from tinygrad_edu.data import Dataset


def test_an_expression_and_a_neuron_are_drawn_and_played(tmp_path):
    shown = [*exhibits.expression(tmp_path), *exhibits.neuron(tmp_path, seed=0)]
    names = {name for one in shown for name in (one.name, *one.others)}
    assert names == {path.name for path in tmp_path.iterdir()}
    assert names == {
        f"{stem}{ending}"
        for stem in ("expression", "neuron")
        for ending in (".svg", ".dot", ".html")
    }
    text = (tmp_path / "expression.dot").read_text(encoding="utf-8")
    # L = (a·b + c)·f at 2, -3, 10, -2: the gradient of a is b·f.
    assert "data -8" in text
    assert "grad +6" in text


def test_the_losses_are_written_one_a_line(tmp_path):
    history = SimpleNamespace(losses=[0.5, 0.1 + 0.2])
    shown = exhibits.loss_table(tmp_path, history)
    with (tmp_path / shown.name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in rows] == [1, 2]
    assert [float(row["loss"]) for row in rows] == history.losses


def test_the_network_looks_at_the_first_unseen_flower_and_learns_from_it(tmp_path):
    model = MLP(2, [2], "tanh", seed=0)
    test = Dataset(
        [[1.0, -2.0], [3.0, 0.5]], [1, 0], ["long", "wide"], ["rose", "lily"], ""
    )
    shown = exhibits.network(tmp_path, model, TrainingFilm(model), test)
    assert {one.name for one in shown} == {path.name for path in tmp_path.iterdir()}
    assert "It was lily." in shown[1].lesson
    pictures = {
        path.name: [t.text for t in ET.parse(path).getroot().iter() if t.text]
        for path in tmp_path.glob("*.svg")
    }
    outputs = [node.data for node in model([1.0, -2.0])]
    for name in ("iris-network.svg", "iris-gradients.svg"):
        for number in (1.0, -2.0, *outputs):
            assert f"{number:.3g}" in pictures[name]
    # By hand: the loss is -ln of lily's share of the exponentials.
    loss = -math.log(math.exp(outputs[1]) / sum(map(math.exp, outputs)))
    heading = next(text for text in pictures["iris-graph.svg"] if "loss = " in text)
    assert float(heading.split()[2]) == pytest.approx(loss, rel=1e-3)
    # Its gradient at the biases of a linear output is what is said less what is true.
    share = math.exp(outputs[0]) / sum(map(math.exp, outputs))
    assert f"∂L/∂b {share:+.3g}" in pictures["iris-gradients.svg"]
