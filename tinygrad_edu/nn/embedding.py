"""Embedding: a learned row of numbers for each of a fixed number of things."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.functions import take
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.module import Module
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import check_count, said


class Embedding(Module):
    """A table with one row of parameters for each thing: a character, a word, a place.

    To look up row k is to multiply the table by the one-hot vector of k, without the
    multiplications by 0. Only the rows that were looked up get a gradient.

    Args:
        count: How many things there are, at least 1.
        size: How many numbers stand for each, at least 1.
        seed: Where the numbers come from: the normal distribution of mean 0 and
            variance 1, as in PyTorch.

    Attributes:
        w: The table; `w[k]` is the row of thing k.

    Raises:
        ValueError: If a count is below 1.

    The same as `torch.nn.Embedding`.

    >>> embedding = Embedding(27, 2, seed=0)
    >>> embedding
    Embedding(27 -> 2; 54 parameters)
    >>> [node.label for node in embedding(3)]
    ['w3_0', 'w3_1']

    Source: Bengio, Ducharme, Vincent & Jauvin, A neural probabilistic language model,
    JMLR 3, 2003
    """

    @takes_foreign_keywords
    def __init__(self, count: int, size: int, *, seed: Seed = None) -> None:
        check_count("count", count)
        check_count("size", size)
        source = random_source(seed)
        self.count = count
        self.size = size
        self.w: list[list[Value]] = [
            [Value(source.gauss(0.0, 1.0)) for _ in range(size)] for _ in range(count)
        ]
        self.label_parameters()

    def __call__(self, indices: int | Iterable[int]) -> Any:
        """Return the row of a thing, or the rows of many.

        Args:
            indices: The number of the thing, counted from 0; or a list of such numbers.

        Raises:
            TypeError: If a number is not an int.
            ValueError: If a number does not stand for a row of the table.
        """
        if isinstance(indices, Iterable) and not isinstance(indices, str):
            return [self._row(index) for index in indices]
        return self._row(indices)

    def _row(self, index: Any) -> list[Value]:
        if not isinstance(index, Integral):
            raise TypeError(
                f"An embedding is looked up by an int, not by {said(index)}. Give each "
                "thing a number, as Vocabulary does for characters."
            )
        # As it is, and not as int(index), so that a replay can take it for data.
        row: Any = index
        if not 0 <= row < self.count:
            raise ValueError(
                f"There is no row {said(index)} in {self!r}: they are counted from 0 "
                f"to {self.count - 1}."
            )
        return list(take(self.w, row))

    def __repr__(self) -> str:
        return self._summary(f"{self.count} -> {self.size}")
