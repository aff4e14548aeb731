"""When to stop: once what is kept unseen gets worse."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.module import assign_all


class EarlyStopping:
    """Remember the parameters of the best epoch, and say when patience is at an end.

    A model that goes on to learn its training rows by heart gets better on them alone.
    The epoch of the lowest validation loss is the one to keep.

    Args:
        parameters: The Values to remember.
        patience: How many epochs may pass without a lower loss, at least 1.

    Attributes:
        best_epoch: The epoch of the lowest loss, or None before the first finite one.

    >>> p = Value(1.0)
    >>> stopping = EarlyStopping([p], patience=2)
    >>> for epoch, loss in enumerate([0.5, 0.3, 0.4, 0.6], start=1):
    ...     p.data = float(epoch)
    ...     stopping.see(epoch, loss)
    >>> stopping.is_due(4)
    True
    >>> stopping.restore()
    >>> p.data
    2.0

    Source: Prechelt, Early stopping - but when?, Neural Networks: Tricks of the Trade,
    1998
    """

    def __init__(self, parameters: Sequence[Value], patience: int) -> None:
        self.parameters = parameters
        self.patience = patience
        self.best_epoch: int | None = None
        self._best_loss = math.inf
        self._best_numbers: list[float] = []

    def see(self, epoch: int, loss: float) -> None:
        """Take note of the validation loss of an epoch, counted from 1."""
        if loss < self._best_loss:
            self.best_epoch = epoch
            self._best_loss = loss
            self._best_numbers = [parameter.data for parameter in self.parameters]

    def is_due(self, epoch: int) -> bool:
        """Say whether the loss has not been lower for as long as patience lasts."""
        return epoch - (self.best_epoch or 0) >= self.patience

    def restore(self) -> None:
        """Put the parameters of the best epoch back, if there was one."""
        if self.best_epoch is not None:
            assign_all(self.parameters, self._best_numbers)
