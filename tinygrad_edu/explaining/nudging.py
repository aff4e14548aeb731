"""What a derivative means: nudge a leaf a little, and see how far the root moves."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tinygrad_edu.engine.evaluation import evaluate
from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.names import node_names, spoken_name
from tinygrad_edu.engine.node import Node
from tinygrad_edu.engine.reals import as_float
from tinygrad_edu.engine.wording import number
from tinygrad_edu.explaining.steps import check_nodes, gradients
from tinygrad_edu.ranges import check_real
from tinygrad_edu.speech import say


@dataclass(frozen=True)
class Nudge:
    """What the gradient predicts of a small change, and what comes of it.

    Attributes:
        name: The name of the leaf.
        root_name: The name of the root.
        data: The leaf's number.
        by: How far it is moved.
        gradient: droot/dleaf.
        predicted: How far the root should move: gradient · by.
        actual: How far it does move when the graph is evaluated again.
    """

    name: str
    root_name: str
    data: float
    by: float
    gradient: float
    predicted: float
    actual: float

    @property
    def error(self) -> float:
        """How far the prediction is off; it shrinks with the square of `by`."""
        return self.actual - self.predicted

    def __repr__(self) -> str:
        return say(
            "{name}: {before} → {after}. The gradient {gradient} predicts that {root} "
            "moves by {predicted}; it moves by {actual} (error {error:.2g}).",
            name=self.name,
            before=number(self.data),
            after=number(self.data + self.by),
            gradient=number(self.gradient),
            root=self.root_name,
            predicted=number(self.predicted),
            actual=number(self.actual),
            error=self.error,
        )


def nudge(leaf: Node, root: Node, by: float = 1e-3) -> Nudge:
    """Return what the root does when a leaf is moved a little, and what was predicted.

    root(x + h) ≈ root(x) + droot/dx · h

    The graph is evaluated again on plain numbers; no node changes.

    Args:
        leaf: The leaf to move.
        root: The node to watch.
        by: h, how far to move it.

    Raises:
        DomainError: If an operator is undefined at the new place.
        TypeError: If one of the two is not a Value, or h not a number.
        ValueError: If the node is not a leaf, h is 0 or not finite, or the graph is out
            of date.

    >>> from tinygrad_edu import Value
    >>> x = Value(3.0, label="x")
    >>> nudge(x, x * x, by=0.01)
    x: 3.0 → 3.01. The gradient 6.0 predicts that v1 moves by 0.06; it moves by 0.0601
    (error 0.0001).
    """
    check_nodes("nudge", leaf, root)
    if leaf.parents:
        raise ValueError(
            f"Only a leaf can be nudged, and {leaf!r} was computed from others. Nudge "
            "one of those."
        )
    check_real("by", by, 0.001)
    by = as_float(by)
    if by == 0:
        raise ValueError("A nudge by 0 moves nothing. Try one such as 0.001.")
    if not math.isfinite(by):
        raise ValueError(f"by must be a finite number, such as 0.001, not {by}.")
    order = topological_order(root, leaf)
    names = node_names(order)
    gradient = gradients(root).get(leaf, 0.0)
    before = evaluate(root)
    if before != root.data and not math.isnan(before):
        raise ValueError(
            f"The graph of {root!r} was built before data was assigned to a leaf: it "
            f"would be {before} now. Build it again, then nudge."
        )
    after = evaluate(root, {leaf: leaf.data + by})
    return Nudge(
        name=spoken_name(leaf, names[leaf]),
        root_name=names[root],
        data=leaf.data,
        by=by,
        gradient=gradient,
        predicted=gradient * by,
        actual=after - before,
    )
