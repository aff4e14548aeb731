"""`train iris`: which of three species a flower is."""

from __future__ import annotations

import argparse

from tinygrad_edu.cli.training_run import check_file, classify
from tinygrad_edu.data import load_iris, standardise
from tinygrad_edu.nn import MLP


def run(options: argparse.Namespace) -> None:
    """Train a multi-layer perceptron on Fisher's Iris flowers.

    Raises:
        OSError: If the file cannot be written.
        TrainingError: If the loss explodes.
    """
    check_file(options.output)
    train, test = standardise(*load_iris().split(0.3, options.seed))
    model = MLP(4, [8, 3], activation="tanh", seed=options.seed)
    classify(model, train, test, options)
