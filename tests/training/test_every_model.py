"""Each kind of model is replayed, and takes the course that it takes by graphs."""

import math
import random

import pytest

from tinygrad_edu import Module, fit, mean, nn
from tinygrad_edu.nn import accuracy, cross_entropy

pytest.importorskip("numpy")

COUNT = 5
LENGTHS = [2, 3, 4, 3]


def texts(rows=24):
    """Return lists of symbols of several lengths, and for each what comes after."""
    source = random.Random(0)
    drawn = [
        [source.randrange(COUNT) for _ in range(LENGTHS[i % 4] + 1)]
        for i in range(rows)
    ]
    return [text[:-1] for text in drawn], [text[1:] for text in drawn]


def places_right(outputs, targets):
    return sum(map(accuracy, outputs, targets)) / len(targets)


class Bag(Module):
    """The mean of the rows of some symbols, and a table that is used at both ends."""

    def __init__(self):
        self.token = nn.Embedding(COUNT, 3, seed=0)
        self.inner = nn.Linear(3, 3, seed=1)

    def __call__(self, symbols):
        rows = self.token(symbols)
        middle = self.inner([mean(column) for column in zip(*rows)])
        return [nn.activations.activate(z, "tanh") for z in middle]


class Pair(Module):
    """A symbol and a number in one row; the answer is nested."""

    def __init__(self):
        self.token = nn.Embedding(COUNT, 2, seed=0)
        self.inner = nn.Linear(3, 4, seed=1)

    def __call__(self, row):
        symbol, (number,) = row
        logits = self.inner([*self.token(symbol), number])
        return [logits[:2], (logits[2], logits[3])]


def loss_of_a_pair(output, target):
    logits, (mean, width) = output
    error = mean - target[1]
    return cross_entropy(logits, target[0]) + error * error + width * width


def trained(make, inputs, targets, engine, **options):
    """Return (parameters, history) of a training."""
    model = make()
    options = {"learning_rate": 0.05, "epochs": 3, "loss": cross_entropy, **options}
    history = fit(
        model, inputs, targets, seed=0, progress=False, engine=engine, **options
    )
    return [p.data for p in model.parameters()], history


def check_same_course(make, inputs, targets, **options):
    """Assert that a training by replay is the same as one by graphs."""
    wanted, first = trained(make, inputs, targets, "eager", **options)
    found, second = trained(make, inputs, targets, "replay", **options)
    assert second.engine == "replay"
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert second.losses == pytest.approx(first.losses, rel=1e-9)
    assert second.metrics == pytest.approx(first.metrics)
    assert second.validation_losses == pytest.approx(first.validation_losses, rel=1e-9)
    return second


SEQUENCES = {
    "gpt": lambda: nn.GPT(COUNT, max(LENGTHS), size=4, heads=2, seed=0),
    "rnn": lambda: nn.CharRNN(COUNT, 2, 3, "rnn", seed=0),
    "lstm": lambda: nn.CharRNN(COUNT, 2, 3, "lstm", seed=0),
    "gru": lambda: nn.CharRNN(COUNT, 2, 3, "gru", seed=0),
}


@pytest.mark.parametrize("batch_size", [1, 8, 24])
@pytest.mark.parametrize("name", SEQUENCES)
def test_models_of_text_learn_by_replay(name, batch_size):
    history = check_same_course(
        SEQUENCES[name], *texts(), batch_size=batch_size, metric=places_right
    )
    # Of three lengths, and no other way: an index is data.
    assert history.engine_note.startswith(
        "The graphs of 3 rows were recorded, and replayed for the others, each for "
        "those that have the same shape."
    )


@pytest.mark.parametrize("optimiser", ["sgd", "adam", "adamw"])
def test_they_do_so_with_each_optimiser_and_while_they_are_measured(optimiser):
    check_same_course(
        SEQUENCES["gpt"],
        *texts(),
        optimiser=optimiser,
        validation_fraction=0.25,
        l2=0.01,
        clip_norm=1.0,
    )


@pytest.mark.parametrize("batch_size", [1, 8, 24])
def test_a_table_and_targets_of_several_kinds_are_replayed(batch_size):
    inputs, targets = texts()
    options = {"batch_size": batch_size}
    firsts = [target[0] % 3 for target in targets]
    history = check_same_course(Bag, inputs, firsts, metric=accuracy, **options)
    assert "same shape" in history.engine_note
    rows = [(row[0], [math.sin(i)]) for i, row in enumerate(inputs)]
    pairs = [(target[0] % 2, float(target[1])) for target in targets]
    history = check_same_course(Pair, rows, pairs, loss=loss_of_a_pair, **options)
    assert history.engine_note == (
        "The graph of one row was recorded, and replayed for the others."
    )


def test_a_symbol_or_a_class_that_is_not_there_is_refused_as_by_a_graph():
    for wrong, words in (
        ((-1, 0), "There is no row -1"),
        ((COUNT, 0), "There is no row 5"),
        ((0, -1), "There is no class -1"),
        ((0, COUNT), "There is no class 5"),
    ):
        inputs = [[i % COUNT, 0] for i in range(30)]
        targets = [[0, i % COUNT] for i in range(30)]
        inputs[20][0], targets[20][1] = wrong
        for engine in ("eager", "replay"):
            with pytest.raises(ValueError, match=words):
                trained(SEQUENCES["gpt"], inputs, targets, engine, batch_size=10)
