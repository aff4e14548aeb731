"""The pictures of the reference, drawn by the package itself."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import partial
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tinygrad_edu import (
    MLP,
    Layer,
    Neuron,
    TrainingFilm,
    Value,
    draw_curve,
    draw_dot,
    draw_network,
    fit,
    nn,
    play,
    playground,
)
from tinygrad_edu.data import Dataset, make_circles, make_moons, make_spirals, make_xor
from tinygrad_edu.draw.image import Image, as_html
from tinygrad_edu.draw.pages.page import Page
from tinygrad_edu.draw.theme import LIGHT as THEME
from tinygrad_edu.engine import functions, primitives
from tinygrad_edu.engine.primitives import lookup
from tinygrad_edu.optim import schedules

#: Where the curve of an operator is drawn, if not from -3 to 3.
RANGES = {
    "log": (0.05, 5.0),
    "log1p": (-0.95, 4.0),
    "sqrt": (0.0, 5.0),
    "tan": (-1.4, 1.4),
    "asin": (-0.99, 0.99),
    "acos": (-0.99, 0.99),
    "exp": (-3.0, 2.0),
    "expm1": (-3.0, 2.0),
    "silu": (-6.0, 3.0),
    "sigmoid": (-6.0, 6.0),
}

#: Operators that are bound to parameters, as the pictures show them.
BOUND = {"clip": (-1.0, 1.0), "elu": (1.0,), "leaky_relu": (0.1,), "power": (3.0,)}

#: Losses of one output, and what the row wants of it.
LOSSES = {
    "mse": partial(nn.mse, targets=1.0),
    "mae": partial(nn.mae, targets=1.0),
    "huber": partial(nn.huber, targets=1.0),
    "hinge": partial(nn.hinge, signs=1),
    "binary_cross_entropy": partial(nn.binary_cross_entropy, targets=1),
}

POINTS = {
    "make_xor": make_xor(),
    "make_moons": make_moons(100, noise=0.1, seed=0),
    "make_circles": make_circles(100, noise=0.05, seed=0),
    "make_spirals": make_spirals(100, seed=0),
}


def operator_picture(name: str) -> str:
    """Return the curve of an operator of one operand, or the graph of its example."""
    # A family goes by the name of its function, a record by that of its constant.
    record = lookup(name, BOUND[name]) if name in BOUND else vars(primitives)[name]
    call, values, _ = record.example
    if record.arguments == ("x",) and not record.variadic:

        def function(x: Value) -> Value:
            return eval(call, {"x": x})

        return _curve(
            function,
            call.strip("()") if "." not in call else call,
            *RANGES.get(record.name, (-3.0, 3.0)),
        )
    names = record.argument_names(len(values))
    nodes = {name: Value(value, name) for name, value in zip(names, values)}
    root = eval(call, {**vars(functions), **nodes})
    root.label = "z"
    root.backward()
    return _graph(root)


def named_pictures(folder: Path) -> dict[str, str]:
    """Return the pictures of other names; pages that move are written to `folder`."""
    a, b, c, f = Value(2, "a"), Value(-3, "b"), Value(10, "c"), Value(-2, "f")
    root = (a * b + c) * f
    root.label = "L"
    root.backward()
    graph = _graph(root)
    inputs = [Value(1.0, "x0"), Value(-2.0, "x1")]
    neuron = Neuron(2, activation="tanh", seed=0, expanded=True)(inputs)
    neuron.label = "y"
    neuron.backward()
    pictures = {
        "Value": graph,
        "Node.backward": graph,
        "draw_dot": graph,
        "Neuron": _graph(neuron),
        "Layer": _image(draw_network(Layer(3, 4, seed=0))),
        "MLP": _image(draw_network(MLP(2, [4, 3, 1], seed=0))),
        "draw_network": _image(draw_network(MLP(2, [4, 3, 1], seed=0), inputs=[1, -2])),
        "draw_curve": _image(draw_curve(Value.sigmoid, -5, 5, at=1)),
        "step": _schedule(schedules.step(1.0, 20, 0.5)),
        "linear": _schedule(schedules.linear(1.0, 80)),
        "cosine": _schedule(schedules.cosine(1.0, 80)),
        "play": _page(play(root), folder / "play.html"),
    }
    for name, loss in LOSSES.items():
        pictures[name] = _curve(loss, name, -3.0, 5.0)
    for name, points in POINTS.items():
        pictures[name] = _scatter(points)
    return {**pictures, **_training(folder)}


def _training(folder: Path) -> dict[str, str]:
    inputs, targets = POINTS["make_moons"].features, POINTS["make_moons"].targets
    targets = [2 * target - 1 for target in targets]
    model = MLP(2, [8, 1], activation="tanh", seed=0)
    film = TrainingFilm(model, inputs, targets)
    history = fit(
        model, inputs, targets, epochs=40, seed=0, progress=False, callbacks=[film]
    )
    untrained = MLP(2, [8, 8, 1], "tanh", initialiser="xavier_uniform", seed=0)
    pictures = {
        "TrainingFilm": _page(film.page(), folder / "film.html"),
        "playground": _page(
            playground(untrained, inputs, targets), folder / "playground.html"
        ),
    }
    if find_spec("matplotlib") is None:
        return pictures
    from tinygrad_edu import plot_decision_boundary, plot_gradient_flow, plot_history

    pictures["plot_history"] = _figure(plot_history(history))
    pictures["plot_decision_boundary"] = _figure(
        plot_decision_boundary(model, inputs, targets)
    )
    pictures["plot_gradient_flow"] = _figure(plot_gradient_flow(model, inputs))
    return pictures


def _curve(
    function: Callable[[Value], Value], name: str, low: float, high: float
) -> str:
    picture = draw_curve(function, low, high, slope=True)
    return as_html(picture.svg, f"{name} (solid) and its slope (dashed)")


def _schedule(rate: Callable[[int], float]) -> str:
    # The learning rate of 100 epochs, each a level line.
    heights = [100 * (1 - rate(n)) + 10 for n in range(100)]
    path = " ".join(
        f"L{3 * n} {y:.1f} {3 * n + 3} {y:.1f}" for n, y in enumerate(heights)
    )
    return _drawing(
        f'<path d="M{path[1:]}" fill="none" stroke="{THEME.positive_line}" '
        'stroke-width="3"/>',
        "the learning rate over 100 epochs",
    )


def _scatter(points: Dataset) -> str:
    # Class 0 is a ring and class 1 a disc, so that grey tells them apart as well.
    marks = []
    columns = list(zip(*points.features))
    low = [min(column) for column in columns]
    size = max(max(column) - min(column) for column in columns)
    for (x, y), target in zip(points.features, points.targets):
        left = 10 + (x - low[0]) / size * 200
        top = 210 - (y - low[1]) / size * 200
        colour = THEME.class_colour(target)
        fill = colour if target else "none"
        marks.append(
            f'<circle cx="{left:.1f}" cy="{top:.1f}" r="3" fill="{fill}" '
            f'stroke="{colour}"/>'
        )
    return _drawing("".join(marks), "the points; class 0 are rings, class 1 discs")


def _drawing(body: str, words: str) -> str:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 220" '
        f'width="320pt" height="220pt">{body}</svg>'
    )
    return as_html(svg, words)


def _image(image: Image) -> str:
    return as_html(image.svg, image.words)


def _page(page: Page, path: Path) -> str:
    page.save(path)
    return (
        f'<iframe src="{path.name}" title="{escape(page.title)}" loading="lazy" '
        f'height="{page.height}"></iframe>'
    )


def _graph(root: Value) -> str:
    picture = draw_dot(root, engine="builtin")
    return as_html(picture.svg(), f"the graph of {root.label}")


def _figure(figure: Any) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    data = base64.b64encode(file.getvalue()).decode("ascii")
    return f'<img alt="the figure" src="data:image/png;base64,{data}">'
