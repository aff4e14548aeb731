"""What counts as a number, and what is told of all else."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from tinygrad_edu import Value
from tinygrad_edu.engine.reals import as_float


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (3, 3.0),
        (True, 1.0),
        (2.5, 2.5),
        (Fraction(1, 4), 0.25),
        (np.float32(0.5), 0.5),
        (np.int8(-3), -3.0),
        (np.array(1.5), 1.5),
    ],
)
def test_a_real_number_of_any_kind_becomes_a_float(number, expected):
    assert as_float(number) == expected
    assert type(as_float(number)) is float


@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan, -0.0, 5e-324])
def test_every_float_stays_itself(x):
    assert repr(as_float(x)) == repr(x)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("3", r"Convert it with float\(\)"),
        ([1.0], "one Value for each number"),
        (np.ones(2), "one Value for each number"),
        (Value(1.0), r"Use its \.data"),
        (1j, "is not one"),
        (Decimal(1), "is not one"),
        (None, "is not one"),
    ],
)
def test_what_is_no_real_number_is_told_the_way_out(given, words):
    with pytest.raises(TypeError, match=words):
        as_float(given)


def test_an_integer_beyond_the_floats_is_refused():
    with pytest.raises(OverflowError, match=r"at most 1\.8e308"):
        as_float(10**400)
