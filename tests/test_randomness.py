"""Seeds: an int, a generator or none; all else is refused where it is given."""

import random

import numpy as np
import pytest

from tinygrad_edu import MLP, fit, nn
from tinygrad_edu.data import load_iris, make_moons
from tinygrad_edu.randomness import random_source, shuffle

TAKERS = {
    "WeightedSum": lambda seed: nn.WeightedSum(2, seed=seed),
    "Linear": lambda seed: nn.Linear(2, 2, seed=seed),
    "Neuron": lambda seed: nn.Neuron(2, seed=seed),
    "Layer": lambda seed: nn.Layer(2, 2, seed=seed),
    "MLP": lambda seed: MLP(2, [2], seed=seed),
    "Conv1d": lambda seed: nn.Conv1d(1, 1, 2, seed=seed),
    "Conv2d": lambda seed: nn.Conv2d(1, 1, 2, seed=seed),
    "Embedding": lambda seed: nn.Embedding(2, 2, seed=seed),
    "RNNCell": lambda seed: nn.RNNCell(2, 2, seed=seed),
    "LSTMCell": lambda seed: nn.LSTMCell(2, 2, seed=seed),
    "GRUCell": lambda seed: nn.GRUCell(2, 2, seed=seed),
    "SelfAttention": lambda seed: nn.SelfAttention(2, seed=seed),
    "TransformerBlock": lambda seed: nn.TransformerBlock(2, seed=seed),
    "GPT": lambda seed: nn.GPT(2, 2, 2, seed=seed),
    "CharRNN": lambda seed: nn.CharRNN(2, 2, 2, seed=seed),
    "Dropout": lambda seed: nn.Dropout(0.5, seed=seed),
    "make_moons": lambda seed: make_moons(8, seed=seed),
    "split": lambda seed: load_iris().split(seed=seed),
    "fit": lambda seed: fit(MLP(1, [1]), [[0.0]], [0.0], seed=seed, progress=False),
}

NO_SEEDS = ["a", 1.5, [1], {}, b"1", np.random.default_rng(0), object()]


@pytest.mark.parametrize("taker", TAKERS)
@pytest.mark.parametrize("seed", NO_SEEDS)
def test_what_is_no_seed_is_refused_where_it_is_given(taker, seed):
    with pytest.raises(
        TypeError, match=r"A seed must be an int, or a random.Random, or"
    ):
        TAKERS[taker](seed)


@pytest.mark.parametrize("taker", TAKERS)
def test_seeds_and_generators_are_taken(taker):
    for seed in (3, np.int64(3), random.Random(3), None):
        TAKERS[taker](seed)


def test_the_same_seed_is_the_same_generator_and_none_is_random_itself():
    assert random_source(5).random() == random.Random(5).random()
    generator = random.Random(5)
    assert random_source(generator) is generator
    assert random_source(random_source(None)) is random


class ByRandom(random.Random):
    """A generator that has no other source of numbers than its own `random`."""

    def random(self):
        return super().random() / 2


@pytest.mark.parametrize("make", [random.Random, ByRandom])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 8, 63, 64, 65, 1000])
def test_rows_are_shuffled_as_by_python_and_so_is_what_is_drawn_next(make, count):
    source, python = make(7), make(7)
    found, wanted = list(range(count)), list(range(count))
    for _ in range(3):
        shuffle(source, found)
        python.shuffle(wanted)
    assert found == wanted
    assert source.getstate() == python.getstate()
