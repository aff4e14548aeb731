"""What the main job shows: the files that it says it wrote, and what is in them."""

import csv
from types import SimpleNamespace

from tinygrad_edu.cli import exhibits


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
