"""The world in which a rule is a proof: its numbers are SymPy expressions.

Rules that branch are proved region by region: every question of the form "is this
positive?" must have one answer throughout the region.
"""

import math
from functools import reduce

import sympy

from tinygrad_edu.engine.worlds import World

EXACT = {
    math.sqrt(2): sympy.sqrt(2),
    1 / math.sqrt(2): 1 / sympy.sqrt(2),
    math.sqrt(2 * math.pi): sympy.sqrt(2 * sympy.pi),
    1 / math.sqrt(2 * math.pi): 1 / sympy.sqrt(2 * sympy.pi),
    2 / math.sqrt(math.pi): 2 / sympy.sqrt(sympy.pi),
}


def exact(expression):
    """Return the expression with every float replaced by the number it stands for."""

    def restore(number):
        for approximation, value in EXACT.items():
            for sign in (1, -1):
                if abs(float(number) - sign * approximation) < 1e-14:
                    return sign * value
        return sympy.Rational(str(float(number)))

    return sympy.sympify(expression).replace(lambda e: e.is_Float, restore)


def _sign(x):
    x = sympy.factor(exact(x))
    for answer, decided in (
        (1, x.is_positive),
        (-1, x.is_negative),
        (0, x.is_zero),
    ):
        if decided:
            return sympy.Integer(answer)
    raise AssertionError(f"the sign of {x} is not decided in this region")


SYMPY = World(
    abs=lambda x: _sign(x) * x,
    sign=_sign,
    maximum=lambda x, y: x if _sign(x - y) >= 0 else y,
    minimum=lambda x, y: x if _sign(x - y) <= 0 else y,
    where=lambda test, x, y: x if _sign(test) > 0 else y,
    sum=lambda xs: sympy.Add(*xs),
    largest=lambda xs: reduce(SYMPY.maximum, xs),
    divide=lambda x, y: x / y,
    power=lambda x, y: x**y,
    sigmoid=lambda x: 1 / (1 + sympy.exp(-x)),
    exp=sympy.exp,
    expm1=lambda x: sympy.exp(x) - 1,
    log=sympy.log,
    log1p=lambda x: sympy.log(1 + x),
    sqrt=sympy.sqrt,
    erf=sympy.erf,
    sin=sympy.sin,
    cos=sympy.cos,
    tan=sympy.tan,
    asin=sympy.asin,
    acos=sympy.acos,
    atan=sympy.atan,
    sinh=sympy.sinh,
    cosh=sympy.cosh,
    tanh=sympy.tanh,
)
