"""The player: a graph that computes itself in a page, forward and backward by steps."""

from __future__ import annotations

import html
import inspect
import textwrap
from dataclasses import asdict
from typing import Any, Literal

from tinygrad_edu.draw.graphs.collapse import bundle_nodes, parameter_modules
from tinygrad_edu.draw.graphs.computation import (
    COLLAPSE_FROM,
    MOST_BOXES,
    nodes_below,
)
from tinygrad_edu.draw.graphs.contents import graph_diagram
from tinygrad_edu.draw.graphs.diagram import shortened
from tinygrad_edu.draw.graphs.dot import DrawnBy, as_picture
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.pages.page import Page, build_page
from tinygrad_edu.draw.theme import font, theme_named
from tinygrad_edu.engine.names import is_constant, name_in_derivative, node_names
from tinygrad_edu.engine.node import Node
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import RenderError
from tinygrad_edu.explaining.formulas import local_derivative_formulas, node_formula
from tinygrad_edu.explaining.steps import gradients
from tinygrad_edu.explaining.symbols import MOST_OPERANDS
from tinygrad_edu.replay.javascript import graph_script
from tinygrad_edu.speech import say

#: The files of the page's script, in the order in which they are read.
_SCRIPTS = (
    "numbers.js",
    "colours.js",
    "story.js",
    "layout.js",
    "boxes.js",
    "picture.js",
    "painting.js",
    "camera.js",
    "token.js",
    "leaves.js",
    "step.js",
    "pointing.js",
    "address.js",
    "player.js",
)


def play(
    root: Value,
    *,
    theme: str = "light",
    drawn_by: DrawnBy = "auto",
    engine: DrawnBy | Literal[""] = "",
) -> Page:
    """Return a page that plays a graph: forward, and then backward by the chain rule.

    One slider leads through it all: each node's formula in symbols and in numbers, the
    seed, and every edge, where `local × upstream` travels from the result to the
    operand. Buttons and the keys ←, →, Home, End and Space do the same. The colours
    show only the gradients that are known so far. "Predict" hides what a step brings.

    The page computes. Every leaf has a slider, and what it changes is shown at once;
    "Nudge" compares the gradient's prediction with what happens, and "Step" is
    gradient descent by hand. The graph stays the one that was recorded: a Python `if`
    on data is not asked again.

    In Jupyter the page shows itself; `.save("x.html")` writes it, and its address
    keeps the step and the leaves: x.html#step=5&a=3. No gradient is written.

    Args:
        root: The node that the pass starts from.
        theme: "light" or "dark".
        drawn_by: Who draws the picture that stands where scripts may not run: "auto",
            "dot" or "builtin", as for `draw_dot`.
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
    look = Look(theme_named(theme))
    names = node_names(order)
    diagram = graph_diagram(bundle_nodes(order, {}), order, gradients(root), 0, look)
    title = say("The chain rule on {root}, step by step", root=names[root])
    page = build_page(
        title=title,
        body="player/player.html",
        parts={"root": html.escape(shortened(names[root]))},
        data={
            **_described(order, names),
            "closed": len(order) >= COLLAPSE_FROM,
            "font": font(),
            "loop": _loop_of_backward(),
            "theme": asdict(look.theme),
        },
        theme=look.theme,
        styles=["player/player.css"],
        scripts=[f"player/{name}" for name in _SCRIPTS],
        program=graph_script(root),
    )
    still = as_picture(diagram, drawn_by=engine or drawn_by).svg()
    return Page(title, page, still, height=600)


def _loop_of_backward() -> list[str]:
    # The lines that a student reads in the source, and no copy of them.
    source = textwrap.dedent(inspect.getsource(Node.backward))
    lines = textwrap.dedent(source[source.index("    self.grad +=") :]).splitlines()
    return [line for line in lines if line]


def _described(order: list[Any], names: dict[Any, str]) -> dict[str, Any]:
    places = {node: i for i, node in enumerate(order)}
    modules = parameter_modules(order)
    groups = bundle_nodes(order, modules)
    calls = [group for group in groups if group.module]
    home = {node: i for i, call in enumerate(calls) for node in call.nodes}
    # A parameter that other nodes use, too, has a box of its own.
    seen = {node for group in groups for node in group.nodes}
    users: dict[Any, list[int]] = {}
    for i, call in enumerate(calls):
        for parameter in call.parameters - seen:
            users.setdefault(parameter, []).append(i)
    nodes = []
    for node in order:
        nodes.append(
            {
                "constant": is_constant(node),
                "formula": _formula(node, names),
                "group": home.get(node),
                "locals": _local_formulas(node, names),
                "name": names[node],
                "operator": f" = {node.op.symbol}" if node.op else "",
                "said": name_in_derivative(node, names[node]),
                "short": shortened(names[node]),
                "ticked": node in modules or not modules,
                "users": users.get(node, []),
            }
        )
    described = [
        {
            "name": call.module,
            "nodes": [places[node] for node in call.nodes],
            "short": shortened(call.module),
        }
        for call in calls
    ]
    return {"groups": described, "nodes": nodes}


def _formula(node: Any, names: dict[Any, str]) -> list[str] | None:
    # In symbols, and with a place for the number of each operand.
    if not node.parents:
        return None
    symbols = node_formula(node, [names[parent] for parent in node.parents])
    places = [f"\ue000{i}\ue001" for i in range(len(node.parents))]
    return [str(symbols), str(node_formula(node, places))]


def _local_formulas(node: Any, names: dict[Any, str]) -> list[str]:
    parent_names = [names[parent] for parent in node.parents]
    if len(parent_names) > MOST_OPERANDS and node.op.kink is not None:
        # It would be the numbers of today, and the page has others.
        return [""] * len(parent_names)
    if not node.parents:
        return []
    formulas = local_derivative_formulas(node, names[node], parent_names)
    return [str(formula) for formula in formulas]
