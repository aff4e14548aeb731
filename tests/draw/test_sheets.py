"""Every picture, whatever it shows: nothing is cut off, and no words cover others."""

import base64
import itertools
import math
import re
import xml.etree.ElementTree as ET

import pytest

from tinygrad_edu import MLP, Value, draw_curve, draw_dot, draw_network, fit, nn
from tinygrad_edu.data import load_digits
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.network import network_svg
from tinygrad_edu.draw.theme import LIGHT

#: Helvetica is at least a tenth narrower than DejaVu Sans.
NARROWER = 0.9


def network(widths, by="weight", **options):
    model = MLP(widths[0], widths[1:], activation="tanh", seed=0)
    row = [0.5 * (-1) ** i for i in range(widths[0])]
    output = model(row)
    (output if widths[-1] == 1 else output[0]).backward()
    return draw_network(model, row, by, **options).svg


def graph(rankdir):
    model = MLP(2, [3, 1], activation="tanh", seed=0)
    loss = (model([1.0, -2.0]) - 0.5) ** 2
    loss.label = "a loss with a long name"
    loss.backward()
    return draw_dot(loss, rankdir=rankdir, drawn_by="builtin").svg()


def mean_squared_error_of_a_prediction_by_hand(x):
    return (0.001 * x - 0.5) ** 2


def html_of(thing):
    text = re.search(r"svg\+xml;base64,([^\"]+)", thing._repr_html_())[1]
    return base64.b64decode(text).decode()


def history():
    rows, targets = [[0.0], [1.0]], [1.0, 3.0]
    model = MLP(1, [1], seed=0)
    return fit(
        model,
        rows,
        targets,
        epochs=12,
        progress=False,
        validation=(rows, targets),
        seed=0,
    )


PICTURES = {
    "neuron": lambda: network([2, 1]),
    "gradients": lambda: network([2, 3, 2], by="gradient"),
    "names": lambda: network(
        [2, 2],
        feature_names=["the length of a petal", "w"],
        class_names=["setosa", "a class with a long name"],
    ),
    "wide": lambda: network([30, 16, 10]),
    "on a screen": lambda: network_svg(MLP(2, [8, 8, 1], seed=0), Look(LIGHT, 3)),
    "parts": lambda: draw_network(nn.GPT(5, 4, 8, seed=0)).svg,
    "chain": lambda: (
        draw_network(
            nn.Sequential(
                nn.Unflatten(1, 4, 4), nn.Conv2d(1, 2, 3, seed=0), nn.Flatten()
            ),
            [0.1 * i for i in range(16)],
        ).svg
    ),
    "graph": lambda: graph("LR"),
    "graph down": lambda: graph("TB"),
    "curve": lambda: draw_curve(Value.tanh, -4, 3, at=1.5, slope=True).svg,
    "steep": lambda: draw_curve(lambda x: 1e-5 * x, -12345, 3e5).svg,
    "far away": lambda: draw_curve(lambda x: -x, 123456789, 123456790).svg,
    "tiny": lambda: draw_curve(lambda x: x, -1.5e-5, 1.5e-5, theme="dark").svg,
    "long names": lambda: (
        draw_curve(
            mean_squared_error_of_a_prediction_by_hand, -20, 30, at=-12.345, slope=True
        ).svg
    ),
    "history": lambda: html_of(history()),
    "digits": lambda: html_of(load_digits()),
}
each = pytest.mark.parametrize("name", PICTURES)


class Sheet:
    """Where words and shapes are: [(left, top, right, bottom, what)]."""

    def __init__(self, svg, width_in_font):
        root = ET.fromstring(svg)
        _, _, self.width, self.height = map(float, root.get("viewBox").split())
        self.measure = width_in_font
        self.words = []
        self.shapes = []
        # The first shape is what lies behind everything.
        for element in list(root)[1:]:
            self.read(element, 0.0, 0.0)

    def read(self, element, x0, y0):
        tag = element.tag.rpartition("}")[2]
        numbers = {
            key: float(text)
            for key, text in element.attrib.items()
            if re.fullmatch(r"-?[\d.]+", text)
        }
        if tag == "g" and element.get("transform"):
            x, y = map(float, re.findall(r"-?[\d.]+", element.get("transform")))
            x0, y0 = x0 + x, y0 + y
        elif tag == "svg":
            # What leaves this frame is cut off, as it should be.
            return
        elif tag == "text":
            self.words.append(self.box_of(element, numbers, x0, y0))
        elif tag == "circle":
            x, y, r = (numbers[key] for key in ("cx", "cy", "r"))
            self.add(x0, y0, [(x - r, y - r), (x + r, y + r)], tag)
        elif tag == "rect":
            x, y, w, h = (numbers[key] for key in ("x", "y", "width", "height"))
            self.add(x0, y0, [(x, y), (x + w, y + h)], tag)
        elif tag == "line":
            x1, y1, x2, y2 = (numbers[key] for key in ("x1", "y1", "x2", "y2"))
            self.add(x0, y0, [(x1, y1), (x2, y2)], tag)
        elif tag in ("polygon", "path"):
            text = element.get("points") or element.get("d")
            ends = re.findall(r"(-?[\d.]+),(-?[\d.]+)", text)
            self.add(x0, y0, [tuple(map(float, end)) for end in ends], tag)
        for child in element:
            self.read(child, x0, y0)

    def add(self, x0, y0, points, what):
        xs, ys = zip(*points)
        box = (x0 + min(xs), y0 + min(ys), x0 + max(xs), y0 + max(ys), what)
        self.shapes.append(box)

    def box_of(self, element, numbers, x0, y0):
        text = "".join(element.itertext())
        size = numbers["font-size"]
        bold = element.get("font-weight") == "bold"
        width = NARROWER * self.measure(text, size, bold)
        shift = {"start": 0, "middle": width / 2, "end": width}
        left = x0 + numbers["x"] - shift[element.get("text-anchor", "start")]
        bottom = y0 + numbers["y"]
        # Letters are about three quarters as high as their size, and some hang below.
        return (left, bottom - 0.75 * size, left + width, bottom, text)


@each
def test_nothing_is_cut_off_and_no_room_is_wasted(name, width_in_font):
    sheet = Sheet(PICTURES[name](), width_in_font)
    everything = [*sheet.words, *sheet.shapes]
    for left, top, right, bottom, what in everything:
        assert left >= 0, what
        assert top >= 0, what
        assert right <= sheet.width, what
        assert bottom <= sheet.height, what
    assert sheet.words
    lefts, tops, rights, bottoms, _ = zip(*everything)
    assert max(min(lefts), min(tops)) <= 60
    assert sheet.width - max(rights) <= 60 + 0.25 * sheet.width
    assert sheet.height - max(bottoms) <= 40


@each
def test_no_words_cover_other_words(name, width_in_font):
    words = Sheet(PICTURES[name](), width_in_font).words
    for one, other in itertools.combinations(words, 2):
        apart = (
            one[0] >= other[2]
            or other[0] >= one[2]
            or one[1] >= other[3]
            or other[1] >= one[3]
        )
        assert apart, (one, other)


@each
def test_the_numbers_of_a_scale_stand_on_their_colours(name, width_in_font):
    sheet = Sheet(PICTURES[name](), width_in_font)
    swatches = [
        shape
        for shape in sheet.shapes
        if shape[4] == "rect" and math.isclose(shape[3] - shape[1], 20.0)
    ]
    for left, top, right, bottom, _ in swatches:
        inside = [
            text
            for x0, y0, x1, y1, text in sheet.words
            if left <= x0 and x1 <= right and top <= y0 and y1 <= bottom
        ]
        assert len(inside) == 1
