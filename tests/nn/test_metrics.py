"""Accuracy counts as a teacher would."""

import numpy as np
import pytest

from tinygrad_edu import ShapeError, Value
from tinygrad_edu.nn import accuracy


@pytest.mark.parametrize(
    ("output", "target", "expected"),
    [
        ([0.1, 0.9, 0.0], 1, 1.0),
        ([0.1, 0.9, 0.0], 0, 0.0),
        ([Value(0.1), Value(0.9)], np.int64(1), 1.0),
        ([0.1, 0.9, 0.0], [0.0, 1.0, 0.0], 1.0),
        ([0.1, 0.9, 0.0], [Value(0.6), Value(0.3), Value(0.1)], 0.0),
        ([0.5, 0.5], 0, 1.0),
        (Value(0.3), 1, 1.0),
        (Value(0.3), 0, 0.0),
        (Value(-0.3), 0, 1.0),
        (-0.3, -1, 1.0),
        (-0.3, Value(1.0), 0.0),
        (0.0, 1, 0.0),
    ],
)
def test_a_row_is_right_or_wrong(output, target, expected):
    assert accuracy(output, target) == expected


def test_a_probability_has_its_threshold_at_one_half():
    assert accuracy(Value(0.4), 0, threshold=0.5) == 1.0
    assert accuracy(Value(0.4), 0) == 0.0


@pytest.mark.parametrize(
    ("output", "target"), [([0.1, 0.9], 1.0), ([0.1, 0.9], [1.0]), (0.1, [1.0])]
)
def test_a_target_that_does_not_fit_is_refused(output, target):
    with pytest.raises(ShapeError, match="target"):
        accuracy(output, target)
