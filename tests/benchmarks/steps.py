"""A recorded step beside the same by hand: `python tests/benchmarks/steps.py`.

Networks that read digits, forward, backward and a step of gradient descent, in float64
and on one core: as the package records them, and as arrays by hand (`by_hand`). Then
what `fit` adds to the recorded step, and what it gains on a model of text.
"""

import argparse
import os

# One core each: threads of a product of matrices say more of the machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import importlib
import random
import time
from functools import partial

import by_hand
import numpy
from table import (
    MICROSECONDS,
    MILLISECONDS,
    fit_seconds,
    heading,
    in_turns,
    ratio,
    row,
    seconds_of,
)

from tinygrad_edu import MLP, Value, fit, nn, optim, record
from tinygrad_edu.data import Vocabulary, load_digits, load_names

#: The ratio to NumPy by hand that is aimed at, by the network and the rows of a batch.
AIMS = {
    ("mlp", 32): 1.5,
    ("mlp", 1000): 1.2,
    ("conv", 1): 6,
    ("conv", 32): 2,
    ("conv", 1000): 2,
}
NAMES = {"mlp": "MLP 64-16-10", "conv": "convolution 8 x 8"}
COMPILED_IN = 3

#: A batch goes in pieces of so many rows, which stay in the cache, as in `fit`.
PIECE = {"mlp": 512, "conv": 128}


def optional(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"({name} is not installed, and is left out)")
        return None


def model(kind):
    if kind == "mlp":
        return MLP(64, [16, 10], "tanh", seed=0)
    return nn.Sequential(
        nn.Unflatten(1, 8, 8),
        nn.Conv2d(1, 4, kernel_size=3, padding=1, seed=0),
        nn.Activation("relu"),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 10, seed=0),
    )


def digits(count):
    data = load_digits()
    return numpy.array(data.features[:count]) / 16, numpy.array(data.targets[:count])


class Recorded:
    """A network's recorded loss and gradient, for batches of digits."""

    def __init__(self, kind):
        network = model(kind)
        self.piece = PIECE[kind]
        self.parameters = network.parameters()
        x = [Value(0.5) for _ in range(64)]
        # The class as a list of ten, of which one is 1.
        t = [Value(float(i == 3)) for i in range(10)]
        loss = nn.cross_entropy(network(x), t)
        recording = record(loss, [*self.parameters, *x, *t])
        rows = range(len(self.parameters), len(self.parameters) + 74)
        self.function = partial(recording.function, batched=rows, gradient="shared")

    def numbers(self, images, classes):
        p = numpy.array([[parameter.data] for parameter in self.parameters])
        return p, numpy.concatenate([images.T, numpy.eye(10)[classes].T])

    def in_numpy(self, images, classes):
        step = self.function("numpy")
        p, x = self.numbers(images, classes)
        count = x.shape[1]
        starts = range(0, count, self.piece)
        pieces = [x[:, start : start + self.piece].copy() for start in starts]

        def run():
            nonlocal p
            p = p - by_hand.RATE * sum(step(p, piece, 1 / count)[1] for piece in pieces)

        return run

    def in_jax(self, jax, images, classes):
        """Return the step, and how long it took to compile."""
        step = self.function("jax")
        p, x = map(jax.numpy.asarray, self.numbers(images, classes))

        @jax.jit
        def move(p):
            return p - by_hand.RATE * step(p, x, 1 / x.shape[1])[1]

        start = time.process_time()
        move(p).block_until_ready()
        seconds = time.process_time() - start

        def run():
            nonlocal p
            p = move(p)
            p.block_until_ready()

        return run, seconds


def recorded_steps(repeats):
    torch, jax = optional("torch"), optional("jax")
    if jax:
        jax.config.update("jax_enable_x64", True)
    heading("A recorded step; the anchor is the same by hand in NumPy")
    compiled = {}
    for (kind, count), aim in AIMS.items():
        images, classes = digits(count)
        recorded = Recorded(kind)
        runs = {
            "by hand": getattr(by_hand, f"numpy_{kind}")(images, classes),
            "here": recorded.in_numpy(images, classes),
        }
        if torch:
            runs["  PyTorch by hand"] = by_hand.torch_step(torch, kind, images, classes)
        if jax:
            runs["  jax.jit by hand"] = by_hand.jax_step(jax, kind, images, classes)
            run, compiled[kind] = recorded.in_jax(jax, images, classes)
            runs["  the recorded step by jax.jit"] = run
        timed = {name: partial(seconds_of, run) for name, run in runs.items()}
        found = in_turns(timed, repeats)
        hand = found.pop("by hand")
        title = f"{NAMES[kind]}, batch {count:,}"
        here = found.pop("here")
        row(title, hand, here, MICROSECONDS, ratio(here, hand), aim, most=True)
        for name, times in found.items():
            row(name, hand, times, MICROSECONDS, ratio(times, hand))
    for kind, seconds in compiled.items():
        told = "yes" if seconds <= COMPILED_IN else "no"
        print(f"jax.jit compiles {NAMES[kind]} in {seconds:.1f} s (<= 3 s: {told})")


# ----------------------------------------------------------------------- what fit adds


def fit_steps(repeats):
    heading("A step of fit; the anchor is the bare recorded step in NumPy")
    data = load_digits()
    images = [[pixel / 16 for pixel in image] for image in data.features]
    for kind, count in [("mlp", 32), ("mlp", 256), ("conv", 32)]:
        bare = Recorded(kind).in_numpy(*digits(count))
        fitted = partial(
            fit_seconds,
            partial(model, kind),
            images,
            data.targets,
            batch_size=count,
            loss=nn.cross_entropy,
        )
        runs = {"bare": partial(seconds_of, bare), "fit": fitted}
        bare_times, fit_times = in_turns(runs, repeats).values()
        title = f"{NAMES[kind]}, batch {count}"
        times = ratio(fit_times, bare_times)
        row(title, bare_times, fit_times, MICROSECONDS, times, 2, most=True)


# ------------------------------------------------------------------------------- text


def text_seconds(engine, rows, epochs):
    """Return the seconds for a row of names, all that `fit` does included."""
    names = load_names()
    vocabulary = Vocabulary(names)
    texts = [vocabulary.encode(name) for name in names]
    longest = max(map(len, texts)) - 1
    random.Random(0).shuffle(texts)
    texts = texts[:rows]
    network = nn.GPT(len(vocabulary), longest, size=8, heads=2, seed=0)
    inputs, targets = zip(*[(text[:-1], text[1:]) for text in texts])
    start = time.process_time()
    fit(
        network,
        list(inputs),
        list(targets),
        loss=nn.cross_entropy,
        optimiser=optim.Adam(network.parameters(), 0.01),
        epochs=epochs,
        batch_size=32,
        seed=0,
        progress=False,
        engine=engine,
    )
    return (time.process_time() - start) / (epochs * len(texts))


def text(repeats):
    heading("Names by attention, fit for each row; the anchor is engine='eager'")
    # By graphs a row takes as long in any epoch; a replay begins with its recordings.
    runs = {
        "eager": partial(text_seconds, "eager", 60, 1),
        "replay": partial(text_seconds, "replay", 900, 3),
    }
    eager, replay = in_turns(runs, min(repeats, 3)).values()
    title = "900 names, 3 epochs, recordings included"
    row(title, eager, replay, MILLISECONDS, ratio(eager, replay), 10)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="turns of each")
    repeats = parser.parse_args().repeats
    recorded_steps(repeats)
    fit_steps(repeats)
    text(repeats)


if __name__ == "__main__":
    main()
