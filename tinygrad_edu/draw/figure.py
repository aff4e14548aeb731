"""A matplotlib figure that a notebook shows once, whatever the backend."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure


class Plot(Figure):
    """A figure that pyplot knows nothing of, and so does not show a second time."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=90)
        return buffer.getvalue()
