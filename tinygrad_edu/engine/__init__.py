"""The engine: numbers that remember how they were made, and `backward()`.

Read in this order: `node`, `graph`, the first section of `primitives`, `value`. Then a
student knows how backpropagation works here. `record` says what the table holds,
`worlds` what words a rule may use, `functions` has the operators of several operands,
and `derivatives` runs the same rules on nodes.

>>> from tinygrad_edu.engine import Value
>>> x = Value(3.0)
>>> (x * x).backward()
>>> x.grad
6.0
"""

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
from tinygrad_edu.engine.node import Node
from tinygrad_edu.engine.value import Value

__all__ = [
    "Node",
    "Value",
    "dot",
    "grad",
    "hessian",
    "jacobian",
    "largest",
    "log_softmax",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "pick",
    "softmax",
    "take",
    "total",
    "where",
]
