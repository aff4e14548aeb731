"""Dropout: in training some numbers are left out at random, against overfitting."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.functions import as_node
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.shapes import map_numbers
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import check_number


class Drawn(Value):
    """A leaf whose number was drawn at random: another one in each call.

    So a graph tells of itself that the next call gives another. A replay draws the mask
    of each row, from the same generator and in the same order.
    """

    __slots__ = ()


class Dropout(Module):
    """Set each number to 0 with probability p, and scale up those that are kept.

    z = m·x,  with m = 0 with probability p, otherwise 1/(1 - p)

    The expected value of m is p·0 + (1 - p)·1/(1 - p) = 1, so that z is x on average,
    and after `eval()`, when nothing is left out, z = x needs no correction. The mask m
    is a leaf of the graph.

    Args:
        p: How likely a number is to be dropped, 0 <= p < 1.
        seed: Where the masks come from. Each call draws new ones; a layer made with the
            same seed draws the same ones in the same order.

    Raises:
        TypeError: If p is no number, or the seed no seed.
        ValueError: If p is outside its range.

    The same as `torch.nn.Dropout`, but for the random numbers.

    >>> dropout = Dropout(0.5, seed=1)
    >>> [node.data for node in dropout([1.0, 1.0, 1.0, 1.0])]
    [0.0, 2.0, 2.0, 0.0]
    >>> [node.data for node in dropout.eval()([1.0, 1.0, 1.0, 1.0])]
    [1.0, 1.0, 1.0, 1.0]

    Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, Dropout: a simple
    way to prevent neural networks from overfitting, JMLR 15, 2014
    """

    @takes_foreign_keywords
    def __init__(self, p: float = 0.5, seed: Seed = None) -> None:
        # At 1 nothing would be left to scale up.
        check_number("The probability p", p, 0.0, 1.0)
        self.p = p
        # What a file can hold: a generator has no number to begin it again from.
        self.seed: int | None = int(seed) if isinstance(seed, Integral) else None
        # Without a seed `random` itself is looked up in each call: a module of Python
        # could not be copied along with the layer.
        self._source = None if seed is None else random_source(seed)

    @property
    def source(self) -> Any:
        """The generator that the masks come from."""
        return random_source(self._source)

    @property
    def is_random(self) -> bool:  # noqa: D102
        return self.p > 0

    def __call__(self, inputs: Any) -> Any:
        """Return the numbers in their shape, some dropped if the layer is training."""
        return map_numbers(self._drop if self.training else as_node, inputs)

    def _drop(self, number: Any) -> Value:
        return as_node(number) * self.draw()

    def draw(self) -> Drawn:
        """Return a new mask m for one number."""
        return Drawn(self.draw_number(), label="mask")

    def draw_number(self) -> float:
        """Return the number of a new mask."""
        dropped = self.source.random() < self.p
        return 0.0 if dropped else 1 / (1 - self.p)

    def __repr__(self) -> str:
        return self._summary(f"p = {self.p}")
