"""The player: a graph whose backward pass is played step by step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from tinygrad_edu.draw.graphs.collapse import bundle_nodes
from tinygrad_edu.draw.graphs.computation import MOST_BOXES, nodes_below
from tinygrad_edu.draw.graphs.contents import graph_diagram
from tinygrad_edu.draw.graphs.diagram import Diagram
from tinygrad_edu.draw.graphs.dot import DrawnBy, as_picture
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.pages.page import Page, build_page, inline
from tinygrad_edu.draw.theme import largest_of, theme_named
from tinygrad_edu.engine.names import node_names
from tinygrad_edu.engine.value import Value
from tinygrad_edu.engine.wording import number
from tinygrad_edu.errors import RenderError
from tinygrad_edu.explaining.formulas import node_formula
from tinygrad_edu.explaining.steps import Step, gradients, rehearse

_SEED = "The seed: when the root grows by 1, so does the root."


def play(
    root: Value,
    *,
    theme: str = "light",
    drawn_by: DrawnBy = "auto",
    engine: DrawnBy | Literal[""] = "",
) -> Page:
    """Return a page that plays the backward pass of a graph.

    The picture of the graph, with buttons, a slider and the keys ←, →, Home, End and
    Space. Every step shows its equation in numbers and why it holds; the colours show
    only the gradients that are known so far. Pointing at a node lights what it was made
    from, and tells its numbers. In Jupyter the page shows itself; `.save("x.html")`
    writes it. No gradient is written.

    Args:
        root: The node that the pass starts from.
        theme: "light" or "dark".
        drawn_by: "auto" draws with Graphviz where there is a program, and otherwise by
            a built-in layout; "dot" insists on a program; "builtin" uses none.
        engine: The old name of `drawn_by`.

    Raises:
        TypeError: If root is no Value.
        ValueError: If an option is none of those named.
        RenderError: If the graph has more than 500 nodes.

    >>> from tinygrad_edu import Value
    >>> a = Value(3.0, label="a")
    >>> page = play(a * a)
    >>> page.title, a.grad
    ('The chain rule on v1, step by step', 0.0)
    """
    order = nodes_below(root)
    if len(order) > MOST_BOXES:
        raise RenderError(
            f"The graph has {len(order):,} nodes, and a pass through more than "
            f"{MOST_BOXES} cannot be followed. Play a part, such as the loss of one "
            "sample: play(node)."
        )
    drawn_by = engine or drawn_by
    look = Look(theme_named(theme))
    final = gradients(root)
    diagram = graph_diagram(bundle_nodes(order, {}), order, final, 0, look)
    names = node_names(order)
    steps = rehearse(root)
    title = f"The chain rule on {names[root]}, step by step"
    still = as_picture(diagram, drawn_by=drawn_by).svg()
    roomy = _with_room(diagram, steps, names, look)
    moving = as_picture(roomy, drawn_by=drawn_by).svg()
    html = build_page(
        title=title,
        name="player",
        parts={"picture": inline(moving)},
        data={
            "edges": [
                {"tail": a.tail, "head": a.head, "colour": a.colour, "width": a.width}
                for a in diagram.arrows
            ],
            "faint": look.theme.faint,
            "hint": "Point at a node to see what it was made from, and its numbers.",
            "neutral": look.theme.neutral,
            "nodes": _nodes(order, names, diagram),
            "steps": _steps(order, names, steps, largest_of(final.values()), look),
        },
        theme=look.theme,
    )
    return Page(title, html, still, height=620)


def _with_room(
    diagram: Diagram, steps: list[Step], names: dict[Any, str], look: Look
) -> Diagram:
    # A gradient may be a longer word on its way than at its end.
    places = {name: i for i, name in enumerate(names.values())}
    boxes = list(diagram.boxes)
    for step in steps:
        i = places[step.parent_name]
        *lines, last = boxes[i].lines
        longest = max(last, f"grad {look.signed(step.after)}", key=len)
        boxes[i] = replace(boxes[i], lines=(*lines, longest))
    return replace(diagram, boxes=tuple(boxes))


def _nodes(
    order: list[Any], names: dict[Any, str], diagram: Diagram
) -> list[dict[str, Any]]:
    nodes = []
    for i, node in enumerate(order):
        formula = f"{names[node]} = {number(node.data)}"
        if node.parents:
            symbols = node_formula(node, [names[parent] for parent in node.parents])
            numbers = node_formula(node, [number(p.data) for p in node.parents])
            formula = f"{names[node]} = {symbols} = {numbers} = {number(node.data)}"
        nodes.append(
            {
                "edges": [j for j, edge in enumerate(diagram.arrows) if edge.head == i],
                "formula": formula,
                "gradient": f"d{names[order[-1]]}/d{names[node]}",
            }
        )
    return nodes


def _steps(
    order: list[Any],
    names: dict[Any, str],
    steps: list[Step],
    largest: float,
    look: Look,
) -> list[dict[str, Any]]:
    places = {name: i for i, name in enumerate(names.values())}
    # Arrows are drawn node by node, and operand by operand.
    edges: dict[tuple[str, int], int] = {}
    for node in order:
        for operand in range(len(node.parents)):
            edges[names[node], operand] = len(edges)
    return [
        {
            "edge": None if i == 0 else edges[step.node_name, step.operand],
            "equation": repr(step),
            "exact": number(step.after),
            "fill": look.theme.fill(step.after, largest),
            "grad": look.signed(step.after),
            "node": places[step.parent_name],
            "rule": _SEED if i == 0 else f"for {step.rule}",
        }
        for i, step in enumerate(steps)
    ]
