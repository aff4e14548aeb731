"""How parameters follow their gradients."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tinygrad_edu.value import Value


class SGD:
    """Gradient descent: each parameter takes a small step against its gradient.

    p ← p - η·∂L/∂p

    It is called stochastic (the S) when the loss L is that of a random batch.

    Args:
        parameters: The Values to change, as from `model.parameters()`.
        learning_rate: η > 0.

    Raises:
        TypeError: If a parameter is no leaf Value.
        ValueError: If the learning rate is no positive number, or there are no
            parameters.

    The same as `torch.optim.SGD`.

    >>> p = Value(3.0)
    >>> optimiser = SGD([p], learning_rate=0.1)
    >>> (p * p).backward()
    >>> optimiser.step()
    >>> p.data
    2.4
    """

    def __init__(
        self, parameters: Iterable[Value], learning_rate: float = 0.01
    ) -> None:
        self.parameters = list(parameters)
        self.learning_rate = learning_rate
        if not self.parameters:
            raise ValueError("There are no parameters to train. Is the model empty?")
        for parameter in self.parameters:
            if not isinstance(parameter, Value) or parameter.parents:
                raise TypeError(
                    f"A parameter is a leaf Value, and {parameter!r} is none."
                )
        if not 0 < learning_rate < math.inf:
            raise ValueError(
                f"The learning rate is a positive number, such as 0.01, not "
                f"{learning_rate!r}."
            )

    def step(self) -> None:
        """Move every parameter once."""
        for parameter in self.parameters:
            parameter.data -= self.learning_rate * parameter.grad

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0
