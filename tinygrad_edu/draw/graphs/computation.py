"""A computation graph as a picture: `draw_dot`, and `save_picture` to a file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from tinygrad_edu.draw.graphs.collapse import (
    Bundle,
    bundle_chains,
    bundle_nodes,
    has_long_chain,
    parameter_modules,
)
from tinygrad_edu.draw.graphs.contents import graph_diagram
from tinygrad_edu.draw.graphs.dot import TEXTS, DrawnBy, GraphPicture, as_picture
from tinygrad_edu.draw.graphs.naming import names_of_inputs_and_outputs
from tinygrad_edu.draw.look import MOST_DIGITS, Look
from tinygrad_edu.draw.theme import PNG_DPI, theme_named
from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.names import node_names
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import RenderError
from tinygrad_edu.ranges import check_count, check_flag, said
from tinygrad_edu.saving.whole import write_whole

#: From so many nodes on, each call of a neuron is drawn as one box.
COLLAPSE_FROM = 80

#: So does a graph of half the size in which a parameter is used more often than this,
#: as in a convolution: its arrows cannot be told apart.
MOST_USES = 3

#: A picture of more boxes than this cannot be read.
MOST_BOXES = 500

#: Nor one of more arrows, for each box that there may be.
MOST_ARROWS = 20


def draw_dot(
    root: Value,
    format: str = "svg",
    rankdir: str = "LR",
    *,
    theme: str = "light",
    model: Any = None,
    show_gradients: bool = True,
    precision: int = 4,
    collapse: bool | int | None = None,
    max_nodes: int = MOST_BOXES,
    feature_names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    dpi: int = PNG_DPI,
    drawn_by: DrawnBy = "auto",
    engine: DrawnBy | Literal[""] = "",
) -> GraphPicture:
    """Return the graph below a node: names, data and gradients, and what flows between.

    Every node shows its name, the operator that made it, its data and its gradient,
    with the gradient's sign and size as its colour. Every edge shows the local
    derivative ∂node/∂parent; its width and colour are the contribution that it carries
    back, ∂node/∂parent · node.grad. Before `backward()` the gradients say "not yet".

    Args:
        root: The node whose graph is drawn.
        format: What the picture is rendered to, such as "svg", "png" or "pdf".
        rankdir: "LR" for left to right, "TB" for top to bottom.
        theme: "light" or "dark".
        model: The network in the graph, where its parameters' labels do not tell.
        show_gradients: False leaves gradients and contributions out.
        precision: How many significant digits numbers have.
        collapse: Draw each call of a neuron (the innermost module) as one box, and long
            chains without modules in stretches: True, False, or None for graphs of 80
            nodes and more, or of 40 that use a parameter more than 3 times. A number
            counts the parts of the module's name: 1 draws one box for each call of
            `layer0`.
        max_nodes: The largest number of boxes that is drawn, with 20 times as many
            edges.
        feature_names: What the inputs of the network are called.
        class_names: What its outputs are called.
        dpi: How many dots to an inch a picture of dots has, such as PNG.
        drawn_by: "auto" draws with Graphviz where there is a program, and otherwise, or
            where it takes long, SVG by a built-in layout; "dot" insists on a program;
            "builtin" uses none.
        engine: The old name of `drawn_by`.

    Raises:
        TypeError: If root is not a Value, or an option of another type.
        ValueError: If an option is not one of those named.
        RenderError: If there are too many boxes or edges. Rendering raises it, too,
            where there is no way to draw the format.
        ShapeError: If there are not as many names as inputs or outputs.

    >>> from tinygrad_edu import Value
    >>> a = Value(2.0, label="a")
    >>> draw_dot(a * a).source.count("->")
    2
    """
    if rankdir not in ("LR", "TB"):
        raise ValueError(
            f'rankdir must be "LR" (left to right) or "TB" (top to bottom), not '
            f"{said(rankdir)}."
        )
    check_count("precision", precision, most=MOST_DIGITS)
    if not isinstance(format, str):
        raise TypeError(f'format must be a name, such as "svg", not {said(format)}.')
    if model is not None and not hasattr(model, "named_parameters"):
        raise TypeError(f"model must be a Module of this graph, not {said(model)}.")
    check_count("max_nodes", max_nodes)
    check_count("dpi", dpi)
    check_flag("show_gradients", show_gradients)
    look = Look(theme_named(theme), precision, rankdir, show_gradients)
    order = nodes_below(root)
    depth = None if collapse is None or isinstance(collapse, bool) else collapse
    modules = parameter_modules(order, model, depth)
    if collapse is None:
        collapse = _is_large(order, modules)
    collapse = bool(collapse) and (bool(modules) or has_long_chain(order))
    if not collapse and len(order) > max_nodes:
        # Each node is a box: that there are too many is known before they are made.
        raise _too_large(order, model, len(order), max_nodes)
    bundles = _bundles(order, modules, collapse)
    if len(bundles) > max_nodes:
        raise _too_large(order, model, len(bundles), max_nodes)
    gradients = {node: node.grad or 0.0 for node in order} if root.grad else None
    given = names_of_inputs_and_outputs(order, modules, feature_names, class_names)
    diagram = graph_diagram(
        bundles, order, gradients, len(modules), look, given_names=given
    )
    if len(diagram.arrows) > MOST_ARROWS * max_nodes:
        raise RenderError(
            f"The picture would have {len(diagram.arrows):,} edges, which cannot be "
            f"told apart: {MOST_ARROWS * max_nodes:,} are the most for "
            f"max_nodes={max_nodes}. Draw a part: draw_dot(node)."
        )
    return as_picture(diagram, format, engine or drawn_by, dpi=dpi)


def _is_large(order: Sequence[Any], modules: dict[Any, str]) -> bool:
    if len(order) >= COLLAPSE_FROM:
        return True
    if len(order) < COLLAPSE_FROM // 2:
        return False
    uses = Counter(parent for node in order for parent in node.parents)
    return any(uses[parameter] > MOST_USES for parameter in modules)


def _bundles(
    order: Sequence[Any], modules: dict[Any, str], collapse: bool
) -> list[Bundle]:
    if collapse and not modules:
        return bundle_chains(order)
    return bundle_nodes(order, modules if collapse else {})


def _too_large(
    order: Sequence[Any], model: Any, boxes: int, max_nodes: int
) -> RenderError:
    # The first way out that works is told.
    text = (
        f"The graph has {len(order):,} nodes, and {boxes:,} boxes cannot be read: the "
        f"limit is max_nodes={max_nodes}. "
    )
    for options, depth in (("collapse=True", None), ("collapse=1", 1)):
        modules = parameter_modules(order, model, depth)
        if not modules and not has_long_chain(order):
            break
        count = len(_bundles(order, modules, collapse=True))
        if count <= max_nodes:
            return RenderError(f"{text}draw_dot(..., {options}) draws {count:,} boxes.")
    # A node has no more nodes below it than stand before it in the order.
    place = next(i for i in reversed(range(max_nodes)) if order[i].parents or not i)
    return RenderError(
        f"{text}Draw a part, such as the loss of one sample or a node in the middle: "
        f"draw_dot(root.topological_order()[{place}]) draws what is below "
        f"{node_names(order)[order[place]]}."
    )


def nodes_below(root: Any) -> list[Any]:
    """Return the topological order of a root, once it is known to be a node.

    Raises:
        TypeError: If it is not.
    """
    if not hasattr(root, "parents"):
        way_out = ""
        if isinstance(root, (list, tuple)):
            way_out = " Draw one of them, or their sum: total(values)."
        elif callable(root):
            way_out = (
                " Draw what it gives for one row; draw_network(model) draws a model."
            )
        raise TypeError(
            f"A picture starts from one Value, not from {type(root).__name__} "
            f"{said(root):.80}.{way_out}"
        )
    return topological_order(root)


def save_picture(picture: Any, path: str | os.PathLike[str], **options: Any) -> Path:
    """Write a picture to a file, in the format that its ending names.

    Args:
        picture: A Value, whose graph is drawn, or a picture that `draw_dot` returned.
        path: A file that ends in .svg, .png, .pdf, .dot or another format of Graphviz.
        options: Those of `draw_dot`, if it is a Value.

    Raises:
        RenderError: If there is no way to draw the format; the file is not touched.
    """
    path = Path(path)
    ending = path.suffix.lower().removeprefix(".")
    if not ending:
        raise RenderError(
            f"{path.name!r} does not name a format. End it in .svg, .png, .pdf or .dot."
        )
    if not isinstance(picture, GraphPicture):
        picture = draw_dot(picture, **options)
    is_text = ending in TEXTS
    data = picture.source.encode("utf-8") if is_text else picture.pipe(ending)
    write_whole(path, data)
    return path


#: The name that it had before `tinygrad_edu.save` saved models.
save = save_picture
