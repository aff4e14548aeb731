"""Neural networks as pure composition of Values.

To read the source, begin with `module`, `mlp` and `losses`: that is all a multi-layer
perceptron needs. The further layers follow in the order in which a course meets them,
and each takes what it needs from those before it: `shapes`, `linear`, `containers`,
`convolution`, `pooling`, `dropout`, `embedding`, `recurrent`, `language`,
`normalisation`, `attention`, `transformer`. They are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from tinygrad_edu.lazy import lazy_names
from tinygrad_edu.nn.activations import ACTIVATIONS
from tinygrad_edu.nn.losses import (
    binary_cross_entropy,
    cross_entropy,
    hinge,
    huber,
    l1,
    mae,
    mse,
)
from tinygrad_edu.nn.metrics import accuracy
from tinygrad_edu.nn.mlp import MLP, Layer, Neuron
from tinygrad_edu.nn.module import Module

if TYPE_CHECKING:
    from tinygrad_edu.nn.attention import (
        SelfAttention,
        attend,
        attention_weights,
    )
    from tinygrad_edu.nn.containers import (
        Activation,
        Flatten,
        Sequential,
        Unflatten,
    )
    from tinygrad_edu.nn.convolution import Conv1d, Conv2d
    from tinygrad_edu.nn.dropout import Dropout
    from tinygrad_edu.nn.embedding import Embedding
    from tinygrad_edu.nn.language import (
        CharRNN,
        continue_symbols,
    )
    from tinygrad_edu.nn.linear import Linear, WeightedSum
    from tinygrad_edu.nn.normalisation import LayerNorm, RMSNorm
    from tinygrad_edu.nn.pooling import AvgPool2d, MaxPool2d
    from tinygrad_edu.nn.recurrent import (
        GRUCell,
        LSTMCell,
        RNNCell,
        unroll,
    )
    from tinygrad_edu.nn.transformer import (
        GPT,
        TransformerBlock,
    )

__all__ = [
    "ACTIVATIONS",
    "GPT",
    "MLP",
    "Activation",
    "AvgPool2d",
    "CharRNN",
    "Conv1d",
    "Conv2d",
    "Dropout",
    "Embedding",
    "Flatten",
    "GRUCell",
    "LSTMCell",
    "Layer",
    "LayerNorm",
    "Linear",
    "MaxPool2d",
    "Module",
    "Neuron",
    "RMSNorm",
    "RNNCell",
    "SelfAttention",
    "Sequential",
    "TransformerBlock",
    "Unflatten",
    "WeightedSum",
    "accuracy",
    "attend",
    "attention_weights",
    "binary_cross_entropy",
    "continue_symbols",
    "cross_entropy",
    "hinge",
    "huber",
    "l1",
    "mae",
    "mse",
    "unroll",
]

__getattr__ = lazy_names(__name__)


def __dir__() -> list[str]:
    return __all__
