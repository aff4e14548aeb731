"""A model while it learns, and while it is measured: two modes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tinygrad_edu.nn.module import Module


def set_mode(model: Any, learning: bool) -> None:
    """Tell a model to learn, or that it is measured; one that is no Module has no mode.

    >>> from tinygrad_edu.nn import Dropout
    >>> dropout = Dropout(0.5)
    >>> set_mode(dropout, learning=False)
    >>> dropout.training
    False
    """
    if isinstance(model, Module):
        model.train(learning)


@contextmanager
def modes_kept(model: Any) -> Iterator[None]:
    """Give every module in a model the mode again that it had before the block.

    >>> from tinygrad_edu.nn import Dropout
    >>> dropout = Dropout(0.5)
    >>> with modes_kept(dropout):
    ...     set_mode(dropout, learning=False)
    >>> dropout.training
    True
    """
    named = model.named_modules() if isinstance(model, Module) else []
    modes = [(module, module.training) for _, module in named]
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
