"""A node of a computation graph, and `backward()`, which walks the graph back.

A node holds a number and remembers how it was made: its parents, and by how much it
changes when each of them does (the local derivatives). The chain rule multiplies these
along every path and adds up where paths meet. That is all there is to backpropagation,
and it is written out in `Node.backward`. What operators there are, `value` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, KeysView
from typing import TYPE_CHECKING, Any, NoReturn, SupportsIndex, TypeVar

from tinygrad_edu.elsewhere.attributes import MetOnValue
from tinygrad_edu.elsewhere.table import ALWAYS_A_GRADIENT
from tinygrad_edu.engine.copying import copy_graph, copy_node, large_as_list
from tinygrad_edu.engine.graph import clear_interior_gradients, topological_order
from tinygrad_edu.engine.reals import as_float
from tinygrad_edu.engine.record import Primitive
from tinygrad_edu.ranges import said

if TYPE_CHECKING:
    from tinygrad_edu.explaining.steps import Step
else:
    # For `typing.get_type_hints`, when a program runs: steps lie a room above.
    Step = Any

AnyNode = TypeVar("AnyNode", bound="Node")


class Node(MetOnValue):
    """A number in a computation graph, with its gradient; a leaf when it is made.

    Attributes:
        data: The number, a float. Assigning it does not refresh nodes built before.
        grad: droot/dself, as far as `backward()` has told it. None may be assigned, as
            in PyTorch, and counts as 0.
        parents: The operands that it was made from, in order; none for a leaf.
        local_derivatives: ∂self/∂parent for each of them, in the same order.
        op: The record of the operator that made it, or None for a leaf.
        label: A name for pictures and messages.
    """

    __slots__ = ("_data", "grad", "label", "local_derivatives", "op", "parents")

    _data: float
    grad: float
    parents: tuple[Node, ...]
    local_derivatives: tuple[float, ...]
    op: Primitive | None
    label: str

    def __init__(
        self,
        data: float,
        label: str = "",
        _op: str = "",
        _children: Any = (),
        requires_grad: None = None,
    ) -> None:
        if _children or requires_grad is not None or type(label) is not str:
            label = _label_as_elsewhere(_children or label, _op, requires_grad)
        self._data = data if type(data) is float else as_float(data)
        self.grad = 0.0
        self.parents = ()
        self.local_derivatives = ()
        self.op = None
        self.label = label

    def backward(self, *, retain_graph: bool = True) -> None:
        """Set dself/dnode as the gradient of every node that this one depends on.

        From the root back to the leaves, each node hands to each of its parents

            contribution = ∂node/∂parent · dself/dnode

        and a parent adds up what it is handed: the chain rule. Interior gradients
        start from zero in every call. Those of leaves are added to what is there, as
        in PyTorch, so that several calls sum; `zero_grad()` clears them.

        Args:
            retain_graph: PyTorch's; here a graph stays as long as something holds it.
                (There is no create_graph: `grad` gives gradients that are nodes.)

        Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., 2008, ch. 3
        """
        order = self.topological_order()
        clear_interior_gradients(order)
        self.grad += 1.0
        for node in reversed(order):
            upstream = node.grad
            for parent, local in zip(node.parents, node.local_derivatives):
                contribution = local * upstream
                parent.grad += contribution

    def backward_steps(self) -> Iterator[Step]:
        """Do what `backward()` does, and yield a `Step` for each edge as it is walked.

        The gradients are the same to the last bit. A pass that is left before its end
        keeps what it has added to leaves: `zero_grad()` clears it.

        >>> from tinygrad_edu import Value
        >>> a = Value(2.0, label="a")
        >>> b = Value(-3.0, label="b")
        >>> for step in (a * b).backward_steps():
        ...     print(step)
        Step 0/2: v2.grad = dv2/dv2 = 1.0
        Step 1/2: a.grad += ∂v2/∂a · v2.grad = 0 + (-3.0) · 1.0 = -3.0
        Step 2/2: b.grad += ∂v2/∂b · v2.grad = 0 + 2.0 · 1.0 = 2.0
        """
        from tinygrad_edu.explaining.steps import backward_steps

        return backward_steps(self)

    @property
    def data(self) -> float:
        """The number that this node holds."""
        return self._data

    @data.setter
    def data(self, number: float) -> None:
        self._data = number if type(number) is float else as_float(number)

    def topological_order(self: AnyNode) -> list[AnyNode]:
        """Return every node that this one depends on, and itself, parents first."""
        return topological_order(self)

    def zero_grad(self) -> None:
        """Set the gradient of this node, and of all it depends on, to 0."""
        for node in self.topological_order():
            node.grad = 0.0

    def item(self) -> float:
        """Return the number that this node holds."""
        return self._data

    def detach(self: AnyNode) -> AnyNode:
        """Return a leaf with the same data and label, which no gradient passes."""
        return type(self)(self._data, self.label)

    # ----------------------------------------------------- comparing and printing

    # Equality and hash stay those of `object`: two nodes are equal if they are one.

    def __lt__(self, other: Node | float) -> bool:
        return self._data < _data_of(other)

    def __le__(self, other: Node | float) -> bool:
        return self._data <= _data_of(other)

    def __gt__(self, other: Node | float) -> bool:
        return self._data > _data_of(other)

    def __ge__(self, other: Node | float) -> bool:
        return self._data >= _data_of(other)

    def __repr__(self) -> str:
        name = ""
        if self.label:
            name = f", label={self.label!r}"
        elif self.op:
            name = f", op={self.op.symbol!r}"
        return f"Value(data={self._data}, grad={self.grad}{name})"

    def _repr_html_(self) -> str:
        # What Jupyter shows: the graph.
        from tinygrad_edu.draw.graphs.notebook import value_html

        return value_html(self)

    def __format__(self, specification: str) -> str:
        return format(self._data, specification)

    # Under these names lecture code reads a node, and hands its gradient on.

    @property
    def _prev(self) -> KeysView[Any]:
        return dict.fromkeys(self.parents).keys()

    @property
    def _op(self) -> str:
        return self.op.symbol if self.op else ""

    @property
    def _backward(self) -> Callable[[], None]:
        return self._hand_on

    @_backward.setter
    def _backward(self, closure: Any) -> NoReturn:
        raise AttributeError(
            "A node has no _backward of its own to assign: an operator is a record, "
            "whose rule gives the local derivatives. Compose the new one of operators "
            "that there are; or add its record in engine/primitives.py and its line in "
            "engine/value.py."
        )

    def _hand_on(self) -> None:
        for parent, local in zip(self.parents, self.local_derivatives):
            parent.grad = (parent.grad or 0.0) + local * (self.grad or 0.0)

    # ---------------------------------------------------------- copying, pickling

    def __copy__(self: AnyNode) -> AnyNode:
        return copy_node(self, self.parents)  # type: ignore[no-any-return]

    def __deepcopy__(self: AnyNode, memo: dict[int, Any]) -> AnyNode:
        return copy_graph(self, memo)  # type: ignore[no-any-return]

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return large_as_list(self) or super().__reduce_ex__(protocol)


def _data_of(operand: Node | float) -> float:
    return operand._data if isinstance(operand, Node) else operand


def _label_as_elsewhere(second: Any, third: str, requires_grad: object) -> str:
    if requires_grad is not None:
        raise TypeError(f"Value has no 'requires_grad'. {ALWAYS_A_GRADIENT}")
    if isinstance(second, str):
        return second
    # In micrograd the parents come second, and are nothing for a leaf.
    if isinstance(second, tuple) and not second and isinstance(third, str):
        return third
    raise TypeError(
        f"The label of a Value is a string, not {said(second):.80}. Its parents are "
        "set by the operator that makes it: write the operation, such as a * b. A new "
        "one is composed of those that there are, or is a record in "
        "engine/primitives.py."
    )
