"""The ways that lead from a root to a node, and what each adds to the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from tinygrad_edu.engine.node import Node

#: A node on a way, the derivative of the edge to it, and the place before it.
_Place: TypeAlias = tuple[Node, float, Any]

#: More paths than this are not told apart: their number doubles with every x + x.
MOST_COUNTED = 10**18


@dataclass(frozen=True)
class Path:
    """One way from the root down to a node, with the local derivatives along it."""

    names: tuple[str, ...]
    local_derivatives: tuple[float, ...]

    @property
    def product(self) -> float:
        """The product of the local derivatives: what this path adds to the gradient."""
        product = 1.0
        for local in self.local_derivatives:
            product *= local
        return product


def count_paths(node: Node, order: list[Node]) -> dict[Node, int]:
    """Return how many paths lead from each node of an order to one node.

    >>> from tinygrad_edu import Value
    >>> x = Value(2.0)
    >>> y = x * x + x
    >>> count_paths(x, y.topological_order())[y]
    3
    """
    counts: dict[Node, int] = {}
    for other in order:
        count = sum(counts[parent] for parent in other.parents)
        counts[other] = min(count, MOST_COUNTED)
        if other is node:
            counts[other] = 1
    return counts


def find_paths(
    node: Node, root: Node, names: dict[Node, str], path_counts: dict[Node, int]
) -> list[Path]:
    """Return every path from a root to a node, operands from left to right.

    Args:
        node: Where the paths end.
        root: Where they begin.
        names: A name for each node.
        path_counts: What `count_paths` told: only ways that lead there are followed.
    """
    # Each place on the stack knows the one before it, so that no way is copied.
    paths = []
    stack: list[_Place] = [(root, 1.0, None)]
    while stack:
        place = stack.pop()
        current = place[0]
        if current is node:
            paths.append(_way_back(place, names))
            continue
        edges = zip(current.parents, current.local_derivatives)
        for parent, local in reversed(list(edges)):
            if path_counts[parent]:
                stack.append((parent, local, place))
    return paths


def _way_back(place: Any, names: dict[Node, str]) -> Path:
    nodes, local_derivatives = [], []
    while place is not None:
        node, local, place = place
        nodes.append(names[node])
        local_derivatives.append(local)
    # The root stands last here, and no edge leads to it.
    return Path(tuple(nodes[::-1]), tuple(local_derivatives[-2::-1]))
