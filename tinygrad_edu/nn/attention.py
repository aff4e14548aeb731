"""Attention: each place of a sequence takes a weighted mean of what others give."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.functions import dot, softmax
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.nn.linear import Linear
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.shapes import as_nodes
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import check_count, check_flag, check_sequence

#: One row of numbers for each place: places x size.
Rows: TypeAlias = "list[list[Value]]"


def attention_weights(query: list[Value], keys: Rows) -> list[Value]:
    """Return how much attention one place pays to each of many: positive, with sum 1.

    a = softmax(s),  sⱼ = (Σ qᵢ·kⱼᵢ)/√d

    Args:
        query: q, the d numbers that say what the place looks for.
        keys: kⱼ, for each place the d numbers that say what there is.

    The division keeps the spread of the scores the same for every d: a sum of d
    products of numbers with variance 1 has the variance d.

    >>> query, keys = [Value(2.0)], [[Value(0.0)], [Value(0.5)]]
    >>> [f"{weight:.3f}" for weight in attention_weights(query, keys)]
    ['0.269', '0.731']
    """
    for name, rows in (("query", query), ("keys", keys)):
        check_sequence(name, rows)
    root = Value(math.sqrt(len(query)), label="√d")
    return softmax(dot(query, key) / root for key in keys)


def attend(queries: Rows, keys: Rows, values: Rows, causal: bool = True) -> Rows:
    """Return for each place the mean of the values, weighted by its attention.

    zₜ = Σⱼ aₜⱼ·vⱼ,  with j <= t where causal, otherwise all j

    Args:
        queries: What each place looks for.
        keys: What there is at each place.
        values: What each place has to give.
        causal: No place may look at those that come after it.

    Raises:
        ShapeError: If a query is not as long as a key, or there are not as many values
            as keys.

    The same as `torch.nn.functional.scaled_dot_product_attention`.

    >>> rows = [[Value(1.0)], [Value(3.0)]]
    >>> [f"{row[0]:.3f}" for row in attend(rows, rows, rows)]
    ['1.000', '2.995']

    Source: Vaswani et al., Attention is all you need, arXiv:1706.03762, 2017
    """
    check_flag("causal", causal)
    for name, rows in (("queries", queries), ("keys", keys), ("values", values)):
        check_sequence(name, rows)
    if len(keys) != len(values):
        raise ShapeError(
            f"There are {len(keys)} keys and {len(values)} values. Give each place one "
            "of both."
        )
    outputs = []
    for t, query in enumerate(queries):
        # What is not looked at is left out; a score of -inf would say the same.
        seen = t + 1 if causal else len(keys)
        weights = attention_weights(query, keys[:seen])
        columns = zip(*values[:seen])
        outputs.append([dot(weights, column) for column in columns])
    return outputs


class SelfAttention(Module):
    """Attention of a sequence to itself, in several heads side by side.

    Queries, keys and values are linear maps of the rows. Each head takes size/heads
    columns of all three and attends on its own, so that it can look for something else;
    a last linear map mixes what they found.

    Args:
        size: How many numbers each row has, a multiple of heads.
        heads: How many heads there are, at least 1.
        causal: No place may look at those that come after it.
        bias: Let the linear maps have biases.
        seed: Where the weights come from, uniformly between -1/√size and 1/√size:
            queries, keys, values, and the last map.

    Raises:
        ValueError: If a count is below 1, or size is not a multiple of heads.

    The same as `torch.nn.MultiheadAttention` with query = key = value.

    >>> attention = SelfAttention(4, heads=2, seed=0)
    >>> attention
    SelfAttention(4, heads 2, causal; 80 parameters)
    >>> attention.named_parameters()[20][0]
    'key.neuron0.w0'

    Source: Vaswani et al., Attention is all you need, arXiv:1706.03762, 2017
    """

    @takes_foreign_keywords
    def __init__(
        self,
        size: int,
        heads: int = 1,
        causal: bool = True,
        *,
        bias: bool = True,
        seed: Seed = None,
    ) -> None:
        check_count("size", size)
        check_count("heads", heads)
        check_flag("causal", causal)
        if size % heads != 0:
            raise ValueError(
                f"{heads} heads cannot share {size} columns evenly. Choose a size that "
                f"is a multiple of {heads}, such as {size - size % heads + heads}."
            )
        source = random_source(seed)
        self.size = size
        self.heads = heads
        self.causal = causal
        self.bias = bias
        self.query: Linear = Linear(size, size, bias=bias, seed=source)
        self.key: Linear = Linear(size, size, bias=bias, seed=source)
        self.value: Linear = Linear(size, size, bias=bias, seed=source)
        self.output: Linear = Linear(size, size, bias=bias, seed=source)
        self.label_parameters()

    def __call__(self, sequence: Any) -> Rows:
        """Return one row for each row of the sequence.

        Raises:
            ShapeError: If the sequence is not a list of rows of that size.
        """
        rows = as_nodes(sequence, self, {"places": None, "numbers": self.size})
        queries = self._split([self.query(row) for row in rows])
        keys = self._split([self.key(row) for row in rows])
        values = self._split([self.value(row) for row in rows])
        found = [
            attend(queries[head], keys[head], values[head], self.causal)
            for head in range(self.heads)
        ]
        # Head by head becomes place by place.
        return [self.output([z for row in place for z in row]) for place in zip(*found)]

    def _split(self, rows: Rows) -> list[Rows]:
        width = self.size // self.heads
        starts = range(0, self.size, width)
        return [[row[start : start + width] for row in rows] for start in starts]

    def __repr__(self) -> str:
        return self._summary(self._outline())

    def _outline(self) -> str:
        causal = ", causal" if self.causal else ""
        return f"{self.size}, heads {self.heads}{causal}"
