"""Scalar reverse-mode automatic differentiation, made to be read and seen.

>>> from tinygrad_edu import Value
>>> a = Value(2.0, label="a")
>>> b = Value(-3.0, label="b")
>>> (a * b).backward()
>>> a.grad, b.grad
(-3.0, 2.0)

To read the source, begin with `errors`, `primitive`, `primitives`, `graph` and `value`,
then `nn.mlp`.
"""

from typing import TYPE_CHECKING, Any

from tinygrad_edu import nn
from tinygrad_edu.derivatives import grad
from tinygrad_edu.errors import DomainError, RenderError, ShapeError, TrainingError
from tinygrad_edu.functions import (
    dot,
    largest,
    log_softmax,
    logsumexp,
    maximum,
    mean,
    minimum,
    softmax,
    total,
    where,
)
from tinygrad_edu.nn import MLP, Layer, Module, Neuron
from tinygrad_edu.optim import SGD
from tinygrad_edu.training import fit
from tinygrad_edu.value import Value

if TYPE_CHECKING:
    from tinygrad_edu.draw import draw_dot

__version__ = "0.1.0"

__all__ = [
    "MLP",
    "SGD",
    "DomainError",
    "Layer",
    "Module",
    "Neuron",
    "RenderError",
    "ShapeError",
    "TrainingError",
    "Value",
    "dot",
    "draw_dot",
    "fit",
    "grad",
    "largest",
    "log_softmax",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "nn",
    "softmax",
    "total",
    "where",
]

# Loaded when they are first used, so that the import stays fast.
_LAZY = {"draw_dot": "tinygrad_edu.draw"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_LAZY])
