"""The playground: a small network that learns in a page, with its gradients seen."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import pairwise
from numbers import Integral, Real
from typing import Any, NamedTuple

from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.network import network_svg
from tinygrad_edu.draw.pages.page import Page, build_page
from tinygrad_edu.draw.theme import theme_named
from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.reals import as_float
from tinygrad_edu.engine.value import ActivationName, Value
from tinygrad_edu.errors import DomainError, ShapeError
from tinygrad_edu.nn.losses import binary_cross_entropy, find_loss
from tinygrad_edu.nn.mlp import MLP
from tinygrad_edu.optim.optimiser import not_finite_words as step_words
from tinygrad_edu.ranges import (
    check_count,
    check_list,
    check_number,
    check_positive,
    check_sequence,
    said,
    written,
)
from tinygrad_edu.replay.javascript import words
from tinygrad_edu.replay.learner import learner_script
from tinygrad_edu.replay.recording import record
from tinygrad_edu.speech import say, translated
from tinygrad_edu.training.fitting import not_finite_words as loss_words
from tinygrad_edu.training.step import Loss

#: A page that shows every weight has no more of them.
MOST_WEIGHTS = 500

#: The hidden layers to choose from, besides those of the model.
ACTIVATIONS: tuple[ActivationName, ...] = ("linear", "relu", "tanh", "sigmoid")
DEPTHS = range(7)
WIDTH = 8

#: How often weights are drawn for which the loss of a row is defined.
TRIES = 30

SCRIPTS = ("training", "maps", "network", "panels", "slow", "page")


@takes_foreign_keywords
def playground(
    model: MLP,
    inputs: Sequence[Sequence[float]],
    targets: Sequence[Any],
    *,
    loss: Loss | None = None,
    validation: tuple[Sequence[Any], Sequence[Any]] | None = None,
    learning_rate: float = 0.1,
    l2: float = 0.0,
    batch_size: int = 16,
    feature_names: Sequence[str] | None = None,
    class_names: Sequence[str] | None = None,
    theme: str = "light",
) -> Page:
    """Return a page in which a network learns, by gradient descent as in `fit`.

    Steps, epochs, or a run; the learning rate, the batch, L2, the seed of the weights,
    the activation and the number of hidden layers are chosen there. Each neuron shows
    what it says about the plane of two inputs, each edge its weight, its gradient or
    its last update; an edge that is clicked can be dragged. Slow motion takes one row
    forward, backward and through its update. In Jupyter the page shows itself;
    `.save("x.html")` writes it, and it needs no network. The model stays as it is.

    Args:
        model: The network to begin with, an MLP of at most 500 parameters.
        inputs: The rows.
        targets: For each what the loss compares the output with.
        loss: A loss of one output and one target; that of `fit` if none is named.
        validation: Inputs and targets that are measured, and never learnt from.
        learning_rate: η > 0 to begin with.
        l2: λ >= 0 to begin with, the coefficient of Σ p² in the loss.
        batch_size: How many rows a step looks at, to begin with.
        feature_names: One name for each input.
        class_names: One name for each class; for one output that of the low targets,
            and that of the high ones.
        theme: "light" or "dark".

    Raises:
        TypeError: If the model is not an MLP.
        ValueError: If it has too many weights, a number is outside its range or not
            finite, or the loss decides by its target what it computes.
        ShapeError: If rows, targets or names are not as many as they must be.

    >>> from tinygrad_edu.data import make_xor
    >>> xor = make_xor()
    >>> playground(MLP(2, [4, 1], "tanh", seed=0), xor.features, xor.targets)
    <page: MLP(2 -> 4 tanh -> 1 linear; 17 parameters) learns; .save('page.html') ...>
    """
    _check(model, learning_rate, l2, batch_size)
    look = Look(theme_named(theme), 3)
    loss = find_loss("mse" if loss is None else loss)
    known = _rows(model, inputs, targets, "to learn from")
    unseen = [] if validation is None else _unseen(model, validation)
    _check_recordable(model, loss, [*known, *unseen])
    numbers = [number for row in known for number in row.t]
    low, high = min(numbers), max(numbers)
    shapes = {depth: _shape(model, depth) for depth in DEPTHS}
    shapes[len(model.nouts) - 1] = [model.nin, *model.nouts]
    shapes = {depth: shape for depth, shape in sorted(shapes.items()) if shape}
    activations = list(dict.fromkeys([*ACTIVATIONS, model.activation]))
    data = {
        "activations": activations,
        "batch": int(batch_size),
        "classes": _names(class_names, max(model.nouts[-1], 2), say("class")),
        "depth": len(model.nouts) - 1,
        "activation": model.activation,
        "features": _names(feature_names, model.nin, "x"),
        "known": _described(known),
        "l2": float(l2),
        "lossWords": translated(
            loss_words("{loss}", "{epoch}", "{batch}", "{step}", "{rate}")
        ),
        "middle": 0.0 if loss is binary_cross_entropy else (low + high) / 2,
        "outputActivation": model.output_activation,
        "rate": float(learning_rate),
        "reach": (high - low) / 2 or 1.0,
        "shapes": shapes,
        "stepWords": translated(step_words("{parameter}", "{number}", "{rate}")),
        "theme": asdict(look.theme),
        "unseen": _described(unseen),
        "weights": [parameter.data for parameter in model.parameters()],
    }
    title = say("{model} learns", model=repr(model))
    programs = ",\n".join(
        _programs(model, activation, shapes, known[0], loss)
        for activation in activations
    )
    text = build_page(
        title=title,
        body="playground/playground.html",
        parts={},
        data=data,
        theme=look.theme,
        styles=["playground/playground.css"],
        scripts=[f"playground/{name}.js" for name in SCRIPTS],
        program=f"{words()}\nconst programs = {{{programs}}};",
    )
    return Page(title, text, still=network_svg(model, look), height=600)


def _check(model: Any, rate: float, l2: float, batch_size: int) -> None:
    if not isinstance(model, MLP):
        raise TypeError(
            f"A playground shows an MLP, layer by layer, and not {said(model)}. Make "
            "one: MLP(2, [8, 1], activation='tanh')."
        )
    count = len(model.parameters())
    if count > MOST_WEIGHTS:
        raise ValueError(
            f"The model has {count:,} weights, and more than {MOST_WEIGHTS} cannot be "
            "told apart in a picture. Make its layers narrower."
        )
    for name, parameter in model.named_parameters():
        if not math.isfinite(parameter.data):
            raise ValueError(f"The weight {name} is {parameter.data}. Reset the model.")
    check_positive("The learning rate", rate, 0.1)
    check_number("l2", l2, 0.0)
    check_count("batch_size", batch_size)


class _Row(NamedTuple):
    """A row of the data.

    Attributes:
        x: Its inputs.
        target: What the loss compares the output with.
        t: The target as the numbers that a program is given: a class as one-hot.
    """

    x: list[float]
    target: Any
    t: list[float]


def _rows(
    model: MLP, inputs: Sequence[Any], targets: Sequence[Any], use: str
) -> list[_Row]:
    check_sequence("inputs", inputs)
    check_sequence("targets", targets)
    if len(inputs) != len(targets):
        raise ShapeError(
            f"Each row needs one target, but there are {len(inputs)} rows and "
            f"{len(targets)} targets {use}."
        )
    if len(inputs) == 0:
        raise ValueError(f"There are no rows {use}. Is a file or a split empty?")
    rows = []
    for i, (x, target) in enumerate(zip(inputs, targets)):
        check_list(f"Row {i} {use}", x)
        # A number of NumPy, or an array of them, is what it is as a plain one.
        plain = target.tolist() if hasattr(target, "tolist") else target
        row = _Row([as_float(number) for number in x], plain, _flat(plain, model))
        if len(row.x) != model.nin:
            raise ShapeError(
                f"The model takes {model.nin} inputs, but row {i} {use} has "
                f"{len(row.x)}."
            )
        if not all(map(math.isfinite, [*row.x, *row.t])):
            raise ValueError(
                f"Row {i} {use} is {row.x} with the target {plain!r}: a page shows "
                "finite numbers. Leave the row out."
            )
        rows.append(row)
    return rows


def _unseen(model: MLP, validation: Any) -> list[_Row]:
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise ValueError(
            "validation is a pair (inputs, targets), such as (test.features, "
            f"test.targets), not {said(validation)}."
        )
    inputs, targets = validation
    return _rows(model, inputs, targets, "to validate with")


def _flat(target: Any, model: MLP) -> list[float]:
    outputs = model.nouts[-1]
    if outputs > 1 and isinstance(target, Integral):
        return [float(k == target) for k in range(outputs)]
    if isinstance(target, Real):
        return [as_float(target)]
    return [as_float(number) for number in target]


def _check_recordable(model: MLP, loss: Loss, rows: Sequence[_Row]) -> None:
    # The first calls are those of the user: what is wrong with a target is said there.
    roots = [loss(model(row.x), row.target) for row in rows]
    for root in roots:
        if not isinstance(root, Value):
            raise TypeError(f"The loss of a row must be a Value, not {root!r:.80}.")
    losses = [root.data for root in roots]
    graph = _graph(model, rows[0], loss)
    replay = record(graph.loss, [*graph.inputs, *graph.targets])
    for row, expected in zip(rows, losses):
        found = replay(*row.x, *row.t)
        if not math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12):
            raise ValueError(
                f"The loss of the row {row.x} with the target {row.target!r} is "
                f"{expected}, and the page would compute {found}: the model or the "
                "loss decides by an `if` what it computes. Write it with `where`."
            )


class _Graph(NamedTuple):
    """The graph of the loss of a row.

    Attributes:
        inputs: Its leaves.
        targets: Those of its target: a class as one-hot, so that all rows are alike.
        neurons: The outputs of all neurons, layer by layer.
        loss: The root.
    """

    inputs: list[Value]
    targets: list[Value]
    neurons: list[Value]
    loss: Value


def _graph(model: MLP, example: _Row, loss: Loss) -> _Graph:
    inputs = [Value(number) for number in example.x]
    targets = [Value(number) for number in example.t]
    neurons: list[Value] = []
    row = inputs
    for layer in model.layers:
        row = [neuron(row) for neuron in layer.neurons]
        neurons += row
    is_number = model.nouts[-1] == 1 and isinstance(example.target, Real)
    output = row[0] if len(row) == 1 else row
    found = loss(output, targets[0] if is_number else targets)
    return _Graph(inputs, targets, neurons, found)


def _graph_somewhere(network: MLP, example: _Row, loss: Loss) -> _Graph:
    # What its weights are does not matter; but the loss must be defined there.
    source = random.Random(0)
    for _ in range(TRIES):
        for parameter in network.parameters():
            parameter.data = source.uniform(-1.0, 1.0)
        with suppress(DomainError):
            return _graph(network, example, loss)
    return _graph(network, example, loss)


def _shape(model: MLP, depth: int) -> list[int]:
    """Return the widths of a network with so many hidden layers, or [] if none fits."""
    outputs = model.nouts[-1]
    widest = model.nouts[0] if len(model.nouts) > 1 else WIDTH
    for width in range(widest, 0, -1):
        shape = [model.nin, *[width] * depth, outputs]
        if sum((a + 1) * b for a, b in pairwise(shape)) <= MOST_WEIGHTS:
            return shape
    return []


def _programs(
    model: MLP,
    activation: ActivationName,
    shapes: dict[int, list[int]],
    example: _Row,
    loss: Loss,
) -> str:
    texts = []
    for depth, (nin, *nouts) in shapes.items():
        network = model
        if activation == model.activation and nouts == model.nouts:
            graph = _graph(model, example, loss)
        else:
            network = MLP(nin, nouts, activation, model.output_activation)
            graph = _graph_somewhere(network, example, loss)
        script = learner_script(
            network.parameters(), graph.inputs, graph.targets, graph.neurons, graph.loss
        )
        texts.append(f"{depth}: {script}")
    return f"{json.dumps(activation)}: {{{', '.join(texts)}}}"


def _described(rows: Iterable[_Row]) -> list[dict[str, Any]]:
    return [{"x": row.x, "t": row.t} for row in rows]


def _names(names: Sequence[str] | None, count: int, letter: str) -> list[str]:
    if names is None:
        return [f"{letter}{i}" for i in range(count)]
    check_sequence("The names of inputs or classes", names)
    if len(names) != count:
        raise ShapeError(
            f"There are {len(names)} names for {count} inputs or classes: "
            f"{said(names)}."
        )
    return [written(name, str) for name in names]
