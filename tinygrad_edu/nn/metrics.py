"""How good a model is in words that people use; no gradient comes from here."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any, Literal, TypeAlias

from tinygrad_edu.elsewhere.choices import find_choice
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.nn.losses import is_number
from tinygrad_edu.ranges import check_real, check_sequence, said


def accuracy(output: Any, target: Any, threshold: float = 0.0) -> float:
    """Return 1.0 if a model gives a row its true class, otherwise 0.0.

    The mean over many rows, which `fit(..., metric=accuracy)` takes, is the accuracy.

    Args:
        output: One number for each of C classes, of which the largest wins; or one
            number, which says class 1 where it lies above the threshold.
        target: The class, counted from 0, or C probabilities, such as a one-hot list;
            for one output 1 or, for the other class, 0 or -1.
        threshold: For one output: 0 for a logit or a score, 0.5 for a probability.

    Raises:
        ShapeError: If the target does not fit the output, or there is none.
        TypeError: If the threshold is no number.
        ValueError: If there is no class of that number.

    >>> from tinygrad_edu import Value
    >>> accuracy([Value(0.2), Value(0.7)], 1), accuracy([0.2, 0.7], [1.0, 0.0])
    (1.0, 0.0)
    >>> accuracy(Value(-0.3), -1), accuracy(0.4, 1, threshold=0.5)
    (1.0, 0.0)
    """
    check_real("threshold", threshold, 0.5)
    if is_number(output):
        if not is_number(target):
            raise ShapeError(
                f"One output needs one target, -1, 0 or 1, not {said(target)}."
            )
        return float((output > threshold) == (target > 0))
    check_sequence("output", output)
    if len(output) == 0:
        raise ShapeError("There is no output: give one number for each class.")
    if isinstance(target, Integral):
        if not 0 <= int(target) < len(output):
            raise ValueError(
                f"There is no class {target} among {len(output)} outputs: classes are "
                f"counted from 0 to {len(output) - 1}."
            )
        return float(_position_of_largest(output) == target)
    if not is_number(target):
        check_sequence("target", target)
    if is_number(target) or len(target) != len(output):
        raise ShapeError(
            f"The target of {len(output)} outputs is a class, an int from 0 to "
            f"{len(output) - 1}, or a list of {len(output)} probabilities, not "
            f"{target!r}. Should it be an int?"
        )
    return float(_position_of_largest(output) == _position_of_largest(target))


#: A metric by name.
MetricName: TypeAlias = Literal["accuracy"]

#: The metrics by name.
METRICS: dict[MetricName, Callable[[Any, Any], float]] = {"accuracy": accuracy}


def find_metric(choice: Any) -> Callable[[Any, Any], Any] | None:
    """Return the metric of that name, or what was given: a function, or None.

    >>> find_metric("Accuracy") is accuracy
    True
    """
    if choice is None or callable(choice):
        return choice  # type: ignore[no-any-return]
    return METRICS[find_choice("metric", choice, METRICS, "; or give a function")]


def _position_of_largest(values: Any) -> int:
    return max(range(len(values)), key=values.__getitem__)
