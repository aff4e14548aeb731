"""`train moons`: which of two half moons a point belongs to."""

from __future__ import annotations

import argparse

from tinygrad_edu.cli.training_run import check_file, classify
from tinygrad_edu.data import make_moons
from tinygrad_edu.nn import MLP


def run(options: argparse.Namespace) -> None:
    """Train a multi-layer perceptron on points that no line can tell apart.

    Raises:
        OSError: If the file cannot be written.
        TrainingError: If the loss explodes.
    """
    check_file(options.output)
    moons = make_moons(300, noise=0.1, seed=options.seed)
    train, test = moons.split(0.3, options.seed)
    model = MLP(2, [16, 2], activation="tanh", seed=options.seed)
    classify(model, train, test, options)
