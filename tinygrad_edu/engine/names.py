"""The names of nodes, the same in pictures, steps and explanations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from tinygrad_edu.engine.value import Constant
from tinygrad_edu.engine.wording import number
from tinygrad_edu.speech import say


class Labelled(Protocol):
    """What a name needs to know of a node."""

    label: str

    @property
    def data(self) -> float:
        """The number of the node, by which a constant is called."""


AnyNode = TypeVar("AnyNode", bound=Labelled)


def node_names(order: Sequence[AnyNode]) -> dict[AnyNode, str]:
    """Return a name for each node of a topological order, no two alike but constants.

    A node is called by its label, with a suffix where several share it, or else v7 by
    its position in the order, counted from 0. A constant is called by its number.

    >>> from tinygrad_edu import Value
    >>> from tinygrad_edu.engine.graph import topological_order
    >>> a = Value(2.0, label="a")
    >>> list(node_names(topological_order(a * a + Value(1.0, label="a"))).values())
    ['a', 'v1', 'a_2', 'v3']
    >>> list(node_names(topological_order(a * 3)).values())
    ['a', '3.0', 'v2']
    """
    labels = {node.label for node in order}
    uses: dict[str, int] = {}
    names: dict[AnyNode, str] = {}
    given: set[str] = set()
    for position, node in enumerate(order):
        if is_constant(node):
            names[node] = number(node.data)
            continue
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


def is_constant(node: Any) -> bool:
    """Return whether a node is a plain number that nobody has labelled.

    >>> from tinygrad_edu import Value
    >>> x = Value(2.0)
    >>> [is_constant(node) for node in (x * 3).parents]
    [False, True]
    """
    return isinstance(node, Constant) and not node.label


def spoken_name(node: Any, name: str) -> str:
    """Return what a sentence calls a node: by its name, or as "the constant 3.0"."""
    return say("the constant {name}", name=name) if is_constant(node) else name


def name_in_derivative(node: Any, name: str) -> str:
    """Return what stands for a node in ∂v2/∂x: a constant in words and in brackets."""
    return f"({spoken_name(node, name)})" if is_constant(node) else name


def _printable(label: str) -> str:
    # A name stands in lines, pictures and terminals, which control characters break.
    if label.isprintable():
        return label
    return "".join(c if c.isprintable() else "\ufffd" for c in label)
