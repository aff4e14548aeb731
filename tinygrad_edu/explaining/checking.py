"""Is a gradient right? Central differences know nothing of the rules, and can tell."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.value import Operand, Value
from tinygrad_edu.engine.wording import number
from tinygrad_edu.errors import DomainError, GradientError
from tinygrad_edu.explaining.steps import gradients
from tinygrad_edu.ranges import check_function, check_list, check_number

# For central differences the sum of rounding and truncation errors is least near ∛ε.
_EPSILON = 2.0**-52
_STEP = _EPSILON ** (1 / 3)

#: With a smaller step the rounding of f(x ± h) is tolerated so far that all passes.
LEAST_STEP = 1e-10


@dataclass(frozen=True)
class CheckedInput:
    """One input: its gradient by the chain rule and by central differences.

    Attributes:
        index: Which input it is, counted from 0.
        data: Where it was checked.
        gradient: ∂f/∂x by backpropagation.
        difference: (f(x + h) - f(x - h)) / 2h.
        error: How far the two are apart, as a multiple of what is tolerated.
        kink: The kink that lies within h, where no comparison is made, or "".
    """

    index: int
    data: float
    gradient: float
    difference: float
    error: float
    kink: str

    def __repr__(self) -> str:
        if self.kink:
            return (
                f"input {self.index} at {number(self.data)}: not compared, {self.kink}"
            )
        return (
            f"input {self.index} at {number(self.data)}: gradient {self.gradient!r}, "
            f"central difference {self.difference!r}"
        )


@dataclass(frozen=True)
class GradientReport:
    """What `check_gradients` found: every input, and the one that is most off."""

    inputs: tuple[CheckedInput, ...]

    @property
    def worst(self) -> CheckedInput:
        """The compared input whose two numbers are furthest apart."""
        compared = [checked for checked in self.inputs if not checked.kink]
        return max(compared, key=_error_of)

    def __repr__(self) -> str:
        kinks = [checked for checked in self.inputs if checked.kink]
        lines = [
            f"{len(self.inputs) - len(kinks)} of {len(self.inputs)} inputs compared.",
            f"Worst: {self.worst}.",
            *[f"{checked}." for checked in kinks],
        ]
        return "\n".join(lines)


def _error_of(checked: CheckedInput) -> float:
    return math.inf if math.isnan(checked.error) else checked.error


def check_gradients(
    function: Callable[..., Value],
    inputs: Sequence[Operand],
    *,
    relative: float = 1e-5,
    absolute: float = 1e-7,
    step: float = _STEP,
) -> GradientReport:
    """Compare the gradients of a function with central differences.

    The gradient g of each input x must agree with d = (f(x + h) - f(x - h)) / 2h:

        |g - d| <= absolute + relative · max(|g|, |d|),  h = step · max(1, |x|)

    to which the rounding error of d is added. An input is not compared where a kink or
    the end of a domain lies within the step; the report says so.

    Args:
        function: Takes one Value for each input and returns one Value.
        inputs: Numbers or Values, whose data alone is used.
        relative: The tolerance as a part of the larger number.
        absolute: The tolerance near 0.
        step: h for |x| <= 1; the default, ∛ε, serves numbers of moderate size.

    Returns:
        A report that names the worst input.

    Raises:
        GradientError: If an input's two numbers do not agree; it has the report.
        TypeError: If the function does not return one Value, or a tolerance or the step
            is no number.
        ValueError: If there is nothing to compare, a tolerance is below 0, the step so
            small that rounding hides any error, or an input infinite.

    >>> check_gradients(lambda x, y: x * y.tanh(), [2.0, 0.5]).worst.kink
    ''

    Source: Nocedal & Wright, Numerical Optimization, 2nd ed., 2006, sec. 8.1
    """
    check_number("relative", relative, 0.0)
    check_number("absolute", absolute, 0.0)
    check_number("step", step, LEAST_STEP)
    check_function("function", function)
    check_list("inputs", inputs)
    numbers = [x.data if isinstance(x, Value) else Value(x).data for x in inputs]
    if not numbers:
        raise ValueError("There are no inputs, and so nothing to compare.")
    for index, x in enumerate(numbers):
        if math.isinf(x):
            raise ValueError(f"No step moves input {index}, which is {x}.")
    leaves = [Value(x) for x in numbers]
    root = _call(function, leaves)
    known = gradients(root)
    checked = []
    for index, leaf in enumerate(leaves):
        h = step * max(1.0, abs(leaf.data))
        gradient = known.get(leaf, 0.0)
        try:
            below = _call(function, _moved(numbers, index, -h))
            above = _call(function, _moved(numbers, index, h))
        except DomainError:
            edge = "the domain of an operator ends within the step"
            checked.append(
                CheckedInput(index, leaf.data, gradient, math.nan, math.nan, edge)
            )
            continue
        difference = (above.data - below.data) / (2 * h)
        # What rounding alone makes of the difference of two large numbers.
        rounding = 4 * _EPSILON * max(abs(above.data), abs(below.data)) / h
        larger = max(abs(gradient), abs(difference))
        tolerated = absolute + relative * larger + rounding
        error = _share(abs(gradient - difference), tolerated)
        kink = _kink_between(below, root, above)
        checked.append(
            CheckedInput(index, leaf.data, gradient, difference, error, kink)
        )
    report = GradientReport(tuple(checked))
    if all(one.kink for one in checked):
        raise ValueError(
            f"Every input lies at a kink, so there is nothing to compare: {checked}. "
            "Move the inputs a little."
        )
    # Said this way round, nan fails too.
    if not report.worst.error <= 1:
        raise GradientError(
            f"The gradient is wrong.\n{report}\nLook at the partials of the operators "
            "on the way from this input.",
            report,
        )
    return report


def _share(apart: float, tolerated: float) -> float:
    if tolerated == 0:
        return 0.0 if apart == 0 else math.inf
    return apart / tolerated


def _call(function: Callable[..., Any], arguments: list[Value]) -> Value:
    output = function(*arguments)
    if not isinstance(output, Value):
        raise TypeError(
            f"check_gradients needs a function that returns one Value, not {output!r}. "
            "Sum several outputs with `total`."
        )
    return output


def _moved(numbers: list[float], index: int, by: float) -> list[Value]:
    return [Value(x + by if i == index else x) for i, x in enumerate(numbers)]


def _kink_between(*roots: Value) -> str:
    # The three graphs are those of the same program at x - h, x and x + h.
    orders = [topological_order(root) for root in roots]
    if len({len(order) for order in orders}) > 1:
        return "the program takes another branch within the step"
    for nodes in zip(*orders):
        if len({node.op.name if node.op else "" for node in nodes}) > 1:
            return "the program takes another branch within the step"
        op = nodes[0].op
        if op is None or op.kink is None:
            continue
        sides = [
            op.kink.distance(*[parent.data for parent in node.parents])
            for node in nodes
        ]
        reach = max(sides) - min(sides)
        if reach > 0 and min(abs(side) for side in sides) <= reach:
            return (
                f"it is within the step of the kink of {op.symbol} at {op.kink.place}"
            )
    return ""
