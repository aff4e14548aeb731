"""A graph evaluated again on plain numbers, node by node; no node changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.record import OUTSIDE_DOMAIN
from tinygrad_edu.engine.wording import domain_error
from tinygrad_edu.engine.worlds import FLOATS


def evaluate(root: Any, instead: Mapping[Any, float] | None = None) -> float:
    """Return the root's number, computed again from the leaves.

    Args:
        root: The node to evaluate.
        instead: Numbers to use for some of the leaves in place of their own.

    Raises:
        DomainError: If an operator is undefined at these numbers.

    >>> from tinygrad_edu import Value
    >>> x = Value(3.0)
    >>> evaluate(x * x, {x: 5.0})
    25.0
    """
    numbers = dict(instead or {})
    evaluate_all(topological_order(root), numbers)
    result: float = numbers[root]
    return result


def evaluate_all(
    order: Iterable[Any], numbers: dict[Any, float], *, slopes: bool = False
) -> None:
    """Add the number of every node that has none yet; see `evaluate`.

    Args:
        order: The nodes, parents first.
        numbers: Those that are known; a leaf that is not among them keeps its own.
        slopes: Whether the local derivatives must exist too, as in a graph.
    """
    for node in order:
        if node in numbers:
            continue
        if node.op is None:
            numbers[node] = node.data
            continue
        arguments = [numbers[parent] for parent in node.parents]
        try:
            z = node.op.forward(FLOATS, *arguments)
            if slopes:
                node.op.partials(FLOATS, z, *arguments)
        except OUTSIDE_DOMAIN:
            labels = [parent.label for parent in node.parents]
            raise domain_error(node.op, arguments, labels) from None
        numbers[node] = z


def float_gradient(
    root: Any, inputs: Sequence[Any], upstream: float = 1.0
) -> list[float]:
    """Return droot/dinput for each input, as `backward()` computes it; none is written.

    Args:
        root: The node to differentiate.
        inputs: Nodes of its graph, or others, for which it is 0.
        upstream: What the gradient is multiplied by, from the root on.

    >>> from tinygrad_edu import Value
    >>> x, y = Value(3.0), Value(5.0)
    >>> float_gradient(x * y, [x, y])
    [5.0, 3.0]
    """
    order = topological_order(root)
    gradients = dict.fromkeys(order, 0.0)
    gradients[root] = upstream
    for node in reversed(order):
        gradient = gradients[node]
        for parent, local in zip(node.parents, node.local_derivatives):
            gradients[parent] += local * gradient
    return [gradients.get(node, 0.0) for node in inputs]
