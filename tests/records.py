"""Every record of the table, with parameters where it takes some, and an oracle.

The oracles are written with mpmath, from the definition in a textbook, and know nothing
of the rules under test.
"""

from functools import partial

import mpmath
from hypothesis import strategies as st
from mpmath import mp, mpf

from tinygrad_edu.engine import primitives

mp.dps = 50

RECORDS = [
    *primitives.PRIMITIVES.values(),
    primitives.power(0.0),
    primitives.power(0.5),
    primitives.power(1.0),
    primitives.power(2.0),
    primitives.power(3.0),
    primitives.power(2.5),
    primitives.power(-1.0),
    primitives.power(-2.0),
    primitives.power(-0.5),
    primitives.leaky_relu(0.1),
    primitives.elu(1.0),
    primitives.elu(1.7),
    primitives.clip(-1.0, 1.0),
]


def record_id(record):
    return repr(record).removeprefix("<primitive ").removesuffix(">").removesuffix("()")


def _largest(*xs):
    return max(xs)


def _logsumexp(*xs):
    return mpmath.log(mpmath.fsum(mpmath.exp(x) for x in xs))


def _normal_cdf(x):
    # Past 10,000 it is 0 or 1 to more digits than are asked for.
    return mpmath.ncdf(x) if abs(x) < 1e4 else mpf(x > 0)


def _erf(x):
    return mpmath.erf(x) if abs(x) < 1e4 else mpmath.sign(x)


def _dot(*args):
    half = len(args) // 2
    return mpmath.fsum(w * x for w, x in zip(args[:half], args[half:]))


ORACLES = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
    "ratio": lambda x, y: x / y,
    "neg": lambda x: -x,
    "pow": lambda x, y: mpmath.power(x, y),
    "power": lambda x, p: mpmath.power(x, p),
    "abs": lambda x: mpmath.fabs(x),
    "sign": lambda x: mpmath.sign(x),
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "log": mpmath.log,
    "log1p": mpmath.log1p,
    "sqrt": mpmath.sqrt,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "relu": lambda x: x if x > 0 else mpf(0),
    "leaky_relu": lambda x, s: x if x > 0 else s * x,
    "elu": lambda x, a: x if x > 0 else a * (mpmath.exp(x) - 1),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * _normal_cdf(x),
    "erf": _erf,
    "clip": lambda x, low, high: min(max(x, low), high),
    "maximum": lambda x, y: max(x, y),
    "minimum": lambda x, y: min(x, y),
    "where": lambda test, x, y: x if test > 0 else y,
    "largest": _largest,
    "total": lambda *xs: mpmath.fsum(xs),
    "mean": lambda *xs: mpmath.fsum(xs) / len(xs),
    "dot": _dot,
    "logsumexp": _logsumexp,
}


def oracle(record, values):
    """Return what the record should compute, to 50 digits."""
    arguments = [mpf(value) for value in values]
    parameters = [mpf(parameter) for parameter in record.parameters]
    return ORACLES[record.name](*arguments, *parameters)


def oracle_partials(record, values):
    """Return the partials by central differences in 50 digits."""
    return partials_of(partial(oracle, record), values)


def oracle_second_partials(record, values):
    """Return the matrix of second partials by central differences in 50 digits."""
    return second_partials_of(partial(oracle, record), values)


def partials_of(function, values, step=1e-16):
    """Return the partials of a function of a list, by central differences."""
    partials = []
    for i in range(len(values)):
        above = [mpf(v) + (step if i == j else 0) for j, v in enumerate(values)]
        below = [mpf(v) - (step if i == j else 0) for j, v in enumerate(values)]
        partials.append((function(above) - function(below)) / (2 * mpf(step)))
    return partials


def second_partials_of(function, values, step=1e-12):
    """Return the matrix of second partials of a function of a list."""
    step = mpf(step)

    def at(i, a, j, b):
        moved = [
            mpf(v) + step * (a * (k == i) + b * (k == j)) for k, v in enumerate(values)
        ]
        return function(moved)

    def second(i, j):
        rise = at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) + at(i, -1, j, -1)
        return rise / (4 * step**2)

    count = range(len(values))
    return [[second(i, j) for j in count] for i in count]


moderate = st.floats(-8, 8, allow_subnormal=False).filter(lambda x: abs(x) > 1e-3)


def arity(record):
    return 4 if record.variadic else len(record.arguments)


def inside(record, values):
    if not record.domain.contains(*values):
        return False
    return record.kink is None or abs(record.kink.distance(*values)) > 1e-3
