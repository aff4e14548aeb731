"""Trainings that are run on one device, on many, and in several processes.

As a program, it runs each by JAX and prints what came out, as JSON: with a port and a
number, as that one of two processes.
"""

import json
import sys
from functools import partial

from tinygrad_edu import MLP, SGD, Module, fit, nn
from tinygrad_edu.data import load_digits, make_moons
from tinygrad_edu.nn import Dropout, Embedding, Linear, accuracy, cross_entropy
from tinygrad_edu.optim.schedules import cosine

DIGITS = load_digits()
MOONS = make_moons(30, noise=0.1, seed=0)
SIGNS = [2 * target - 1 for target in MOONS.targets]


class Warming(SGD):
    """A learning rate that is worked out by the steps taken."""

    @property
    def learning_rate(self):
        return self._rate * min(1.0, self.steps / 20)

    @learning_rate.setter
    def learning_rate(self, rate):
        self._rate = rate


class Bigram(Module):
    """The next of five symbols, of the one before."""

    def __init__(self):
        self.table = Embedding(5, 3, seed=0)
        self.out = Linear(3, 5, seed=1)

    def __call__(self, symbol):
        return self.out(self.table(symbol))


def digits():
    # 63 rows in batches of 25: neither is divided by 8.
    return MLP(64, [8, 10], "tanh", seed=0), {
        "inputs": DIGITS.features[:63],
        "targets": DIGITS.targets[:63],
        "loss": cross_entropy,
        "batch_size": 25,
        "metric": accuracy,
        "validation": (DIGITS.features[70:81], DIGITS.targets[70:81]),
        "l2": 1e-3,
        "clip_norm": 0.5,
        "optimiser": "sgd",
        "learning_rate": cosine(0.1, 4),
    }


def moons():
    return MLP(2, [5, 1], "tanh", seed=0), {
        "inputs": MOONS.features,
        "targets": SIGNS,
        "loss": "hinge",
        "optimiser": partial(SGD, momentum=0.9, nesterov=True, learning_rate=0.05),
        "l1": 1e-3,
        "validation_fraction": 0.2,
        "patience": 3,
    }


def symbols():
    return Bigram(), {
        "inputs": [0, 1, 2, 3, 4, 2, 1],
        "targets": [1, 2, 3, 4, 0, 3, 2],
        "loss": cross_entropy,
        "batch_size": 3,
        "optimiser": "adamw",
        "learning_rate": 0.05,
    }


def masked():
    layers = Linear(2, 4, seed=0), Dropout(0.5, seed=1), Linear(4, 1, seed=2)
    return nn.Sequential(*layers), {
        "inputs": MOONS.features,
        "targets": SIGNS,
        "loss": lambda output, target: (output[0] - target) ** 2,
        "batch_size": 11,
    }


CASES = {"digits": digits, "moons": moons, "symbols": symbols, "masked": masked}


def train(name, engine, **more):
    """Return numbers that tell the whole course of a training, and its note."""
    model, options = CASES[name]()
    options.update(epochs=4, seed=0, progress=False, engine=engine, **more)
    history = fit(model, **options)
    numbers = {
        "parameters": [p.data for p in model.parameters()],
        "losses": history.losses,
        "metrics": history.metrics,
        "validation": history.validation_losses + history.validation_metrics,
        "norms": [x for norms in history.gradient_norms.values() for x in norms],
    }
    return numbers, history.engine_note


def main():
    """Run all cases, and print them."""
    if len(sys.argv) > 1:
        import jax

        port, rank = sys.argv[1:]
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        jax.distributed.initialize(
            f"localhost:{port}", 2, int(rank), initialization_timeout=60
        )
    print(json.dumps({name: train(name, "jax") for name in CASES}))


if __name__ == "__main__":
    main()
