"""Activation functions by name: what bends the weighted sum of a neuron."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from tinygrad_edu.elsewhere.choices import find_choice
from tinygrad_edu.engine.primitives import ACTIVATIONS
from tinygrad_edu.engine.value import ActivationName, Value

__all__ = ["ACTIVATIONS", "activate", "find_activation"]


def find_activation(name: str) -> ActivationName:
    """Return the name as we write it, or raise a ValueError if there is none such.

    >>> find_activation("ReLU")
    'relu'
    """
    return cast("ActivationName", find_choice("activation", name, ACTIVATIONS))


def activate(z: Value, name: ActivationName) -> Value:
    """Return f(z), with f the activation of that name; "linear" leaves z as it is."""
    if name == "linear":
        return z
    function: Callable[[], Value] = getattr(z, name)
    return function()
