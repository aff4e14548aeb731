"""Neurons, layers of neurons, and the multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.functions import dot
from tinygrad_edu.engine.value import ActivationName, Operand, Value
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.nn.activations import activate, find_activation
from tinygrad_edu.nn.initialisers import Initialiser, find_initialiser
from tinygrad_edu.nn.module import Module
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import check_count, check_flag, said


class Neuron(Module):
    """A weighted sum of inputs, plus a bias, through an activation function.

    y = f(Σ wᵢ·xᵢ + b)

    Args:
        nin: How many inputs it takes, at least 1.
        nonlin: False is micrograd's way to say `activation="linear"`.
        activation: One of `ACTIVATIONS`.
        initialiser: How the weights are drawn: a name out of `initialisers`, or a
            function (source, fan_in, fan_out) -> float. The bias starts at 0.
        seed: Where the weights are drawn from.
        expanded: Build a node for each `*` and `+`, as lectures draw it, in place of
            one `dot` node.
        fan_out: How many neurons its inputs feed, which some initialisers ask.

    Attributes:
        w: The weights.
        b: The bias.

    Raises:
        ValueError: If nin is below 1, or the activation or the initialiser is unknown.

    >>> neuron = Neuron(2, activation="tanh", seed=0)
    >>> neuron
    Neuron(2 -> 1 tanh; 3 parameters)
    >>> [name for name, parameter in neuron.named_parameters()]
    ['w0', 'w1', 'b']
    >>> neuron([1.0, -2.0])
    Value(data=-0.330..., grad=0.0, op='tanh')
    """

    @takes_foreign_keywords
    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: ActivationName = "relu",
        initialiser: str | Initialiser = "uniform",
        seed: Seed = None,
        expanded: bool = False,
        fan_out: int = 1,
    ) -> None:
        check_count("nin", nin)
        check_count("fan_out", fan_out)
        check_flag("nonlin", nonlin, ' Name an activation as in activation="tanh".')
        check_flag("expanded", expanded)
        activation = find_activation(activation)
        draw = find_initialiser(initialiser)
        source = random_source(seed)
        self.nin = nin
        self.w: list[Value] = [Value(draw(source, nin, fan_out)) for _ in range(nin)]
        self.b: Value = Value(0.0)
        self.activation: ActivationName = activation if nonlin else "linear"
        self.expanded = expanded
        self.label_parameters()

    @property
    def nonlin(self) -> bool:
        """Does it bend its sum? So micrograd calls it."""
        return str(self.activation) != "linear"

    def __call__(self, inputs: Operand | Iterable[Operand]) -> Value:
        """Return the response to one row of inputs, floats or Values.

        Raises:
            ShapeError: If the inputs are not as many as the weights.
        """
        return self._respond(_as_row(inputs, len(self.w), self))

    def _respond(self, inputs: list[Value]) -> Value:
        if self.expanded:
            z = self.b
            for weight, x in zip(self.w, inputs):
                z = z + weight * x
        else:
            z = dot(self.w, inputs) + self.b
        return activate(z, self.activation)

    def __repr__(self) -> str:
        return self._summary(f"{len(self.w)} -> 1 {self.activation}")


class Layer(Module):
    """Neurons side by side: each takes all of the inputs, and gives one output.

    Args:
        nin: How many inputs it takes, at least 1.
        nout: How many neurons it has, at least 1.
        nonlin: False is micrograd's way to say `activation="linear"`.
        activation: One of `ACTIVATIONS`.
        initialiser: How the weights are drawn: a name out of `initialisers`, or a
            function (source, fan_in, fan_out) -> float. The biases start at 0.
        seed: Where the weights are drawn from, one neuron after the other.
        expanded: Build a node for each `*` and `+`, as lectures draw it, in place of
            one `dot` node for each neuron.

    >>> Layer(3, 4, activation="sigmoid", seed=0)
    Layer(3 -> 4 sigmoid; 16 parameters)
    """

    @takes_foreign_keywords
    def __init__(
        self,
        nin: int,
        nout: int,
        nonlin: bool = True,
        *,
        activation: ActivationName = "relu",
        initialiser: str | Initialiser = "uniform",
        seed: Seed = None,
        expanded: bool = False,
    ) -> None:
        check_count("nout", nout)
        source = random_source(seed)
        activation = find_activation(activation)
        self.nin = nin
        self.nout = nout
        self.activation: ActivationName = activation if nonlin else "linear"
        self.expanded = expanded
        self.neurons: list[Neuron] = []
        for _ in range(nout):
            neuron = Neuron(
                nin,
                nonlin,
                activation=activation,
                initialiser=initialiser,
                seed=source,
                expanded=expanded,
                fan_out=nout,
            )
            self.neurons.append(neuron)
        self.label_parameters()

    def __call__(self, inputs: Operand | Iterable[Operand]) -> Any:
        """Return one output for each neuron; a layer of one gives a Value, no list.

        Raises:
            ShapeError: If the inputs are not as many as the layer takes.
        """
        row = _as_row(inputs, self.nin, self)
        outputs = [neuron._respond(row) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def __repr__(self) -> str:
        return self._summary(f"{self.nin} -> {self._outline()}")

    def _outline(self) -> str:
        return f"{len(self.neurons)} {self.neurons[0].activation}"


class MLP(Module):
    """The multi-layer perceptron: each layer takes the outputs of the one before.

    Args:
        nin: How many inputs it takes, at least 1.
        nouts: How many neurons each layer has; the last number is that of the outputs.
        activation: Of every layer but the last, one of `ACTIVATIONS`.
        output_activation: Of the last layer.
        initialiser: How the weights are drawn: a name out of `initialisers`, or a
            function (source, fan_in, fan_out) -> float. The biases start at 0.
        seed: Where the weights are drawn from, one neuron after the other.
        expanded: Build a node for each `*` and `+`, as lectures draw it, in place of
            one `dot` node for each neuron.

    Raises:
        ValueError: If there are no layers, a width is below 1 or an activation unknown.

    >>> model = MLP(3, [4, 4, 1], seed=0)
    >>> model
    MLP(3 -> 4 relu -> 4 relu -> 1 linear; 41 parameters)
    >>> model.named_parameters()[2][0]
    'layer0.neuron0.w2'
    """

    @takes_foreign_keywords
    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: ActivationName = "relu",
        output_activation: ActivationName = "linear",
        *,
        initialiser: str | Initialiser = "uniform",
        seed: Seed = None,
        expanded: bool = False,
    ) -> None:
        if not isinstance(nouts, Sequence) or len(nouts) == 0:
            raise ValueError(
                f"nouts must be a list with the width of each layer, such as "
                f"[16, 16, 1], not {said(nouts)}."
            )
        source = random_source(seed)
        activation = find_activation(activation)
        output_activation = find_activation(output_activation)
        self.nin = nin
        self.nouts: list[int] = list(nouts)
        self.activation = activation
        self.output_activation = output_activation
        self.expanded = expanded
        last = len(nouts) - 1
        self.layers: list[Layer] = []
        for i, nout in enumerate(nouts):
            layer = Layer(
                nin,
                nout,
                activation=output_activation if i == last else activation,
                initialiser=initialiser,
                seed=source,
                expanded=expanded,
            )
            self.layers.append(layer)
            nin = nout
        self.label_parameters()

    def __call__(self, inputs: Operand | Iterable[Operand]) -> Any:
        """Return the outputs for one row of inputs; one output gives a Value, no list.

        Raises:
            ShapeError: If the inputs are not as many as the first layer takes.
        """
        outputs: Any = inputs
        for layer in self.layers:
            outputs = layer(outputs)
        return outputs

    def __repr__(self) -> str:
        outline = " -> ".join(layer._outline() for layer in self.layers)
        return self._summary(f"{self.layers[0].nin} -> {outline}")


def _as_row(inputs: Any, width: int, module: Module) -> list[Value]:
    if isinstance(inputs, (Value, Real)):
        inputs = [inputs]
    try:
        row = [x if isinstance(x, Value) else Value(x) for x in inputs]
    except TypeError as error:
        raise TypeError(
            f"{error} A model takes one row of features at a time: "
            "[model(row) for row in rows]."
        ) from None
    if len(row) != width:
        raise ShapeError(
            f"{module.name or 'This module'} expects {width} inputs, but was given "
            f"{len(row)}: {module!r}. Give it one row of features at a time."
        )
    return row
