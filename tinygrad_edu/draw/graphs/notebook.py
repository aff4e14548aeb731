"""What a Value shows as the last line of a notebook's cell."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.draw.graphs.computation import COLLAPSE_FROM, draw_dot
from tinygrad_edu.draw.image import as_html, escape
from tinygrad_edu.engine.graph import has_more_nodes_than
from tinygrad_edu.speech import say


def value_html(root: Any) -> str:
    """Return the picture of a small graph, or one line and a hint for a large one."""
    if has_more_nodes_than(COLLAPSE_FROM, root):
        return say(
            "<code>{root}</code> is the root of more than {count} nodes: "
            "<code>draw_dot(...)</code> draws them.",
            root=escape(repr(root)),
            count=COLLAPSE_FROM,
        )
    return as_html(draw_dot(root).svg(), repr(root))
