"""Scalar reverse-mode automatic differentiation, made to be read and seen.

>>> from tinygrad_edu import Value
>>> a = Value(2.0, label="a")
>>> b = Value(-3.0, label="b")
>>> (a * b).backward()
>>> a.grad, b.grad
(-3.0, 2.0)

To read the source, begin with `engine`, then `nn.mlp`.
"""

from typing import TYPE_CHECKING

from tinygrad_edu import nn
from tinygrad_edu.engine.derivatives import grad, hessian, jacobian
from tinygrad_edu.engine.functions import (
    dot,
    largest,
    log_softmax,
    logsumexp,
    maximum,
    mean,
    minimum,
    pick,
    softmax,
    take,
    total,
    where,
)
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import (
    DomainError,
    ExpressionError,
    GradientError,
    ModelFileError,
    RenderError,
    ShapeError,
    TrainingError,
)
from tinygrad_edu.lazy import lazy_names
from tinygrad_edu.nn import MLP, Layer, Module, Neuron
from tinygrad_edu.speech import language

if TYPE_CHECKING:
    from tinygrad_edu import data, draw, optim
    from tinygrad_edu.draw import (
        TrainingFilm,
        draw_curve,
        draw_dot,
        draw_network,
        play,
        playground,
        plot_decision_boundary,
        plot_gradient_flow,
        plot_history,
    )
    from tinygrad_edu.explaining import (
        Step,
        check_gradients,
        explain,
        nudge,
    )
    from tinygrad_edu.optim import (
        SGD,
        Adam,
        AdamW,
        clip_gradients,
    )
    from tinygrad_edu.replay import record, replayed
    from tinygrad_edu.saving import load, save
    from tinygrad_edu.training import fit

__version__ = "0.2.0"

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
    "data",
    "dot",
    "draw",
    "draw_curve",
    "draw_dot",
    "draw_network",
    "explain",
    "fit",
    "grad",
    "hessian",
    "jacobian",
    "language",
    "largest",
    "load",
    "log_softmax",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "nn",
    "nudge",
    "optim",
    "pick",
    "play",
    "playground",
    "plot_decision_boundary",
    "plot_gradient_flow",
    "plot_history",
    "record",
    "replayed",
    "save",
    "softmax",
    "take",
    "total",
    "where",
]

__getattr__ = lazy_names(__name__)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
