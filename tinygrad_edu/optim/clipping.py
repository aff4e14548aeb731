"""Gradients that are too large, cut down to size."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import TrainingError
from tinygrad_edu.ranges import check_list, check_number, check_positive, said


@takes_foreign_keywords
def clip_gradients(
    parameters: Iterable[Value], max_norm: float, epsilon: float = 0.0
) -> float:
    """Shrink all gradients by one factor, so that their norm is `max_norm` at most.

    ‖g‖ = √(Σ gᵢ²);  where ‖g‖ + ε > max_norm: gᵢ ← gᵢ·max_norm/(‖g‖ + ε)

    The direction stays, and a step over a cliff of the loss becomes a short one.

    Args:
        parameters: The Values whose gradients are cut.
        max_norm: The largest norm that may stay, above 0.
        epsilon: ε >= 0, for exact agreement with others.

    Returns:
        The norm ‖g‖ before.

    Raises:
        TrainingError: If the norm is infinite or nan; no gradient is changed then.
        TypeError: If max_norm or epsilon is no number.
        ValueError: If max_norm is not positive, or epsilon below 0.

    With epsilon=1e-6 the same as `torch.nn.utils.clip_grad_norm_`.

    >>> x, y = Value(3.0), Value(4.0)
    >>> (x * y).backward()
    >>> clip_gradients([x, y], max_norm=2.5)
    5.0
    >>> x.grad, y.grad
    (2.0, 1.5)

    Source: Pascanu, Mikolov & Bengio, arXiv:1211.5063, 2012
    """
    check_positive("max_norm", max_norm, 1.0)
    check_number("epsilon", epsilon, 0.0)
    check_list("parameters, as from model.parameters(),", parameters)
    parameters = list(parameters)
    for parameter in parameters:
        if not isinstance(parameter, Value):
            raise TypeError(
                f"A parameter is a Value, and {said(parameter):.80} is none."
            )
    norm = gradient_norm(parameters)
    if not math.isfinite(norm):
        raise TrainingError(
            f"The norm of the gradients is {norm}, which no factor makes {max_norm}; "
            "they were left as they are. Look for an infinite slope, such as that of "
            "sqrt at 0, or for a loss that overflowed."
        )
    if norm + epsilon > max_norm:
        factor = max_norm / (norm + epsilon)
        for parameter in parameters:
            parameter.grad = (parameter.grad or 0.0) * factor
    return norm


def gradient_norm(parameters: Iterable[Value]) -> float:
    """Return √(Σ g²) over the gradients; it overflows only if the norm itself does.

    >>> gradient_norm([Value(1.0)])
    0.0
    """
    return math.hypot(*[parameter.grad or 0.0 for parameter in parameters])
