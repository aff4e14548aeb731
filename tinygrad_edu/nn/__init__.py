"""Neural networks as pure composition of Values."""

from tinygrad_edu.nn.losses import cross_entropy, hinge, mse
from tinygrad_edu.nn.mlp import ACTIVATIONS, MLP, Layer, Neuron
from tinygrad_edu.nn.module import Module

__all__ = [
    "ACTIVATIONS",
    "MLP",
    "Layer",
    "Module",
    "Neuron",
    "cross_entropy",
    "hinge",
    "mse",
]
