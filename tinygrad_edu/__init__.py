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

__version__ = "0.1.0"
