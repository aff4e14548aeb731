"""Every layer, loss, optimiser and size of a batch takes the course of graphs."""

import math
import random

import pytest

from tinygrad_edu import Module, fit, mean, nn
from tinygrad_edu.nn.losses import LOSSES
from tinygrad_edu.training.arguments import OPTIMISERS

pytest.importorskip("numpy")

COUNT = 20
SYMBOLS = 4
CLASSES = [i % 3 for i in range(COUNT)]
BATCHES = [1, 8, COUNT]


def numbers(*shape, source=random.Random(0)):  # noqa: B008
    """Return nested lists of random numbers."""
    if not shape:
        return source.gauss(0, 1)
    return [numbers(*shape[1:]) for _ in range(shape[0])]


VECTORS = numbers(COUNT, 3)
SEQUENCES = numbers(COUNT, 4, 3)
TEXTS = [[(i + j) % SYMBOLS for j in range(2 + i % 3)] for i in range(COUNT)]


def flat(x):
    return [y for part in x for y in flat(part)] if isinstance(x, list) else [x]


def averaged(sequence):
    """Return the mean of the rows of a sequence, whatever its length."""
    return [mean(column) for column in zip(*sequence)]


class Head(Module):
    """Some layers, and three logits of what they give."""

    def __init__(self, *body, width=3, gathers=flat):
        self.body = list(body)
        self.head = nn.Linear(width, 3, seed=1)
        self.gathers = gathers

    def __call__(self, x):
        for layer in self.body:
            x = layer(x)
        return self.head(self.gathers(x))


class Recurrent(Head):
    """A cell that goes through a sequence, and three logits of all its states."""

    def __call__(self, x):
        (cell,) = self.body
        return self.head(flat(nn.unroll(cell, x)[0]))


#: What is made anew for each training, and its rows.
LAYERS = {
    "neuron": (lambda: Head(nn.Neuron(3, seed=0), width=1), VECTORS),
    "layer": (lambda: Head(nn.Layer(3, 3, seed=0, expanded=True)), VECTORS),
    "mlp": (lambda: nn.MLP(3, [4, 3], activation="gelu", seed=0), VECTORS),
    "weighted sum": (lambda: Head(nn.WeightedSum(3, seed=0), width=1), VECTORS),
    "sequential": (
        lambda: nn.Sequential(nn.Linear(3, 3, seed=0), nn.Activation("elu")),
        VECTORS,
    ),
    "dropout": (lambda: Head(nn.Dropout(0.4, seed=0)), VECTORS),
    "layer norm": (lambda: Head(nn.LayerNorm(3)), VECTORS),
    "rms norm": (lambda: Head(nn.RMSNorm(3)), VECTORS),
    "convolution of sequences": (
        lambda: Head(nn.Conv1d(2, 2, 2, padding=1, seed=0), width=10),
        numbers(COUNT, 2, 4),
    ),
    "convolution of images": (
        lambda: Head(
            nn.Unflatten(1, 4, 4),
            nn.Conv2d(1, 2, 3, padding=1, seed=0),
            nn.MaxPool2d(2),
            nn.AvgPool2d(2),
            nn.Flatten(),
            width=2,
        ),
        numbers(COUNT, 16),
    ),
    "embedding": (
        lambda: Head(nn.Embedding(SYMBOLS, 3, seed=0), gathers=averaged),
        TEXTS,
    ),
    "rnn cell": (lambda: Recurrent(nn.RNNCell(3, 2, seed=0), width=8), SEQUENCES),
    "gru cell": (lambda: Recurrent(nn.GRUCell(3, 2, seed=0), width=8), SEQUENCES),
    "lstm cell": (lambda: Recurrent(nn.LSTMCell(3, 2, seed=0), width=8), SEQUENCES),
    "attention": (lambda: Head(nn.SelfAttention(3, seed=0), width=12), SEQUENCES),
    "transformer": (
        lambda: Head(
            nn.TransformerBlock(4, heads=2, seed=0), gathers=averaged, width=4
        ),
        [numbers(2 + i % 2, 4) for i in range(COUNT)],
    ),
    "gpt": (lambda: nn.GPT(SYMBOLS, 4, size=4, heads=2, seed=0), TEXTS),
    "char rnn": (lambda: nn.CharRNN(SYMBOLS, 2, 3, seed=0), TEXTS),
}


def check_same_course(make, inputs, targets, **options):
    """Assert that a training by replay is one by graphs, to rounding."""
    ends = []
    for engine in ("eager", "replay"):
        model = make()
        history = fit(
            *(model, inputs, targets),
            epochs=2,
            seed=0,
            progress=False,
            engine=engine,
            **options,
        )
        assert history.engine == engine
        ends.append([*[p.data for p in model.parameters()], *history.losses])
    assert all(map(math.isfinite, ends[0]))
    assert ends[1] == pytest.approx(ends[0], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("batch_size", BATCHES)
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_learns_by_replay(name, batch_size):
    make, inputs = LAYERS[name]
    targets = CLASSES
    if inputs is TEXTS and "embedding" not in name:
        targets = [text[::-1] for text in TEXTS]
    check_same_course(
        *(make, inputs, targets),
        loss=nn.cross_entropy,
        batch_size=batch_size,
        optimiser="adam",
        learning_rate=0.02,
    )


def test_there_is_no_layer_besides():
    public = {getattr(nn, name) for name in nn.__all__}
    layers = {x for x in public if isinstance(x, type) and issubclass(x, Module)}
    models = [make() for make, _ in LAYERS.values()]
    found = {type(part) for model in models for _, part in model.named_modules()}
    assert layers - found == {Module}


#: The targets that each loss compares three outputs with.
TARGETS = {
    "mse": VECTORS,
    "l1": VECTORS,
    "huber": VECTORS,
    "hinge": [[1, -1, 1 - 2 * (i % 2)] for i in range(COUNT)],
    "binary_cross_entropy": [[1.0, 0.0, i % 2] for i in range(COUNT)],
    "cross_entropy": CLASSES,
}


@pytest.mark.parametrize("batch_size", BATCHES)
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_and_optimiser_learns_by_replay(loss, optimiser, batch_size):
    check_same_course(
        lambda: nn.MLP(3, [4, 3], activation="tanh", seed=0),
        *(VECTORS, TARGETS[loss]),
        loss=loss,
        optimiser=optimiser,
        batch_size=batch_size,
        learning_rate=0.02,
    )
