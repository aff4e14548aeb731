"""Adam and AdamW, which give every parameter a step size of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.value import Value
from tinygrad_edu.optim.optimiser import Optimiser, Proposal
from tinygrad_edu.ranges import check_number, check_positive


class Adam(Optimiser):
    """Steps of about η, whatever the size of the gradients.

    With g = ∂L/∂p, running means of g and of g² start at 0:

    m ← β₁·m + (1 - β₁)·g,  v ← β₂·v + (1 - β₂)·g²

    Both lean towards that 0 at first, which the division undoes in step number t:

    p ← p - η·m̂/(√v̂ + ε),  m̂ = m/(1 - β₁ᵗ),  v̂ = v/(1 - β₂ᵗ)

    Args:
        parameters: The Values to change, as from `model.parameters()`.
        learning_rate: η > 0.
        betas: β₁ and β₂, each at least 0 and below 1.
        epsilon: ε > 0, which keeps a mean of 0 from being divided by.
        weight_decay: λ >= 0; λ·p is added to g.

    Attributes:
        memory: m and v of every parameter.
        steps: t, how many steps were taken.

    Raises:
        TypeError: If a parameter is not a leaf Value.
        ValueError: If a number is outside its range, or there are no parameters.

    The same as `torch.optim.Adam`.

    >>> p = Value(3.0)
    >>> optimiser = Adam([p], learning_rate=0.1)
    >>> (p * p).backward()
    >>> optimiser.step()
    >>> f"{p:.6f}"
    '2.900000'

    Source: Kingma & Ba, arXiv:1412.6980, 2014
    """

    @takes_foreign_keywords
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        if not isinstance(betas, (tuple, list)) or len(betas) != 2:
            raise TypeError(
                f"betas must be a pair, such as (0.9, 0.999), not {betas!r}."
            )
        for i, beta in enumerate(betas):
            check_number(f"betas[{i}]", beta, 0.0, 1.0)
        check_positive("epsilon", epsilon, 1e-8)
        check_number("weight_decay", weight_decay, 0.0)
        super().__init__(parameters, learning_rate, memories=2)
        self.betas = betas
        self.epsilon = epsilon
        self.weight_decay = weight_decay

    def propose(self) -> Proposal:  # noqa: D102
        decay = self.weight_decay
        starts = [p.data for p in self.parameters]
        gradients = [
            g + decay * p.data for p, g in zip(self.parameters, self.gradients())
        ]
        return self._follow(starts, gradients)

    def _follow(self, starts: list[float], gradients: list[float]) -> Proposal:
        beta1, beta2 = self.betas
        weight1 = 1 - beta1 ** (self.steps + 1)
        weight2 = 1 - beta2 ** (self.steps + 1)
        old_means, old_squares = self.memory
        means = [beta1 * m + (1 - beta1) * g for m, g in zip(old_means, gradients)]
        squares = [
            beta2 * v + (1 - beta2) * g * g for v, g in zip(old_squares, gradients)
        ]
        moved = []
        for start, m, v in zip(starts, means, squares):
            size = math.sqrt(v / weight2) + self.epsilon
            moved.append(start - self.learning_rate * (m / weight1) / size)
        return moved, (means, squares)


class AdamW(Adam):
    """Adam whose weight decay shrinks the parameters apart from the gradient.

    p ← (1 - η·λ)·p, and then the step of Adam on g = ∂L/∂p. In Adam itself λ·p is a
    part of g, and so is divided by √v̂: it hardly acts where gradients are large.

    Args:
        parameters: The Values to change, as from `model.parameters()`.
        learning_rate: η > 0.
        betas: β₁ and β₂, each at least 0 and below 1.
        epsilon: ε > 0, which keeps a mean of 0 from being divided by.
        weight_decay: λ >= 0.

    Raises:
        TypeError: If a parameter is not a leaf Value.
        ValueError: If a number is outside its range, or there are no parameters.

    The same as `torch.optim.AdamW`.

    >>> p = Value(3.0)
    >>> optimiser = AdamW([p], learning_rate=0.1, weight_decay=0.5)
    >>> (p * p).backward()
    >>> optimiser.step()
    >>> f"{p:.6f}"
    '2.750000'

    Source: Loshchilov & Hutter, arXiv:1711.05101, 2017
    """

    @takes_foreign_keywords
    def __init__(
        self,
        parameters: Iterable[Value],
        learning_rate: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, learning_rate, betas, epsilon, weight_decay)

    def propose(self) -> Proposal:  # noqa: D102
        kept = 1 - self.learning_rate * self.weight_decay
        starts = [kept * p.data for p in self.parameters]
        return self._follow(starts, self.gradients())
