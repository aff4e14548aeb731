"""Neural networks as pure composition of Values."""

from tinygrad_edu.nn.losses import (
    binary_cross_entropy,
    cross_entropy,
    hinge,
    huber,
    l1,
    mse,
)
from tinygrad_edu.nn.metrics import accuracy
from tinygrad_edu.nn.mlp import ACTIVATIONS, MLP, Layer, Neuron
from tinygrad_edu.nn.module import Module

__all__ = [
    "ACTIVATIONS",
    "MLP",
    "Layer",
    "Module",
    "Neuron",
    "accuracy",
    "binary_cross_entropy",
    "cross_entropy",
    "hinge",
    "huber",
    "l1",
    "mse",
]
