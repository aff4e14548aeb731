"""What models, data and trainings show in a notebook: enough, and never too much."""

import base64
import re
import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu import MLP, SGD, Adam, Layer, Module, Neuron, Value, fit, nn, record
from tinygrad_edu.data import Dataset, load_digits, load_iris, make_moons, standardise
from tinygrad_edu.training import History


def cells(html):
    """Return the rows of a table, which must be well-formed."""
    table = re.search(r"<table>.*</table>", html)[0]
    return [["".join(cell.itertext()) for cell in row] for row in ET.fromstring(table)]


def picture(html):
    """Return the picture in an image, which must be well-formed."""
    text = re.search(r"data:image/svg\+xml;base64,([^\"]+)", html)[1]
    return ET.fromstring(base64.b64decode(text))


def texts(svg):
    return ["".join(element.itertext()) for element in svg.iter()]


@pytest.mark.parametrize(
    "model",
    [Neuron(2, seed=0), Layer(2, 3, seed=0), MLP(2, [3, 1], seed=0), MLP(64, [50, 10])],
)
def test_a_network_of_neurons_shows_its_picture(model):
    html = model._repr_html_()
    assert repr(model) in texts(picture(html))
    assert len(html) < 100_000


def test_another_model_shows_its_parts_and_leaves_out_single_neurons():
    model = nn.GPT(5, 4, seed=0)
    head, *rows = cells(model._repr_html_())
    assert head == ["name", "module", "parameters"]
    assert ["token", "Embedding(5 -> 16; 80 parameters)", "80"] in rows
    named = dict(model.named_modules())
    for name, what, count in rows[:-1]:
        assert what == repr(named[name])
        assert count == f"{len(named[name].parameters()):,}"
    assert "block0.attention.query" in [name for name, *_ in rows]
    assert not any("neuron" in name for name, *_ in rows)


def test_a_model_of_very_many_parts_is_cut():
    layers = [nn.Linear(1, 1, seed=0) for _ in range(500)]
    rows = cells(nn.Sequential(*layers)._repr_html_())
    assert len(rows) < 20
    assert rows[-1] == ["and 488 more"]


def test_a_model_without_parameters_or_with_labels_that_are_markup_shows_itself():
    class Nothing(Module):
        pass

    assert "Nothing()" in Nothing()._repr_html_()
    assert cells(nn.Linear(2, 2, bias=False)._repr_html_())[1][0] == "neuron0"
    model = Nothing()
    model.parts = {"<script>": Nothing()}
    assert "<script>" not in model._repr_html_()


def test_a_history_shows_the_curve_of_its_losses():
    rows, targets = make_moons(20, seed=0)
    history = fit(
        MLP(2, [2, 1], seed=0), rows, targets, epochs=3, seed=0, progress=False
    )
    html = history._repr_html_()
    assert repr(history).replace(">", "&gt;") in html
    (line,) = [e for e in picture(html).iter() if e.tag.endswith("polyline")]
    assert len(line.get("points").split()) == 3
    assert "History(no epochs)" in History()._repr_html_()


def test_an_optimiser_shows_what_it_goes_by():
    p = [Value(1.0)]
    assert ["momentum", "0.9"] in cells(SGD(p, momentum=0.9)._repr_html_())
    rows = cells(Adam(p, lr=0.5)._repr_html_())
    assert ["learning_rate", "0.5"] in rows
    assert ["betas", "(0.9, 0.999)"] in rows
    assert "memory" not in [name for name, _ in rows]


def test_a_small_recording_shows_its_source_and_a_large_one_says_how():
    a, b = Value(2.0, label="a"), Value(3.0, label="<b>")
    html = record((a * b).tanh(), [a, b])._repr_html_()
    assert "tanh(t0)" in html
    assert "a, &lt;b&gt;" in html
    model = MLP(16, [16, 1], seed=0)
    html = record(model([1.0] * 16), model.parameters())._repr_html_()
    assert "print(recording.source)" in html
    assert len(html) < 2_000


def test_flowers_are_a_table_of_their_first_rows():
    iris = load_iris()
    head, *rows = cells(iris._repr_html_())
    assert head == [*iris.feature_names, "class"]
    assert rows[0] == ["5.1", "3.5", "1.4", "0.2", "setosa"]
    assert len(rows) == 6
    assert repr(iris) == (
        "Dataset(150 rows of 4 features; classes setosa, versicolor, virginica)"
    )
    assert "Fisher" in iris._repr_html_()


def test_digits_are_images_of_their_first_rows():
    digits = load_digits()
    html = digits._repr_html_()
    assert len(html) < 30_000
    assert len(repr(digits)) < 100
    svg = picture(html)
    assert [t for t in texts(svg) if t.strip().isdigit()] == [*"012345678901"]
    # Each pixel is a square of its shade: the inkiest is black, and paper white.
    shades = {
        shape.get("fill"): shape.get("d").count("M")
        for shape in svg.iter()
        if shape.tag.endswith("path")
    }
    pixels = [x for row in digits.features[:12] for x in row]
    assert shades["rgb(0,0,0)"] == pixels.count(16.0)
    assert shades["rgb(255,255,255)"] == pixels.count(0.0)
    assert sum(shades.values()) == len(pixels)
    # And has a place of its own, in rows of eight squares.
    paths = " ".join(shape.get("d", "") for shape in svg.iter())
    corners = re.findall(r"M(\d+),(\d+)h", paths)
    assert len(set(corners)) == len(pixels)
    assert {int(y) for _, y in corners} == set(range(0, 64, 8))
    assert "<img" in standardise(digits)[0]._repr_html_()


def test_many_features_and_few_rows_are_shown_in_part_and_in_full():
    wide = Dataset([[0.5] * 100], [0], [f"f{i}" for i in range(100)], ["<no>"], "here")
    head, row = cells(wide._repr_html_())
    assert head == [*[f"f{i}" for i in range(8)], "…", "class"]
    assert row == [*["0.5"] * 8, "…", "<no>"]
    blank = Dataset([[1.0] * 4], [0], [f"pixel_{i}" for i in range(4)], ["0"], "here")
    picture(blank._repr_html_())
