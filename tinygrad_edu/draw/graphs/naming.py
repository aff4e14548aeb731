"""Which nodes of a graph are inputs and outputs of a network, and their names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from tinygrad_edu.draw.graphs.collapse import bundle_nodes
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.ranges import check_sequence


def names_of_inputs_and_outputs(
    order: Sequence[Any],
    modules: dict[Any, str],
    feature_names: Sequence[str],
    class_names: Sequence[str],
) -> dict[Any, str]:
    """Return the nodes that names were given for, and their names.

    In the graph of several rows they begin anew with each row.

    Args:
        order: The nodes in topological order.
        modules: The module of each parameter.
        feature_names: The name of each input of one row.
        class_names: The name of each output for one row.

    Raises:
        ShapeError: If there are not as many inputs, or outputs, or that many a row.

    >>> from tinygrad_edu import MLP, total
    >>> order = total(MLP(2, [2], seed=0)([3.0, 4.0])).topological_order()
    >>> modules = {node: "layer0" for node in order if "w" in node.label}
    >>> given = names_of_inputs_and_outputs(order, modules, ["long", "wide"], [])
    >>> {name: node.data for node, name in given.items()}
    {'long': 3.0, 'wide': 4.0}
    """
    given: dict[Any, str] = {}
    if feature_names:
        inputs = _inputs(order, modules)
        given.update(_named("feature_names", feature_names, "inputs", inputs))
    if class_names:
        outputs = _outputs(order, modules)
        given.update(_named("class_names", class_names, "outputs", outputs))
    return given


def _named(
    what: str, names: Sequence[str], which: str, nodes: list[Any]
) -> dict[Any, str]:
    check_sequence(what, names)
    if not nodes or len(nodes) % len(names):
        raise ShapeError(
            f"{what} has {len(names)} names, and the graph has {len(nodes)} {which} of "
            "a network."
        )
    return dict(zip(nodes, cycle(names)))


def _inputs(order: Sequence[Any], modules: dict[Any, str]) -> list[Any]:
    # Leaves that are no parameters, and meet one in an operator: in the order of its
    # operands.
    inputs: dict[Any, None] = {}
    for node in order:
        if any(parent in modules for parent in node.parents):
            for parent in node.parents:
                if not parent.parents and parent not in modules:
                    inputs[parent] = None
    return list(inputs)


def _outputs(order: Sequence[Any], modules: dict[Any, str]) -> list[Any]:
    # What the last calls of modules give: no other module reads it, on any way.
    bundles = bundle_nodes(order, modules)
    read: set[Any] = set()
    for bundle in reversed(bundles):
        if bundle.module or bundle in read:
            read.update(bundle.parents)
    last = [bundle for bundle in bundles if bundle.module and bundle not in read]
    places = {node: i for i, node in enumerate(order)}
    return sorted((n for b in last for n in b.outputs), key=places.__getitem__)
