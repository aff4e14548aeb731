"""Every operator in PyTorch's words: an oracle for whole graphs, gradients too."""

from functools import partial

import torch
from torch.nn import functional

SAME_NAME = [
    "abs",
    "acos",
    "asin",
    "atan",
    "cos",
    "cosh",
    "erf",
    "exp",
    "expm1",
    "log",
    "log1p",
    "neg",
    "relu",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
]
UNARY = {name: getattr(torch, name) for name in SAME_NAME}
UNARY.update(silu=functional.silu, gelu=functional.gelu)
# Not x itself from 20 on, which is off by 2e-9.
UNARY["softplus"] = partial(functional.softplus, threshold=700)
BINARY = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "ratio": torch.div,
    "pow": torch.pow,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
}


def call(op, arguments):
    """Return what an operator of ours makes of tensors."""
    if op.name in UNARY:
        return UNARY[op.name](*arguments)
    if op.name in BINARY:
        return BINARY[op.name](*arguments)
    if op.name == "power":
        return torch.pow(arguments[0], op.parameters[0])
    if op.name == "leaky_relu":
        return functional.leaky_relu(arguments[0], op.parameters[0])
    if op.name == "elu":
        return functional.elu(arguments[0], op.parameters[0])
    if op.name == "clip":
        return torch.clamp(arguments[0], *op.parameters)
    if op.name == "where":
        test, x, y = arguments
        return torch.where(test > 0, x, y)
    stacked = torch.stack(arguments)
    if op.name == "largest":
        # The first of the largest gets the whole gradient, as in max pooling.
        first = functional.max_pool1d(stacked.T, len(arguments), return_indices=False)
        return first.reshape(-1)
    if op.name == "dot":
        weights, inputs = stacked.chunk(2)
        return (weights * inputs).sum(0)
    return {"total": torch.sum, "mean": torch.mean, "logsumexp": torch.logsumexp}[
        op.name
    ](stacked, 0)
