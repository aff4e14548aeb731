"""The node of a computation graph, and `backward()`, which walks the graph back.

A `Value` holds a number and remembers how it was made: its parents, and by how much it
changes when each of them does (the local derivatives). The chain rule multiplies these
along every path and adds up where paths meet. That is all there is to backpropagation,
and it is written out in `Value.backward`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, KeysView, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from tinygrad_edu import primitives
from tinygrad_edu.errors import DomainError
from tinygrad_edu.graph import clear_interior_gradients, topological_order
from tinygrad_edu.primitive import OUTSIDE_DOMAIN, Primitive
from tinygrad_edu.worlds import FLOATS

if TYPE_CHECKING:
    from tinygrad_edu.steps import Step

#: What an operator takes: a node, or a plain number, which becomes a leaf.
Operand: TypeAlias = "Value | float"

AnyMethod = TypeVar("AnyMethod", bound=Callable[..., Any])


_new = object.__new__


def apply(primitive: Primitive, operands: Sequence[Operand]) -> Value:
    """Return the node that an operator makes of any number of operands.

    Args:
        primitive: The record of the operator.
        operands: Its arguments in order; plain numbers become leaves.

    Raises:
        DomainError: If the operator is undefined there.
        TypeError: If an operand is neither a Value nor a real number.
        ValueError: If there are no operands.
    """
    if not operands:
        raise ValueError(
            f"{primitive.name} of nothing: it needs at least one value. Is a list "
            "empty?"
        )
    parents: tuple[Any, ...] = tuple(operands)
    try:
        # To try is twice as fast as to ask each operand whether it is a node.
        numbers = [parent._data for parent in parents]
    except AttributeError:
        parents = tuple([x if isinstance(x, Value) else Value(x) for x in operands])
        numbers = [parent._data for parent in parents]
    try:
        z = primitive.forward(FLOATS, *numbers)
        local_derivatives = primitive.partials(FLOATS, z, *numbers)
    except OUTSIDE_DOMAIN:
        raise _domain_error(primitive, *parents) from None
    node = _new(Value)
    node._data = z
    node.grad = 0.0
    node.parents = parents
    node.local_derivatives = local_derivatives
    node.op = primitive
    node.label = ""
    return node


def _domain_error(primitive: Primitive, *parents: Value) -> DomainError:
    numbers = [parent._data for parent in parents]
    labels = [parent.label for parent in parents]
    return primitive.domain_error(numbers, labels)


# The two factories below do what `apply` does for one operand and for two, without
# packing and unpacking them: a * b takes half the time.


def _unary(primitive: Primitive) -> Callable[[Value], Value]:
    forward = primitive.forward
    partials = primitive.partials

    def method(self: Value) -> Value:
        x = self._data
        try:
            z = forward(FLOATS, x)
            local_derivatives = partials(FLOATS, z, x)
        except OUTSIDE_DOMAIN:
            raise _domain_error(primitive, self) from None
        node = _new(Value)
        node._data = z
        node.grad = 0.0
        node.parents = (self,)
        node.local_derivatives = local_derivatives
        node.op = primitive
        node.label = ""
        return node

    return _named_after(primitive, method)


def _binary(primitive: Primitive) -> Callable[[Value, Any], Value]:
    forward = primitive.forward
    partials = primitive.partials

    def method(self: Value, other: Any) -> Value:
        if not isinstance(other, Value):
            try:
                other = Value(other)
            except TypeError:
                # Not a number: Python asks `other` next, as NumPy's arrays expect.
                return NotImplemented  # type: ignore[no-any-return]
        x = self._data
        y = other._data
        try:
            z = forward(FLOATS, x, y)
            local_derivatives = partials(FLOATS, z, x, y)
        except OUTSIDE_DOMAIN:
            raise _domain_error(primitive, self, other) from None
        node = _new(Value)
        node._data = z
        node.grad = 0.0
        node.parents = (self, other)
        node.local_derivatives = local_derivatives
        node.op = primitive
        node.label = ""
        return node

    return _named_after(primitive, method)


def _reflected(primitive: Primitive) -> Callable[[Value, Any], Value]:
    # Python calls this for `number * node`: the number is the first operand.
    def method(self: Value, other: Any) -> Value:
        try:
            return apply(primitive, (other, self))
        except TypeError:
            return NotImplemented  # type: ignore[no-any-return]

    return _named_after(primitive, method)


def _named_after(primitive: Primitive, method: AnyMethod) -> AnyMethod:
    method.__name__ = primitive.name
    method.__qualname__ = f"Value.{primitive.name}"
    method.__doc__ = primitive.docstring()
    return method


class Value:
    """A number in a computation graph, with its gradient.

    Args:
        data: Any real number: a float, an int, a NumPy scalar.
        label: A name for pictures and messages.

    Attributes:
        data: The number, a float. Assigning it does not refresh nodes built before.
        grad: ∂root/∂self, as far as `backward()` has told it.
        parents: The operands that it was made from, in order; none for a leaf.
        local_derivatives: ∂self/∂parent for each of them, in the same order.
        op: The record of the operator that made it, or None for a leaf.
        label: A name for pictures and messages.

    Raises:
        TypeError: If data is no real number.
        OverflowError: If data is an integer or fraction too large for a float.

    >>> a = Value(2.0, label="a")
    >>> b = Value(-3.0, label="b")
    >>> c = a * b
    >>> c.backward()
    >>> a
    Value(data=2.0, grad=-3.0, label='a')
    """

    __slots__ = ("_data", "grad", "label", "local_derivatives", "op", "parents")

    _data: float
    grad: float
    parents: tuple[Value, ...]
    local_derivatives: tuple[float, ...]
    op: Primitive | None
    label: str

    def __init__(self, data: float, label: str = "") -> None:
        if not isinstance(label, str):
            raise TypeError(
                f"The label of a Value is a string, not {label!r}. Its parents are set "
                "by the operator that makes it."
            )
        self._data = data if type(data) is float else _as_float(data)
        self.grad = 0.0
        self.parents = ()
        self.local_derivatives = ()
        self.op = None
        self.label = label

    @property
    def data(self) -> float:
        """The number that this node holds."""
        return self._data

    @data.setter
    def data(self, number: float) -> None:
        self._data = number if type(number) is float else _as_float(number)

    # ------------------------------------------------------------------ operators

    __add__ = _binary(primitives.ADD)
    __radd__ = _reflected(primitives.ADD)
    __sub__ = _binary(primitives.SUB)
    __rsub__ = _reflected(primitives.SUB)
    __mul__ = _binary(primitives.MUL)
    __rmul__ = _reflected(primitives.MUL)
    __truediv__ = _binary(primitives.DIV)
    __rtruediv__ = _reflected(primitives.DIV)
    __rpow__ = _reflected(primitives.POW)
    __neg__ = _unary(primitives.NEG)
    __abs__ = _unary(primitives.ABS)

    def __pow__(self, exponent: Operand) -> Value:
        """Return this node to a power; a plain exponent is a parameter, no operand.

        z = xᵖ,  ∂z/∂x = p·xᵖ⁻¹;  for a Value y: ∂z/∂y = xʸ·ln x, which needs x > 0

        >>> x = Value(-2.0)
        >>> (x ** 3).backward()
        >>> x.grad
        12.0
        """
        if isinstance(exponent, Value):
            return apply(primitives.POW, (self, exponent))
        try:
            number = _as_float(exponent)
        except TypeError:
            return NotImplemented
        return apply(primitives.power(number), (self,))

    sign = _unary(primitives.SIGN)
    exp = _unary(primitives.EXP)
    expm1 = _unary(primitives.EXPM1)
    log = _unary(primitives.LOG)
    log1p = _unary(primitives.LOG1P)
    sqrt = _unary(primitives.SQRT)
    sin = _unary(primitives.SIN)
    cos = _unary(primitives.COS)
    tan = _unary(primitives.TAN)
    asin = _unary(primitives.ASIN)
    acos = _unary(primitives.ACOS)
    atan = _unary(primitives.ATAN)
    sinh = _unary(primitives.SINH)
    cosh = _unary(primitives.COSH)
    tanh = _unary(primitives.TANH)
    sigmoid = _unary(primitives.SIGMOID)
    relu = _unary(primitives.RELU)
    softplus = _unary(primitives.SOFTPLUS)
    silu = _unary(primitives.SILU)
    gelu = _unary(primitives.GELU)
    erf = _unary(primitives.ERF)

    def leaky_relu(self, negative_slope: float = 0.01) -> Value:  # noqa: D102
        return apply(primitives.leaky_relu(_as_float(negative_slope)), (self,))

    leaky_relu.__doc__ = primitives.leaky_relu(0.01).docstring()

    def elu(self, alpha: float = 1.0) -> Value:  # noqa: D102
        return apply(primitives.elu(_as_float(alpha)), (self,))

    elu.__doc__ = primitives.elu(1.0).docstring()

    def clip(self, low: float, high: float) -> Value:  # noqa: D102
        return apply(primitives.clip(_as_float(low), _as_float(high)), (self,))

    clip.__doc__ = primitives.clip(-1.0, 1.0).docstring()

    # ------------------------------------------------------------ backpropagation

    def backward(self) -> None:
        """Set ∂self/∂node as the gradient of every node that this one depends on.

        From the root back to the leaves, each node hands to each of its parents

            contribution = ∂node/∂parent · ∂self/∂node

        and a parent adds up what it is handed: the chain rule. Interior gradients
        start from zero in every call. Those of leaves are added to what is there, as
        in PyTorch, so that several calls sum; `zero_grad()` clears them.

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

        >>> a = Value(2.0, label="a")
        >>> b = Value(-3.0, label="b")
        >>> for step in (a * b).backward_steps():
        ...     print(step)
        Step 0/2: v2.grad = ∂v2/∂v2 = 1.0
        Step 1/2: a.grad += ∂v2/∂a · v2.grad = 0 + (-3.0) · 1.0 = -3.0
        Step 2/2: b.grad += ∂v2/∂b · v2.grad = 0 + 2.0 · 1.0 = 2.0
        """
        from tinygrad_edu.steps import backward_steps

        return backward_steps(self)

    def topological_order(self) -> list[Value]:
        """Return every node that this one depends on, and itself, parents first."""
        return topological_order(self)

    def zero_grad(self) -> None:
        """Set the gradient of this node, and of all it depends on, to 0."""
        for node in self.topological_order():
            node.grad = 0.0

    def item(self) -> float:
        """Return the number that this node holds."""
        return self._data

    def detach(self) -> Value:
        """Return a leaf with the same data and label, which no gradient passes."""
        return Value(self._data, self.label)

    # ----------------------------------------------------- comparing and printing

    # Equality and hash stay those of `object`: two nodes are equal if they are one.

    def __lt__(self, other: Operand) -> bool:
        return self._data < _data_of(other)

    def __le__(self, other: Operand) -> bool:
        return self._data <= _data_of(other)

    def __gt__(self, other: Operand) -> bool:
        return self._data > _data_of(other)

    def __ge__(self, other: Operand) -> bool:
        return self._data >= _data_of(other)

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data}, grad={self.grad}{label})"

    def _repr_html_(self) -> str:
        # What Jupyter shows: the graph.
        from tinygrad_edu.draw.notebook import value_html

        return value_html(self)

    def __format__(self, specification: str) -> str:
        return format(self._data, specification)

    # Under these names lecture code reads a node.

    @property
    def _prev(self) -> KeysView[Value]:
        return dict.fromkeys(self.parents).keys()

    @property
    def _op(self) -> str:
        return self.op.symbol if self.op else ""


def _as_float(number: Any) -> float:
    if isinstance(number, Real):
        try:
            return float(number)
        except OverflowError:
            raise OverflowError(
                "A Value holds a float, which is at most 1.8e308 in size, and this "
                f"{type(number).__name__} is larger. Divide it first, or take its "
                "logarithm."
            ) from None
    if getattr(number, "ndim", None) == 0:
        # A scalar of NumPy, PyTorch or JAX.
        return _as_float(number.item())
    way_out = ""
    if isinstance(number, Value):
        way_out = " Use its .data, or .detach() for a new leaf."
    elif isinstance(number, str):
        way_out = " Convert it with float() first."
    elif isinstance(number, (list, tuple)) or hasattr(number, "shape"):
        way_out = " Make one Value for each number."
    raise TypeError(
        f"A Value holds one real number, and {number!r} is none "
        f"(it is of type {type(number).__name__}).{way_out}"
    )


def _data_of(operand: Operand) -> float:
    return operand._data if isinstance(operand, Value) else operand
