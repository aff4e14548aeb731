"""Plots of a training, by matplotlib: the loss, the decisions, the gradient flow.

matplotlib is imported when a plot is asked for, and comes by
`pip install matplotlib numpy`. Each function returns the figure, which a notebook
shows when it is the last line of a cell; `figure.savefig("x.png")` writes it. Where
matplotlib is missing, a warning says so once, and the figure is a stand-in.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tinygrad_edu.draw.absent import Absent, absent
from tinygrad_edu.draw.decision_map import (
    PLACES,
    SHADES,
    DecisionMap,
    answers_of,
    shape,
)
from tinygrad_edu.draw.theme import CHINESE, DASHES, Theme, theme_named
from tinygrad_edu.engine.functions import mean, total
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.explaining.steps import gradients
from tinygrad_edu.nn.shapes import flatten
from tinygrad_edu.ranges import (
    check_count,
    check_function,
    check_list,
    check_sequence,
    said,
    written,
)
from tinygrad_edu.speech import language, say as say_it, spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
else:
    # For `typing.get_type_hints`, when a program runs: matplotlib loads when it plots.
    Axes = Figure = Any

#: The shapes of classes, in matplotlib's letters.
MARKERS = {
    "circle": "o",
    "square": "s",
    "triangle": "^",
    "diamond": "D",
    "cross": "X",
    "star": "*",
    "plus": "P",
    "wedge": "v",
}

#: A map is drawn in so many dots in each direction.
DOTS = 300


def plot_history(history: Any, *, theme: str = "light") -> Figure:
    """Plot what `fit` saw, by epoch.

    The loss, the metric where there is one, the norm of each layer's gradient, and the
    learning rate where it changes. A dotted line stands at the best epoch, if early
    stopping went back to it.

    Args:
        history: What `fit` returned.
        theme: "light" or "dark".

    Raises:
        ValueError: If the history is empty, or the theme is unknown.

    >>> from tinygrad_edu import MLP, fit
    >>> model = MLP(1, [1], seed=0)
    >>> history = fit(model, [[0.0], [1.0]], [1.0, 3.0], epochs=9, progress=False)
    >>> len(plot_history(history).axes[0].lines[0].get_xdata())
    9
    """
    if not hasattr(history, "losses"):
        raise TypeError(f"history must be what fit returned, not {said(history):.80}.")
    if not history.losses:
        raise ValueError("The history has no epoch to plot. Was the training stopped?")
    look = theme_named(theme)
    learning, unseen = say("while learning"), say("unseen rows")
    curves = {
        say("loss"): {learning: history.losses, unseen: history.validation_losses},
        say("metric"): {learning: history.metrics, unseen: history.validation_metrics},
        say("norm of the gradient"): history.gradient_norms,
    }
    if len(set(history.learning_rates)) > 1:
        curves[say("learning rate")] = {"": history.learning_rates}
    shown = {
        what: {name: numbers for name, numbers in lines.items() if numbers}
        for what, lines in curves.items()
    }
    shown = {what: lines for what, lines in shown.items() if lines}
    figure, axes = _figure(len(shown), look)
    if isinstance(figure, Absent):
        return figure
    for axis, (what, lines) in zip(axes, shown.items()):
        for i, (name, numbers) in enumerate(lines.items()):
            epochs = range(1, len(numbers) + 1)
            axis.plot(epochs, numbers, label=name, **_style(i, look))
        if len(lines) > 1:
            _legend(axis, look)
        if history.best_epoch is not None:
            axis.axvline(history.best_epoch, color=look.faint, linestyle=":")
        title = say("The {what} by epoch", what=what)
        axis.set(xlabel=say("epoch"), ylabel=what, title=title)
    return figure


def plot_decision_boundary(
    model: Any,
    inputs: Sequence[Sequence[float]],
    targets: Sequence[float],
    *,
    features: tuple[int, int] = (0, 1),
    threshold: float = 0.0,
    feature_names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    theme: str = "light",
) -> Figure:
    """Plot what a model says about each place of the plane of two features.

    A model with several outputs says the class of the largest; one with a single output
    says yes, in blue, above the threshold and no, in orange, below it. A line runs
    where it changes its mind, and each class has a shape of its own.

    Args:
        model: What is called with a row of inputs.
        inputs: The rows, which are shown too.
        targets: For each row the index of its class; or for a single output a number
            that is above the threshold or not.
        features: Which two of the inputs span the plane; the others stay at their mean.
        threshold: Where a single output changes its mind: 0.5 for one that ends in a
            sigmoid.
        feature_names: The name of each input; otherwise x0, x1, ...
        class_names: The name of each class, or of no and of yes for a single output;
            otherwise class 0, class 1, ...
        theme: "light" or "dark".

    Raises:
        ShapeError: If there are not as many targets as rows, or no such features, or
            not a name for each.
        ValueError: If there are no rows, or the theme is unknown.

    >>> from tinygrad_edu import MLP
    >>> figure = plot_decision_boundary(MLP(2, [1], seed=0), [[0, 0], [1, 1]], [-1, 1])
    >>> figure.axes[0].get_xlabel()
    'x0'
    """
    check_function("model", model)
    for name, things in (
        ("inputs", inputs),
        ("targets", targets),
        ("feature_names", feature_names),
        ("class_names", class_names),
    ):
        check_sequence(name, things)
    if len(inputs) == 0 or len(inputs) != len(targets):
        raise ShapeError(
            f"A plot needs rows, and one target for each: there are {len(inputs)} rows "
            f"and {len(targets)} targets."
        )
    if not isinstance(features, Sequence) or len(features) != 2:
        raise TypeError(
            f"features must be a pair, such as (0, 1), not {said(features)}."
        )
    for index in features:
        check_count("A place of features", index, 0)
    across, up = features
    width = len(inputs[0])
    if across == up or not (0 <= across < width and 0 <= up < width):
        raise ShapeError(
            f"features are two different places in a row of {width}, not {features!r}."
        )
    names = [written(name, str) for name in feature_names] or [
        f"x{i}" for i in range(width)
    ]
    if len(names) != width:
        raise ShapeError(f"There are {len(names)} feature_names for rows of {width}.")
    look = theme_named(theme)
    plane = [[row[across], row[up]] for row in inputs]
    grid = DecisionMap(plane, targets, threshold, look)
    means = [statistics.fmean(column) for column in zip(*inputs)]
    rows = [list(means) for _ in grid.places]
    for row, place in zip(rows, grid.places):
        row[across], row[up] = place
    scores = grid.scores_of(answers_of(model, rows))
    kinds = [grid.kind(target) for target in targets]
    count = max(2, len(scores))
    labels = [written(name, str) for name in class_names] or [
        say("class {k}", k=k) for k in range(count)
    ]
    if len(labels) != count or max(kinds) >= count:
        raise ShapeError(
            f"The model tells {count} classes apart: there are {len(labels)} "
            f"class_names, and the targets go up to {max(kinds)}."
        )
    figure, (axis,) = _figure(1, look)
    if isinstance(figure, Absent):
        return figure
    _draw_scores(axis, grid, scores)
    for kind in sorted(set(kinds)):
        points = [point for point, of in zip(plane, kinds) if of == kind]
        axis.scatter(
            [x for x, _ in points],
            [y for _, y in points],
            color=grid.colour(kind),
            marker=MARKERS[shape(kind)],
            edgecolors=look.text,
            s=40,
            label=labels[kind],
        )
    _legend(axis, look, beside=True)
    title = say("What the model says")
    axis.set(xlabel=names[across], ylabel=names[up], title=title)
    return figure


def _draw_scores(axis: Axes, grid: DecisionMap, scores: list[list[float]]) -> None:
    import numpy

    near = numpy.linspace(0, PLACES - 1, DOTS)
    there = numpy.arange(PLACES)
    fields = []
    for score in scores:
        field = numpy.nan_to_num(numpy.reshape(score, (PLACES, PLACES)))
        field = numpy.array([numpy.interp(near, there, row) for row in field])
        fields.append(numpy.array([numpy.interp(near, there, c) for c in field.T]).T)
    if grid.has_classes:
        shown = numpy.argmax(fields, axis=0) % len(grid.colours())
        # How far each class is ahead of all others.
        ahead = [
            field - numpy.max(fields[:k] + fields[k + 1 :], axis=0)
            for k, field in enumerate(fields)
        ]
    else:
        ahead = fields
        strong = numpy.sqrt(numpy.clip(abs(fields[0]), 0, 1))
        shown = numpy.rint((1 + numpy.sign(fields[0]) * strong) * SHADES).astype(int)
    colours = numpy.array([_channels(colour) for colour in grid.colours()])
    (left, right), (low, high) = grid.ranges
    # Pale, so that the rows on it are seen.
    axis.imshow(
        colours[shown],
        extent=(left, right, low, high),
        alpha=0.5,
        aspect="auto",
    )
    across = numpy.linspace(left, right, DOTS)
    up = numpy.linspace(high, low, DOTS)
    for field in ahead:
        if field.min() < 0 < field.max():
            axis.contour(across, up, field, [0], colors=grid.theme.text, linewidths=1)


def plot_gradient_flow(
    model: Any,
    inputs: Sequence[Any],
    *,
    loss: Any = None,
    targets: Sequence[Any] = (),
    theme: str = "light",
) -> Figure:
    """Plot how strongly each layer learns, and how far its activations spread.

    Left, the mean of |∂L/∂p| over the parameters p of each layer; if it shrinks
    towards the first layer, the gradient vanishes. Right, the standard deviation of
    what the layer's neurons say for these rows: near 0, all rows look alike to it. No
    gradient is written.

    Args:
        model: A module with `layers`, each called with what the one before it returned.
        inputs: The rows to look at.
        loss: A loss of one output and one target; without it L is the sum of outputs.
        targets: One for each row, if there is a loss.
        theme: "light" or "dark".

    Raises:
        ShapeError: If there is a loss and not one target for each row.
        TypeError: If the model has no layers.

    >>> from tinygrad_edu import MLP
    >>> model = MLP(2, [3] * 5, activation="sigmoid", seed=0)
    >>> figure = plot_gradient_flow(model, [[1.0, 2.0], [0.5, -1.0]])
    >>> first, *_, last = [bar.get_height() for bar in figure.axes[0].patches]
    >>> bool(first < last / 100)
    True
    """
    look = theme_named(theme)
    if not hasattr(model, "layers"):
        raise TypeError(
            f"The gradient flows from layer to layer, and {said(model):.80} has no "
            "layers. Give an MLP or a Sequential."
        )
    check_list("inputs", inputs)
    sizes, spreads = _flow(model.layers, inputs, loss, targets)
    figure, (left, right) = _figure(2, look)
    if isinstance(figure, Absent):
        return figure
    left.bar(list(sizes), list(sizes.values()), color=look.line_colour(0))
    seen = [size for size in sizes.values() if 0 < size < math.inf]
    if seen:
        left.set_yscale("log")
        # Whole decades: a bar cut off just below the smallest would look like nothing.
        low, high = math.log10(min(seen)), math.log10(max(seen))
        left.set_ylim(10.0 ** (math.ceil(low) - 1), 10.0 ** (math.floor(high) + 1))
        _label_decades(left, math.floor(high) + 1 - (math.ceil(low) - 1))
    left.set(
        title=say("Mean |∂L/∂p| of each layer"), ylabel=say("on a logarithmic scale")
    )
    right.bar(list(spreads), list(spreads.values()), color=look.line_colour(1))
    right.set(
        title=say("Spread of what it says"),
        ylabel=say("standard deviation over the rows"),
    )
    for axis in (left, right):
        axis.tick_params(axis="x", rotation=45 if len(spreads) > 4 else 0)
    return figure


def number_shades(*, theme: str = "light") -> Any:
    """Return the shades of numbers, from - by 0 to +, as a colour map of matplotlib.

    For `axis.imshow(numbers, cmap=number_shades(), vmin=-1, vmax=1)`, in the colours
    that pictures have.

    Args:
        theme: "light" or "dark".

    Raises:
        ValueError: If the theme is unknown.

    >>> number_shades()(1.0) == number_shades()(0.5)
    False
    """
    look = theme_named(theme)
    try:
        from matplotlib.colors import LinearSegmentedColormap
    except ImportError:
        return absent()
    ends = [look.negative_line, look.background, look.positive_line]
    return LinearSegmentedColormap.from_list("numbers", ends)


def say(template: str, /, **parts: object) -> str:
    """Return a sentence for a plot: in English where no font has other letters."""
    with language(spoken() if _has_letters() else "en"):
        return say_it(template, **parts)


def _has_letters() -> bool:
    try:
        from tinygrad_edu.draw.figure import families
    except ImportError:
        return True
    return spoken() == "en" or not {*CHINESE}.isdisjoint(families())


def _flow(
    layers: Sequence[Any], inputs: Sequence[Any], loss: Any, targets: Sequence[Any]
) -> tuple[dict[str, float], dict[str, float]]:
    if not inputs or (loss is not None and len(inputs) != len(targets)):
        raise ShapeError(
            "A plot needs rows, and for a loss one target for each: there are "
            f"{len(inputs)} rows and {len(targets)} targets."
        )
    names = [f"layer{i}" for i in range(len(layers))]
    outputs: list[Any] = list(inputs)
    spreads = {}
    for name, layer in zip(names, layers):
        outputs = [layer(x) for x in outputs]
        rows = [[node.data for node in flatten(output)] for output in outputs]
        spreads[name] = statistics.fmean(map(statistics.pstdev, zip(*rows)))
    if loss is None:
        root = total(node for output in outputs for node in flatten(output))
    else:
        root = mean(loss(output, target) for output, target in zip(outputs, targets))
    known = gradients(root)
    sizes = {}
    for name, layer in zip(names, layers):
        parameters = layer.parameters() if hasattr(layer, "parameters") else []
        if parameters:
            sizes[name] = statistics.fmean(abs(known.get(p, 0.0)) for p in parameters)
    return sizes, spreads


def _figure(count: int, look: Theme) -> tuple[Figure, list[Axes]]:
    try:
        from tinygrad_edu.draw.figure import Plot
    except ImportError:
        stand_in: Any = absent()
        return stand_in, [stand_in] * count
    figure = Plot(
        figsize=(5.5 * count, 4), layout="constrained", facecolor=look.background
    )
    axes = list(figure.subplots(1, count, squeeze=False)[0])
    for axis in axes:
        axis.set_facecolor(look.background)
        axis.tick_params(which="both", colors=look.text)
        for part in (axis.title, axis.xaxis.label, axis.yaxis.label):
            part.set_color(look.text)
        for side, spine in axis.spines.items():
            spine.set_color(look.faint)
            spine.set_visible(side in {"left", "bottom"})
    return figure, axes


def _style(i: int, look: Theme) -> dict[str, Any]:
    # Greyscale tells neighbours by their shade, and all by their gaps.
    gaps = DASHES[i % len(DASHES)]
    return {"color": look.line_colour(i), "linestyle": (0, gaps) if gaps else "-"}


def _label_decades(axis: Axes, decades: int) -> None:
    # By itself matplotlib labels each tenth where there are few decades: they overlap.
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    digits = (1.0, 2.0, 5.0) if decades <= 2 else (1.0,)
    axis.yaxis.set_major_locator(LogLocator(subs=digits))
    if decades <= 2:
        axis.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.yaxis.set_minor_formatter(NullFormatter())


def _legend(axis: Axes, look: Theme, *, beside: bool = False) -> None:
    place: dict[str, Any] = (
        {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)} if beside else {}
    )
    axis.legend(
        facecolor=look.background,
        edgecolor=look.faint,
        labelcolor=look.text,
        handlelength=3,
        **place,
    )


def _channels(colour: str) -> list[float]:
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
