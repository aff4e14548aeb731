"""The world in which a rule writes itself down.

Run on symbols, a rule builds its own formula, which reads as text or as LaTeX. So what
`explain` prints is the rule that ran, and no second table of formulas.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from tinygrad_edu.engine.worlds import World, Written

# How tightly each operator binds; names, numbers and calls bind tightest.
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 2, "**": 3}
_TIGHTEST = 4

#: What has more operands than this is written with the first and the last of them.
MOST_OPERANDS = 6


class Symbol(Written):
    """A formula: a name, a number, or an operator with its arguments.

    >>> x, y = Symbol("x"), Symbol("y")
    >>> print(-(x + y) * y / 2)
    -(x + y)·y / 2
    >>> (x * x).latex()
    'x^{2}'
    """

    __slots__ = ("args", "head")

    def __init__(self, head: str, args: tuple[Any, ...] = ()) -> None:
        self.head: str = head
        self.args: tuple[Any, ...] = args

    def __add__(self, other: Any) -> Symbol:
        return _operation("+", self, other)

    def __radd__(self, other: Any) -> Symbol:
        return _operation("+", other, self)

    def __sub__(self, other: Any) -> Symbol:
        return _operation("-", self, other)

    def __rsub__(self, other: Any) -> Symbol:
        return _operation("-", other, self)

    def __mul__(self, other: Any) -> Symbol:
        return _operation("*", self, other)

    def __rmul__(self, other: Any) -> Symbol:
        return _operation("*", other, self)

    def __truediv__(self, other: Any) -> Symbol:
        return _operation("/", self, other)

    def __rtruediv__(self, other: Any) -> Symbol:
        return _operation("/", other, self)

    def __neg__(self) -> Symbol:
        return _operation("neg", self)

    def __repr__(self) -> str:
        return _render(self, _TEXT)

    def latex(self) -> str:
        """Return the formula in LaTeX, without dollar signs."""
        return _render(self, _LATEX)

    def latex_factor(self) -> str:
        """Return the formula in LaTeX as it stands in a product: a sum in brackets."""
        latex = self.latex()
        return _LATEX.brackets.format(latex) if self.args else latex


def as_symbol(x: Any) -> Symbol:
    """Return x itself if it is a formula, else the number x as one.

    >>> as_symbol(2.0)
    2
    """
    if isinstance(x, Symbol):
        return x
    number = float(x)
    whole = number.is_integer() and abs(number) < 1e15
    return Symbol(str(int(number)) if whole else f"{number:.6g}")


def _operation(head: str, *args: Any) -> Symbol:
    return Symbol(head, tuple(as_symbol(x) for x in args))


def _word(name: str) -> Callable[..., Symbol]:
    def word(*args: Any) -> Symbol:
        return _operation(name, *args)

    return word


def _sum(terms: Iterable[Any]) -> Symbol:
    first, *others = terms
    if len(others) >= MOST_OPERANDS:
        others[MOST_OPERANDS - 3 : -1] = [Symbol("…")]
    result = as_symbol(first)
    for term in others:
        result = result + term
    return result


def _largest(terms: Iterable[Any]) -> Symbol:
    return _operation("largest", *terms)


def _power(x: Any, y: Any) -> Symbol:
    return as_symbol(x) if isinstance(y, float) and y == 1 else _operation("**", x, y)


_WORDS: dict[str, Callable[..., Symbol]] = {
    **{name: _word(name) for name in World._fields},
    "sum": _sum,
    "largest": _largest,
    "divide": _word("/"),
    "power": _power,
}

SYMBOLS = World(**_WORDS)


# ------------------------------------------------------------------- text and LaTeX


class _Notation:
    """How names, operators and calls are written; {0} and {1} are the arguments."""

    def __init__(
        self,
        name: Callable[[str], str],
        operators: dict[str, str],
        call: Callable[[str, list[str]], str],
        brackets: str,
        encloses: tuple[str, ...],
    ) -> None:
        self.name = name
        self.operators = operators
        self.call = call
        self.brackets = brackets
        # In these operators the notation itself keeps the arguments apart.
        self.encloses = encloses


def _render(symbol: Symbol, notation: _Notation) -> str:
    if not symbol.args:
        return notation.name(symbol.head)
    if symbol.head not in _PRECEDENCE:
        inner = [_render(x, notation) for x in symbol.args]
        return notation.call(symbol.head, inner)
    head, args = symbol.head, symbol.args
    if head == "*" and _same(*args):
        head, args = "**", (args[0], Symbol("2"))
    inner = []
    for i, x in enumerate(args):
        text = _render(x, notation)
        # x - (y - z) needs its brackets and (x - y) - z does not.
        needed = _PRECEDENCE[head] + ((i == 1 and head in "-/") or head == "**")
        closed = head in notation.encloses and not (head == "**" and i == 0)
        minus_behind_an_operator = (i == 1 or head == "neg") and text.startswith("-")
        if (_binding(x) < needed or minus_behind_an_operator) and not closed:
            text = notation.brackets.format(text)
        inner.append(text)
    return notation.operators[head].format(*inner)


def _binding(symbol: Symbol) -> int:
    if symbol.args:
        if symbol.head == "*" and _same(*symbol.args):
            return _PRECEDENCE["**"]
        return _PRECEDENCE.get(symbol.head, _TIGHTEST)
    return _PRECEDENCE["neg"] if symbol.head.startswith("-") else _TIGHTEST


def _same(x: Symbol, y: Symbol) -> bool:
    # Of names alone: two numbers may be equal by chance, and are no square then.
    is_name = not x.args and not re.match(r"-?[0-9]", x.head)
    return is_name and not y.args and x.head == y.head


def _text_call(name: str, args: list[str]) -> str:
    if name == "abs":
        return f"|{args[0]}|"
    if name == "where":
        return "({1} if {0} > 0 else {2})".format(*args)
    return f"{name}({', '.join(args)})"


_TEXT = _Notation(
    name=str,
    operators={
        "+": "{0} + {1}",
        "-": "{0} - {1}",
        "*": "{0}·{1}",
        "/": "{0} / {1}",
        "neg": "-{0}",
        "**": "{0}^{1}",
    },
    call=_text_call,
    brackets="({0})",
    encloses=(),
)

_LATEX_FUNCTIONS = {
    "exp": r"\exp",
    "log": r"\ln",
    "sin": r"\sin",
    "cos": r"\cos",
    "tan": r"\tan",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "sinh": r"\sinh",
    "cosh": r"\cosh",
    "tanh": r"\tanh",
    "maximum": r"\max",
    "minimum": r"\min",
    "sigmoid": r"\sigma",
}

# A label is data: whatever stands in it is shown, and nothing in it is obeyed.
_LATEX_ESCAPES = {
    "\\": r"\backslash ",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\wedge ",
    "~": r"\sim ",
    "<": r"\lt ",
    ">": r"\gt ",
    " ": r"\ ",
    "\n": r"\ ",
}


def latex_name(name: str) -> str:
    r"""Return a label as LaTeX: letters with an index as such, all else upright.

    >>> latex_name("w12"), latex_name("layer0.b"), latex_name("a_b")
    ('w_{12}', '\\mathrm{layer0.b}', '\\mathrm{a\\_b}')
    """
    if re.fullmatch(r"-?[0-9][0-9.e+-]*|[A-Za-z]", name):
        return name
    indexed = re.fullmatch(r"([A-Za-z])_?([0-9]+)", name)
    if indexed:
        return f"{indexed[1]}_{{{indexed[2]}}}"
    escaped = "".join(_LATEX_ESCAPES.get(character, character) for character in name)
    return rf"\mathrm{{{escaped}}}"


def latex_fraction(sign: str, above: str, below: str) -> str:
    r"""Return the derivative of one name by another in LaTeX, with the sign d or ∂.

    >>> latex_fraction("d", "L", "w0")
    '\\frac{d L}{d w_{0}}'
    """
    return rf"\frac{{{sign} {latex_name(above)}}}{{{sign} {latex_name(below)}}}"


def _latex_call(name: str, args: list[str]) -> str:
    if name == "sqrt":
        return rf"\sqrt{{{args[0]}}}"
    if name == "abs":
        return rf"\left|{args[0]}\right|"
    if name == "where":
        test, x, y = args
        cases = rf"{x} & {test} > 0 \\ {y} & \text{{otherwise}}"
        return rf"\begin{{cases}} {cases} \end{{cases}}"
    function = _LATEX_FUNCTIONS.get(name, rf"\operatorname{{{name}}}")
    return rf"{function}\left({', '.join(args)}\right)"


_LATEX = _Notation(
    name=latex_name,
    operators={
        "+": "{0} + {1}",
        "-": "{0} - {1}",
        "*": r"{0} \cdot {1}",
        "/": r"\frac{{{0}}}{{{1}}}",
        "neg": "-{0}",
        "**": "{0}^{{{1}}}",
    },
    call=_latex_call,
    brackets=r"\left({0}\right)",
    encloses=("/", "**"),
)
