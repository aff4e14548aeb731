"""Where a network draws the line between classes, seen over two of its inputs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tinygrad_edu.draw.plots import MARKERS, add_legend, blank_plot
from tinygrad_edu.draw.theme import Theme, theme_named
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.nn.shapes import check_count

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How far the picture reaches beyond the points, as a share of their spread.
_BORDER = 0.12


def plot_decision_boundary(
    model: Callable[[Sequence[float]], Any],
    inputs: Sequence[Sequence[float]],
    targets: Sequence[float],
    *,
    features: tuple[int, int] = (0, 1),
    threshold: float = 0.0,
    class_names: Sequence[str] | None = None,
    resolution: int = 40,
    theme: str = "light",
) -> Figure:
    """Return a Matplotlib figure of the regions that a model gives to each class.

    The class is that of the largest output; of a model with one output, the first class
    lies where the output is at most the threshold, and the second class above it. The
    model is called for each point of a grid and each row, and is not changed.

    Args:
        model: What gives one row of inputs one output or a list of them.
        inputs: The rows, which stand as points on the regions.
        targets: The class of each row, counted from 0; for one output any two numbers,
            such as -1 and 1, of which the smaller is the first class.
        features: The two inputs along the axes; in the regions every other input has
            its mean over the rows.
        threshold: 0 for a score or a logit, 0.5 for a probability.
        class_names: A word for each class.
        resolution: How many points the grid has along each axis, at least 2.
        theme: "light" or "dark".

    Raises:
        ShapeError: If rows, targets and outputs do not fit together.
        ValueError: If an option is none of those named, or there are no rows.
        RenderError: If Matplotlib is not installed.

    >>> from tinygrad_edu import MLP
    >>> model = MLP(2, [1], seed=0)
    >>> figure = plot_decision_boundary(model, [[0.0, 1.0], [1.0, 0.0]], [-1, 1])
    >>> figure.axes[0].get_xlabel()
    'x0'
    """
    colours = theme_named(theme)
    check_count("resolution", resolution, 2)
    _check_rows(inputs, targets, features)
    across, up = (_axis([row[i] for row in inputs], resolution) for i in features)
    means = [math.fsum(column) / len(inputs) for column in zip(*inputs)]
    grid = [_replaced(means, features, (x, y)) for y in up for x in across]
    scores = class_scores(model, grid, threshold)
    count = len(scores[0])
    classes = _classes(targets, count)
    names = [str(i) for i in range(count)] if class_names is None else class_names
    if len(names) != count:
        raise ShapeError(f"There are {count} classes, and {len(names)} class_names.")
    guesses = [_largest(row) for row in class_scores(model, inputs, threshold)]
    right = sum(guess == label for guess, label in zip(guesses, classes))
    figure, (panel,) = blank_plot(1, colours)
    _draw_regions(panel, across, up, scores, colours)
    for label in range(count):
        rows = [row for row, own in zip(inputs, classes) if own == label]
        points = [(row[features[0]], row[features[1]]) for row in rows]
        _draw_points(panel, points, label, str(names[label]), colours)
    panel.set_xlabel(f"x{features[0]}")
    panel.set_ylabel(f"x{features[1]}")
    panel.set_title(f"{right} of {len(inputs)} points in their own region")
    add_legend(panel, colours)
    return figure


def class_scores(
    model: Callable[[Sequence[float]], Any],
    rows: Sequence[Sequence[float]],
    threshold: float,
) -> list[list[float]]:
    """Return a score for each class of each row, of which the largest wins.

    >>> class_scores(lambda row: row[0], [[3.0]], 0.5)
    [[-2.5, 2.5]]
    """
    scores = []
    for row in rows:
        outputs = model(row)
        if not isinstance(outputs, (list, tuple)):
            outputs = [outputs]
        numbers = [float(getattr(output, "data", output)) for output in outputs]
        if len(numbers) == 1:
            numbers = [threshold - numbers[0], numbers[0] - threshold]
        scores.append(numbers)
    return scores


def _check_rows(
    inputs: Sequence[Any], targets: Sequence[float], features: tuple[int, int]
) -> None:
    if len(inputs) == 0:
        raise ValueError("There are no rows, and so no place to look at. Give some.")
    if len(inputs) != len(targets):
        raise ShapeError(
            f"Each row needs one target, but there are {len(inputs)} rows and "
            f"{len(targets)} targets."
        )
    width = len(inputs[0])
    if len(features) != 2 or not all(0 <= i < width for i in features):
        raise ValueError(
            f"features names two of the {width} inputs, counted from 0, such as "
            f"(0, 1), not {features!r}."
        )


def _axis(numbers: Sequence[float], resolution: int) -> list[float]:
    low, high = min(numbers), max(numbers)
    border = _BORDER * (high - low) or 1.0
    step = (high - low + 2 * border) / (resolution - 1)
    return [low - border + i * step for i in range(resolution)]


def _replaced(
    row: Sequence[float], features: tuple[int, int], point: tuple[float, float]
) -> list[float]:
    changed = list(row)
    for i, number in zip(features, point):
        changed[i] = number
    return changed


def _classes(targets: Sequence[float], count: int) -> list[int]:
    distinct = sorted(set(targets))
    if count == 2 and len(distinct) == 2:
        return [distinct.index(target) for target in targets]
    if not all(target in range(count) for target in distinct):
        raise ShapeError(
            f"The outputs tell {count} classes apart, counted from 0, and the targets "
            f"are {distinct[:5]}. A model of one output tells two classes apart."
        )
    return [int(target) for target in targets]


def _largest(scores: Sequence[float]) -> int:
    return max(range(len(scores)), key=scores.__getitem__)


def _draw_regions(
    panel: Axes,
    across: list[float],
    up: list[float],
    scores: list[list[float]],
    theme: Theme,
) -> None:
    # A region is where a class leads; the lead is smooth, and so is its contour at 0.
    width = len(across)
    panel.set_facecolor(theme.neutral)
    for label in range(len(scores[0])):
        leads = [
            row[label] - max(other for i, other in enumerate(row) if i != label)
            for row in scores
        ]
        most = max(leads)
        if most <= 0:
            continue
        table = [leads[i : i + width] for i in range(0, len(leads), width)]
        panel.contourf(across, up, table, [0.0, most], colors=[theme.region(label)])
        if min(leads) < 0:
            panel.contour(
                across, up, table, [0.0], colors=[theme.text], linewidths=[1.2]
            )


def _draw_points(
    panel: Axes,
    points: list[tuple[float, float]],
    label: int,
    name: str,
    theme: Theme,
) -> None:
    panel.scatter(
        [x for x, _ in points],
        [y for _, y in points],
        c=[theme.class_colour(label)] * len(points),
        marker=MARKERS[label % len(MARKERS)],
        edgecolors=theme.background,
        linewidths=0.7,
        s=42,
        label=name,
        zorder=3,
    )
