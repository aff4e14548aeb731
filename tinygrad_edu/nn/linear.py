"""Linear maps: the weighted sums that the later layers are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.functions import dot
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.shapes import as_nodes
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import check_count, check_flag


class WeightedSum(Module):
    """A neuron without its activation, or the kernel of a convolution.

    z = Σ wᵢ·xᵢ + b

    Args:
        nin: How many inputs it takes, at least 1.
        bias: Add b; otherwise there is none.
        seed: Where weights and bias come from, uniformly between -1/√nin and 1/√nin.
            The sum then stays about as large as one input, however many there are.

    Attributes:
        w: The weights.
        b: The bias, or None.

    Raises:
        ValueError: If nin is below 1.

    Source of the initial scale: LeCun, Bottou, Orr & Müller, Efficient BackProp, 1998;
    the bounds are those of `torch.nn.Linear`.

    >>> WeightedSum(9, seed=0)
    WeightedSum(9 -> 1; 10 parameters)
    """

    @takes_foreign_keywords
    def __init__(self, nin: int, *, bias: bool = True, seed: Seed = None) -> None:
        check_count("nin", nin)
        check_flag("bias", bias)
        source = random_source(seed)
        bound = 1 / math.sqrt(nin)
        self.nin = nin
        self.bias = bias
        self.w: list[Value] = [Value(source.uniform(-bound, bound)) for _ in range(nin)]
        self.b: Value | None = Value(source.uniform(-bound, bound)) if bias else None
        self.label_parameters()

    def __call__(self, inputs: Sequence[Value]) -> Value:
        """Return the sum for nin inputs.

        Raises:
            ShapeError: If there are not as many inputs as weights.
        """
        z = dot(self.w, inputs)
        return z if self.b is None else z + self.b

    def __repr__(self) -> str:
        return self._summary(f"{self.nin} -> 1")


class Linear(Module):
    """A linear map from a list to a list; a bias makes it affine.

    zⱼ = Σᵢ wⱼᵢ·xᵢ + bⱼ

    In contrast to `Layer`, which gives a bare Value where it has one neuron, it gives a
    list always, so that what follows need not tell the two apart.

    Args:
        nin: How many inputs it takes, at least 1.
        nout: How many outputs it gives, at least 1.
        bias: Add a bias to each output; otherwise there is none.
        seed: Where weights and biases come from, one neuron after the other, uniformly
            between -1/√nin and 1/√nin. Each sum then stays about as large as one
            input, however many there are.

    Raises:
        ValueError: If nin or nout is below 1.

    The same as `torch.nn.Linear`.

    >>> linear = Linear(3, 2, seed=0)
    >>> linear
    Linear(3 -> 2; 8 parameters)
    >>> linear.named_parameters()[4][0]
    'neuron1.w0'
    """

    @takes_foreign_keywords
    def __init__(
        self, nin: int, nout: int, *, bias: bool = True, seed: Seed = None
    ) -> None:
        check_count("nout", nout)
        source = random_source(seed)
        self.nin = nin
        self.nout = nout
        self.bias = bias
        self.neurons: list[WeightedSum] = [
            WeightedSum(nin, bias=bias, seed=source) for _ in range(nout)
        ]
        self.label_parameters()

    def __call__(self, inputs: Any) -> list[Value]:
        """Return the outputs for one row of inputs, floats or Values.

        Raises:
            ShapeError: If the inputs are not nin numbers.
        """
        row = as_nodes(inputs, self, {"inputs": self.nin})
        return [neuron(row) for neuron in self.neurons]

    def __repr__(self) -> str:
        return self._summary(f"{self.nin} -> {self.nout}")
