"""The masks of dropout, drawn for a replay as graphs would draw them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tinygrad_edu.nn.dropout import Dropout
from tinygrad_edu.nn.module import Module
from tinygrad_edu.replay.kept import Kept


class Draws:
    """The layers of some models that draw masks, and where their generators stand.

    Args:
        models: Modules; what is none has no layers that are known.

    Attributes:
        layers: The `Dropout` layers that are learning.

    >>> dropout = Dropout(0.5, seed=1)
    >>> draws = Draws([dropout])
    >>> states = draws.states()
    >>> first = dropout.draw_number()
    >>> draws.rewind(states)
    >>> dropout.draw_number() == first
    True
    """

    def __init__(self, models: Sequence[Any]) -> None:
        self.layers: list[Dropout] = [
            part
            for model in models
            if isinstance(model, Module)
            for _, part in model.named_modules()
            if isinstance(part, Dropout) and part.training
        ]
        # Two layers may draw from one generator.
        self._sources = {id(layer.source): layer.source for layer in self.layers}

    def states(self) -> list[Any]:
        """Return where each generator stands."""
        return [source.getstate() for source in self._sources.values()]

    def rewind(self, states: list[Any]) -> None:
        """Put each generator back to where it stood."""
        for source, state in zip(self._sources.values(), states):
            source.setstate(state)

    def has(self, layers: Sequence[Any]) -> bool:
        """Say whether all of these are among the layers."""
        known = set(map(id, self.layers))
        return known.issuperset(map(id, layers))


@contextmanager
def drawing_again(layers: Sequence[Dropout], masks: Sequence[float]) -> Iterator[None]:
    """Let layers give masks that were drawn before.

    Args:
        layers: For each mask, in the order in which they were drawn, its layer.
        masks: Their numbers.
    """
    numbers: dict[Dropout, list[float]] = {}
    for layer, mask in zip(layers, masks):
        # A mask is 0 where what is drawn lies below the probability.
        numbers.setdefault(layer, []).append(1.0 if mask else 0.0)
    kept = {layer: layer._source for layer in numbers}
    try:
        for layer, again in numbers.items():
            layer._source = _Again(again, layer.source)
        yield
    finally:
        for layer, source in kept.items():
            layer._source = source


def draws_otherwise(model: Any, *, learning: bool) -> bool:
    """Say whether a part of a model tells of itself that it draws, and is no dropout.

    Args:
        model: A module; anything else has no parts.
        learning: Whether all parts will be learning; or else, as they are now.
    """
    if not isinstance(model, Module):
        return bool(getattr(model, "is_random", False))
    return any(
        # Most parts are as random as those within them.
        vars(Module)["is_random"] is not type(part).is_random
        and not isinstance(part, Dropout)
        and (learning or part.training)
        and part.is_random
        for _, part in model.named_modules()
    )


class _Again(random.Random):
    # Gives some numbers, and then those of the generator that it stands for.
    def __init__(self, numbers: Sequence[float], source: Any) -> None:
        super().__init__(0)
        # It is gone through in a call, which is no change of the model's.
        self._numbers = Kept(iter(numbers))
        self._source = source

    def random(self) -> float:
        for number in self._numbers.content:
            return float(number)
        return float(self._source.random())
