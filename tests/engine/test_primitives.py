"""Every rule of the table is the derivative of what its record computes."""

import copy
import itertools
import math
import pickle

import numpy
import pytest
import sympy
from hypothesis import assume, given, settings, strategies as st
from records import (
    ORACLES,
    RECORDS,
    arity,
    inside,
    moderate,
    oracle,
    oracle_partials,
    record_id,
)
from sympy_world import SYMPY, exact

import tinygrad_edu
from tinygrad_edu import DomainError, Value
from tinygrad_edu.engine import functions, primitives
from tinygrad_edu.engine.record import Primitive
from tinygrad_edu.engine.value import apply
from tinygrad_edu.engine.wording import docstring
from tinygrad_edu.engine.worlds import FLOATS

every_record = pytest.mark.parametrize("record", RECORDS, ids=record_id)


def regions(record):
    """Yield arguments in free symbols that together cover the record's domain."""
    p, q = sympy.symbols("p q", positive=True)
    x, y = sympy.symbols("x y", real=True)
    if record.name == "clip":
        low, high = (exact(bound) for bound in record.parameters)
        yield (low - p,)
        yield (low + (high - low) / (1 + p),)
        yield (high + p,)
    elif record.name in ("maximum", "minimum"):
        yield (y + p, y)
        yield (y, y + p)
    elif record.name == "where":
        yield (p, x, y)
        yield (-p, x, y)
    elif record.name == "largest":
        yield (x + p + q, x, x + p)
        yield (x, x + p + q, x + p)
        yield (x, x + p, x + p + q)
    elif record.name == "logsumexp":
        yield (x + p + q, x, x + p)
        yield (x, x + p, x + p + q)
    elif record.variadic:
        yield sympy.symbols("a b c d", real=True)
    elif record.name == "pow":
        yield (p, y)
    elif len(record.arguments) == 2:
        yield (p, q)
        yield (-p, -q)
    elif not record.domain.contains(2.0):
        yield (p / (1 + p),)
        yield (-p / (1 + p),)
    else:
        yield (p,)
        if record.domain.contains(-0.5):
            yield (-p / (1 + p),) if record.name == "log1p" else (-p,)


@every_record
def test_sympy_proves_that_the_rule_is_the_derivative_of_forward(record):
    proved = 0
    for arguments in regions(record):
        z = exact(record.forward(SYMPY, *arguments))
        partials = [exact(p) for p in record.partials(SYMPY, z, *arguments)]
        symbols = set().union(*(a.free_symbols for a in arguments))
        for symbol in symbols:
            chain_rule = sum(
                partial * sympy.diff(argument, symbol)
                for partial, argument in zip(partials, arguments, strict=True)
            )
            assert sympy.simplify(sympy.diff(z, symbol) - chain_rule) == 0
            proved += 1
    assert proved > 0


def test_a_planted_wrong_rule_is_not_proved():
    wrong = primitives.TANH._replace(partials=lambda xp, z, x: (1 - z,))
    with pytest.raises(AssertionError):
        test_sympy_proves_that_the_rule_is_the_derivative_of_forward(wrong)


def test_every_record_has_an_oracle():
    assert {record.name for record in RECORDS} == set(ORACLES)


@every_record
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_forward_and_partials_agree_with_mpmath_inside_the_domain(record, data):
    count = arity(record)
    values = data.draw(st.lists(moderate, min_size=count, max_size=count))
    if record.name in ("asin", "acos"):
        values = [value / 8.01 for value in values]
    assume(inside(record, values))
    node = apply(record, values)
    assert node.data == pytest.approx(
        float(oracle(record, values)), rel=1e-13, abs=1e-15
    )
    expected = [float(partial) for partial in oracle_partials(record, values)]
    assert node.local_derivatives == pytest.approx(expected, rel=1e-9, abs=1e-12)


@every_record
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_outside_the_domain_is_an_error_and_inside_is_none(record, data):
    count = arity(record)
    edges = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])
    values = data.draw(st.lists(edges, min_size=count, max_size=count))
    if record.domain.contains(*values):
        node = apply(record, values)
        assert isinstance(node.data, float)
        assert len(node.local_derivatives) == len(node.parents)
    else:
        with pytest.raises(DomainError, match=r"it needs"):
            apply(record, values)


#: Each place where some domain may end, and the floats beside it.
ENDS = [
    -1e300,
    *(-2.0, math.nextafter(-1.0, -2.0), -1.0, math.nextafter(-1.0, 0.0), -0.5),
    *(-5e-324, 0.0, 5e-324),
    *(0.5, math.nextafter(1.0, 0.0), 1.0, math.nextafter(1.0, 2.0), 2.0, math.inf),
]


@pytest.mark.parametrize(
    "record", [r for r in RECORDS if not r.variadic], ids=record_id
)
def test_a_domain_ends_at_the_float_where_python_s_mathematics_ends(record):
    for values in itertools.product(ENDS, repeat=arity(record)):
        try:
            z = record.forward(FLOATS, *values)
            record.partials(FLOATS, z, *values)
        except OverflowError:
            continue
        except (ValueError, ZeroDivisionError):
            assert not record.domain.contains(*values), values
        else:
            assert record.domain.contains(*values), values


#: How far numbers are from a kink, and on which side; from 0, where nothing is said.
DISTANCES = {
    "maximum": lambda x, y: x - y,
    "minimum": lambda x, y: x - y,
    "where": lambda test, x, y: test,
    "clip": lambda x: 1 - abs(x),
    "largest": lambda *xs: float(numpy.ptp(numpy.partition(xs, -2)[-2:])),
}


@pytest.mark.parametrize("record", [r for r in RECORDS if r.kink], ids=record_id)
def test_a_kink_is_as_far_as_its_place_says(record):
    numbers = [-2.5, -1.0, -0.25, 0.0, 0.5, 1.0, 3.0]
    for values in itertools.product(numbers, repeat=arity(record)):
        distance = DISTANCES.get(record.name, lambda x: x)(*values)
        assert record.kink.distance(*values) == distance


@every_record
def test_every_record_is_spelled_by_the_call_in_its_example(record):
    call, values, partials = record.example
    names = [n for n in record.argument_names(len(values)) if n in call]
    nodes = [Value(value) for value in values]
    namespace = {**vars(tinygrad_edu), **vars(functions), **dict(zip(names, nodes))}
    node = eval(call, {"abs": abs, **namespace})
    assert node.op.name == record.name
    assert node.parents == tuple(nodes)
    assert node.local_derivatives == pytest.approx(partials)


@every_record
def test_every_record_is_documented(record):
    text = docstring(record)
    assert record.formula in text
    assert "∂z/∂" in record.formula
    assert record.summary.endswith((".", ")"))


@every_record
def test_every_record_survives_pickle_and_copy(record):
    assert pickle.loads(pickle.dumps(record)) is record
    assert copy.deepcopy(record) is record


def test_names_in_the_table_are_unique():
    records = [r for r in vars(primitives).values() if isinstance(r, Primitive)]
    assert len(records) == len(primitives.PRIMITIVES) > 30
    assert not set(primitives.PRIMITIVES) & set(primitives.FAMILIES)


@pytest.mark.parametrize("x", [-1000.0, 1000.0])
@pytest.mark.parametrize(
    "name",
    ["tanh", "sigmoid", "softplus", "silu", "gelu", "elu", "erf", "relu", "atan"],
)
def test_activations_are_exact_at_a_thousand(name, x):
    node = getattr(Value(x), name)()
    record = node.op
    assert node.data == pytest.approx(float(oracle(record, [x])), rel=1e-15, abs=0)
    expected = [float(partial) for partial in oracle_partials(record, [x])]
    assert node.local_derivatives == pytest.approx(expected, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("x", [-40.0, -20.0, -5.0, 5.0, 20.0])
def test_sigmoid_and_softplus_keep_their_digits_in_the_tails(x):
    for node in (Value(x).sigmoid(), Value(x).softplus()):
        expected = float(oracle(node.op, [x]))
        assert node.data == pytest.approx(expected, rel=1e-15, abs=0)


def test_where_only_the_derivative_is_missing_it_is_infinite():
    assert Value(0.0).sqrt().local_derivatives == (math.inf,)
    assert (Value(0.0) ** 0.5).local_derivatives == (math.inf,)
    assert Value(1.0).asin().local_derivatives == (math.inf,)
    assert Value(1.0).acos().local_derivatives == (-math.inf,)


@pytest.mark.parametrize("exponent", [-2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("x", [1e-150, 1e-90, 1e90, 1e100])
def test_the_slope_of_a_power_fails_nowhere_that_the_power_exists(exponent, x):
    try:
        z = math.pow(x, exponent)
    except OverflowError:
        pytest.skip("the power itself overflows")
    node = Value(x) ** exponent
    expected = float(oracle_partials_of_power(x, exponent))
    assert node.data == z
    assert node.local_derivatives[0] == pytest.approx(expected, rel=1e-12)


def oracle_partials_of_power(x, p):
    import mpmath

    slope = p * mpmath.power(mpmath.mpf(x), p - 1)
    return slope if abs(slope) < 1.79e308 else math.copysign(math.inf, slope)


def test_a_bound_record_is_made_once():
    assert primitives.power(3.0) is primitives.power(3.0)
    assert primitives.clip(0.0, 1.0) is primitives.clip(0.0, 1.0)


def test_bounds_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="lower bound"):
        Value(1.0).clip(2, 1)
    assert Value(1.0).clip(2, 2).data == 2.0


def test_the_words_of_the_floats_are_those_of_math():
    for word in ("exp", "log", "sqrt", "sin", "atan", "tanh", "erf", "expm1", "log1p"):
        assert getattr(FLOATS, word) is getattr(math, word)


def test_nan_is_never_hidden():
    nan = math.nan
    for word in (FLOATS.maximum, FLOATS.minimum):
        assert math.isnan(word(nan, 1.0))
        assert math.isnan(word(1.0, nan))
    assert math.isnan(Value(nan).relu().data)


@pytest.mark.parametrize(
    ("x", "y", "quotient"),
    [
        (1.0, 0.0, math.inf),
        (-1.0, 0.0, -math.inf),
        (1.0, -0.0, -math.inf),
        (3.0, 2.0, 1.5),
    ],
)
def test_divide_follows_ieee_754(x, y, quotient):
    assert FLOATS.divide(x, y) == quotient


@pytest.mark.parametrize("x", [0.0, math.nan])
def test_divide_of_zero_by_zero_is_nan(x):
    assert math.isnan(FLOATS.divide(x, 0.0))
