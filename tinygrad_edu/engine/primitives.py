"""The calculus sheet of the package: every operator is one record.

A record gives what an operator computes (`forward`) and its derivative by each argument
(`partials`), once, as plain arithmetic over `(xp, z, *args)`: the world that computes,
the result, the arguments. The same two rules are read by floats (`backward`), by Values
(`grad`), by programs in Python and JavaScript (`replay`) and by SymPy (the proofs in
the tests); `worlds` lists the words that they may use. Nothing about an operator is
written anywhere else but its spelling in `value` or `functions`.

To add an operator: add its record here and its one line there; `python tests/stubs.py`
then tells editors.
"""

from __future__ import annotations

import copyreg
import math
import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tinygrad_edu.engine.record import REALS, Domain, Kink, Primitive

FINITE = Domain(
    "a finite x", lambda x: abs(x) < math.inf, "Did an earlier node overflow?"
)
POSITIVE = Domain("x > 0", lambda x: x > 0, "Did an earlier node go negative?")
ROOT_ADVICE = "Did an earlier node go negative?"
MINUS_ONE_TO_ONE = Domain(
    "-1 <= x <= 1", lambda x: abs(x) <= 1, "Clip x to [-1, 1] first?"
)

# ---------------------------------------------------------------------- arithmetic

ADD = Primitive(
    name="add",
    symbol="+",
    forward=lambda xp, x, y: x + y,
    partials=lambda xp, z, x, y: (1.0, 1.0),
    summary="Return the sum of two values.",
    formula="z = x + y,  ∂z/∂x = 1,  ∂z/∂y = 1",
    example=("(x + y)", (3.0, 2.0), (1.0, 1.0)),
    arguments=("x", "y"),
)

SUB = Primitive(
    name="sub",
    symbol="-",
    forward=lambda xp, x, y: x - y,
    partials=lambda xp, z, x, y: (1.0, -1.0),
    summary="Return the difference of two values.",
    formula="z = x - y,  ∂z/∂x = 1,  ∂z/∂y = -1",
    example=("(x - y)", (3.0, 2.0), (1.0, -1.0)),
    arguments=("x", "y"),
)

MUL = Primitive(
    name="mul",
    symbol="*",
    forward=lambda xp, x, y: x * y,
    partials=lambda xp, z, x, y: (y, x),
    summary="Return the product of two values.",
    formula="z = x·y,  ∂z/∂x = y,  ∂z/∂y = x",
    example=("(x * y)", (3.0, 2.0), (2.0, 3.0)),
    arguments=("x", "y"),
)

DIV = Primitive(
    name="div",
    symbol="/",
    forward=lambda xp, x, y: x / y,
    partials=lambda xp, z, x, y: (1 / y, -z / y),
    summary="Return the quotient of two values.",
    formula="z = x/y,  ∂z/∂x = 1/y,  ∂z/∂y = -z/y = -x/y²",
    example=("(x / y)", (3.0, 2.0), (0.5, -0.75)),
    arguments=("x", "y"),
    domain=Domain("y ≠ 0", lambda x, y: y != 0, "Did a denominator become zero?"),
)

NEG = Primitive(
    name="neg",
    symbol="neg",
    forward=lambda xp, x: -x,
    partials=lambda xp, z, x: (-1.0,),
    summary="Return the opposite of this node.",
    formula="z = -x,  ∂z/∂x = -1",
    example=("(-x)", (3.0,), (-1.0,)),
)

# -------------------------------------------------------------------------- powers

POW = Primitive(
    name="pow",
    symbol="**",
    forward=lambda xp, x, y: xp.power(x, y),
    partials=lambda xp, z, x, y: (y * z / x, z * xp.log(x)),
    summary="Return x to the power y, where the exponent is a node too.",
    formula="z = xʸ,  ∂z/∂x = y·xʸ⁻¹ = y·z/x,  ∂z/∂y = z·ln x",
    example=("(x ** y)", (1.0, 2.0), (2.0, 0.0)),
    arguments=("x", "y"),
    domain=Domain(
        "x > 0",
        lambda x, y: x > 0,
        "For a base that is not positive, give the exponent as a plain number.",
    ),
)


@lru_cache(maxsize=1024)
def power(exponent: float) -> Primitive:
    """Return the operator that raises x to a fixed exponent p.

    The exponent is a parameter and no operand, so (-2)³ never meets ln(-2).
    """
    whole = exponent.is_integer()
    text = str(int(exponent)) if whole else str(exponent)
    if exponent >= 0:
        domain = REALS if whole else Domain("x >= 0", lambda x: x >= 0, ROOT_ADVICE)
    elif whole:
        domain = Domain("x ≠ 0", lambda x: x != 0, "Did a denominator become zero?")
    else:
        domain = POSITIVE
    return Primitive(
        name="power",
        symbol=f"**{text}",
        forward=lambda xp, x: xp.power(x, exponent),
        partials=lambda xp, z, x: (_power_partial(xp, z, x, exponent),),
        summary="Return this node to a fixed power.",
        formula="z = xᵖ,  ∂z/∂x = p·xᵖ⁻¹",
        example=("(x ** 3)", (-2.0,), (12.0,)),
        parameters=(exponent,),
        domain=domain,
    )


def _power_partial(xp: Any, z: Any, x: Any, p: float) -> Any:
    # All four are p·xᵖ⁻¹. They differ at the edges: none overflows where z does not,
    # and the infinite slope of a root at x = 0 is a number, not an error.
    if p == 0:
        return 0.0
    if p < 0:
        return p * z / x
    if p < 1:
        return xp.divide(p, xp.power(x, 1 - p))
    return p * xp.power(x, p - 1)


# ------------------------------------------------------------------- size and sign

ABS = Primitive(
    name="abs",
    symbol="abs",
    forward=lambda xp, x: xp.abs(x),
    partials=lambda xp, z, x: (xp.sign(x),),
    summary="Return the absolute value of this node.",
    formula="z = |x|,  ∂z/∂x = sign x",
    example=("abs(x)", (-3.0,), (-1.0,)),
    kink=Kink("x = 0", "∂z/∂x = 0", lambda x: x),
)

SIGN = Primitive(
    name="sign",
    symbol="sign",
    forward=lambda xp, x: xp.sign(x),
    partials=lambda xp, z, x: (0.0,),
    summary="Return 1 where this node is positive, -1 where negative, otherwise 0.",
    formula="z = sign x,  ∂z/∂x = 0",
    example=("x.sign()", (-3.0,), (0.0,)),
    kink=Kink("x = 0", "∂z/∂x = 0, although z jumps", lambda x: x),
)

# -------------------------------------------------------- exponentials, logarithms

EXP = Primitive(
    name="exp",
    symbol="exp",
    forward=lambda xp, x: xp.exp(x),
    partials=lambda xp, z, x: (z,),
    summary="Return e to the power of this node.",
    formula="z = eˣ,  ∂z/∂x = eˣ = z",
    example=("x.exp()", (0.0,), (1.0,)),
)

EXPM1 = Primitive(
    name="expm1",
    symbol="expm1",
    forward=lambda xp, x: xp.expm1(x),
    partials=lambda xp, z, x: (xp.exp(x),),
    summary="Return eˣ - 1, exact also where x is small.",
    formula="z = eˣ - 1,  ∂z/∂x = eˣ",
    example=("x.expm1()", (0.0,), (1.0,)),
)

LOG = Primitive(
    name="log",
    symbol="log",
    forward=lambda xp, x: xp.log(x),
    partials=lambda xp, z, x: (1 / x,),
    summary="Return the natural logarithm of this node.",
    formula="z = ln x,  ∂z/∂x = 1/x",
    example=("x.log()", (2.0,), (0.5,)),
    domain=POSITIVE,
)

LOG1P = Primitive(
    name="log1p",
    symbol="log1p",
    forward=lambda xp, x: xp.log1p(x),
    partials=lambda xp, z, x: (1 / (1 + x),),
    summary="Return ln(1 + x), exact also where x is small.",
    formula="z = ln(1 + x),  ∂z/∂x = 1/(1 + x)",
    example=("x.log1p()", (1.0,), (0.5,)),
    domain=Domain("x > -1", lambda x: x > -1, "Did an earlier node fall below -1?"),
)

SQRT = Primitive(
    name="sqrt",
    symbol="sqrt",
    forward=lambda xp, x: xp.sqrt(x),
    partials=lambda xp, z, x: (xp.divide(0.5, z),),
    summary="Return the square root of this node.",
    formula="z = √x,  ∂z/∂x = 1/(2√x) = 1/(2z), infinite at x = 0",
    example=("x.sqrt()", (4.0,), (0.25,)),
    domain=Domain("x >= 0", lambda x: x >= 0, ROOT_ADVICE),
)

# -------------------------------------------------------- circles and hyperbolas

SIN = Primitive(
    name="sin",
    symbol="sin",
    forward=lambda xp, x: xp.sin(x),
    partials=lambda xp, z, x: (xp.cos(x),),
    summary="Return the sine of this node, in radians.",
    formula="z = sin x,  ∂z/∂x = cos x",
    example=("x.sin()", (0.0,), (1.0,)),
    domain=FINITE,
)

COS = Primitive(
    name="cos",
    symbol="cos",
    forward=lambda xp, x: xp.cos(x),
    partials=lambda xp, z, x: (-xp.sin(x),),
    summary="Return the cosine of this node, in radians.",
    formula="z = cos x,  ∂z/∂x = -sin x",
    example=("x.cos()", (math.pi / 2,), (-1.0,)),
    domain=FINITE,
)

TAN = Primitive(
    name="tan",
    symbol="tan",
    forward=lambda xp, x: xp.tan(x),
    partials=lambda xp, z, x: (1 + z * z,),
    summary="Return the tangent of this node, in radians.",
    formula="z = tan x,  ∂z/∂x = 1 + tan² x = 1 + z²",
    example=("x.tan()", (0.0,), (1.0,)),
    domain=FINITE,
)

ASIN = Primitive(
    name="asin",
    symbol="asin",
    forward=lambda xp, x: xp.asin(x),
    partials=lambda xp, z, x: (xp.divide(1.0, xp.sqrt(1 - x * x)),),
    summary="Return the angle in [-π/2, π/2] whose sine is this node.",
    formula="z = arcsin x,  ∂z/∂x = 1/√(1 - x²), infinite at x = ±1",
    example=("x.asin()", (0.0,), (1.0,)),
    domain=MINUS_ONE_TO_ONE,
)

ACOS = Primitive(
    name="acos",
    symbol="acos",
    forward=lambda xp, x: xp.acos(x),
    partials=lambda xp, z, x: (xp.divide(-1.0, xp.sqrt(1 - x * x)),),
    summary="Return the angle in [0, π] whose cosine is this node.",
    formula="z = arccos x,  ∂z/∂x = -1/√(1 - x²), infinite at x = ±1",
    example=("x.acos()", (0.0,), (-1.0,)),
    domain=MINUS_ONE_TO_ONE,
)

ATAN = Primitive(
    name="atan",
    symbol="atan",
    forward=lambda xp, x: xp.atan(x),
    partials=lambda xp, z, x: (1 / (1 + x * x),),
    summary="Return the angle in (-π/2, π/2) whose tangent is this node.",
    formula="z = arctan x,  ∂z/∂x = 1/(1 + x²)",
    example=("x.atan()", (1.0,), (0.5,)),
)

SINH = Primitive(
    name="sinh",
    symbol="sinh",
    forward=lambda xp, x: xp.sinh(x),
    partials=lambda xp, z, x: (xp.cosh(x),),
    summary="Return the hyperbolic sine of this node.",
    formula="z = sinh x = (eˣ - e⁻ˣ)/2,  ∂z/∂x = cosh x",
    example=("x.sinh()", (0.0,), (1.0,)),
)

COSH = Primitive(
    name="cosh",
    symbol="cosh",
    forward=lambda xp, x: xp.cosh(x),
    partials=lambda xp, z, x: (xp.sinh(x),),
    summary="Return the hyperbolic cosine of this node.",
    formula="z = cosh x = (eˣ + e⁻ˣ)/2,  ∂z/∂x = sinh x",
    example=("x.cosh()", (0.0,), (0.0,)),
)

# ------------------------------------------------------------------- activations

TANH = Primitive(
    name="tanh",
    symbol="tanh",
    forward=lambda xp, x: xp.tanh(x),
    partials=lambda xp, z, x: (1 - z * z,),
    summary="Return the hyperbolic tangent of this node.",
    formula="z = tanh x,  ∂z/∂x = 1 - tanh² x = 1 - z²",
    example=("x.tanh()", (0.0,), (1.0,)),
    activation=True,
)

SIGMOID = Primitive(
    name="sigmoid",
    symbol="sigmoid",
    forward=lambda xp, x: xp.sigmoid(x),
    # 1 - z is 0 as a float from x = 37 on, and so is the partial (PyTorch's too), where
    # e⁻ˣ would be exact: the form that is taught, for σ(x)·σ(-x) costs another σ.
    partials=lambda xp, z, x: (z * (1 - z),),
    summary="Return the logistic sigmoid σ of this node.",
    formula="z = σ(x) = 1/(1 + e⁻ˣ),  ∂z/∂x = σ(x)·(1 - σ(x)) = z·(1 - z)",
    example=("x.sigmoid()", (0.0,), (0.25,)),
    activation=True,
)

RELU = Primitive(
    name="relu",
    symbol="ReLU",
    forward=lambda xp, x: xp.maximum(x, 0.0),
    partials=lambda xp, z, x: (xp.where(x, 1.0, 0.0),),
    summary="Return this node where it is positive, otherwise 0.",
    formula="z = max(x, 0),  ∂z/∂x = 1 where x > 0, otherwise 0",
    example=("x.relu()", (2.0,), (1.0,)),
    activation=True,
    kink=Kink("x = 0", "∂z/∂x = 0", lambda x: x),
)


@lru_cache(maxsize=1024)
def leaky_relu(negative_slope: float) -> Primitive:
    """Return the operator that lets a part of a negative x through."""
    return Primitive(
        name="leaky_relu",
        symbol="leaky ReLU",
        forward=lambda xp, x: xp.where(x, x, negative_slope * x),
        partials=lambda xp, z, x: (xp.where(x, 1.0, negative_slope),),
        summary="Return this node where it is positive, otherwise a part of it.",
        formula="z = x where x > 0, otherwise s·x,  ∂z/∂x = 1 or s (negative_slope)",
        example=("x.leaky_relu(0.1)", (-2.0,), (0.1,)),
        activation=True,
        parameters=(negative_slope,),
        kink=Kink("x = 0", "∂z/∂x = s", lambda x: x),
        source="Maas, Hannun & Ng, Rectifier nonlinearities improve neural network "
        "acoustic models, 2013",
    )


@lru_cache(maxsize=1024)
def elu(alpha: float) -> Primitive:
    """Return the exponential linear unit that falls to -alpha."""
    return Primitive(
        name="elu",
        symbol="ELU",
        # min(x, 0) keeps the branch that is not taken from overflowing.
        forward=lambda xp, x: xp.where(x, x, alpha * xp.expm1(xp.minimum(x, 0.0))),
        partials=lambda xp, z, x: (
            # Not minimum, whose partial at 0 is ½: the second derivative is 0 there.
            xp.where(x, 1.0, alpha * xp.exp(xp.where(-x, x, 0.0))),
        ),
        summary="Return this node where it is positive, otherwise α·(eˣ - 1).",
        formula="z = x where x > 0, otherwise α·(eˣ - 1),  ∂z/∂x = 1 or α·eˣ",
        example=("x.elu()", (1.0,), (1.0,)),
        activation=True,
        parameters=(alpha,),
        kink=Kink("x = 0", "∂z/∂x = α", lambda x: x),
        source="Clevert, Unterthiner & Hochreiter, arXiv:1511.07289, 2015",
    )


SOFTPLUS = Primitive(
    name="softplus",
    symbol="softplus",
    # ln(1 + eˣ) overflows at x = 1000; this form of it does not.
    forward=lambda xp, x: xp.maximum(x, 0.0) + xp.log1p(xp.exp(-xp.abs(x))),
    # σ(x), in a form whose own derivative e⁻ᶻ·σ(x) does not become 0 at x = 37.
    partials=lambda xp, z, x: (-xp.expm1(-z),),
    summary="Return the softplus of this node, a smooth ReLU.",
    formula="z = ln(1 + eˣ),  ∂z/∂x = σ(x) = 1 - e⁻ᶻ",
    example=("x.softplus()", (0.0,), (0.5,)),
    activation=True,
)

SILU = Primitive(
    name="silu",
    symbol="SiLU",
    forward=lambda xp, x: x * xp.sigmoid(x),
    partials=lambda xp, z, x: (xp.sigmoid(x) * (1 + x * (1 - xp.sigmoid(x))),),
    summary="Return x·σ(x), the sigmoid linear unit, also called swish.",
    formula="z = x·σ(x),  ∂z/∂x = σ(x)·(1 + x·(1 - σ(x)))",
    example=("x.silu()", (0.0,), (0.5,)),
    activation=True,
    source="Elfwing, Uchibe & Doya, arXiv:1702.03118, 2017",
)

GELU = Primitive(
    name="gelu",
    symbol="GELU",
    forward=lambda xp, x: x * _normal_cdf(xp, x),
    partials=lambda xp, z, x: (
        _normal_cdf(xp, x) + x * xp.exp(-0.5 * x * x) / math.sqrt(2 * math.pi),
    ),
    summary="Return x·Φ(x), the Gaussian error linear unit (exact, not by tanh).",
    formula="z = x·Φ(x),  ∂z/∂x = Φ(x) + x·φ(x), Φ and φ of the standard normal",
    example=("x.gelu()", (0.0,), (0.5,)),
    activation=True,
    source="Hendrycks & Gimpel, arXiv:1606.08415, 2016",
)


def _normal_cdf(xp: Any, x: Any) -> Any:
    return 0.5 * (1 + xp.erf(x / math.sqrt(2)))


ERF = Primitive(
    name="erf",
    symbol="erf",
    forward=lambda xp, x: xp.erf(x),
    partials=lambda xp, z, x: (2 / math.sqrt(math.pi) * xp.exp(-x * x),),
    summary="Return the error function of this node.",
    formula="z = 2/√π · ∫₀ˣ e^(-t²) dt,  ∂z/∂x = 2/√π · e^(-x²)",
    example=("x.erf()", (0.0,), (2 / math.sqrt(math.pi),)),
)

# ------------------------------------------------------- the larger, the smaller


@lru_cache(maxsize=1024)
def clip(low: float, high: float) -> Primitive:
    """Return the operator that keeps x between two bounds."""
    if not low <= high:
        raise ValueError(
            f"clip({low}, {high}): the lower bound must not lie above the upper one. "
            "Exchange them?"
        )
    return Primitive(
        name="clip",
        symbol="clip",
        forward=lambda xp, x: xp.minimum(xp.maximum(x, low), high),
        partials=lambda xp, z, x: (
            xp.where(low - x, 0.0, xp.where(x - high, 0.0, 1.0)),
        ),
        summary="Return this node, but no less than `low` and no more than `high`.",
        formula="z = min(max(x, low), high),  ∂z/∂x = 1 inside, 0 outside",
        example=("x.clip(-1, 1)", (2.0,), (0.0,)),
        parameters=(low, high),
        kink=Kink(
            "x = low and x = high",
            "∂z/∂x = 1",
            lambda x: min(x - low, high - x),
        ),
    )


MAXIMUM = Primitive(
    name="maximum",
    symbol="max",
    forward=lambda xp, x, y: xp.maximum(x, y),
    partials=lambda xp, z, x, y: (
        0.5 + 0.5 * xp.sign(x - y),
        0.5 - 0.5 * xp.sign(x - y),
    ),
    summary="Return the larger of two values.",
    formula="z = max(x, y),  ∂z/∂x = 1 where x > y, 0 where x < y; ∂z/∂y the rest",
    example=("maximum(x, y)", (3.0, 2.0), (1.0, 0.0)),
    arguments=("x", "y"),
    kink=Kink("x = y", "each partial is ½", lambda x, y: x - y),
)

MINIMUM = Primitive(
    name="minimum",
    symbol="min",
    forward=lambda xp, x, y: xp.minimum(x, y),
    partials=lambda xp, z, x, y: (
        0.5 - 0.5 * xp.sign(x - y),
        0.5 + 0.5 * xp.sign(x - y),
    ),
    summary="Return the smaller of two values.",
    formula="z = min(x, y),  ∂z/∂x = 1 where x < y, 0 where x > y; ∂z/∂y the rest",
    example=("minimum(x, y)", (3.0, 2.0), (0.0, 1.0)),
    arguments=("x", "y"),
    kink=Kink("x = y", "each partial is ½", lambda x, y: x - y),
)

WHERE = Primitive(
    name="where",
    symbol="where",
    forward=lambda xp, test, x, y: xp.where(test, x, y),
    partials=lambda xp, z, test, x, y: (
        0.0,
        xp.where(test, 1.0, 0.0),
        xp.where(test, 0.0, 1.0),
    ),
    summary="Return x where test > 0, otherwise y.",
    formula="z = x or y,  ∂z/∂test = 0,  ∂z/∂x = 1 where x is taken, ∂z/∂y the rest",
    example=("where(test, x, y)", (1.0, 3.0, 2.0), (0.0, 1.0, 0.0)),
    arguments=("test", "x", "y"),
    kink=Kink("test = 0", "y is taken, although z may jump", lambda test, x, y: test),
)

LARGEST = Primitive(
    name="largest",
    symbol="largest",
    forward=lambda xp, *args: xp.largest(args),
    partials=lambda xp, z, *args: _one_hot_of_largest(xp, z, args),
    summary="Return the largest of many values.",
    formula="z = max xᵢ,  ∂z/∂xᵢ = 1 for the first of the largest, otherwise 0",
    example=("largest([x0, x1])", (3.0, 2.0), (1.0, 0.0)),
    variadic=True,
    kink=Kink(
        "a tie of the largest",
        "the first of them gets 1, as in max pooling",
        lambda *args: _lead_of_largest(args),
    ),
)


def _one_hot_of_largest(xp: Any, z: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    hits = [xp.where(z - x, 0.0, 1.0) for x in args]
    shares = hits[:1]
    hits_before = hits[0]
    for hit in hits[1:]:
        shares.append(xp.where(hits_before, 0.0, hit))
        hits_before = hits_before + hit
    return tuple(shares)


def _lead_of_largest(args: tuple[float, ...]) -> float:
    if len(args) == 1:
        return math.inf
    *_, second, first = sorted(args)
    return first - second


# ------------------------------------- a quotient that is infinite, and not an error

RATIO = Primitive(
    name="ratio",
    symbol="/",
    forward=lambda xp, x, y: xp.divide(x, y),
    partials=lambda xp, z, x, y: (xp.divide(1.0, y), -xp.divide(z, y)),
    summary="Return the quotient as IEEE 754 has it: infinite where y = 0.",
    formula="z = x/y,  ∂z/∂x = 1/y,  ∂z/∂y = -z/y",
    example=("ratio(x, y)", (3.0, 2.0), (0.5, -0.75)),
    arguments=("x", "y"),
)

# ----------------------------------------------------------------- many operands

TOTAL = Primitive(
    name="total",
    symbol="total",
    forward=lambda xp, *args: xp.sum(args),
    partials=lambda xp, z, *args: (1.0,) * len(args),
    summary="Return the sum of many values as one node.",
    formula="z = Σ xᵢ,  ∂z/∂xᵢ = 1",
    example=("total([x0, x1])", (3.0, 2.0), (1.0, 1.0)),
    variadic=True,
)

MEAN = Primitive(
    name="mean",
    symbol="mean",
    forward=lambda xp, *args: xp.sum(args) / len(args),
    partials=lambda xp, z, *args: (1 / len(args),) * len(args),
    summary="Return the arithmetic mean of n values as one node.",
    formula="z = (Σ xᵢ)/n,  ∂z/∂xᵢ = 1/n",
    example=("mean([x0, x1])", (3.0, 2.0), (0.5, 0.5)),
    variadic=True,
)

DOT = Primitive(
    name="dot",
    symbol="dot",
    # The products end where the inputs do, which are the second half.
    forward=lambda xp, *args: xp.sum(map(operator.mul, args, args[len(args) // 2 :])),
    partials=lambda xp, z, *args: args[len(args) // 2 :] + args[: len(args) // 2],
    summary="Return the weighted sum of inputs as one node: weights, then inputs.",
    formula="z = Σ wᵢ·xᵢ,  ∂z/∂wᵢ = xᵢ,  ∂z/∂xᵢ = wᵢ",
    example=("dot([w0], [x0])", (3.0, 2.0), (2.0, 3.0)),
    arguments=("w", "x"),
    variadic=True,
)


LOGSUMEXP = Primitive(
    name="logsumexp",
    symbol="logsumexp",
    forward=lambda xp, *args: _logsumexp(xp, args),
    partials=lambda xp, z, *args: _softmax(xp, z, args),
    summary="Return the logarithm of the sum of exponentials as one node.",
    formula="z = ln Σ exp(xᵢ),  ∂z/∂xᵢ = exp(xᵢ - z)/Σ exp(xⱼ - z) = softmax(x)ᵢ",
    example=("logsumexp([x0, x1])", (0.0, 0.0), (0.5, 0.5)),
    variadic=True,
    source="Blanchard, Higham & Higham, Accurately computing the log-sum-exp and "
    "softmax functions, IMA J. Numer. Anal. 41, 2021",
)


def _logsumexp(xp: Any, args: tuple[Any, ...]) -> Any:
    # Less the largest, no exponential overflows: 0 < exp(x - peak) <= 1. That of the
    # largest itself is 1, also where it is infinite, and inf - inf no number.
    peak = xp.largest(args)
    terms = [xp.where(peak - x, xp.exp(x - peak), 1.0) for x in args]
    return peak + xp.log(xp.sum(terms))


def _softmax(xp: Any, z: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    # The sum of exp(x - z) is 1, but for the rounding of a large z.
    shares = [xp.exp(x - z) for x in args]
    whole = xp.sum(shares)
    return tuple([share / whole for share in shares])


# --------------------------------------------------------------------- the table

#: Every operator, by its name; `FAMILIES` makes those that are bound to parameters.
PRIMITIVES = {
    record.name: record
    for record in list(globals().values())
    if isinstance(record, Primitive)
}

FAMILIES: dict[str, Callable[..., Primitive]] = {
    "power": power,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "clip": clip,
}

#: The activations by name; "linear" leaves a sum as it is.
ACTIVATIONS = (
    "linear",
    *[
        record.name
        for record in (*PRIMITIVES.values(), leaky_relu(0.01), elu(1.0))
        if record.activation
    ],
)


def lookup(name: str, parameters: tuple[float, ...] = ()) -> Primitive:
    """Return the record of that name, bound to its parameters if it takes any."""
    if parameters:
        return FAMILIES[name](*parameters)
    return PRIMITIVES[name]


# Rules are lambdas, which can be neither pickled nor copied: a name in the table can.
copyreg.pickle(Primitive, lambda record: (lookup, (record.name, record.parameters)))
