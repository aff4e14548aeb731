"""A computation graph as a Graphviz picture."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import graphviz

from tinygrad_edu.graph import node_names, topological_order

if TYPE_CHECKING:
    from tinygrad_edu.value import Value

FONT = "Helvetica,Arial,sans-serif"


def draw_dot(
    root: Value,
    format: str = "svg",
    rankdir: str = "LR",
) -> graphviz.Digraph:
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
    picture = graphviz.Digraph(
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
