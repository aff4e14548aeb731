"""Copies of whole graphs, and graphs as data for `pickle`, however deep they are.

Python's own way to copy and to pickle goes from a node to its parents by recursion,
which ends at a few hundred nodes. Here a graph is a list in topological order.
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu.engine.graph import has_more_nodes_than, topological_order

#: A graph of more nodes is pickled as a list.
FEW_NODES = 100


def copy_node(node: Any, parents: tuple[Any, ...]) -> Any:
    """Return a node that differs from another in its parents alone."""
    return _made(type(node), _own(node), parents)


def copy_graph(root: Any, memo: dict[int, Any]) -> Any:
    """Return a copy of a root and all below it, as `copy.deepcopy` asks for it.

    Args:
        root: A node.
        memo: Twins that were made before, by `id`; those made here are added.
    """
    for node in topological_order(root):
        if id(node) not in memo:
            parents = tuple([memo[id(parent)] for parent in node.parents])
            memo[id(node)] = copy_node(node, parents)
    return memo[id(root)]


def large_as_list(root: Any) -> tuple[Any, tuple[Any]] | None:
    """Return how `pickle` makes a large graph again, or None for a small one.

    A small graph is pickled node by node, so that two roots which are pickled together
    keep nodes in common; of large ones they keep the leaves in common.

    >>> from tinygrad_edu import Value
    >>> large_as_list(Value(1.0) * 2) is None
    True
    """
    if not has_more_nodes_than(FEW_NODES, root):
        return None
    order = topological_order(root)
    place = {node: i for i, node in enumerate(order)}
    entries = [
        (type(node), _own(node), [place[parent] for parent in node.parents])
        if node.parents
        else node
        for node in order
    ]
    return from_list, (entries,)


def from_list(entries: list[Any]) -> Any:
    """Return the root of a graph told as a list: leaves, and how others are made."""
    nodes: list[Any] = []
    for entry in entries:
        if isinstance(entry, tuple):
            kind, own, places = entry
            nodes.append(_made(kind, own, tuple([nodes[i] for i in places])))
        else:
            nodes.append(entry)
    return nodes[-1]


def _own(node: Any) -> tuple[Any, ...]:
    return node._data, node.grad, node.label, node.local_derivatives, node.op


def _made(kind: type[Any], own: tuple[Any, ...], parents: tuple[Any, ...]) -> Any:
    node = object.__new__(kind)
    node.parents = parents
    node._data, node.grad, node.label, node.local_derivatives, node.op = own
    return node
