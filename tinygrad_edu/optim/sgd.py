"""Gradient descent, and the momentum that smooths it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.value import Value
from tinygrad_edu.engine.worlds import World
from tinygrad_edu.optim.optimiser import Optimiser, Update
from tinygrad_edu.ranges import check_flag, check_number


class SGD(Optimiser):
    """Gradient descent: each parameter takes a small step against its gradient.

    p ← p - η·g with g = ∂L/∂p

    It is called stochastic (the S) when the loss L is that of a random batch. With
    momentum, a parameter rolls on like a ball, by a velocity v that starts at 0:

    v ← μ·v + g,  p ← p - η·v  (Nesterov's form: p ← p - η·(g + μ·v))

    Args:
        parameters: The Values to change, as from `model.parameters()`.
        learning_rate: η > 0.
        momentum: 0 <= μ < 1, how much of the velocity is kept.
        nesterov: Look ahead along the velocity.
        weight_decay: λ >= 0; λ·p is added to g.

    Attributes:
        memory: The velocities, with momentum.

    Raises:
        TypeError: If a parameter is not a leaf Value.
        ValueError: If a number is outside its range, there are no parameters, or
            `nesterov` is asked for without momentum.

    The same as `torch.optim.SGD`.

    >>> p = Value(3.0)
    >>> optimiser = SGD([p], learning_rate=0.1)
    >>> (p * p).backward()
    >>> optimiser.step()
    >>> p.data
    2.4

    Source: Sutskever, Martens, Dahl & Hinton, On the importance of initialization and
    momentum in deep learning, ICML 2013
    """

    @takes_foreign_keywords
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.1,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        check_number("momentum", momentum, 0.0, 1.0)
        check_number("weight_decay", weight_decay, 0.0)
        check_flag("nesterov", nesterov)
        if nesterov and momentum == 0:
            raise ValueError("nesterov needs a momentum above 0, such as 0.9.")
        super().__init__(parameters, learning_rate, memories=1 if momentum else 0)
        self.momentum = momentum
        self.nesterov = nesterov
        self.weight_decay = weight_decay

    def update(  # noqa: D102
        self, xp: World, p: Any, g: Any, memory: Sequence[Any], *, step: Any, rate: Any
    ) -> Update:
        if self.weight_decay:
            g = g + self.weight_decay * p
        if not self.momentum:
            return p - rate * g, ()
        (velocity,) = memory
        velocity = self.momentum * velocity + g
        direction = g + self.momentum * velocity if self.nesterov else velocity
        return p - rate * direction, (velocity,)
