"""Nodes that tell the watch who looks at their numbers, while a graph is recorded.

A parameter, and what is computed of it, is a `WatchedValue` for that time. A number in
a row, and a number that was looked up by `.data`, is a `WatchedNumber`: it stands for a
float or an int, whose arithmetic is recorded and which no gradient passes. Whoever asks
one for more than that gets the right answer, and the recording is given up.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable
from contextlib import suppress
from numbers import Real
from typing import Any

from tinygrad_edu.engine.node import Node
from tinygrad_edu.engine.reals import as_float
from tinygrad_edu.engine.record import OUTSIDE_DOMAIN, Primitive
from tinygrad_edu.engine.value import Value
from tinygrad_edu.replay.choice import LIST, choose
from tinygrad_edu.replay.watch import HERE, Watch, is_of_engine, is_of_package


def _same(xp: Any, x: Any) -> Any:
    return x


def _nothing(xp: Any, z: Any, x: Any) -> tuple[None]:
    return (None,)


#: What `detach` and `.data` are in a recording: the number passes, and no gradient.
DETACH = Primitive(
    name="detach",
    symbol="detach",
    forward=_same,
    partials=_nothing,
    summary="Return the number of this node, as a leaf.",
    formula="z = x, and there is no ∂z/∂x",
    example=("x.detach()", (3.0,), (0.0,)),
)

_CLASS: Any = vars(object)["__class__"]
_GRAD: Any = vars(Node)["grad"]
_LOCAL_DERIVATIVES: Any = vars(Node)["local_derivatives"]


def _caller() -> Any:
    # The frame that compares: `==` has one more of this file above it.
    frame = sys._getframe(2)
    return frame.f_back if frame.f_code.co_filename == __file__ else frame


def _compared(symbol: str) -> Callable[[Any, Any], Any]:
    compare = getattr(operator, symbol)

    def method(self: Any, other: Any) -> Any:
        watch = HERE.watch
        outcome = compare(plain(self), plain(other))
        if watch is None:
            return outcome
        if isinstance(other, (Value, Real)):
            watch.compare(self, symbol, other, outcome)
            if not is_of_package(_caller()):
                watch.is_counted(self)
        elif not isinstance(other, (str, type(None))):
            # It answers by rules of its own, as a Decimal and an array do.
            watch.refuse(f"a number is compared with a {type(other).__name__}")
        return outcome

    return method


class _AnyValue(type):
    # Where the operators ask whether something is a node, a plain Value is one too.
    def __instancecheck__(cls, x: Any) -> bool:
        return isinstance(x, Value)


class WatchedValue(Value, metaclass=_AnyValue):
    """A `Value` that tells the watch who looks at its number."""

    __slots__ = ()

    @property
    def data(self) -> Any:  # noqa: D102
        watch = HERE.watch
        if watch is None or watch.is_debugged():
            return self._data
        node = detached(self, WatchedNumber)
        watch.numbers[id(node)] = (self._data, node)
        return node

    @data.setter
    def data(self, number: Any) -> None:
        _refuse("a number is assigned to a node")
        self._data = Value(number)._data

    def item(self) -> Any:  # noqa: D102
        return self.data

    def detach(self) -> Any:  # noqa: D102
        if HERE.watch is None:
            return super().detach()
        return detached(self, WatchedValue)

    __lt__: Any = _compared("lt")
    __le__: Any = _compared("le")
    __gt__: Any = _compared("gt")
    __ge__: Any = _compared("ge")

    def __repr__(self) -> str:
        _refuse("a node is written as text")
        return super().__repr__()

    def _repr_html_(self) -> str:
        _refuse("a node is written as text")
        return super()._repr_html_()

    def __format__(self, specification: str) -> str:
        _refuse("a node is written as text")
        return format(plain(self), specification)

    def __copy__(self) -> Any:
        _refuse("a node is copied")
        return super().__copy__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        _refuse("a node is copied")
        return super().__deepcopy__(memo)

    def __reduce_ex__(self, protocol: Any) -> Any:
        _refuse("a node is copied")
        return super().__reduce_ex__(protocol)

    @property
    def grad(self) -> float:
        """The gradient, which is another one in each step."""
        _refuse_to_strangers("a gradient is read")
        return float(_GRAD.__get__(self))

    @grad.setter
    def grad(self, number: float) -> None:
        with suppress(AttributeError):
            # A node that is being made has none so far.
            _GRAD.__get__(self)
            _refuse("a gradient is written")
        _GRAD.__set__(self, number)

    @property
    def local_derivatives(self) -> Any:
        """The local derivatives, which are other ones for each row."""
        _refuse_to_strangers("a local derivative is read")
        return _LOCAL_DERIVATIVES.__get__(self)

    @local_derivatives.setter
    def local_derivatives(self, numbers: Any) -> None:
        _LOCAL_DERIVATIVES.__set__(self, numbers)


def _arithmetic(name: str) -> Callable[..., Any]:
    on_values = getattr(Value, name)
    reflected = name.startswith("__r")
    on_numbers = getattr(operator, name.replace("__r", "__", 1) if reflected else name)

    def method(self: Any, *others: Any) -> Any:
        watch = HERE.watch
        if watch is None or not all(map(_is_plain, others)):
            return on_values(self, *others)
        operands = [plain(x) for x in (self, *others)]
        for x in operands:
            if not isinstance(x, (float, int)):
                # Such as NumPy's float32 and int8, which round and overflow earlier.
                watch.refuse(f"numbers of {type(x).__name__} are computed with")
        if reflected:
            operands.reverse()
        return _as_number(watch, on_numbers, operands, on_values, (self, *others))

    return method


def _as_number(
    watch: Watch,
    on_numbers: Callable[..., Any],
    operands: list[Any],
    on_values: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> Any:
    # What plain numbers give, and beside it the node that computes the same.
    try:
        result = on_numbers(*operands)
    except (ArithmeticError, ValueError):
        watch.refuse("plain arithmetic fails")
        raise
    try:
        node = on_values(*arguments)
    except OUTSIDE_DOMAIN:
        node = None
    if not isinstance(node, Node) or not _is_equal(result, node._data):
        watch.refuse("plain arithmetic does what a graph cannot")
        return result
    become(node, WatchedNumber)
    watch.numbers[id(node)] = (result, node)
    if type(result) is int:
        # Beyond these an int is exact, and the float that stands for it is not.
        watch.compare(node, "ge", -(2**53), result >= -(2**53))
        watch.compare(node, "le", 2**53, result <= 2**53)
    return node


def _is_equal(x: Any, y: float) -> bool:
    return bool(x == y) or (math.isnan(x) and math.isnan(y))


def _is_plain(x: Any) -> bool:
    return type(x) in (float, int, WatchedNumber) or (
        not isinstance(x, Value) and isinstance(x, Real)
    )


def _asked(name: str, what: str) -> Callable[..., Any]:
    def method(self: Any, *others: Any) -> Any:
        _refuse(what, self)
        return getattr(plain(self), name)(*[plain(x) for x in others])

    return method


class WatchedNumber(WatchedValue):
    """A number that is recorded although, without a recording, it is a plain one."""

    __slots__ = ()

    # As `isinstance` sees it, it is what it stands for.
    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        watch = HERE.watch
        # `Value(x)` takes any number: it asks for a Real, and so `abc` stands between.
        if (
            watch is not None
            and watch.is_mixed
            and sys._getframe(2).f_code is not as_float.__code__
        ):
            watch.refuse("the kind of a number is asked for")
        return type(plain(self))

    @property
    def data(self) -> Any:  # noqa: D102
        return self

    @data.setter
    def data(self, number: Any) -> None:
        raise AttributeError("A plain number has no data to assign to.")

    __add__: Any = _arithmetic("__add__")
    __radd__: Any = _arithmetic("__radd__")
    __sub__: Any = _arithmetic("__sub__")
    __rsub__: Any = _arithmetic("__rsub__")
    __mul__: Any = _arithmetic("__mul__")
    __rmul__: Any = _arithmetic("__rmul__")
    __truediv__: Any = _arithmetic("__truediv__")
    __rtruediv__: Any = _arithmetic("__rtruediv__")
    __pow__: Any = _arithmetic("__pow__")
    __neg__: Any = _arithmetic("__neg__")
    __abs__: Any = _arithmetic("__abs__")

    _raised = _arithmetic("__rpow__")

    def __rpow__(self, base: Any) -> Any:
        if isinstance(base, Value) and not _is_plain(base):
            return base ** _exponent(self)
        return self._raised(base)

    _equal = _compared("eq")
    _unequal = _compared("ne")

    def __pos__(self) -> Any:
        return self

    def __bool__(self) -> Any:
        return self._unequal(0)

    # In the package's own tables of nodes two are equal if they are one.

    def __eq__(self, other: object) -> Any:
        if isinstance(other, Value) and is_of_package(sys._getframe(1)):
            return self is other
        return self._equal(other)

    def __ne__(self, other: object) -> Any:
        if isinstance(other, Value) and is_of_package(sys._getframe(1)):
            return self is not other
        return self._unequal(other)

    def __hash__(self) -> int:
        if HERE.watch is None or is_of_package(sys._getframe(1)):
            return object.__hash__(self)
        _refuse("a number is looked up in a set or a dict", self)
        return hash(plain(self))

    def __float__(self) -> float:
        watch = HERE.watch
        caller = sys._getframe(1)
        if watch is None:
            return self._data
        if caller.f_code is as_float.__code__ and caller.f_back is not None:
            leaf = caller.f_back.f_locals.get("self")
            if caller.f_back.f_code is Node.__init__.__code__:
                # `Value(x)` is a new leaf, and its number that of this one.
                become(leaf, WatchedValue)
                watch.copies.append((leaf, self))
                return self._data
        _refuse("a plain number is asked for", self)
        return self._data

    __repr__: Any = _asked("__repr__", "a number is written as text")
    __str__: Any = _asked("__str__", "a number is written as text")
    __int__: Any = _asked("__int__", "a whole number is asked for")
    __index__: Any = _asked("__index__", "a list is asked for the element of a number")
    __round__: Any = _asked("__round__", "a number is rounded")
    __trunc__: Any = _asked("__trunc__", "a number is rounded")
    __floor__: Any = _asked("__floor__", "a number is rounded")
    __ceil__: Any = _asked("__ceil__", "a number is rounded")
    __floordiv__: Any = _asked("__floordiv__", "a number is rounded")
    __rfloordiv__: Any = _asked("__rfloordiv__", "a number is rounded")
    __mod__: Any = _asked("__mod__", "the rest of a division is asked for")
    __rmod__: Any = _asked("__rmod__", "the rest of a division is asked for")
    __divmod__: Any = _asked("__divmod__", "the rest of a division is asked for")
    __rdivmod__: Any = _asked("__rdivmod__", "the rest of a division is asked for")
    __and__: Any = _asked("__and__", "the bits of a number are asked for")
    __rand__: Any = _asked("__rand__", "the bits of a number are asked for")
    __or__: Any = _asked("__or__", "the bits of a number are asked for")
    __ror__: Any = _asked("__ror__", "the bits of a number are asked for")
    __xor__: Any = _asked("__xor__", "the bits of a number are asked for")
    __rxor__: Any = _asked("__rxor__", "the bits of a number are asked for")
    __lshift__: Any = _asked("__lshift__", "the bits of a number are asked for")
    __rlshift__: Any = _asked("__rlshift__", "the bits of a number are asked for")
    __rshift__: Any = _asked("__rshift__", "the bits of a number are asked for")
    __rrshift__: Any = _asked("__rrshift__", "the bits of a number are asked for")
    __invert__: Any = _asked("__invert__", "the bits of a number are asked for")

    def __getattr__(self, name: str) -> Any:
        # What a float or an int has and a node has not, such as `is_integer`.
        attribute = getattr(plain(self), name)
        _refuse(f"a plain number is asked for its {name}")
        return attribute

    def element_of(self, values: Any) -> Any:
        """Return the element of a list that this number counts, as `pick` does.

        Rows in which there is no element of that number go another way.
        """
        index = plain(self)
        watch = HERE.watch
        if watch is None or not 0 <= index < len(values):
            _refuse("a list is asked for the element of a number", self)
            return values[index]
        if not all(isinstance(value, (Value, Real)) for value in values):
            watch.refuse("something else than a number is chosen")
            return values[index]
        if watch.is_mixed:
            # An int chooses, and a float does not.
            watch.refuse("the kind of a number is asked for")
        watch.compare(self, "ge", 0, True)
        watch.compare(self, "lt", len(values), True)
        found = plain(values[index])
        node = object.__new__(WatchedNumber)
        _fill(node, float(found), (self, _listed(watch, values)), choose(len(values)))
        if all(map(_is_plain, values)):
            watch.numbers[id(node)] = (found, node)
        else:
            become(node, WatchedValue)
        return node


def _listed(watch: Watch, values: Any) -> Any:
    # One node for each list, however often it is chosen from.
    elements = list(values)
    key = tuple(map(id, elements))
    if key not in watch.lists:
        node = object.__new__(WatchedValue)
        nodes = [x if isinstance(x, Value) else number(watch, x) for x in elements]
        _fill(node, 0.0, tuple(nodes), LIST)
        # With the elements, so that no others come to have their `id`.
        watch.lists[key] = (node, elements)
    return watch.lists[key][0]


def number(watch: Watch, x: Any) -> WatchedNumber:
    """Return a leaf that stands for a plain number."""
    node = object.__new__(WatchedNumber)
    _fill(node, float(x), (), None)
    watch.numbers[id(node)] = (x, node)
    return node


def become(node: Any, kind: type[Value]) -> None:
    """Let a node be of another of these kinds."""
    _CLASS.__set__(node, kind)


def detached(node: Any, kind: type[WatchedValue]) -> Any:
    """Return a node with the number of another, which no gradient passes."""
    copy = object.__new__(kind)
    _fill(copy, node._data, (node,), DETACH)
    copy.label = node.label
    return copy


def plain(x: Any) -> Any:
    """Return the plain number that something watched stands for."""
    if not isinstance(x, Value):
        return x
    watch = HERE.watch
    if watch is not None and id(x) in watch.numbers:
        return watch.numbers[id(x)][0]
    return x._data


def _fill(node: Any, data: float, parents: tuple[Any, ...], op: Any) -> None:
    node._data = data
    _GRAD.__set__(node, 0.0)
    node.parents = parents
    # Without local derivatives `backward()` hands nothing on.
    _LOCAL_DERIVATIVES.__set__(node, ())
    node.op = op
    node.label = ""


def _exponent(x: Any) -> Any:
    # For a graph it is a parameter of the operator, and no operand.
    _refuse("an exponent comes from the data", x)
    return plain(x)


def _refuse(what: str, node: Any = None) -> None:
    if HERE.watch is not None:
        HERE.watch.refuse(what)
        if node is not None:
            HERE.watch.is_counted(node)


def extreme(largest_of: Callable[..., Any], plainly: Callable[..., Any]) -> Any:
    """Return `max` or `min` as it is to be recorded, of plain numbers.

    Compared one with another, each of them being the largest would be a way of its own.

    Args:
        largest_of: The same of a list of nodes.
        plainly: `max` or `min`.
    """

    def recorded(*arguments: Any, **options: Any) -> Any:
        watch = HERE.watch
        if watch is None or options or len(arguments) == 0:
            return plainly(*arguments, **options)
        numbers = list(arguments[0]) if len(arguments) == 1 else list(arguments)
        are_plain = all(map(_is_plain, numbers))
        if not are_plain or WatchedNumber not in map(type, numbers):
            return plainly(numbers)
        operands = [[plain(x) for x in numbers]]
        return _as_number(watch, plainly, operands, largest_of, (numbers,))

    return recorded


def _refuse_to_strangers(what: str) -> None:
    # The engine's own walks over a graph read these too, as `backward()` does.
    if HERE.watch is not None and not is_of_engine(sys._getframe(2)):
        HERE.watch.refuse(what)
