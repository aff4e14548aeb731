"""The sheet that plots stand on: a Matplotlib figure that a notebook shows once.

It is made without `pyplot`: no window opens, no backend is chosen, and no setting of
the user's changes. Only what draws a plot imports this module, and so Matplotlib.
"""

from __future__ import annotations

import io
import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from tinygrad_edu.draw.theme import Theme

#: The size of a panel in inches, and how many pixels an inch has.
PANEL = (5.6, 4.0)
PIXELS = 100


class Plot(Figure):
    """A Matplotlib figure that knows how Jupyter shows it.

    A figure that `pyplot` does not manage would be shown as text alone.
    """

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        # Twice the pixels, for sharp screens, in the same room on the page.
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=2 * PIXELS)
        width, height = (round(length * PIXELS) for length in self.get_size_inches())
        return file.getvalue(), {"width": width, "height": height}


def new_plot(panels: int, theme: Theme) -> tuple[Plot, list[Axes]]:
    """Return an empty figure and its panels, two side by side, then the next row."""
    columns = min(panels, 2)
    rows = math.ceil(panels / columns)
    figure = Plot(
        figsize=(columns * PANEL[0], rows * PANEL[1]),
        dpi=PIXELS,
        facecolor=theme.background,
        layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1),
    )
    axes = [figure.add_subplot(rows, columns, i + 1) for i in range(panels)]
    for panel in axes:
        panel.set_facecolor(theme.background)
        panel.tick_params(which="both", colors=theme.text, labelsize=11)
        for part in (panel.xaxis.label, panel.yaxis.label, panel.title):
            part.set_color(theme.text)
            part.set_fontsize(12)
        for spine in panel.spines.values():
            spine.set_color(theme.faint)
    return figure, axes
