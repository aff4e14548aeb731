"""`train digits`: which digit a small image shows."""

from __future__ import annotations

import argparse
import random
from dataclasses import replace

from tinygrad_edu.cli.training_run import check_file, classify
from tinygrad_edu.data import Dataset, load_digits
from tinygrad_edu.nn import (
    MLP,
    Activation,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    Sequential,
    Unflatten,
)
from tinygrad_edu.nn.module import Module

#: A pixel is a number from 0 to 16.
LARGEST_PIXEL = 16


def run(options: argparse.Namespace) -> None:
    """Train a network on handwritten digits; a fifth of all 1,797 is kept unseen.

    Raises:
        OSError: If the file cannot be written.
        TrainingError: If the loss explodes.
    """
    check_file(options.output)
    train, test = load_digits().split(0.2, options.seed)
    train, test = _scaled(train, options.digits), _scaled(test)
    model = MODELS[options.model](options.seed)
    classify(model, train, test, options)


def perceptron(seed: int) -> Module:
    """Return a multi-layer perceptron 64-16-10."""
    return MLP(64, [16, 10], "tanh", initialiser="xavier_uniform", seed=seed)


def convolutional(seed: int) -> Module:
    """Return a convolution of four kernels, pooling, and a linear map."""
    source = random.Random(seed)
    return Sequential(
        Unflatten(1, 8, 8),
        Conv2d(1, 4, kernel_size=3, padding=1, seed=source),
        Activation("relu"),
        MaxPool2d(2),
        Flatten(),
        Linear(64, 10, seed=source),
    )


MODELS = {"mlp": perceptron, "conv": convolutional}


def _scaled(digits: Dataset, count: int | None = None) -> Dataset:
    rows = digits.features[:count]
    return replace(
        digits,
        features=[[pixel / LARGEST_PIXEL for pixel in row] for row in rows],
        targets=digits.targets[:count],
    )
