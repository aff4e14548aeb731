"""Models of text: a recurrent one, and how any of them continues what was begun."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.functions import softmax
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.embedding import Embedding
from tinygrad_edu.nn.linear import Linear
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.recurrent import GRUCell, LSTMCell, RNNCell, unroll
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import (
    check_count,
    check_function,
    check_list,
    check_positive,
    said,
)

CELLS: dict[str, type[RNNCell | LSTMCell | GRUCell]] = {
    "rnn": RNNCell,
    "lstm": LSTMCell,
    "gru": GRUCell,
}


class CharRNN(Module):
    """A recurrent model: at each place it gives logits for the symbol that follows.

    xₜ = token[symbolₜ],  hₜ = cell(xₜ, hₜ₋₁),  logitsₜ = W·hₜ + b

    All that it knows of the symbols before stands in h, however many there were.

    Args:
        count: How many symbols there are, such as `len(vocabulary)`.
        size: How many numbers stand for each symbol.
        hidden_size: How many numbers the state h has.
        cell: "rnn", "lstm" or "gru".
        seed: Where the weights come from.

    Raises:
        ValueError: If a count is below 1, or the cell is unknown.

    >>> model = CharRNN(27, size=2, hidden_size=3, seed=0)
    >>> model
    CharRNN(27 symbols, size 2, gru of 3; 219 parameters)
    >>> logits = model([0, 5, 13])
    >>> len(logits), len(logits[0])
    (3, 27)

    Source: after Mikolov, Karafiát, Burget, Černocký & Khudanpur, Recurrent neural
    network based language model, Interspeech 2010
    """

    @takes_foreign_keywords
    def __init__(
        self,
        count: int,
        size: int = 8,
        hidden_size: int = 16,
        cell: str = "gru",
        *,
        seed: Seed = None,
    ) -> None:
        if not isinstance(cell, str) or cell not in CELLS:
            raise ValueError(
                f"There is no cell {said(cell)}. Choose one of: {', '.join(CELLS)}."
            )
        source = random_source(seed)
        self.count = count
        self.size = size
        self.hidden_size = hidden_size
        self.cell = cell
        self.token: Embedding = Embedding(count, size, seed=source)
        self.update: RNNCell | LSTMCell | GRUCell = CELLS[cell](
            size, hidden_size, seed=source
        )
        self.logits: Linear = Linear(hidden_size, count, seed=source)
        self.label_parameters()

    def __call__(self, symbols: Sequence[int]) -> list[list[Value]]:
        """Return for each place a row with one logit for each symbol.

        Args:
            symbols: The numbers of the symbols, counted from 0.

        Raises:
            ValueError: If a number does not stand for a symbol.
        """
        outputs, _ = unroll(self.update, self.token(symbols))
        return [self.logits(row) for row in outputs]

    def __repr__(self) -> str:
        return self._summary(
            f"{self.count} symbols, size {self.size}, {self.cell} of {self.hidden_size}"
        )


@takes_foreign_keywords
def continue_symbols(
    model: Callable[[list[int]], Any],
    symbols: Sequence[int],
    end: int,
    longest: int,
    *,
    temperature: float = 1.0,
    seed: Seed = None,
) -> list[int]:
    """Return what was begun, with the symbols that a model lets follow.

    Each is drawn with the probability softmax(logits/T), and joins those that the model
    is asked with for the next one.

    Args:
        model: It gives a row of logits for each of the symbols, as `GPT` and `CharRNN`.
        symbols: What to begin with, one symbol at least.
        end: The symbol that ends the text, and is left out.
        longest: How many symbols there are at most, those to begin with included.
        temperature: T > 0. Below 1 it keeps to what is likely, above 1 it dares more.
        seed: What the draws come from.

    Raises:
        ValueError: If longest or the temperature is outside its range.

    >>> continue_symbols(lambda symbols: [[0.0, 0.0, 99.0]] * len(symbols), [1], 0, 4)
    [1, 2, 2, 2]
    """
    check_count("longest", longest)
    check_positive("temperature", temperature, 1.0)
    check_function("model", model)
    check_list("symbols", symbols)
    source = random_source(seed)
    continued = list(symbols)
    if not continued:
        raise ValueError("symbols must hold one at least to begin with, not none.")
    while len(continued) < longest:
        logits = model(continued)[-1]
        weights = [p.data for p in softmax(logit / temperature for logit in logits)]
        (symbol,) = source.choices(range(len(weights)), weights)
        if symbol == end:
            break
        continued.append(symbol)
    return continued
