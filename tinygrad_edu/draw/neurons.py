"""The neurons of a network, and the weights between them, as a picture takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_edu.errors import RenderError
from tinygrad_edu.ranges import said

#: More neurons than this in a layer are not drawn one by one; the middle is left out.
MOST_NEURONS = 12

#: Up to so many weights between two columns stand in numbers on their edges.
MOST_NUMBERS = 16

#: A network of more layers than this is wider than any wall.
MOST_LAYERS = 100

#: From so many edges on, lines are thin enough to tell them apart.
DENSE = 60


@dataclass(frozen=True)
class Edge:
    """A weight as an edge: from one place to another, (column, neuron) each."""

    weight: Any
    tail: tuple[int, int]
    head: tuple[int, int]


@dataclass(frozen=True)
class Stage:
    """A layer of a network: its neurons, and what is done to what they say.

    Attributes:
        neurons: Each with weights `w`, and a bias `b` or None.
        activation: By name.
        after: What is called with the outputs of all of them.
    """

    neurons: list[Any]
    activation: str
    after: list[Any]

    def __call__(self, inputs: list[Any]) -> list[Any]:
        """Return what the layer says, for one row."""
        outputs = [neuron(inputs) for neuron in self.neurons]
        for module in self.after:
            outputs = module(outputs)
        return outputs


def stages_of(model: Any) -> list[Stage]:
    """Return the layers of a network, each with the activation that follows it.

    Raises:
        RenderError: If there are too many layers.
        TypeError: If not all of its parts are layers of neurons, or activations.
    """
    stages: list[Stage] = []
    parts = list(_parts(model))
    if len(parts) > MOST_LAYERS:
        raise RenderError(
            f"A network of {len(parts):,} layers cannot be read, and {MOST_LAYERS} are "
            "the most that are drawn. Draw a part: draw_network(model.layers[0])."
        )
    for part in parts:
        neurons = getattr(part, "neurons", [part])
        if all(hasattr(neuron, "w") and hasattr(neuron, "b") for neuron in neurons):
            activation = getattr(neurons[0], "activation", "linear")
            stages.append(Stage(list(neurons), activation, []))
        elif stages and hasattr(part, "activation") and not part.parameters():
            name = part.activation
            before = stages[-1]
            if before.activation != "linear":
                name = f"{before.activation}, {name}"
            stages[-1] = Stage(before.neurons, name, [*before.after, part])
        else:
            raise TypeError(
                "A network is drawn by its neurons, with weights w and a bias b as in "
                f"a Layer, a Linear or an MLP, and {said(part):.80} has none. "
                "draw_dot(output, collapse=True) draws any network as a graph."
            )
    if not stages:
        raise TypeError(f"{model!r:.80} has no layers to draw.")
    return stages


def layers_of(model: Any) -> list[list[Any]]:
    """Return the neurons of each layer.

    Raises:
        TypeError: If the model has no layers of neurons.
    """
    return [stage.neurons for stage in stages_of(model)]


def _parts(model: Any) -> Iterator[Any]:
    # A layer of a Sequential may be an MLP, which has layers itself.
    if not hasattr(model, "layers"):
        yield model
        return
    for layer in model.layers:
        yield from _parts(layer)


def visible(count: int) -> list[int]:
    """Return which neurons of a layer are drawn: all, or the first and the last.

    >>> visible(3), len(visible(1000))
    ([0, 1, 2], 12)
    """
    if count <= MOST_NEURONS:
        return list(range(count))
    half = MOST_NEURONS // 2
    return [*range(half), *range(count - half, count)]


def visible_edges(layers: list[list[Any]]) -> Iterator[Edge]:
    """Yield an edge for each weight between two neurons that are drawn."""
    for column, neurons in enumerate(layers):
        for j in visible(len(neurons)):
            weights = neurons[j].w
            for i in visible(len(weights)):
                yield Edge(weights[i], (column, i), (column + 1, j))


def column_counts(layers: list[list[Any]]) -> list[int]:
    """Return how many neurons each column has, that of the inputs first."""
    return [len(layers[0][0].w), *[len(neurons) for neurons in layers]]


def has_number(edge: Edge, counts: Sequence[int]) -> bool:
    """Return whether the number of an edge stands on it: only where there is room."""
    column, _ = edge.tail
    return counts[column] * counts[column + 1] <= MOST_NUMBERS


def thinner(edges: Sequence[Edge]) -> float:
    """Return the factor by which the lines of a picture of many edges are thinner."""
    return 1.0 if len(edges) < DENSE else 0.5
