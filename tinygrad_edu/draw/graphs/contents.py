"""What the picture of a computation graph shows: boxes, arrows, heading and scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tinygrad_edu.draw.graphs.collapse import Bundle
from tinygrad_edu.draw.graphs.diagram import Arrow, Box, Diagram, shortened
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.theme import WIDTHS, largest_of, line_width
from tinygrad_edu.engine.names import is_constant, node_names
from tinygrad_edu.replay.one_node import REPLAYED
from tinygrad_edu.speech import counted, say

#: The shares of the largest gradient that the scale shows; √ makes the steps even.
_SCALE = (-1.0, -0.25, 0.0, 0.25, 1.0)


def graph_diagram(
    bundles: Sequence[Bundle],
    order: Sequence[Any],
    gradients: dict[Any, float] | None,
    parameters: int,
    look: Look,
    *,
    given_names: dict[Any, str] | None = None,
) -> Diagram:
    """Return the diagram of a graph.

    Args:
        bundles: The boxes, operands first.
        order: The nodes in topological order; the last is the root.
        gradients: That of each node, or None where they are not known yet.
        parameters: How many of the leaves are parameters of a network.
        look: How numbers are shown.
        given_names: What some nodes are called, such as a feature or a class.
    """
    given_names = given_names or {}
    names = {**node_names(order), **given_names}
    known = gradients if look.show_gradients else None
    loud = [node for node in order if not is_constant(node)]
    largest = largest_of(known[node] for node in loud) if known else 0.0
    boxes = [
        _box(
            bundle,
            names,
            gradients,
            largest,
            look,
            called=given_names.get(bundle.outputs[-1], ""),
        )
        for bundle in bundles
    ]
    arrows = _arrows(bundles, known, look)
    root = order[-1]
    heading = [f"{shortened(names[root])} = {look.number(root.data)}"]
    heading.append(_nodes(len(order)))
    edges = sum(len(node.parents) for node in order)
    heading.append(counted(edges, "{count:,} edge", "{count:,} edges"))
    if parameters:
        heading.append(_parameters(parameters))
    if len(bundles) < len(order):
        heading.append(
            counted(len(bundles), "drawn as {count:,} box", "drawn as {count:,} boxes")
        )
    scale = []
    if largest:
        for share in _SCALE:
            text = look.signed(share * largest)
            scale.append((look.theme.fill(share * largest, largest), text))
    return Diagram(
        boxes=tuple(boxes),
        arrows=tuple(arrows),
        heading=" · ".join(heading),
        scale=tuple(scale),
        notes=_notes(known, order, names, look),
        theme=look.theme,
        rankdir=look.rankdir,
        columns=tuple(_columns(bundles)),
    )


def _notes(
    known: dict[Any, float] | None,
    order: Sequence[Any],
    names: dict[Any, str],
    look: Look,
) -> tuple[str, ...]:
    root = order[-1]
    if not root.parents:
        return ()
    name = shortened(names[root])
    notes = [say("on an edge: ∂node/∂operand, the local derivative")]
    if known:
        colour = say(
            "colour of a node: grad = d{root}/dnode, dashed if negative", root=name
        )
        width = say("width of an edge: what it adds to the operand's grad")
        notes = [colour, *notes, width]
    elif look.show_gradients:
        notes.append(say("grad: not yet; call backward() on {root}", root=name))
    if any(node.op is REPLAYED for node in order):
        notes += [
            say("replayed: a number and its gradient, with no graph between;"),
            say("f.graph(...) in place of f(...) builds the whole graph"),
        ]
    numbers = [node.data for node in order]
    if known:
        numbers += known.values()
    if not all(map(math.isfinite, numbers)):
        notes.append(say("thick frame: a number is nan or infinite"))
    return tuple(notes)


def _nodes(count: int) -> str:
    return counted(count, "{count:,} node", "{count:,} nodes")


def _parameters(count: int) -> str:
    return counted(count, "{count:,} parameter", "{count:,} parameters")


def _columns(bundles: Sequence[Bundle]) -> list[tuple[int, ...]]:
    # The neurons of one call of a layer: modules of one name but for the number, which
    # read the same. And the leaves that all of the same boxes read, such as inputs.
    columns: dict[Any, list[tuple[int, int]]] = {}
    readers: dict[Bundle, list[int]] = {bundle: [] for bundle in bundles}
    for i, bundle in enumerate(bundles):
        for parent in bundle.parents:
            readers[parent].append(i)
    for i, bundle in enumerate(bundles):
        layer, number = _split_number(bundle.module)
        if number is not None:
            key: Any = (layer, frozenset(bundle.parents))
            columns.setdefault(key, []).append((number, i))
        elif not bundle.nodes[0].parents and len(readers[bundle]) > 1:
            columns.setdefault(tuple(readers[bundle]), []).append((i, i))
    return [
        tuple(i for _, i in sorted(column))
        for column in columns.values()
        if len(column) > 1
    ]


def _split_number(module: str) -> tuple[str, int | None]:
    stem = module.rstrip("0123456789")
    number = module[len(stem) :]
    return stem, int(number) if number else None


def _box(
    bundle: Bundle,
    names: dict[Any, str],
    gradients: dict[Any, float] | None,
    largest: float,
    look: Look,
    *,
    called: str = "",
) -> Box:
    lines = []
    if bundle.module:
        name, operator = bundle.module, ""
        if called and len(bundle.outputs) == 1:
            name, operator = called, f" = {bundle.module}"
        count = _nodes(len(bundle.nodes))
        if bundle.parameters:
            other = _parameters(len(bundle.parameters))
            count = say("{one}, {other}", one=count, other=other)
        lines.append(count)
    else:
        node = bundle.nodes[0]
        if is_constant(node):
            number = look.number(node.data)
            lines = [f"data {number}"] if called else []
            return Box(
                shortened(called) or number, "", tuple(lines), look.theme.neutral
            )
        name = names[node]
        operator = f" = {node.op.symbol}" if node.op else ""
    fill, frame = look.theme.neutral, "solid"
    if len(bundle.outputs) == 1:
        node = bundle.outputs[0]
        lines.append(f"data {look.number(node.data)}")
        if look.show_gradients and gradients is None:
            lines.append(say("grad not yet"))
        elif look.show_gradients and gradients is not None:
            lines.append(f"grad {look.signed(gradients[node])}")
            fill = look.theme.fill(gradients[node], largest)
            frame = "dashed" if gradients[node] < 0 else "solid"
            if not math.isfinite(gradients[node]):
                frame = "thick"
        if not math.isfinite(node.data):
            frame = "thick"
    else:
        count = counted(len(bundle.outputs), "{count:,} output", "{count:,} outputs")
        lines.append(count)
    return Box(shortened(name), operator, tuple(lines), fill, frame)


def _arrows(
    bundles: Sequence[Bundle], gradients: dict[Any, float] | None, look: Look
) -> list[Arrow]:
    place = {bundle: i for i, bundle in enumerate(bundles)}
    home = {node: bundle for bundle in bundles for node in bundle.nodes}
    edges = []
    for bundle in bundles:
        if bundle.module:
            edges += _joint_edges(bundle, home, gradients)
            continue
        node = bundle.nodes[0]
        for parent, local in zip(node.parents, node.local_derivatives):
            carried = local * gradients[node] if gradients else 0.0
            edges.append((home[parent], bundle, local, carried))
    # What reaches a constant is of no use to anybody, and has no colour.
    edges = [
        (*edge[:3], 0.0) if is_constant(edge[0].nodes[0]) else edge for edge in edges
    ]
    largest = largest_of(carried for _, _, _, carried in edges)
    return [
        Arrow(
            tail=place[tail],
            head=place[head],
            label="" if local is None else look.number(local),
            colour=look.theme.line(carried),
            width=_width(carried, largest) if gradients else 1.5,
            dashed=carried < 0,
        )
        for tail, head, local, carried in edges
    ]


def _width(carried: float, largest: float) -> float:
    return line_width(carried, largest) if math.isfinite(carried) else WIDTHS[1]


def _joint_edges(
    bundle: Bundle, home: dict[Any, Bundle], gradients: dict[Any, float] | None
) -> list[tuple[Bundle, Bundle, float | None, float]]:
    # One arrow from each bundle that the call reads. Its derivative is the chain rule
    # inside the call, from the call's output to the operand.
    inside = dict.fromkeys(bundle.nodes, 0.0)
    inside[bundle.outputs[-1]] = 1.0
    local: dict[Bundle, float] = {}
    carried: dict[Bundle, float] = {}
    for node in reversed(bundle.nodes):
        for parent, derivative in zip(node.parents, node.local_derivatives):
            source = home.get(parent)
            if source is bundle:
                inside[parent] += derivative * inside[node]
            elif source is not None:
                local[source] = local.get(source, 0.0) + derivative * inside[node]
                contribution = derivative * gradients[node] if gradients else 0.0
                carried[source] = carried.get(source, 0.0) + contribution
    edges: list[tuple[Bundle, Bundle, float | None, float]] = []
    for source, contribution in carried.items():
        single = len(bundle.outputs) == 1 and len(source.outputs) == 1
        edges.append((source, bundle, local[source] if single else None, contribution))
    return edges
