"""The neurons and weights that a picture shows, and those it leaves out."""

import math

import pytest

from tinygrad_edu import MLP, Layer, Neuron, RenderError, Value
from tinygrad_edu.draw.neurons import (
    DENSE,
    MOST_LAYERS,
    MOST_NEURONS,
    MOST_NUMBERS,
    column_counts,
    has_number,
    layers_of,
    stages_of,
    thinner,
    visible,
    visible_edges,
)
from tinygrad_edu.nn import Activation, Linear, Sequential


def test_a_network_a_layer_and_a_neuron_have_layers():
    assert [len(layer) for layer in layers_of(MLP(3, [4, 2], seed=0))] == [4, 2]
    assert [len(layer) for layer in layers_of(Layer(3, 4, seed=0))] == [4]
    assert [len(layer) for layer in layers_of(Neuron(3, seed=0))] == [1]


def test_what_has_no_neurons_is_refused_with_another_way():
    with pytest.raises(TypeError, match=r"draw_dot\(output, collapse=True\)"):
        layers_of(Value(1.0))


@pytest.mark.parametrize("count", [1, MOST_NEURONS, MOST_NEURONS + 1, 500])
def test_of_many_neurons_the_first_and_the_last_are_shown(count):
    shown = visible(count)
    assert len(shown) == min(count, MOST_NEURONS)
    assert shown[0] == 0
    assert shown[-1] == count - 1
    assert shown == sorted(set(shown))


def test_there_is_an_edge_for_each_weight_from_its_input_to_its_neuron():
    model = MLP(2, [3, 1], seed=0)
    edges = list(visible_edges(layers_of(model)))
    assert len(edges) == 2 * 3 + 3 * 1
    for edge in edges:
        (column, i), (_, j) = edge.tail, edge.head
        assert edge.weight is model.layers[column].neurons[j].w[i]
        assert edge.head[0] == column + 1
    assert column_counts(layers_of(model)) == [2, 3, 1]


def test_numbers_stand_on_edges_where_there_is_room_and_many_edges_are_thin():
    few = list(visible_edges(layers_of(MLP(2, [2], seed=0))))
    assert has_number(few[0], [2, 2])
    assert not has_number(few[0], [MOST_NUMBERS, 2])
    assert has_number(few[0], [1, MOST_NUMBERS])
    assert not has_number(few[0], [1, MOST_NUMBERS + 1])
    assert thinner(few) == 1.0
    assert thinner(few * DENSE) == 0.5


def test_an_activation_behind_another_is_told_and_called():
    model = Sequential(
        Linear(1, 1, seed=0), Activation("tanh"), Activation("relu"), Linear(1, 1)
    )
    first, second = stages_of(model)
    assert (first.activation, second.activation) == ("tanh, relu", "linear")
    for x in (-2.0, 2.0):
        [y] = first([x])
        z = math.tanh(model.layers[0]([x])[0].data)
        assert y.data == pytest.approx(max(z, 0.0), rel=1e-15)


def test_no_layers_and_too_many_layers_are_refused():
    with pytest.raises(TypeError, match="has no layers to draw"):
        stages_of(Sequential())
    deep = MLP(1, [1] * (MOST_LAYERS + 1), seed=0)
    with pytest.raises(RenderError, match=r"101 layers .* draw_network\(model\.layers"):
        stages_of(deep)
    assert len(stages_of(MLP(1, [1] * MOST_LAYERS, seed=0))) == MOST_LAYERS
