"""Neurons, layers and perceptrons: sizes, names, seeds, and PyTorch's numbers."""

import random

import numpy as np
import pytest

from tinygrad_edu import MLP, SGD, Layer, Neuron, ShapeError, Value, nn


def test_repr_shows_architecture_and_parameter_count():
    model = MLP(3, [4, 4, 1], seed=0)
    assert repr(model) == "MLP(3 -> 4 relu -> 4 relu -> 1 linear; 41 parameters)"
    assert repr(model.layers[0]) == "Layer(3 -> 4 relu; 16 parameters)"
    assert repr(model.layers[0].neurons[0]) == "Neuron(3 -> 1 relu; 4 parameters)"


def test_a_neuron_is_a_dot_a_plus_and_its_activation():
    y = Neuron(3, activation="tanh", seed=0)([1.0, 2.0, 3.0])
    assert [node.op.name for node in y.topological_order() if node.op] == [
        "dot",
        "add",
        "tanh",
    ]


def test_expanded_builds_a_node_for_each_operation_of_the_same_function():
    plain, expanded = (MLP(3, [2, 1], seed=5, expanded=e) for e in (False, True))
    x = [0.5, -1.0, 2.0]
    assert expanded(x).data == pytest.approx(plain(x).data, rel=1e-15)
    names = {node.op.name for node in expanded(x).topological_order() if node.op}
    assert names == {"mul", "add", "relu"}


def test_inputs_are_floats_values_or_arrays():
    model = MLP(2, [2, 2], seed=0)
    expected = [y.data for y in model([1.0, 2.0])]
    for x in ([Value(1.0), 2], (1, 2.0), np.array([1.0, 2.0]), iter([1.0, 2.0])):
        assert [y.data for y in model(x)] == expected


def test_a_width_of_one_gives_a_value_and_breaks_nothing():
    assert isinstance(MLP(2, [1], seed=0)([1.0, 2.0]), Value)
    assert isinstance(MLP(2, [1, 3, 1], seed=0)([1.0, 2.0]), Value)
    assert isinstance(MLP(1, [4, 1], seed=0)(0.5), Value)
    assert len(MLP(2, [1, 3], seed=0)([1.0, 2.0])) == 3


@pytest.mark.parametrize("inputs", [[1.0], [1.0, 2.0, 3.0], 1.0])
def test_a_wrong_input_size_says_which_layer_expected_what(inputs):
    model = MLP(2, [3, 1], seed=0)
    with pytest.raises(ShapeError, match="layer0 expects 2 inputs, but was given"):
        model(inputs)
    with pytest.raises(ShapeError, match="layer1 expects 3 inputs"):
        model.layers[1](inputs if inputs != [1.0, 2.0, 3.0] else [1.0, 2.0])


def test_a_batch_given_as_one_row_is_a_lesson():
    with pytest.raises(TypeError, match=r"Make one Value.*one row of features"):
        MLP(2, [1], seed=0)([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Neuron(0),
        lambda: Layer(2, 0),
        lambda: MLP(2, []),
        lambda: MLP(2, 3),
        lambda: MLP(2.5, [1]),
        lambda: Neuron(2, activation="rleu"),
        # Of one layer: no neuron has this activation, but the name is still wrong.
        lambda: MLP(2, [1], activation="nonsense"),
        lambda: MLP(2, [1], output_activation="nonsense"),
    ],
)
def test_impossible_architectures_are_refused(make):
    with pytest.raises(
        ValueError, match=r"at least 1|a list with the width|activation"
    ):
        make()


def test_nonlin_false_is_a_linear_neuron():
    neuron = Neuron(2, nonlin=False, seed=0)
    assert neuron([1.0, 1.0]).op.name == "add"
    assert Neuron(2, False).activation == "linear"
    # As micrograd's neurons have it.
    assert [Neuron(2, bends).nonlin for bends in (True, False)] == [True, False]


@pytest.mark.parametrize("activation", nn.ACTIVATIONS)
def test_every_activation_is_an_operator_by_that_name(activation):
    y = Neuron(1, activation=activation, seed=1)([0.5])
    assert y.op.name == ("add" if activation == "linear" else activation)


def test_a_seed_repeats_and_no_seed_draws_from_random():
    def weights(model):
        return [p.data for p in model.parameters()]

    assert weights(MLP(2, [3], seed=4)) == weights(MLP(2, [3], seed=4))
    assert weights(MLP(2, [3], seed=4)) != weights(MLP(2, [3], seed=5))
    assert weights(MLP(2, [3], seed=random.Random(4))) == weights(MLP(2, [3], seed=4))
    random.seed(9)
    first = weights(MLP(2, [3]))
    random.seed(9)
    assert weights(MLP(2, [3])) == first


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu", "elu"])
@pytest.mark.oracle("MLP", "Layer", "Neuron")
def test_training_steps_equal_pytorch_s(torch, activation):
    rows = [[0.5, -1.0, 2.0], [1.5, 0.3, -0.7], [-0.2, 0.9, 0.4], [1.0, 1.0, -1.0]]
    targets = [0, 2, 1, 2]
    model = MLP(3, [5, 4, 3], activation=activation, seed=3)
    layers = []
    for layer in model.layers:
        linear = torch.nn.Linear(layer.nin, len(layer.neurons))
        with torch.no_grad():
            weights = [[w.data for w in neuron.w] for neuron in layer.neurons]
            linear.weight.copy_(torch.tensor(weights))
            linear.bias.copy_(torch.tensor([neuron.b.data for neuron in layer.neurons]))
        layers.append(linear)
    act = getattr(torch.nn.functional, activation, None) or getattr(torch, activation)

    def twin(x):
        for linear in layers[:-1]:
            x = act(linear(x))
        return layers[-1](x)

    theirs = torch.optim.SGD([p for m in layers for p in m.parameters()], lr=0.1)
    ours = SGD(model.parameters(), learning_rate=0.1)
    for _ in range(10):
        theirs.zero_grad()
        expected = torch.nn.functional.cross_entropy(
            twin(torch.tensor(rows)), torch.tensor(targets)
        )
        expected.backward()
        theirs.step()
        ours.zero_grad()
        loss = nn.cross_entropy([model(x) for x in rows], targets)
        loss.backward()
        ours.step()
        assert loss.data == pytest.approx(expected.item(), rel=1e-12)
        for layer, linear in zip(model.layers, layers, strict=True):
            gradients = [[w.grad for w in neuron.w] for neuron in layer.neurons]
            assert np.allclose(gradients, linear.weight.grad, rtol=1e-10, atol=1e-14)
            biases = [neuron.b.grad for neuron in layer.neurons]
            assert np.allclose(biases, linear.bias.grad, rtol=1e-10, atol=1e-14)


def test_an_activation_in_the_place_of_nonlin_is_refused():
    with pytest.raises(TypeError, match='activation="tanh"'):
        Neuron(3, "tanh")
    with pytest.raises(TypeError, match='activation="tanh"'):
        Layer(3, 4, "tanh")


def test_numpy_integers_are_counts_and_seeds():
    model = MLP(np.int64(2), [np.int32(3), 1], seed=np.int64(4))
    assert [p.data for p in model.parameters()] == [
        p.data for p in MLP(2, [3, 1], seed=4).parameters()
    ]
