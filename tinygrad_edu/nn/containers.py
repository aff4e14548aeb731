"""Layers one after the other, and those that have no parameters of their own."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tinygrad_edu.engine.functions import as_node
from tinygrad_edu.engine.value import ActivationName, Value
from tinygrad_edu.nn.activations import activate, find_activation
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.shapes import as_nodes, flatten, map_numbers
from tinygrad_edu.ranges import check_count, said


class Sequential(Module):
    """Layers one after the other: each takes what the one before it gives.

    Args:
        layers: Modules, or other callables of one argument. They are called, and their
            parameters named, in this order: layer0, layer1, ...

    Raises:
        TypeError: If one of them cannot be called.

    The same as `torch.nn.Sequential`.

    >>> from tinygrad_edu.nn import Linear
    >>> model = Sequential(Linear(2, 3, seed=0), Activation("tanh"))
    >>> model
    Sequential(Linear(2 -> 3; 9 parameters) -> Activation(tanh); 9 parameters)
    >>> len(model([1.0, -1.0]))
    3
    """

    def __init__(self, *layers: Callable[[Any], Any]) -> None:
        for layer in layers:
            if not callable(layer):
                raise TypeError(
                    f"A layer is called with the output of the one before it, and "
                    f"{said(layer)} cannot be called. Name an activation as in "
                    'Activation("tanh"), and give layers one by one: '
                    "Sequential(*layers)."
                )
        self.layers: list[Callable[[Any], Any]] = list(layers)
        self.label_parameters()

    def __call__(self, inputs: Any) -> Any:
        """Return what the last layer gives.

        Raises:
            ShapeError: If what one layer gives is not what the next one takes.
        """
        outputs = inputs
        for layer in self.layers:
            outputs = layer(outputs)
        return outputs

    def __repr__(self) -> str:
        return self._summary(" -> ".join(_outline(layer) for layer in self.layers))


def _outline(layer: Callable[[Any], Any]) -> str:
    if isinstance(layer, Module):
        return repr(layer)
    return getattr(layer, "__name__", type(layer).__name__)


class Activation(Module):
    """An activation function of every number, whatever the shape.

    Args:
        activation: One of `ACTIVATIONS`.

    Raises:
        ValueError: If the name is unknown.

    >>> Activation("relu")([[-1.0, 2.0]])
    [[Value(data=0.0, grad=0.0, op='ReLU'), Value(data=2.0, grad=0.0, op='ReLU')]]
    """

    def __init__(self, activation: ActivationName) -> None:
        self.activation = find_activation(activation)

    def __call__(self, inputs: Any) -> Any:
        """Return the activations in the shape of the inputs."""
        return map_numbers(self._activate, inputs)

    def _activate(self, number: Any) -> Value:
        return activate(as_node(number), self.activation)

    def __repr__(self) -> str:
        return self._summary(self.activation)


class Flatten(Module):
    """Nested lists of any shape as one row, the last axis fastest.

    The same as `torch.nn.Flatten` for one sample.

    >>> [node.data for node in Flatten()([[[1.0, 2.0]], [[3.0, 4.0]]])]
    [1.0, 2.0, 3.0, 4.0]
    """

    def __call__(self, inputs: Any) -> list[Value]:
        """Return the numbers in one list."""
        return [as_node(number) for number in flatten(inputs)]


class Unflatten(Module):
    """One row as nested lists: the way back from `Flatten`.

    Args:
        shape: The length of each axis, outermost first, such as 1, 8, 8 for an image
            of one channel.

    Raises:
        ValueError: If no length is given, or one is below 1.

    The same as `torch.nn.Unflatten` for one sample.

    >>> rows = Unflatten(2, 3)([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    >>> [[node.data for node in row] for row in rows]
    [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    """

    def __init__(self, *shape: int) -> None:
        if not shape:
            raise ValueError(
                "Unflatten needs the length of each axis, such as 1, 8, 8."
            )
        for length in shape:
            check_count("The length of an axis", length)
        self.shape = shape

    def __call__(self, inputs: Any) -> Any:
        """Return the numbers of one row in the new shape.

        Raises:
            ShapeError: If there are not as many numbers as the shape holds.
        """
        nested: list[Any] = as_nodes(inputs, self, {"inputs": math.prod(self.shape)})
        # From the innermost axis out; the outermost is what is left.
        for length in reversed(self.shape[1:]):
            starts = range(0, len(nested), length)
            nested = [nested[start : start + length] for start in starts]
        return nested

    def __repr__(self) -> str:
        return self._summary(" x ".join(str(length) for length in self.shape))
