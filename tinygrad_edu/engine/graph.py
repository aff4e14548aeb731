"""The structure of a graph: in which order its nodes depend on each other.

Nodes are known by their attributes alone, and every walk is iterative: how deep a graph
goes is for its user to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar


class Linked(Protocol):
    """What a walk needs to know of a node."""

    @property
    def parents(self) -> Sequence[Any]:
        """The operands that the node was made from, in order."""


class Graded(Linked, Protocol):
    """A node that has a gradient."""

    grad: float


AnyNode = TypeVar("AnyNode", bound=Linked)


def topological_order(*roots: AnyNode) -> list[AnyNode]:
    """Return every node that the roots depend on, parents first.

    The order is that of a depth-first walk which takes operands from left to right and
    lists a node after the last of them (post-order), so it is the same each time.

    >>> from tinygrad_edu import Value
    >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
    >>> c = a * b + a
    >>> [node.label or node.op.symbol for node in topological_order(c)]
    ['a', 'b', '*', '+']
    """
    order: list[AnyNode] = []
    seen: set[AnyNode] = set()
    stack: list[AnyNode | None] = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node is None:
            # All that the node below this mark depends on has been listed.
            order.append(stack.pop())  # type: ignore[arg-type]
        elif node not in seen:
            seen.add(node)
            if node.parents:
                stack.append(node)
                stack.append(None)
                for parent in reversed(node.parents):
                    if parent not in seen:
                        stack.append(parent)
            else:
                order.append(node)
    return order


def has_more_nodes_than(limit: int, root: Linked) -> bool:
    """Return whether a graph has more nodes; a million are not walked to know it.

    >>> from tinygrad_edu import Value
    >>> a = Value(2.0)
    >>> has_more_nodes_than(1, a * a), has_more_nodes_than(2, a * a)
    (True, False)
    """
    seen: set[Any] = {root}
    stack: list[Any] = [root]
    while stack and len(seen) <= limit:
        for parent in stack.pop().parents:
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return len(seen) > limit


def clear_interior_gradients(order: Iterable[Graded]) -> None:
    """Set the gradient of every node that is no leaf to 0, and a None of a leaf too."""
    for node in order:
        if node.parents or node.grad is None:
            node.grad = 0.0
