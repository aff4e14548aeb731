"""How far a model's outputs are from the targets, as one Value to walk back from.

Each loss takes what the model gave for one row, or a list of that for many rows, of
which it is the mean. Targets are numbers, or Values where they are to be inputs of the
graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any, Literal, TypeAlias

from tinygrad_edu.elsewhere.choices import find_choice
from tinygrad_edu.engine.functions import (
    as_node,
    centred,
    dot,
    mean,
    pick,
    total,
)
from tinygrad_edu.engine.value import Operand, Value
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.ranges import check_positive, check_sequence, said

#: A number for one output, or a list of them.
Target: TypeAlias = Operand | Sequence[Operand]


def mse(outputs: Target, targets: Target) -> Value:
    """Return the mean squared error.

    L = (1/n) Σ (yᵢ - tᵢ)²,  ∂L/∂yᵢ = 2(yᵢ - tᵢ)/n

    Args:
        outputs: One output, or n of them; also a list of rows.
        targets: As many numbers, in the same shape.

    Raises:
        ShapeError: If there are not as many targets as outputs.

    The same as `torch.nn.functional.mse_loss`.

    >>> y = [Value(1.0), Value(3.0)]
    >>> mse(y, [0.0, 1.0]).data
    2.5
    """
    errors = _errors(outputs, targets)
    return mean(error * error for error in errors)


def mae(outputs: Target, targets: Target) -> Value:
    """Return the mean absolute error, which outliers move less than the squared one.

    L = (1/n) Σ |yᵢ - tᵢ|,  ∂L/∂yᵢ = sign(yᵢ - tᵢ)/n, which is 0 where yᵢ = tᵢ

    Args:
        outputs: One output, or n of them; also a list of rows.
        targets: As many numbers, in the same shape.

    Raises:
        ShapeError: If there are not as many targets as outputs.

    The same as `torch.nn.functional.l1_loss`.

    >>> mae([Value(1.0), Value(3.0)], [0.0, 1.0]).data
    1.5
    """
    return mean(abs(error) for error in _errors(outputs, targets))


#: The old name of `mae`, which is apart from `fit(l1=...)`, the regularisation.
l1 = mae


def huber(outputs: Target, targets: Target, delta: float = 1.0) -> Value:
    """Return the mean Huber loss: squared for small errors, absolute for large ones.

    L = (1/n) Σ H(eᵢ) with eᵢ = yᵢ - tᵢ and

        H(e) = e²/2 where |e| <= δ, otherwise δ·(|e| - δ/2)

    ∂L/∂yᵢ = c/n with c = eᵢ clipped to [-δ, δ]; then H(e) = c·(e - c/2) in both cases.

    Args:
        outputs: One output, or n of them; also a list of rows.
        targets: As many numbers, in the same shape.
        delta: δ > 0, the error from which on the loss grows no faster than a line.

    Raises:
        ShapeError: If there are not as many targets as outputs.
        ValueError: If delta is not a positive number.

    The same as `torch.nn.functional.huber_loss`.

    >>> huber([Value(0.5), Value(3.0)], [0.0, 0.0]).data
    1.3125

    Source: Huber, Robust estimation of a location parameter, Ann. Math. Stat. 35, 1964
    """
    check_positive("delta", delta, 1.0)
    terms = []
    for error in _errors(outputs, targets):
        clipped = error.clip(-delta, delta)
        terms.append(clipped * (error - 0.5 * clipped))
    return mean(terms)


def hinge(scores: Target, signs: Target) -> Value:
    """Return the mean hinge loss, which asks of each score a margin of 1.

    L = (1/n) Σ max(0, 1 - tᵢ·yᵢ),  ∂L/∂yᵢ = -tᵢ/n where tᵢ·yᵢ < 1, otherwise 0

    Args:
        scores: One score, or n of them.
        signs: The class of each, -1 or 1.

    Raises:
        ShapeError: If there are not as many signs as scores.
        ValueError: If a sign is neither -1 nor 1.

    The same as `torch.relu(1 - t * y).mean()`.

    >>> hinge([Value(0.5), Value(2.0)], [1, -1]).data
    1.75
    """
    pairs = _pairs(scores, signs)
    for _, sign in pairs:
        if not isinstance(sign, Value) and sign not in (-1, 1):
            raise ValueError(
                f"The hinge loss has the classes -1 and 1, not {said(sign)}. "
                "For a class k in {0, 1}, give 2*k - 1."
            )
    return mean((1 - sign * as_node(score)).relu() for score, sign in pairs)


def binary_cross_entropy(logits: Target, targets: Target) -> Value:
    """Return the mean cross-entropy of two classes, on one logit for each target.

    L = (1/n) Σ -tᵢ·ln σ(yᵢ) - (1 - tᵢ)·ln(1 - σ(yᵢ)),  ∂L/∂yᵢ = (σ(yᵢ) - tᵢ)/n

    The logit y is what the model gives *before* a sigmoid: both logarithms are then
    -softplus(∓y), which neither overflows nor meets ln 0.

    Args:
        logits: One logit, or n of them; also a list of rows.
        targets: As many probabilities of class 1, in the same shape: 0 or 1, or any
            number between.

    Raises:
        ShapeError: If there are not as many targets as logits.
        ValueError: If a target is below 0 or above 1.

    The same as `torch.nn.functional.binary_cross_entropy_with_logits`.

    >>> f"{binary_cross_entropy(Value(0.0), 1):.4f}"
    '0.6931'
    """
    pairs = _pairs(logits, targets)
    for _, target in pairs:
        if not isinstance(target, Value) and not 0 <= target <= 1:
            raise ValueError(
                f"A target of binary_cross_entropy is a probability from 0 to 1, not "
                f"{said(target)}. For a class k in {{-1, 1}}, give (k + 1) / 2."
            )
    terms = []
    for logit, target in pairs:
        y = as_node(logit)
        terms.append(dot([target, 1 - target], [(-y).softplus(), y.softplus()]))
    return mean(terms)


def cross_entropy(logits: Sequence[Any], targets: Any) -> Value:
    """Return the cross-entropy between the softmax of logits and the true class.

    L = -ln softmax(y)ₖ = logsumexp(y) - yₖ,  ∂L/∂yᵢ = softmax(y)ᵢ - (i = k)

    Args:
        logits: One number for each of C classes, two at least; or a list of such rows.
        targets: The class k, counted from 0, or C probabilities t, such as the one-hot
            list of k, floats or Values, for which L = -Σ tᵢ·ln softmax(y)ᵢ =
            (Σ tᵢ)·logsumexp(y) - Σ tᵢ·yᵢ; a list of either for a list of rows.

    Raises:
        ShapeError: If there are not as many targets as rows, or as many probabilities
            as logits.
        ValueError: If a target is not the number of a class, or a probability is below
            0 or above 1.

    The same as `torch.nn.functional.cross_entropy`.

    >>> f"{cross_entropy([Value(2.0), Value(0.0), Value(0.0)], 0):.4f}"
    '0.2395'
    >>> f"{cross_entropy([Value(2.0), Value(0.0), Value(0.0)], [1, 0, 0]):.4f}"
    '0.2395'
    """
    if not is_number(logits):
        check_sequence("logits", logits)
    if is_number(logits) or len(logits) == 0 or is_number(logits[0]):
        return _cross_entropy_of_row(logits, targets)
    if not is_number(targets):
        check_sequence("targets", targets)
    if is_number(targets) or len(targets) != len(logits):
        raise ShapeError(
            f"There are {len(logits)} rows of logits, but the targets are "
            f"{said(targets)}. Give one target for each row."
        )
    return mean(_cross_entropy_of_row(y, t) for y, t in zip(logits, targets))


#: A loss by name.
LossName: TypeAlias = Literal[
    "mse", "l1", "huber", "hinge", "binary_cross_entropy", "cross_entropy"
]

#: The losses by name.
LOSSES: dict[LossName, Callable[[Any, Any], Value]] = {
    "mse": mse,
    "l1": l1,
    "huber": huber,
    "hinge": hinge,
    "binary_cross_entropy": binary_cross_entropy,
    "cross_entropy": cross_entropy,
}


def find_loss(choice: Any) -> Callable[[Any, Any], Value]:
    """Return the loss of that name, or the function that was given.

    >>> find_loss("MSE") is mse
    True
    """
    if callable(choice):
        return choice  # type: ignore[no-any-return]
    return LOSSES[find_choice("loss", choice, LOSSES, "; or give a function")]


def _cross_entropy_of_row(logits: Any, target: Any) -> Value:
    if is_number(logits) or len(logits) < 2:
        raise ShapeError(
            "cross_entropy compares two logits or more, one for each class, but was "
            f"given {said(logits)}. Give the model as many outputs as there are "
            "classes."
        )
    count = len(logits)
    if isinstance(target, Integral):
        # As it is, and not as int(target), so that a replay can take it for data.
        index: Any = target
        if not 0 <= index < count:
            raise ValueError(
                f"There is no class {said(target)} among {count} logits: classes are "
                f"counted from 0 to {count - 1}."
            )
        row, normaliser = centred(logits)
        logit: Operand = pick(row, index)
        return normaliser - logit
    if not is_number(target):
        check_sequence("The target", target)
    if is_number(target) or len(target) != count:
        raise ShapeError(
            f"The target of {count} logits is a class, an int from 0 to {count - 1}, "
            f"or a list of {count} probabilities, not {said(target)}. Should it be an "
            "int?"
        )
    for share in target:
        # As it is, and not as float(share), like the index above.
        if isinstance(share, Real) and not 0 <= share <= 1:  # type: ignore[operator]
            raise ValueError(
                f"A probability lies between 0 and 1, and {said(share)} of "
                f"{said(target)} does not. Is it a logit?"
            )
    row, normaliser = centred(logits)
    return total(target) * normaliser - dot(target, row)


def _errors(outputs: Any, targets: Any) -> list[Value]:
    return [as_node(y) - t for y, t in _pairs(outputs, targets)]


def is_number(x: Any) -> bool:
    """Say whether x is a single number, plain or a Value, and not a list."""
    return isinstance(x, (Value, Real))


def _pairs(outputs: Any, targets: Any) -> list[tuple[Any, Any]]:
    if is_number(outputs) and is_number(targets):
        return [(outputs, targets)]
    if isinstance(outputs, str) or isinstance(targets, str):
        raise TypeError(
            f"A loss compares numbers, not {said(outputs)} and {said(targets)}."
        )
    for numbers in (outputs, targets):
        if not is_number(numbers) and not hasattr(numbers, "__len__"):
            raise TypeError(
                f"A loss compares numbers, or lists of them, not {said(numbers)}."
            )
    if is_number(outputs) or is_number(targets) or len(outputs) != len(targets):
        raise ShapeError(
            "Each output needs one target, but the outputs are "
            f"{_shape(outputs)} and the targets {_shape(targets)}."
        )
    pairs = []
    for row_of_outputs, row_of_targets in zip(outputs, targets):
        pairs += _pairs(row_of_outputs, row_of_targets)
    return pairs


def _shape(x: Any) -> str:
    return "a single number" if is_number(x) else f"a list of {len(x)}"
