"""The namespaces that a rule can run in.

A rule in `primitives` is plain arithmetic over `(xp, z, *args)`. What its numbers are,
the world `xp` decides: floats here; Values in `derivatives`, where the same rule builds
the graph of a derivative. Every world answers to the same closed vocabulary, so that a
rule is written only once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, NamedTuple, NoReturn

Function = Callable[..., Any]


class World(NamedTuple):
    """The vocabulary of the rules: these words, and `+ - * /` and unary `-`.

    Attributes:
        abs: |x|.
        sign: 1 where x > 0, -1 where x < 0, otherwise 0.
        maximum: The larger of x and y; nan where either is nan.
        minimum: The smaller of x and y; nan where either is nan.
        where: `where(test, x, y)` is x where test > 0, otherwise y. Both x and y have
            been computed by then, so neither may overflow.
        sum: The sum of an iterable, from the first to the last.
        largest: The largest of a sequence; nan where any is nan.
        divide: x / y as IEEE 754 has it: infinite, not an error, at y = 0. For
            derivatives that are infinite at the edge of a domain.
        power: x to the power y, real or an error.
        sigmoid: 1 / (1 + e⁻ˣ), written so that it overflows nowhere.
        exp, expm1, log, log1p, sqrt, erf: As in `math`.
        sin, cos, tan, asin, acos, atan, sinh, cosh, tanh: As in `math`, in radians.
    """

    abs: Function
    sign: Function
    maximum: Function
    minimum: Function
    where: Function
    sum: Function
    largest: Function
    divide: Function
    power: Function
    sigmoid: Function
    exp: Function
    expm1: Function
    log: Function
    log1p: Function
    sqrt: Function
    erf: Function
    sin: Function
    cos: Function
    tan: Function
    asin: Function
    acos: Function
    atan: Function
    sinh: Function
    cosh: Function
    tanh: Function

    def __getattr__(self, word: str) -> NoReturn:
        raise AttributeError(
            f"No world has the word {word!r}. A rule may use + - * / and "
            f"{', '.join(self._fields)}: write it with these, or add it to each world."
        )


class Written:
    """A number that a rule writes down, as text or code, and does not compute.

    It knows what every world knows, + - * / and unary -, and says so of all else.
    """

    __slots__ = ()

    def _has_no_word(self, *_: Any) -> Any:
        raise TypeError(
            "A rule may use + - * / and the words of its world alone, so that it runs "
            "on symbols and arrays too: xp.power(x, 2) or x * x for x ** 2, xp.abs(x) "
            "for abs(x), xp.exp(x) for math.exp(x), xp.where(x, a, b) for an if."
        )

    __pow__: Function = _has_no_word
    __rpow__: Function = _has_no_word
    __mod__: Function = _has_no_word
    __rmod__: Function = _has_no_word
    __floordiv__: Function = _has_no_word
    __rfloordiv__: Function = _has_no_word
    __lt__: Function = _has_no_word
    __le__: Function = _has_no_word
    __gt__: Function = _has_no_word
    __ge__: Function = _has_no_word
    __abs__: Function = _has_no_word
    __float__: Function = _has_no_word
    __bool__: Function = _has_no_word


def _sign(x: float) -> float:
    return float((x > 0) - (x < 0))


def _maximum(x: float, y: float) -> float:
    # Python's max(1.0, nan) is 1.0; here nan is never hidden, as in PyTorch.
    if x >= y or math.isnan(x):
        return x
    return y


def _minimum(x: float, y: float) -> float:
    if x <= y or math.isnan(x):
        return x
    return y


def _largest(xs: Sequence[float]) -> float:
    return reduce(_maximum, xs)


def _where(test: float, x: float, y: float) -> float:
    if test > 0:
        return x
    return y


def _divide(x: float, y: float) -> float:
    try:
        return x / y
    except ZeroDivisionError:
        if x == 0 or math.isnan(x):
            return math.nan
        return math.copysign(math.inf, x) * math.copysign(1.0, y)


def _sigmoid(x: float) -> float:
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    power_of_e = math.exp(x)
    return power_of_e / (1.0 + power_of_e)


FLOATS = World(
    abs=abs,
    sign=_sign,
    maximum=_maximum,
    minimum=_minimum,
    where=_where,
    sum=sum,
    largest=_largest,
    divide=_divide,
    power=math.pow,
    sigmoid=_sigmoid,
    exp=math.exp,
    expm1=math.expm1,
    log=math.log,
    log1p=math.log1p,
    sqrt=math.sqrt,
    erf=math.erf,
    sin=math.sin,
    cos=math.cos,
    tan=math.tan,
    asin=math.asin,
    acos=math.acos,
    atan=math.atan,
    sinh=math.sinh,
    cosh=math.cosh,
    tanh=math.tanh,
)
