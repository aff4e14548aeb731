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
from tinygrad_edu.derivatives import grad, hessian, jacobian
from tinygrad_edu.errors import (
    DomainError,
    ExpressionError,
    GradientError,
    ModelFileError,
    RenderError,
    ShapeError,
    TrainingError,
)
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
from tinygrad_edu.optim import SGD, Adam, AdamW, clip_gradients
from tinygrad_edu.training import fit
from tinygrad_edu.value import Value

if TYPE_CHECKING:
    from tinygrad_edu.checking import check_gradients
    from tinygrad_edu.draw import (
        TrainingFilm,
        draw_curve,
        draw_dot,
        draw_network,
        play,
        plot_decision_boundary,
        plot_gradient_flow,
        plot_history,
    )
    from tinygrad_edu.explanation import explain
    from tinygrad_edu.nudging import nudge
    from tinygrad_edu.replay import record
    from tinygrad_edu.saving import load, save
    from tinygrad_edu.steps import Step

__version__ = "0.1.0"

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "DomainError",
    "ExpressionError",
    "GradientError",
    "Layer",
    "ModelFileError",
    "Module",
    "Neuron",
    "RenderError",
    "ShapeError",
    "Step",
    "TrainingError",
    "TrainingFilm",
    "Value",
    "check_gradients",
    "clip_gradients",
    "dot",
    "draw_curve",
    "draw_dot",
    "draw_network",
    "explain",
    "fit",
    "grad",
    "hessian",
    "jacobian",
    "largest",
    "load",
    "log_softmax",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "nn",
    "nudge",
    "play",
    "plot_decision_boundary",
    "plot_gradient_flow",
    "plot_history",
    "record",
    "save",
    "softmax",
    "total",
    "where",
]

# Loaded when they are first used, so that the import stays fast.
_LAZY = {
    "Step": "tinygrad_edu.steps",
    "TrainingFilm": "tinygrad_edu.draw",
    "check_gradients": "tinygrad_edu.checking",
    "draw_curve": "tinygrad_edu.draw",
    "draw_dot": "tinygrad_edu.draw",
    "draw_network": "tinygrad_edu.draw",
    "explain": "tinygrad_edu.explanation",
    "load": "tinygrad_edu.saving",
    "nudge": "tinygrad_edu.nudging",
    "play": "tinygrad_edu.draw",
    "plot_decision_boundary": "tinygrad_edu.draw",
    "plot_gradient_flow": "tinygrad_edu.draw",
    "plot_history": "tinygrad_edu.draw",
    "record": "tinygrad_edu.replay",
    "save": "tinygrad_edu.saving",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
