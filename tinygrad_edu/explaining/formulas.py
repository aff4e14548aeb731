"""What a node computes, and its local derivatives, as formulas in its own names.

They come from running the rules of the node's record on symbols.
"""

from __future__ import annotations

from collections.abc import Sequence

from tinygrad_edu.engine.node import Node
from tinygrad_edu.engine.record import Primitive
from tinygrad_edu.explaining.symbols import MOST_OPERANDS, SYMBOLS, Symbol, as_symbol

_ARITHMETIC = {"+", "-", "*", "/", "neg", "**"}


def node_formula(node: Node, parent_names: Sequence[str]) -> Symbol:
    """Return what an interior node computes, such as a·b or tanh(n).

    Arithmetic is written out; other operators are written as a call.

    >>> from tinygrad_edu import Value
    >>> node_formula(Value(2.0) * 3, ["a", "b"])
    a·b
    >>> node_formula(Value(2.0).relu(), ["n"])
    relu(n)
    """
    op = _operator_of(node)
    arguments = [Symbol(name) for name in parent_names]
    if len(arguments) <= MOST_OPERANDS:
        formula = as_symbol(op.forward(SYMBOLS, *arguments))
        if _is_arithmetic(formula):
            return formula
    else:
        arguments = [*arguments[: MOST_OPERANDS - 2], Symbol("…"), arguments[-1]]
    parameters = [as_symbol(number) for number in op.parameters]
    return Symbol(op.name, (*arguments, *parameters))


def _is_arithmetic(formula: Symbol) -> bool:
    if not formula.args:
        return True
    return formula.head in _ARITHMETIC and all(map(_is_arithmetic, formula.args))


def local_derivative_formulas(
    node: Node, name: str, parent_names: Sequence[str]
) -> list[Symbol]:
    """Return ∂node/∂parent for each parent, as the node's rule has it.

    >>> from tinygrad_edu import Value
    >>> local_derivative_formulas(Value(0.5).tanh(), "y", ["n"])
    [1 - y^2]
    """
    op = _operator_of(node)
    if len(parent_names) > MOST_OPERANDS and op.kink is not None:
        # Which of many is the largest takes a page to write: the numbers must do.
        return [as_symbol(local) for local in node.local_derivatives]
    arguments = [Symbol(parent_name) for parent_name in parent_names]
    partials = op.partials(SYMBOLS, Symbol(name), *arguments)
    return [as_symbol(partial) for partial in partials]


def _operator_of(node: Node) -> Primitive:
    if node.op is None:
        raise ValueError(f"No operator made {node!r}: a leaf has no formula.")
    return node.op
