"""How numbers are shown: by significant digits, with a sign where colour has one."""

import math

import pytest

from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.theme import LIGHT


@pytest.mark.parametrize(
    ("x", "precision", "text"),
    [
        (1 / 3, 4, "0.3333"),
        (1 / 3, 2, "0.33"),
        (-0.0, 4, "0"),
        (123456.0, 4, "1.235e+05"),
        (-2.0, 4, "-2"),
        (math.inf, 4, "inf"),
        (math.nan, 4, "nan"),
    ],
)
def test_a_number_has_so_many_digits_and_zero_no_sign(x, precision, text):
    assert Look(LIGHT, precision).number(x) == text


@pytest.mark.parametrize(
    ("x", "text"), [(2.0, "+2"), (-0.5, "-0.5"), (0.0, "0"), (-0.0, "0")]
)
def test_a_signed_number_tells_its_sign_and_zero_has_none(x, text):
    assert Look(LIGHT).signed(x) == text
