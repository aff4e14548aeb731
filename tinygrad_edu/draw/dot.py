"""A computation graph as a Graphviz picture."""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import graphviz

from tinygrad_edu.draw.programs import run_dot
from tinygrad_edu.graph import node_names, topological_order

if TYPE_CHECKING:
    from tinygrad_edu.value import Value

FONT = "Helvetica,Arial,sans-serif"


class GraphPicture(graphviz.Digraph):  # type: ignore[misc]
    """A `graphviz.Digraph` that is drawn by whichever program `find_dot` finds."""

    def pipe(
        self,
        format: str | None = None,
        *_: Any,
        encoding: str | None = None,
        **__: Any,
    ) -> bytes | str:
        """Return the picture as bytes, or as text in the given encoding.

        Raises:
            RenderError: If there is no program, or it fails.
        """
        picture = run_dot(self.source, format or self.format)
        return picture if encoding is None else picture.decode(encoding)

    def render(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        *_: Any,
        **__: Any,
    ) -> str:
        """Write the DOT text and the picture, and return the picture's path.

        Raises:
            RenderError: If there is no program, or it fails.
        """
        source = self.save(filename, directory=directory)
        path = f"{source}.{format or self.format}"
        Path(path).write_bytes(run_dot(self.source, format or self.format))
        if cleanup:
            Path(source).unlink()
        if view:
            self._view(path, format=format or self.format, quiet=False)
        return path


def draw_dot(
    root: Value,
    format: str = "svg",
    rankdir: str = "LR",
) -> GraphPicture:
    """Return the graph below a node: names, data and gradients, and what flows between.

    Every node shows its name, the operator that made it, its data and its gradient;
    every edge the local derivative ∂node/∂parent. Before `backward()` the gradients
    say "not yet".

    Args:
        root: The node whose graph is drawn.
        format: What the picture is rendered to, such as "svg" or "png".
        rankdir: "LR" for left to right, "TB" for top to bottom.

    Raises:
        ValueError: If rankdir is neither.

    >>> from tinygrad_edu import Value
    >>> a = Value(2.0, label="a")
    >>> draw_dot(a * a).source.count("->")
    2
    """
    if rankdir not in ("LR", "TB"):
        raise ValueError(
            f'rankdir is "LR" (left to right) or "TB" (top to bottom), not {rankdir!r}.'
        )
    picture = GraphPicture(
        format=format,
        graph_attr={"rankdir": rankdir, "fontname": FONT},
        node_attr={"shape": "plain", "fontname": FONT},
        edge_attr={"fontname": FONT, "fontsize": "11", "color": "#555555"},
    )
    order = topological_order(root)
    names = node_names(order)
    position = {node: str(i) for i, node in enumerate(order)}
    for node in order:
        gradient = f"{node.grad:.4g}" if root.grad != 0 else "not yet"
        picture.node(position[node], _cell(node, names[node], gradient))
        for parent, local in zip(node.parents, node.local_derivatives):
            picture.edge(position[parent], position[node], label=f" {local:.4g} ")
    return picture


def _cell(node: Value, name: str, gradient: str) -> str:
    operator = f" = {html.escape(node.op.symbol)}" if node.op else ""
    colour = "#ffffff" if node.parents else "#eef3fa"
    return (
        '<<table border="0" cellborder="1" cellspacing="0" cellpadding="5" '
        f'bgcolor="{colour}" color="#555555">'
        f"<tr><td><b>{html.escape(name)}</b>{operator}</td></tr>"
        f'<tr><td align="left">data {node.data:.4g}</td></tr>'
        f'<tr><td align="left">grad {gradient}</td></tr></table>>'
    )
