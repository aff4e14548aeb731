"""One node in place of a whole graph: what a replay gives to a loop of one's own."""

from __future__ import annotations

from typing import Any, NoReturn, SupportsIndex

from tinygrad_edu.engine.record import Primitive
from tinygrad_edu.engine.value import Value

#: What is said of a node that a replay gave.
ONE_NODE = (
    "This node was replayed: it holds a number and its gradient by the parameters, and "
    "no graph lies between. The whole graph is built by the `graph` method of the "
    "function that has `@replayed` above it: f.graph(...) for f(...)."
)


def _no_graph(*_: Any) -> NoReturn:
    raise TypeError(ONE_NODE)


#: The operator of a node that stands for a whole graph.
REPLAYED = Primitive(
    name="replayed",
    symbol="replayed",
    forward=_no_graph,
    partials=_no_graph,
    summary=ONE_NODE,
    formula="z = f(p),  ∂z/∂pᵢ as the recording gives it",
    example=("f()", (3.0,), (1.0,)),
    variadic=True,
)


class ReplayedValue(Value):
    """A node that stands for a whole graph; its parents are the parameters."""

    __slots__ = ()

    def topological_order(self) -> list[Any]:
        """Return the parents, which are leaves, each once, and this node."""
        return [*self.parents, self]

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        # Its operator stands in no table where a pickle could find it.
        own = (self.data, self.label, self.parents, self.local_derivatives, self.grad)
        return replayed_node, own


def replayed_node(
    data: float,
    label: str,
    parents: tuple[Value, ...],
    gradient: tuple[float, ...],
    grad: float = 0.0,
) -> ReplayedValue:
    """Return a node that stands for a whole graph.

    Args:
        data: The number at the root of that graph.
        label: Its name.
        parents: The parameters.
        gradient: The derivative of the root by each of them.
        grad: The gradient of the node itself.
    """
    node = ReplayedValue(data, label)
    node.op = REPLAYED
    node.parents = parents
    node.local_derivatives = gradient
    node.grad = grad
    return node
