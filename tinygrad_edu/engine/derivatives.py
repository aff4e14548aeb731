"""Derivatives that are graphs themselves, and so can be differentiated again.

`backward()` runs each operator's rule on floats. Run on Values instead, the same rule
builds nodes: the graph of the derivative.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, overload

from tinygrad_edu.engine.functions import largest, maximum, minimum, ratio, total, where
from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.value import Constant, Value
from tinygrad_edu.engine.worlds import World
from tinygrad_edu.ranges import check_list, said

#: The world in which a rule builds nodes.
VALUES = World(
    abs=abs,
    sign=Value.sign,
    maximum=maximum,
    minimum=minimum,
    where=where,
    sum=total,
    largest=largest,
    divide=ratio,
    power=operator.pow,
    sigmoid=Value.sigmoid,
    exp=Value.exp,
    expm1=Value.expm1,
    log=Value.log,
    log1p=Value.log1p,
    sqrt=Value.sqrt,
    erf=Value.erf,
    sin=Value.sin,
    cos=Value.cos,
    tan=Value.tan,
    asin=Value.asin,
    acos=Value.acos,
    atan=Value.atan,
    sinh=Value.sinh,
    cosh=Value.cosh,
    tanh=Value.tanh,
)


@overload
def grad(
    output: Value, inputs: Value, *, retain_graph: bool = ..., create_graph: bool = ...
) -> Value: ...
@overload
def grad(
    output: Value,
    inputs: Sequence[Value],
    *,
    retain_graph: bool = ...,
    create_graph: bool = ...,
) -> list[Value]: ...
def grad(
    output: Value,
    inputs: Value | Sequence[Value] | None = None,
    *,
    retain_graph: bool = True,
    create_graph: bool = True,
) -> Value | list[Value]:
    """Return doutput/dinput as a node that can be differentiated again.

    No gradient is written: `grad` attributes stay as they are.

    Args:
        output: The node to differentiate.
        inputs: One node, or several; leaves as a rule, but any node of the graph. One
            that the output does not depend on gives 0.
        retain_graph: PyTorch's; here a graph stays as long as something holds it.
        create_graph: PyTorch's; here a derivative always has a graph.

    Raises:
        DomainError: If a derivative does not exist at this place.
        TypeError: If the output or an input is not a Value.

    >>> x = Value(2.0)
    >>> slope = grad(x**3, x)
    >>> slope.data, grad(slope, x).data
    (12.0, 12.0)
    """
    if callable(output) or inputs is None:
        raise TypeError(
            "grad differentiates a node by nodes, and not a function. Call the "
            "function first: y = f(x), and then grad(y, x)."
        )
    wanted = [inputs] if isinstance(inputs, Value) else _listed("inputs", inputs)
    for node in (output, *wanted):
        if not isinstance(node, Value):
            raise TypeError(
                f"grad differentiates a Value by Values, and {said(node)} is not one. "
                "For several outputs, use `jacobian`."
            )
    order = topological_order(output)
    adjoints = _adjoints(output, order, _dependent_on(wanted, order))
    results = [adjoints.get(node, Value(0.0)) for node in wanted]
    return results[0] if isinstance(inputs, Value) else results


def jacobian(outputs: Sequence[Value], inputs: Sequence[Value]) -> list[list[Value]]:
    """Return doutputᵢ/dinputⱼ in row i and column j, as nodes.

    Args:
        outputs: m nodes.
        inputs: n nodes.

    Returns:
        m rows of n nodes each.

    >>> x, y = Value(2.0), Value(3.0)
    >>> [[entry.data for entry in row] for row in jacobian([x * y, x + y], [x, y])]
    [[3.0, 2.0], [1.0, 1.0]]
    """
    columns = _listed("inputs", inputs)
    return [grad(output, columns) for output in _listed("outputs", outputs)]


def hessian(output: Value, inputs: Sequence[Value]) -> list[list[Value]]:
    """Return d²output/dinputᵢdinputⱼ in row i and column j, as nodes.

    It is the Jacobian of the gradient, and symmetric.

    Args:
        output: The node to differentiate twice.
        inputs: n nodes.

    Returns:
        n rows of n nodes each.

    >>> x, y = Value(2.0), Value(3.0)
    >>> [[entry.data for entry in row] for row in hessian(x * x * y, [x, y])]
    [[6.0, 4.0], [4.0, 0.0]]
    """
    columns = _listed("inputs", inputs)
    return jacobian(grad(output, columns), columns)


def _listed(name: str, nodes: Sequence[Value]) -> list[Value]:
    check_list(name, nodes)
    return list(nodes)


def _dependent_on(inputs: list[Value], order: list[Value]) -> set[Value]:
    dependent = set(inputs)
    for node in order:
        if not dependent.isdisjoint(node.parents):
            dependent.add(node)
    return dependent


def _adjoints(
    output: Value, order: list[Value], dependent: set[Value]
) -> dict[Value, Value]:
    # The loop of `Value.backward`, on nodes: only where an input is to be reached.
    adjoints: dict[Value, Value] = {}
    if output in dependent:
        adjoints[output] = Constant(1.0)
    for node in reversed(order):
        if node.op is None or node not in adjoints:
            continue
        upstream = adjoints[node]
        partials = node.op.partials(VALUES, node, *node.parents)
        for parent, partial in zip(node.parents, partials):
            if parent not in dependent or _is_zero(partial):
                continue
            contribution = partial * upstream
            if parent in adjoints:
                contribution = adjoints[parent] + contribution
            adjoints[parent] = contribution
    return adjoints


def _is_zero(partial: Any) -> bool:
    # A rule gives a plain 0.0 where nothing ever flows, as to the test of a `where`.
    return not isinstance(partial, Value) and partial == 0
