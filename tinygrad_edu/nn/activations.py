"""Activation functions by name: what bends the weighted sum of a neuron."""

from __future__ import annotations

from collections.abc import Callable

from tinygrad_edu.engine.primitives import ACTIVATIONS
from tinygrad_edu.engine.value import ActivationName, Value

__all__ = ["ACTIVATIONS", "activate", "check_activation"]


def check_activation(name: ActivationName) -> None:
    """Raise a ValueError unless there is an activation of that name."""
    if name not in ACTIVATIONS:
        raise ValueError(
            f"There is no activation {name!r}. Choose one of: {', '.join(ACTIVATIONS)}."
        )


def activate(z: Value, name: ActivationName) -> Value:
    """Return f(z), with f the activation of that name; "linear" leaves z as it is."""
    if name == "linear":
        return z
    function: Callable[[], Value] = getattr(z, name)
    return function()
