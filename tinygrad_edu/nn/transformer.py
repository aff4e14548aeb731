"""The transformer: attention and a perceptron in turns, added to what came in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.value import ActivationName, Value
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.nn.attention import Rows, SelfAttention
from tinygrad_edu.nn.containers import Activation, Sequential
from tinygrad_edu.nn.embedding import Embedding
from tinygrad_edu.nn.linear import Linear
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.normalisation import LayerNorm
from tinygrad_edu.nn.shapes import as_nodes
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import check_count, check_sequence


class TransformerBlock(Module):
    """Let the places of a sequence talk, then let each think by itself.

    x ← x + attention(norm(x)),  x ← x + mlp(norm(x))

    Because each step adds to x, the gradient has a straight way back past it (a
    residual connection).

    Args:
        size: How many numbers each row has, a multiple of heads.
        heads: How many heads the attention has, at least 1.
        causal: No place may look at those that come after it.
        hidden: How many neurons the perceptron has inside; by default 4·size.
        activation: Of these neurons, one of `ACTIVATIONS`.
        seed: Where the weights come from, attention first.

    Raises:
        ValueError: If a count is below 1, size is not a multiple of heads, or the
            activation is unknown.

    The same as `torch.nn.TransformerEncoderLayer` with norm_first=True and no dropout.

    >>> TransformerBlock(4, heads=2, seed=0)
    TransformerBlock(4, heads 2, causal, 16 relu; 244 parameters)

    Source: Vaswani et al., arXiv:1706.03762, 2017; to normalise first: Xiong et al.,
    On layer normalization in the transformer architecture, arXiv:2002.04745, 2020
    """

    @takes_foreign_keywords
    def __init__(
        self,
        size: int,
        heads: int = 1,
        causal: bool = True,
        hidden: int | None = None,
        activation: ActivationName = "relu",
        *,
        seed: Seed = None,
    ) -> None:
        check_count("size", size)
        source = random_source(seed)
        self.size = size
        self.heads = heads
        self.causal = causal
        self.hidden: int = 4 * size if hidden is None else hidden
        self.activation = activation
        check_count("hidden", self.hidden)
        self.attention_norm: LayerNorm = LayerNorm(size)
        self.attention: SelfAttention = SelfAttention(size, heads, causal, seed=source)
        self.mlp_norm: LayerNorm = LayerNorm(size)
        self.mlp: Sequential = Sequential(
            Linear(size, self.hidden, seed=source),
            Activation(activation),
            Linear(self.hidden, size, seed=source),
        )
        self.label_parameters()

    def __call__(self, sequence: Any) -> Rows:
        """Return one row for each row of the sequence.

        Raises:
            ShapeError: If the sequence is not a list of rows of that size.
        """
        rows = as_nodes(sequence, self, {"places": None, "numbers": self.size})
        heard = self.attention([self.attention_norm(row) for row in rows])
        rows = [_sum(row, other) for row, other in zip(rows, heard)]
        return [_sum(row, self.mlp(self.mlp_norm(row))) for row in rows]

    def __repr__(self) -> str:
        attention = self.attention._outline()
        return self._summary(f"{attention}, {self.hidden} {self.activation}")


class GPT(Module):
    """A causal transformer: at each place it gives logits for the symbol that follows.

    x = token[symbol] + position[place], blocks, norm, linear

    Args:
        count: How many symbols there are, such as `len(vocabulary)`.
        context: How many places a sequence can have at most.
        size: How many numbers stand for each place, a multiple of heads.
        heads: How many heads the attention has, at least 1.
        depth: How many blocks follow one another.
        seed: Where the weights come from.

    Raises:
        ValueError: If a count is below 1, or size is not a multiple of heads.

    >>> model = GPT(27, context=8, size=4, seed=0)
    >>> model
    GPT(27 symbols, context 8, size 4, heads 1, depth 1; 527 parameters)
    >>> logits = model([0, 5, 13])
    >>> len(logits), len(logits[0])
    (3, 27)

    Source: after Radford et al., Language models are unsupervised multitask learners,
    2019, which is larger and has GELU in place of ReLU
    """

    @takes_foreign_keywords
    def __init__(
        self,
        count: int,
        context: int,
        size: int = 16,
        heads: int = 1,
        depth: int = 1,
        *,
        seed: Seed = None,
    ) -> None:
        check_count("context", context)
        check_count("depth", depth)
        source = random_source(seed)
        self.count = count
        self.context = context
        self.size = size
        self.heads = heads
        self.depth = depth
        self.token: Embedding = Embedding(count, size, seed=source)
        self.position: Embedding = Embedding(context, size, seed=source)
        self.blocks: list[TransformerBlock] = [
            TransformerBlock(size, heads, seed=source) for _ in range(depth)
        ]
        self.norm: LayerNorm = LayerNorm(size)
        self.logits: Linear = Linear(size, count, seed=source)
        self.label_parameters()

    def __call__(self, symbols: Sequence[int]) -> Rows:
        """Return for each place a row with one logit for each symbol.

        Args:
            symbols: The numbers of the symbols, counted from 0.

        Raises:
            ShapeError: If there are no symbols, or more than the context holds.
            ValueError: If a number does not stand for a symbol.
        """
        check_sequence("symbols", symbols)
        if not 1 <= len(symbols) <= self.context:
            raise ShapeError(
                f"{len(symbols)} symbols do not fit into a context of 1 to "
                f"{self.context}: {self!r}. Give it the last {self.context}, or make "
                "the context larger."
            )
        places = range(len(symbols))
        rows = [
            _sum(token, position)
            for token, position in zip(self.token(symbols), self.position(places))
        ]
        for block in self.blocks:
            rows = block(rows)
        return [self.logits(self.norm(row)) for row in rows]

    def __repr__(self) -> str:
        return self._summary(
            f"{self.count} symbols, context {self.context}, size {self.size}, "
            f"heads {self.heads}, depth {self.depth}"
        )


def _sum(row: list[Value], other: list[Value]) -> list[Value]:
    return [x + y for x, y in zip(row, other)]
