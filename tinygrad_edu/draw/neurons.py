"""The neurons of a network, and the weights between them, as a picture takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tinygrad_edu.errors import RenderError

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


def layers_of(model: Any) -> list[list[Any]]:
    """Return the neurons of each layer.

    Raises:
        RenderError: If there are too many layers.
        TypeError: If the model has no layers of neurons.
    """
    parts = list(getattr(model, "layers", [model]))
    if len(parts) > MOST_LAYERS:
        raise RenderError(
            f"A network of {len(parts):,} layers cannot be read, and {MOST_LAYERS} are "
            "the most that are drawn. Draw a part: draw_network(model.layers[0])."
        )
    layers = [getattr(layer, "neurons", [layer]) for layer in parts]
    for neuron in [neuron for neurons in layers for neuron in neurons]:
        if not (hasattr(neuron, "w") and hasattr(neuron, "b")):
            raise TypeError(
                f"draw_network draws neurons with weights w and a bias b, as a Neuron, "
                f"a Layer or an MLP has them, and {neuron!r:.80} has none. "
                "draw_dot(output, collapse=True) draws any network as a graph."
            )
    return layers


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
