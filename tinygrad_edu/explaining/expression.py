"""From the text of an expression to its graph, without `eval`.

The text is parsed, and only what is listed below is ever carried out; all else is
refused, with a mark under the place.
"""

from __future__ import annotations

import ast
import inspect
import math
import operator
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from tinygrad_edu.engine import functions
from tinygrad_edu.engine.primitives import FAMILIES, PRIMITIVES
from tinygrad_edu.engine.reals import as_float
from tinygrad_edu.engine.value import Constant, Value
from tinygrad_edu.errors import ExpressionError

#: Longer expressions are refused: this is for a blackboard.
MOST_CHARACTERS = 1000

_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


# Every record that is spelled as a method or as a function under its own name.
_NAMES = [*PRIMITIVES, *FAMILIES]
_METHODS = {name: getattr(Value, name) for name in _NAMES if hasattr(Value, name)}
_FUNCTIONS = {
    name: getattr(functions, name) for name in _NAMES if hasattr(functions, name)
}
_CALLS: dict[str, Callable[..., Any]] = {"abs": abs, **_METHODS, **_FUNCTIONS}


def parse_expression(text: str, values: Mapping[str, float]) -> Value:
    """Return the graph of an expression, its leaves labelled by their names.

    An expression holds numbers, names, `+ - * / **`, brackets, lists, and the operators
    of the package as functions or methods: `tanh(x)`, `x.tanh()`, `maximum(x, 0)`,
    `dot([w, v], [x, y])`.

    Args:
        text: The expression, in Python's notation.
        values: A number for each name.

    Raises:
        ExpressionError: If the text is anything else, a name has no number or a number
            no name, or an operator is undefined there; with a mark under the place.

    >>> parse_expression("(a*b + c).tanh()", {"a": 2, "b": -3, "c": 6}).data
    0.0
    """
    text = text.replace("\n", " ").strip()
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(
            f"The expression has {len(text)} characters, and the most is "
            f"{MOST_CHARACTERS}. Write it as a program."
        )
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        column = max(0, (error.offset or 1) - 1)
        raise ExpressionError(
            f"This is not an expression: {error.msg}.\n{_mark(text, column)}"
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"This is not an expression: {text!r}.") from None
    builder = _Builder(text, _as_python_reads(values))
    try:
        root = builder.build(tree.body)
    except RecursionError:
        raise ExpressionError(
            f"The expression is nested too deeply:\n  {text}"
        ) from None
    unused = set(builder.leaves) - builder.used
    if unused:
        raise ExpressionError(
            f"The expression has no name {sorted(unused)[0]!r}:\n  {text}"
        )
    if not isinstance(root, (Value, float)):
        raise builder.refusal(tree.body, "this is a list, not one value")
    return functions.as_node(root)


def _as_python_reads(values: Mapping[str, float]) -> dict[str, float]:
    # Python takes the micro sign µ for the letter μ, and so on (PEP 3131).
    read: dict[str, float] = {}
    for name, number in values.items():
        letter = unicodedata.normalize("NFKC", name)
        if letter in read:
            raise ExpressionError(
                f"Two numbers are given for {letter!r}: Python takes {name!r} for the "
                "same name."
            )
        read[letter] = number
    return read


def _usage(name: str, function: Callable[..., Any]) -> str:
    if name in PRIMITIVES and PRIMITIVES[name].variadic:
        call, _, _ = PRIMITIVES[name].example
        return call
    arguments = ", ".join(inspect.signature(function).parameters)
    return f"{name}({arguments.replace('self', 'x')})"


def _takes(name: str, function: Callable[..., Any], arguments: list[Any]) -> bool:
    takes_lists = name in PRIMITIVES and PRIMITIVES[name].variadic
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        return False
    return all(isinstance(x, list) == takes_lists for x in arguments)


def _mark(text: str, column: int) -> str:
    return f"  {text}\n  {' ' * column}^"


class _Builder:
    """Walks the tree of one expression, and makes a node of each operation.

    It recurses, no deeper than an expression of `MOST_CHARACTERS` can be nested.
    """

    def __init__(self, text: str, values: Mapping[str, float]) -> None:
        self.text = text
        self.leaves = {name: Value(x, label=name) for name, x in values.items()}
        self.used: set[str] = set()

    def refusal(self, tree: ast.expr, reason: str) -> ExpressionError:
        # The parser counts in bytes; of `x.name`, the name is what is refused.
        offset = tree.col_offset
        if isinstance(tree, ast.Attribute) and tree.end_col_offset is not None:
            offset = tree.end_col_offset - len(tree.attr.encode("utf-8"))
        column = len(self.text.encode("utf-8")[:offset].decode("utf-8"))
        return ExpressionError(f"{reason}\n{_mark(self.text, column)}")

    def build(self, tree: ast.expr) -> Any:  # noqa: PLR0911 - a case a line
        """Return a Value, a plain number, or a list of them."""
        if isinstance(tree, ast.Constant) and type(tree.value) in (int, float):
            number: float = self._carry_out(tree, as_float, [tree.value])
            if math.isinf(number):
                raise self.refusal(tree, "No float is so large; they end at 1.8e308:")
            return number
        if isinstance(tree, ast.Name):
            return self._leaf(tree)
        if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
            left, right = self._number(tree.left), self._number(tree.right)
            if not isinstance(left, Value) and not isinstance(right, Value):
                left = Constant(left)
            return self._carry_out(tree, _OPERATORS[type(tree.op)], [left, right])
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, (ast.UAdd, ast.USub)):
            operand = self._number(tree.operand)
            if isinstance(tree.op, ast.UAdd):
                return operand
            return self._carry_out(tree, operator.neg, [operand])
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.BitXor):
            raise self.refusal(tree.right, "A power is written **, not ^, before:")
        if isinstance(tree, (ast.List, ast.Tuple)):
            return [self._number(element) for element in tree.elts]
        if isinstance(tree, ast.Call) and not tree.keywords:
            return self._call(tree)
        raise self.refusal(
            tree,
            "An expression holds numbers, names, + - * / **, brackets and the "
            "operators of the package, but not this:",
        )

    def _number(self, tree: ast.expr) -> Any:
        result = self.build(tree)
        if isinstance(result, list):
            raise self.refusal(tree, "There must be one value here, not a list:")
        return result

    def _leaf(self, tree: ast.Name) -> Value:
        if tree.id not in self.leaves:
            reason = f"{tree.id!r} has no number; give it one, as {tree.id}=2:"
            if tree.id in _CALLS:
                reason = f"{tree.id!r} is an operator; call it, as {tree.id}(x):"
            raise self.refusal(tree, reason)
        self.used.add(tree.id)
        return self.leaves[tree.id]

    def _call(self, tree: ast.Call) -> Any:
        arguments = [self.build(argument) for argument in tree.args]
        if isinstance(tree.func, ast.Attribute):
            name, table = tree.func.attr, _METHODS
            arguments.insert(0, self._number(tree.func.value))
        elif isinstance(tree.func, ast.Name):
            name, table = tree.func.id, _CALLS
        else:
            raise self.refusal(tree.func, "Only an operator can be called, not this:")
        if name not in table:
            known = ", ".join(sorted(table))
            raise self.refusal(
                tree.func,
                f"There is no operator {name!r}; there are {known} (ln is log, max is "
                "maximum, min is minimum):",
            )
        function = table[name]
        if not _takes(name, function, arguments):
            usage = _usage(name, function)
            raise self.refusal(tree, f"{name} is called as {usage}, not like this:")
        if name in (*_METHODS, "abs") and arguments and isinstance(arguments[0], float):
            arguments[0] = Constant(arguments[0])
        return self._carry_out(tree, function, arguments)

    def _carry_out(
        self, tree: ast.expr, function: Callable[..., Any], arguments: list[Any]
    ) -> Any:
        try:
            return function(*arguments)
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            raise self.refusal(tree, str(error)) from None
