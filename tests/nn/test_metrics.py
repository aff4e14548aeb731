"""Accuracy counts as a teacher would."""

import numpy as np
import pytest

from tinygrad_edu import ShapeError, Value
from tinygrad_edu.nn import accuracy
from tinygrad_edu.nn.metrics import find_metric


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


@pytest.mark.parametrize("target", [2, 7, -1])
def test_a_class_that_there_is_not_is_refused_and_not_wrong(target):
    with pytest.raises(ValueError, match=rf"no class {target} among 2 outputs.*0 to 1"):
        accuracy([Value(0.2), Value(0.7)], target)


def test_a_metric_is_named_or_given():
    assert find_metric("Accuracy") is accuracy
    assert find_metric(max) is max
    assert find_metric(None) is None
    with pytest.raises(ValueError, match=r"'f1'\. Choose .*or give a function"):
        find_metric("f1")


def test_no_outputs_have_no_accuracy():
    with pytest.raises(ShapeError, match="There is no output"):
        accuracy([], 1)


@pytest.mark.parametrize("threshold", ["0.5", None, [0.5]])
def test_a_threshold_is_a_number(threshold):
    with pytest.raises(TypeError, match="threshold must be a number"):
        accuracy(Value(0.2), 1, threshold=threshold)
