"""A matplotlib figure of the package: shown once, sharp, and in the fonts there are."""

from __future__ import annotations

import os
from io import BytesIO
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text

from tinygrad_edu.draw.theme import CHINESE, FONT, PNG_DPI

#: A notebook shows a figure of 100 dots an inch, of more dots than it has places.
SHOWN_DPI = 72


class Plot(Figure):
    """A figure that pyplot knows nothing of, and so does not show a second time."""

    def draw(self, renderer: Any) -> None:
        """Draw it, in the fonts of the pictures, and Chinese letters in their own."""
        default = list(matplotlib.rcParams["font.family"])
        for text in self.findobj(Text):
            if text.get_fontfamily() == default:
                text.set_fontfamily(families())
        super().draw(renderer)

    def savefig(self, fname: str | os.PathLike[str] | Any, **options: Any) -> None:
        """Write it as matplotlib does, by itself in no fewer dots than a screen has."""
        super().savefig(fname, **{"dpi": PNG_DPI, **options})

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        buffer = BytesIO()
        self.savefig(buffer, format="png")
        width, height = self.get_size_inches() * SHOWN_DPI
        return buffer.getvalue(), {"width": round(width), "height": round(height)}


def families() -> list[str]:
    """Return the fonts of a plot, the first first: those of them that are installed."""
    there = set(fontManager.get_font_names())
    # Liberation Sans is what Linux puts for the first two.
    first = [name for name in (*FONT.split(","), "Liberation Sans") if name in there]
    chinese = [name for name in CHINESE if name in there]
    return [*first, "DejaVu Sans", *chinese[:1]]
