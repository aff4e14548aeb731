"""The operators of a node, one line for each.

Every operator makes a new node in the same way: the number that its record's `forward`
gives, its operands as the parents, and what `partials` gives as the local derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias, TypeVar

from tinygrad_edu.engine import primitives
from tinygrad_edu.engine.node import Node
from tinygrad_edu.engine.reals import as_float
from tinygrad_edu.engine.record import OUTSIDE_DOMAIN, Primitive
from tinygrad_edu.engine.wording import docstring, domain_error
from tinygrad_edu.engine.worlds import FLOATS
from tinygrad_edu.errors import DomainError
from tinygrad_edu.ranges import check_list

_Method = TypeVar("_Method", bound=Callable[..., Any])

_new = object.__new__


def apply(primitive: Primitive, operands: Iterable[Operand]) -> Value:
    """Return the node that an operator makes of any number of operands.

    Args:
        primitive: The record of the operator.
        operands: Its arguments in order; plain numbers become constants.

    Raises:
        DomainError: If the operator is undefined there.
        TypeError: If an operand is neither a Value nor a real number.
        ValueError: If there are no operands.
    """
    try:
        parents: tuple[Any, ...] = tuple(operands)
    except TypeError:
        check_list(f"What {primitive.name} is given", operands)
        raise
    if not parents:
        raise ValueError(
            f"{primitive.name} of nothing: it needs at least one value. Is a list "
            "empty?"
        )
    try:
        # To try is twice as fast as to ask each operand whether it is a node.
        numbers = [parent._data for parent in parents]
    except AttributeError:
        parents = tuple([x if isinstance(x, Value) else Constant(x) for x in parents])
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
    return domain_error(primitive, numbers, labels)


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
                other = Constant(other)
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


def _named_after(primitive: Primitive, method: _Method) -> _Method:
    method.__name__ = primitive.name
    method.__qualname__ = f"Value.{primitive.name}"
    # A traceback and a debugger's stack take the name from the code: `in log`.
    method.__code__ = method.__code__.replace(co_name=primitive.name)
    method.__doc__ = docstring(primitive)
    return method


class Value(Node):
    """A number in a computation graph: a `Node` with the operators that make more.

    Args:
        data: Any real number: a float, an int, a NumPy scalar.
        label: A name for pictures and messages.

    Raises:
        TypeError: If data is not a real number.
        OverflowError: If data is an integer or fraction too large for a float.

    >>> a = Value(2.0, label="a")
    >>> b = Value(-3.0, label="b")
    >>> c = a * b
    >>> c.backward()
    >>> a
    Value(data=2.0, grad=-3.0, label='a')
    """

    __slots__ = ()

    parents: tuple[Value, ...]

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

    def __pos__(self) -> Value:
        """Return this node itself; no new one is needed.

        z = x,  ∂z/∂x = 1

        >>> x = Value(2.0)
        >>> +x is x
        True
        """
        return self

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
            number = as_float(exponent)
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
        return apply(primitives.leaky_relu(as_float(negative_slope)), (self,))

    leaky_relu.__doc__ = docstring(primitives.leaky_relu(0.01))

    def elu(self, alpha: float = 1.0) -> Value:  # noqa: D102
        return apply(primitives.elu(as_float(alpha)), (self,))

    elu.__doc__ = docstring(primitives.elu(1.0))

    def clip(self, low: float, high: float) -> Value:  # noqa: D102
        return apply(primitives.clip(as_float(low), as_float(high)), (self,))

    clip.__doc__ = docstring(primitives.clip(-1.0, 1.0))


class Constant(Value):
    """A leaf that an operator made of a plain number, such as the 3 of `x * 3`.

    It does all that a Value does; pictures and sentences call it by its number, until
    it is given a label.

    >>> x = Value(2.0, label="x")
    >>> (x * 3).parents[1]
    Value(data=3.0, grad=0.0)
    """

    __slots__ = ()


#: What an operator takes: a node, or a plain number, which becomes a Constant.
Operand: TypeAlias = Value | float

#: The methods that bend the sum of a neuron, by name; "linear" bends nothing.
ActivationName: TypeAlias = Literal[primitives.ACTIVATIONS]  # type: ignore[valid-type]
