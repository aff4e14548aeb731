"""Does a deep network learn in every layer? Its gradients and activations by layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinygrad_edu.draw.plots import blank_plot
from tinygrad_edu.draw.theme import Theme, theme_named
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.functions import mean
from tinygrad_edu.nn.losses import mse
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.shapes import flatten
from tinygrad_edu.steps import gradients

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tinygrad_edu.value import Value

#: Activations beyond this are drawn on a scale that is logarithmic outside of ±1.
_WIDE = 10.0


@dataclass(frozen=True)
class LayerFlow:
    """What one layer did in a batch.

    Attributes:
        name: The name of the layer.
        gradient: The mean of |∂L/∂p| over its parameters p; None where it has none.
        activations: All numbers that it gave, row by row.
    """

    name: str
    gradient: float | None
    activations: list[float]

    @property
    def mean(self) -> float:
        """The mean μ of the activations."""
        return math.fsum(self.activations) / len(self.activations)

    @property
    def spread(self) -> float:
        """Their standard deviation σ: √ of the mean of (a - μ)²."""
        centre = self.mean
        squares = math.fsum((a - centre) ** 2 for a in self.activations)
        return math.sqrt(squares / len(self.activations))


def plot_gradient_flow(
    model: Any,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    *,
    loss: Callable[[Any, Any], Value] = mse,
    theme: str = "light",
) -> Figure:
    """Return a Matplotlib figure of the gradients and the activations of each layer.

    Left, the mean |∂L/∂p| over the parameters p of a layer, on a logarithmic scale: a
    line that falls towards the first layer is a vanishing gradient. Right, what the
    layer gave: its mean, a thick line of one standard deviation to either side, and a
    thin one from the smallest to the largest; a layer without spread passes no signal
    on, and one at the ends of its activation function is saturated. Where activations
    go beyond 10, the scale is logarithmic outside of -1 to 1.

    L is the mean loss of the rows. Neither data nor gradient of any node is changed.

    Args:
        model: A model with a list of `layers`, such as an MLP or a Sequential.
        inputs: A batch of rows; some dozens are enough.
        targets: What the loss compares each row's output with.
        loss: A loss of one output and one target.
        theme: "light" or "dark".

    Raises:
        TypeError: If the model has no layers.
        ShapeError: If there are not as many targets as rows.
        ValueError: If there are no rows, or there is no such theme.
        RenderError: If Matplotlib is not installed.

    >>> from tinygrad_edu import MLP
    >>> model = MLP(1, [4, 4, 1], activation="tanh", seed=0)
    >>> figure = plot_gradient_flow(model, [[0.0], [1.0]], [0.0, 1.0])
    >>> [panel.get_ylabel() for panel in figure.axes]
    ['mean |gradient|', 'activation']
    """
    colours = theme_named(theme)
    flows = measure_flow(model, inputs, targets, loss)
    figure, (left, right) = blank_plot(2, colours)
    _draw_gradients(left, flows, colours)
    _draw_activations(right, flows, colours)
    for panel in (left, right):
        panel.set_xlim(-0.5, len(flows) - 0.5)
        turned = 40 if len(flows) > 5 else 0
        panel.set_xticks(
            range(len(flows)),
            [flow.name for flow in flows],
            rotation=turned,
            ha="right" if turned else "center",
            rotation_mode="anchor",
        )
    return figure


def measure_flow(
    model: Any,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    loss: Callable[[Any, Any], Value] = mse,
) -> list[LayerFlow]:
    """Return what each layer did in a batch; nothing is changed.

    Raises:
        TypeError: If the model has no layers.
        ShapeError: If there are not as many targets as rows.
        ValueError: If there are no rows.

    >>> from tinygrad_edu import MLP
    >>> model = MLP(1, [2, 1], seed=0)
    >>> [flow.name for flow in measure_flow(model, [[1.0]], [0.0])]
    ['layer0', 'layer1']
    """
    layers = getattr(model, "layers", None)
    if not layers:
        raise TypeError(
            f"plot_gradient_flow looks at the layers of a model one by one, and "
            f"{model!r:.80} has no list `layers`, as an MLP or a Sequential has."
        )
    if len(inputs) != len(targets):
        raise ShapeError(
            f"Each row needs one target, but there are {len(inputs)} rows and "
            f"{len(targets)} targets."
        )
    if len(inputs) == 0:
        raise ValueError("There are no rows to measure with. Give some dozens.")
    activations: list[list[float]] = [[] for _ in layers]
    losses = []
    for row, target in zip(inputs, targets):
        outputs: Any = row
        for layer, numbers in zip(layers, activations):
            outputs = layer(outputs)
            numbers += [float(getattr(x, "data", x)) for x in flatten(outputs)]
        losses.append(loss(outputs, target))
    known = gradients(mean(losses))
    flows = []
    for i, (layer, numbers) in enumerate(zip(layers, activations)):
        parameters = layer.parameters() if isinstance(layer, Module) else []
        sizes = [abs(known.get(parameter, 0.0)) for parameter in parameters]
        gradient = math.fsum(sizes) / len(sizes) if sizes else None
        flows.append(LayerFlow(f"layer{i}", gradient, numbers))
    return flows


def _draw_gradients(panel: Axes, flows: list[LayerFlow], theme: Theme) -> None:
    there = [(i, flow.gradient) for i, flow in enumerate(flows) if flow.gradient]
    panel.set_ylabel("mean |gradient|")
    panel.set_title("Gradient of the parameters")
    panel.plot(
        [i for i, _ in there],
        [gradient for _, gradient in there],
        color=theme.positive_line,
        marker="o",
        markersize=8,
        linewidth=2,
    )
    if there:
        panel.set_yscale("log")
    for i, flow in enumerate(flows):
        # A logarithmic scale has no place for 0.
        if flow.gradient == 0:
            panel.text(
                i,
                0.02,
                "0",
                color=theme.negative_line,
                ha="center",
                fontsize=12,
                transform=panel.get_xaxis_transform(),
            )
    panel.grid(axis="y", color=theme.neutral)


def _draw_activations(panel: Axes, flows: list[LayerFlow], theme: Theme) -> None:
    places = range(len(flows))
    means = [flow.mean for flow in flows]
    spreads = [flow.spread for flow in flows]
    panel.set_ylabel("activation")
    panel.set_title("Activations: mean, spread, range")
    panel.vlines(
        places,
        [min(flow.activations) for flow in flows],
        [max(flow.activations) for flow in flows],
        color=theme.faint,
        linewidth=1.5,
    )
    panel.vlines(
        places,
        [centre - spread for centre, spread in zip(means, spreads)],
        [centre + spread for centre, spread in zip(means, spreads)],
        color=theme.negative_line,
        linewidth=9,
    )
    panel.plot(places, means, "o", color=theme.text, markersize=6)
    if max(abs(a) for flow in flows for a in flow.activations) > _WIDE:
        # Otherwise one wide layer would press the others to a line.
        panel.set_yscale("symlog", linthresh=1.0)
    panel.grid(axis="y", color=theme.neutral)
