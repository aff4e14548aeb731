"""A model while it learns, and while it is measured: two modes."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from tinygrad_edu.nn.module import Module


class Modes:
    """Switches the mode of a model; after the block each module has its own again.

    The modules are looked up once, for a model is switched twice in every epoch.

    Args:
        model: A module; anything else has no mode.

    >>> from tinygrad_edu.nn import Dropout
    >>> dropout = Dropout(0.5)
    >>> with Modes(dropout) as modes:
    ...     modes.switch(learning=False)
    ...     dropout.training
    False
    >>> dropout.training
    True
    """

    def __init__(self, model: Any) -> None:
        named = model.named_modules() if isinstance(model, Module) else []
        self._before = [(module, module.training) for _, module in named]

    def switch(self, *, learning: bool) -> None:
        """Tell every module to learn, or that it is measured."""
        for module, _ in self._before:
            module.training = learning

    def __enter__(self) -> Modes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for module, mode in self._before:
            module.training = mode
