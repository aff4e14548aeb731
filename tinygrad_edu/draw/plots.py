"""How a training went: loss, metric, learning rate and gradients, epoch by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinygrad_edu.draw.theme import Theme, theme_named
from tinygrad_edu.errors import RenderError
from tinygrad_edu.history import History

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tinygrad_edu.draw.figure import Plot

#: One for each class or layer, so that colour is never alone in telling them apart.
MARKERS = "osD^vP*X"


def plot_history(history: History, *, theme: str = "light") -> Figure:
    """Return a Matplotlib figure of what `fit` returned, epoch by epoch.

    The loss, beside it the validation loss where there is one; and a panel each for the
    metric, the gradient norm of every layer, and a learning rate that changes. A dotted
    line stands at the epoch whose parameters early stopping took.

    Args:
        history: What `fit` returned.
        theme: "light" or "dark".

    Raises:
        ValueError: If the history has no epochs, or there is no such theme.
        RenderError: If Matplotlib is not installed.

    >>> from tinygrad_edu import MLP, fit
    >>> model = MLP(1, [1], seed=0)
    >>> history = fit(model, [[0.0], [1.0]], [1.0, 3.0], epochs=5, progress=False)
    >>> [panel.get_ylabel() for panel in plot_history(history).axes]
    ['loss', 'gradient norm']
    """
    colours = theme_named(theme)
    if not history.losses:
        raise ValueError(
            "The history has no epochs, so there is nothing to plot. Was the training "
            "interrupted in its first epoch?"
        )
    curves = {"loss": {"training": history.losses}}
    if history.validation_losses:
        curves["loss"]["validation"] = history.validation_losses
    if history.metrics:
        curves["metric"] = {"training": history.metrics}
    if history.validation_metrics:
        curves["metric"]["validation"] = history.validation_metrics
    if any(history.gradient_norms.values()):
        curves["gradient norm"] = history.gradient_norms
    if len(set(history.learning_rates)) > 1:
        curves["learning rate"] = {"learning rate": history.learning_rates}
    figure, panels = blank_plot(len(curves), colours)
    for panel, (name, lines) in zip(panels, curves.items()):
        _draw_lines(panel, lines, colours)
        panel.set_xlabel("epoch")
        panel.set_ylabel(name)
        if history.best_epoch is not None:
            panel.axvline(history.best_epoch, color=colours.faint, linestyle=":")
    best = history.best_epoch
    panels[0].set_title("" if best is None else f"best epoch: {best}")
    return figure


def blank_plot(panels: int, theme: Theme) -> tuple[Plot, list[Axes]]:
    """Return an empty figure and its panels.

    Raises:
        RenderError: If Matplotlib is not installed.
    """
    try:
        from tinygrad_edu.draw.figure import new_plot
    except ImportError as error:
        raise RenderError(
            f"Plots are drawn by Matplotlib, and it cannot be imported: {error}. "
            'Install it with  pip install "tinygrad_edu[plots]"'
        ) from error
    return new_plot(panels, theme)


def add_legend(panel: Axes, theme: Theme) -> None:
    """Put the legend beside the panel, where it hides no data."""
    panel.legend(
        loc="upper left",
        bbox_to_anchor=(1.0, 1.02),
        frameon=False,
        fontsize=11,
        labelcolor=theme.text,
    )


def _draw_lines(panel: Axes, lines: dict[str, list[float]], theme: Theme) -> None:
    for i, (name, numbers) in enumerate(lines.items()):
        panel.plot(
            range(1, len(numbers) + 1),
            numbers,
            color=theme.class_colour(i),
            label=name,
            linewidth=2,
            linestyle="-" if i == 0 else (0, (4, 1 + i)),
            marker=MARKERS[i % len(MARKERS)],
            markevery=max(1, len(numbers) // 8),
            markersize=5,
        )
    panel.locator_params(axis="x", integer=True)
    if len(lines) > 1:
        add_legend(panel, theme)
