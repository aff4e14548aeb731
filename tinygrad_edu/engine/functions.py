"""The operators that take several operands: functions, where the others are methods.

Each is one node of the graph, except `softmax` and `log_softmax`, which give a node for
each value. Plain numbers among the operands become leaves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from tinygrad_edu.engine import primitives
from tinygrad_edu.engine.record import Primitive
from tinygrad_edu.engine.value import Constant, Operand, Value, apply
from tinygrad_edu.engine.wording import docstring
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.ranges import check_list, check_sequence, said

_Function = TypeVar("_Function", bound=Callable[..., Value])


def _documented(primitive: Primitive) -> Callable[[_Function], _Function]:
    def decorate(function: _Function) -> _Function:
        function.__doc__ = docstring(primitive)
        return function

    return decorate


def as_node(x: Operand) -> Value:
    """Return a Value as it is, and a plain number as a leaf.

    Raises:
        TypeError: If x is neither a Value nor a real number.
    """
    return x if isinstance(x, Value) else Value(x)


@_documented(primitives.MAXIMUM)
def maximum(x: Operand, y: Operand) -> Value:  # noqa: D103
    return apply(primitives.MAXIMUM, (x, y))


@_documented(primitives.MINIMUM)
def minimum(x: Operand, y: Operand) -> Value:  # noqa: D103
    return apply(primitives.MINIMUM, (x, y))


@_documented(primitives.WHERE)
def where(test: Operand, x: Operand, y: Operand) -> Value:  # noqa: D103
    return apply(primitives.WHERE, (test, x, y))


@_documented(primitives.RATIO)
def ratio(x: Operand, y: Operand) -> Value:  # noqa: D103
    return apply(primitives.RATIO, (x, y))


@_documented(primitives.TOTAL)
def total(values: Iterable[Operand]) -> Value:  # noqa: D103
    return apply(primitives.TOTAL, values)


@_documented(primitives.MEAN)
def mean(values: Iterable[Operand]) -> Value:  # noqa: D103
    return apply(primitives.MEAN, values)


@_documented(primitives.LARGEST)
def largest(values: Iterable[Operand]) -> Value:  # noqa: D103
    return apply(primitives.LARGEST, values)


@_documented(primitives.LOGSUMEXP)
def logsumexp(values: Iterable[Operand]) -> Value:  # noqa: D103
    return apply(primitives.LOGSUMEXP, values)


@_documented(primitives.DOT)
def dot(weights: Iterable[Operand], inputs: Iterable[Operand]) -> Value:  # noqa: D103
    try:
        first, second = tuple(weights), tuple(inputs)
    except TypeError:
        check_list("The weights of dot", weights)
        check_list("The inputs of dot", inputs)
        raise
    if len(first) != len(second):
        raise ShapeError(
            f"dot multiplies each weight by one input, but was given {len(first)} "
            f"weights and {len(second)} inputs."
        )
    return apply(primitives.DOT, first + second)


def pick(values: Sequence[Any], index: Any) -> Any:
    """Return an element of a list, by a number that may come from the data.

    z = xₖ,  ∂z/∂xᵢ = 1 where i = k, otherwise 0

    It is `values[index]`; but in a replay `values[index]` stays what it was for the
    row that was recorded, and `pick` follows the index of each row.

    Raises:
        IndexError: If there is no element of that number.

    >>> pick([3.0, 5.0], 1)
    5.0
    """
    element_of = getattr(index, "element_of", None)
    return _element(values, index) if element_of is None else element_of(values)


def take(rows: Sequence[Sequence[Any]], index: Any) -> Sequence[Any]:
    """Return a row of a table, by a number that may come from the data.

    z = xₖ,  ∂zⱼ/∂xᵢⱼ = 1 where i = k, otherwise 0

    It is `rows[index]`, and for a replay what `pick` is for a list: it follows the
    index of each row, where `rows[index]` stays what it was.

    Raises:
        IndexError: If there is no row of that number.

    >>> take([[1.0, 2.0], [3.0, 4.0]], 1)
    [3.0, 4.0]
    """
    if getattr(index, "element_of", None) is None:
        row: Sequence[Any] = _element(rows, index)
        return row
    return [pick(column, index) for column in zip(*rows, strict=True)]


def _element(values: Any, index: Any) -> Any:
    check_sequence("What is chosen from", values)
    try:
        return values[index]
    except (TypeError, IndexError) as error:
        raise type(error)(
            f"A list of {len(values)} has no element number {said(index)}: give an "
            "int, counted from 0."
        ) from None


#: Numbers beyond it would lose digits of a difference that is about 1.
FAR = 1000.0


def centred(values: Sequence[Any]) -> tuple[Sequence[Any], Value]:
    """Return numbers that have the same softmax as these, and their logsumexp.

    softmax(x - c) = softmax(x), whatever c is. Where the numbers are far from 0 they
    are taken less their logsumexp, for then x - logsumexp(x) keeps its digits.
    """
    normaliser = logsumexp(values)
    # Not `.data`, which a replay notices: for other rows c is as right.
    middle = normaliser._data
    if FAR < abs(middle) < math.inf:
        values = [x - middle for x in values]
        normaliser = logsumexp(values)
    return values, normaliser


def softmax(values: Iterable[Operand]) -> list[Value]:
    """Return the values as probabilities: positive, with the sum 1.

    pᵢ = exp(xᵢ) / Σ exp(xⱼ) = exp(xᵢ - logsumexp(x)),  ∂pᵢ/∂xⱼ = pᵢ·((i = j) - pⱼ)

    Raises:
        ValueError: If there are no values.

    >>> [p.data for p in softmax([0.0, 0.0])]
    [0.5, 0.5]
    """
    return [log_probability.exp() for log_probability in log_softmax(values)]


def log_softmax(values: Iterable[Operand]) -> list[Value]:
    """Return the logarithms of the softmax of the values.

    ln pᵢ = xᵢ - logsumexp(x),  ∂ln pᵢ/∂xⱼ = (i = j) - pⱼ

    Raises:
        ValueError: If there are no values.

    >>> [f"{p:.4f}" for p in log_softmax([0.0, 0.0])]
    ['-0.6931', '-0.6931']
    """
    check_list("What softmax is given", values)
    nodes = [x if isinstance(x, Value) else Constant(x) for x in values]
    row, normaliser = centred(nodes)
    return [x - normaliser for x in row]
