"""The names of nodes, the same in pictures, steps and explanations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Labelled(Protocol):
    """What a name needs to know of a node."""

    label: str


AnyNode = TypeVar("AnyNode", bound=Labelled)


def node_names(order: Sequence[AnyNode]) -> dict[AnyNode, str]:
    """Return a name for each node of a topological order, no two alike.

    A node is called by its label, with a suffix where several share it, or else v7 by
    its position in the order, counted from 0.

    >>> from tinygrad_edu import Value
    >>> from tinygrad_edu.engine.graph import topological_order
    >>> a = Value(2.0, label="a")
    >>> list(node_names(topological_order(a * a + Value(1.0, label="a"))).values())
    ['a', 'v1', 'a_2', 'v3']
    """
    labels = {node.label for node in order}
    uses: dict[str, int] = {}
    names: dict[AnyNode, str] = {}
    given: set[str] = set()
    for position, node in enumerate(order):
        stem = _printable(node.label) or f"v{position}"
        name = stem
        taken = name in given or (not node.label and name in labels)
        while taken:
            uses[stem] = uses.get(stem, 1) + 1
            name = f"{stem}_{uses[stem]}"
            taken = name in given or name in labels
        given.add(name)
        names[node] = name
    return names


def _printable(label: str) -> str:
    # A name stands in lines, pictures and terminals, which control characters break.
    if label.isprintable():
        return label
    return "".join(c if c.isprintable() else "\ufffd" for c in label)
