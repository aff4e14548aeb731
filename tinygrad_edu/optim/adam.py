"""Adam and AdamW, which give every parameter a step size of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.value import Value
from tinygrad_edu.engine.worlds import World
from tinygrad_edu.optim.optimiser import Optimiser, Update
from tinygrad_edu.ranges import check_number, check_positive, said


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
                f"betas must be a pair, such as (0.9, 0.999), not {said(betas)}."
            )
        for i, beta in enumerate(betas):
            check_number(f"betas[{i}]", beta, 0.0, 1.0)
        check_positive("epsilon", epsilon, 1e-8)
        check_number("weight_decay", weight_decay, 0.0)
        super().__init__(parameters, learning_rate, memories=2)
        self.betas = betas
        self.epsilon = epsilon
        self.weight_decay = weight_decay

    def update(  # noqa: D102
        self, xp: World, p: Any, g: Any, memory: Sequence[Any], *, step: Any, rate: Any
    ) -> Update:
        p, g = self._decayed(p, g, rate)
        beta1, beta2 = self.betas
        m, v = memory
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        size = xp.sqrt(v / (1 - beta2**step)) + self.epsilon
        return p - rate * (m / (1 - beta1**step)) / size, (m, v)

    def _decayed(self, p: Any, g: Any, rate: Any) -> tuple[Any, Any]:
        return p, g + self.weight_decay * p if self.weight_decay else g


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

    def _decayed(self, p: Any, g: Any, rate: Any) -> tuple[Any, Any]:
        return (1 - rate * self.weight_decay) * p, g
