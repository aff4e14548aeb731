"""A layer of ours and its twin in PyTorch: same weights, numbers and gradients."""

import math
import random

import numpy as np

from tinygrad_edu import Value, dot
from tinygrad_edu.nn.shapes import flatten, map_numbers


def numbers(*shape, seed=0):
    """Return nested lists of normal numbers."""
    source = random.Random(seed)

    def fill(lengths):
        if not lengths:
            return source.gauss(0.0, 1.0)
        return [fill(lengths[1:]) for _ in range(lengths[0])]

    return fill(shape)


def nodes(nested):
    return map_numbers(Value, nested)


def data(nested):
    return map_numbers(lambda node: node.data, nested)


def gradients(nested):
    return map_numbers(lambda node: node.grad, nested)


def objective(outputs):
    """Return a sum in which every output counts, and each differently."""
    outputs = flatten(outputs)
    return dot([math.cos(k) for k in range(len(outputs))], outputs)


def assert_close(ours, theirs):
    ours = np.array(ours)
    theirs = theirs.detach().numpy()
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def assert_twins(torch, ours, twin, inputs, pairs):
    """Compare outputs, and the gradients of the inputs and of (Values, tensor) pairs.

    Our weights are copied to the tensors first, in the tensors' shapes.
    """
    for weights, tensor in pairs:
        with torch.no_grad():
            tensor.copy_(torch.tensor(data(weights)).reshape(tensor.shape))
    x = nodes(inputs)
    x_twin = torch.tensor(inputs, requires_grad=True)
    outputs = ours(x)
    expected = twin(x_twin)
    assert_close(data(outputs), expected)
    objective(outputs).backward()
    (torch.cos(torch.arange(expected.numel())) * expected.flatten()).sum().backward()
    assert_close(gradients(x), x_twin.grad)
    for weights, tensor in pairs:
        assert_close(flatten(gradients(weights)), tensor.grad.flatten())


def linear_pairs(linear, twin):
    """Return the (Values, tensor) pairs of a `Linear` and a `torch.nn.Linear`."""
    return [
        ([neuron.w for neuron in linear.neurons], twin.weight),
        ([neuron.b for neuron in linear.neurons], twin.bias),
    ]
