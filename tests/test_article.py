"""The article that the project grew from: what it describes, and what it gets wrong.

Every number here comes from arithmetic written out, from closed formulas, or from
central differences; the package is what is tested.
"""

import math
import re

import pytest

from tinygrad_edu import MLP, SGD, Neuron, ShapeError, Value, draw_dot, fit, mean, nn
from tinygrad_edu.data import make_moons
from tinygrad_edu.draw import draw_network


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def sigmoid_slope(z):
    return (sigmoid(z + 1e-5) - sigmoid(z - 1e-5)) / 2e-5


def set_weights(layer, weights, biases):
    """Give a layer w[i][j], which goes from input i to neuron j, and its biases."""
    for j, neuron in enumerate(layer.neurons):
        neuron.b.data = biases[j]
        for i, w in enumerate(neuron.w):
            w.data = weights[i][j]


# ----------------------------------------------- the forward example, 3-4-2

X = [1.0, 0.5, -1.0]
W1 = [[0.1, 0.4, -0.3, 0.2], [-0.2, 0.6, 0.5, 0.8], [0.7, -0.1, 0.3, -0.5]]
B1 = [0.1, -0.2, 0.3, 0.05]
W2 = [[0.5, -0.4], [0.3, 0.9], [-0.6, 0.2], [0.8, 0.1]]
B2 = [0.2, -0.1]


def forward_example():
    model = MLP(3, [4, 2], activation="sigmoid", seed=0)
    set_weights(model.layers[0], W1, B1)
    set_weights(model.layers[1], W2, B2)
    return model


def forward_by_hand():
    # z1 = 1·0.1 + 0.5·(-0.2) + (-1)·0.7 + 0.1 = -0.6, and so on.
    h = [sigmoid(z) for z in (-0.6, 0.6, -0.05, 1.15)]
    y1 = 0.5 * h[0] + 0.3 * h[1] - 0.6 * h[2] + 0.8 * h[3] + 0.2
    y2 = -0.4 * h[0] + 0.9 * h[1] + 0.2 * h[2] + 0.1 * h[3] - 0.1
    return h, [y1, y2]


def test_the_forward_example_gives_the_numbers_worked_out_by_hand():
    model = forward_example()
    h, y = forward_by_hand()
    assert [node.data for node in model.layers[0](X)] == pytest.approx(h, rel=1e-12)
    assert [node.data for node in model(X)] == pytest.approx(y, rel=1e-12)


def test_the_outputs_of_the_forward_example_are_read_as_probabilities():
    _, (y1, y2) = forward_by_hand()
    p1 = math.exp(y1) / (math.exp(y1) + math.exp(y2))
    logits = forward_example()(X)
    loss = nn.cross_entropy(logits, 0)
    assert loss.data == pytest.approx(-math.log(p1), rel=1e-12)
    loss.backward()
    assert [y.grad for y in logits] == pytest.approx([p1 - 1, 1 - p1], rel=1e-12)


def test_a_step_of_the_forward_example_moves_every_weight_and_lowers_the_loss():
    model = forward_example()
    loss = nn.cross_entropy(model(X), 0)
    loss.backward()
    before = [(p.data, p.grad) for p in model.parameters()]
    SGD(model.parameters(), learning_rate=0.5).step()
    assert len(before) == 3 * 4 + 4 + 4 * 2 + 2
    for parameter, (data, gradient) in zip(model.parameters(), before):
        assert gradient != 0.0
        assert parameter.data == pytest.approx(data - 0.5 * gradient, rel=1e-15)
    assert nn.cross_entropy(model(X), 0).data < loss.data


# ----------------------------------------------- the backward example, 2-2-2

INPUTS, TARGETS = [0.8, -0.4], [1.0, 0.0]
V1, C1 = [[0.3, -0.6], [0.5, 0.2]], [0.1, -0.3]
V2, C2 = [[0.7, -0.2], [0.4, 0.9]], [-0.1, 0.2]


def backward_example():
    model = MLP(2, [2, 2], "sigmoid", "sigmoid", seed=0)
    set_weights(model.layers[0], V1, C1)
    set_weights(model.layers[1], V2, C2)
    return model


def squared_error(outputs):
    return sum((y - t) * (y - t) for y, t in zip(outputs, TARGETS))


def deltas_by_formula():
    """Return h, y, and δ = ∂L/∂z of the hidden and the output nodes."""
    h = [sigmoid(INPUTS[0] * V1[0][j] + INPUTS[1] * V1[1][j] + C1[j]) for j in range(2)]
    y = [sigmoid(h[0] * V2[0][k] + h[1] * V2[1][k] + C2[k]) for k in range(2)]
    outer = [2 * (y[k] - TARGETS[k]) * y[k] * (1 - y[k]) for k in range(2)]
    inner = [
        (outer[0] * V2[j][0] + outer[1] * V2[j][1]) * h[j] * (1 - h[j])
        for j in range(2)
    ]
    return h, y, inner, outer


def test_the_backward_example_gives_every_derivative_of_the_closed_formula():
    model = backward_example()
    h, y, inner, outer = deltas_by_formula()
    outputs = model(INPUTS)
    assert [node.data for node in outputs] == pytest.approx(y, rel=1e-14)
    squared_error(outputs).backward()
    first, second = (layer.neurons for layer in model.layers)
    for j in range(2):
        assert first[j].b.grad == pytest.approx(inner[j], rel=1e-12)
        assert second[j].b.grad == pytest.approx(outer[j], rel=1e-12)
        for i in range(2):
            assert first[j].w[i].grad == pytest.approx(inner[j] * INPUTS[i], rel=1e-12)
            assert second[j].w[i].grad == pytest.approx(outer[j] * h[i], rel=1e-12)


def test_the_update_of_the_backward_example_is_w_minus_eta_times_the_derivative():
    model = backward_example()
    h, _, inner, outer = deltas_by_formula()
    squared_error(model(INPUTS)).backward()
    SGD(model.parameters(), learning_rate=0.5).step()
    first, second = (layer.neurons for layer in model.layers)
    for j in range(2):
        assert first[j].b.data == pytest.approx(C1[j] - 0.5 * inner[j], rel=1e-12)
        assert second[j].b.data == pytest.approx(C2[j] - 0.5 * outer[j], rel=1e-12)
        for i in range(2):
            moved = V1[i][j] - 0.5 * inner[j] * INPUTS[i]
            assert first[j].w[i].data == pytest.approx(moved, rel=1e-12)
            moved = V2[i][j] - 0.5 * outer[j] * h[i]
            assert second[j].w[i].data == pytest.approx(moved, rel=1e-12)


# ----------------------------------------------- its pictures


@pytest.mark.parametrize(
    ("model", "neurons", "edges"),
    [(forward_example(), 9, 20), (backward_example(), 6, 8)],
)
def test_the_networks_are_drawn_with_every_neuron_and_every_weight(
    model, neurons, edges
):
    picture = draw_network(model).svg
    assert picture.count("<circle") == neurons
    names = [name for name, _ in model.named_parameters() if ".w" in name]
    assert len(names) == edges
    for name in names:
        assert name in picture


def test_two_nodes_are_joined_by_an_edge_that_carries_the_weight():
    x, w = Value(3.0, label="x"), Value(-0.5, label="w")
    source = draw_dot(w * x).source
    assert re.search(r'1 -> 2 \[label=" -0\.5 "', source)
    assert re.search(r'0 -> 2 \[label=" 3 "', source)


# ----------------------------------------------- saturation, overfitting, bias


def learn_zero(weight):
    """Return the first gradient, and the output after 50 steps towards 0."""
    neuron = Neuron(1, activation="sigmoid", seed=0)
    neuron.w[0].data = weight
    gradients = []
    for _ in range(50):
        neuron.zero_grad()
        nn.mse(neuron([1.0]), 0.0).backward()
        gradients.append(neuron.w[0].grad)
        SGD(neuron.parameters(), learning_rate=0.5).step()
    return gradients[0], neuron([1.0]).data


def test_a_large_weight_saturates_the_sigmoid_and_learning_stands_still():
    small, learnt = learn_zero(1.0)
    assert small == pytest.approx(2 * sigmoid(1) * sigmoid_slope(1.0), rel=1e-8)
    assert learnt < 0.25
    tiny, stuck = learn_zero(20.0)
    assert 0 < tiny < 1e-7 * small
    assert stuck > 0.999


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_weights_that_start_large_learn_by_heart_what_does_not_hold_elsewhere(seed):
    train, unseen = make_moons(24, 0.3, seed=1), make_moons(200, 0.3, seed=2)
    gaps, losses = {}, {}
    for initialiser in ("xavier_uniform", "large"):
        model = MLP(2, [8, 2], "sigmoid", initialiser=initialiser, seed=seed)
        fit(
            model,
            train.features,
            train.targets,
            loss=nn.cross_entropy,
            epochs=60,
            learning_rate=0.5,
            seed=0,
            progress=False,
        )
        known, other = (
            mean(
                nn.cross_entropy(model(x), t)
                for x, t in zip(data.features, data.targets)
            ).data
            for data in (train, unseen)
        )
        gaps[initialiser], losses[initialiser] = other - known, known
    assert losses["large"] < losses["xavier_uniform"]
    assert gaps["large"] > 0.1 > gaps["xavier_uniform"]


# ----------------------------------------------- hyperparameters


def learnt(**options):
    model = MLP(2, [4, 2], activation="tanh", seed=1)
    data = make_moons(40, 0.1, seed=0)
    defaults = {
        "loss": nn.cross_entropy,
        "epochs": 20,
        "batch_size": 8,
        "learning_rate": 0.1,
    }
    history = fit(
        model,
        data.features,
        data.targets,
        seed=0,
        progress=False,
        **{**defaults, **options},
    )
    length = math.hypot(*[p.data for p in model.parameters()])
    return history.losses[-1], length


def test_each_hyperparameter_does_what_it_is_for():
    loss, length = learnt()
    assert learnt(learning_rate=0.001)[0] > loss
    assert learnt(epochs=60)[0] < loss
    # As many epochs in larger batches are fewer steps.
    assert learnt(batch_size=40)[0] > loss
    assert learnt(l2=0.1)[1] < 0.8 * length
    assert learnt(l1=0.1)[1] < 0.8 * length


# ----------------------------------------------- perceptrons, convolution, recurrence


class Recurrent(nn.Module):
    def __init__(self):
        self.cell = nn.RNNCell(1, 3, seed=0)
        self.last = nn.Linear(3, 2, seed=1)
        self.label_parameters()

    def __call__(self, rows):
        outputs, _ = nn.unroll(self.cell, rows)
        return self.last(outputs[-1])


def convolutional():
    return nn.Sequential(
        nn.Conv2d(1, 2, 2, seed=0),
        nn.Activation("tanh"),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(2, 2, seed=1),
    )


@pytest.mark.parametrize(
    ("model", "inputs"),
    [
        (MLP(3, [4, 2], "tanh", seed=0), X),
        (convolutional(), [[[0.1, 0.9, -0.3], [0.4, -0.8, 0.2], [0.7, 0.5, -0.6]]]),
        (Recurrent(), [[0.5], [-1.0], [0.8], [0.3]]),
    ],
    ids=["perceptron", "convolutional", "recurrent"],
)
def test_every_kind_of_network_learns_by_backpropagation(model, inputs):
    def loss():
        return nn.cross_entropy(model(inputs), 1)

    model.zero_grad()
    loss().backward()
    for parameter in model.parameters():
        start = parameter.data
        parameter.data = start + 1e-6
        above = loss().data
        parameter.data = start - 1e-6
        below = loss().data
        parameter.data = start
        assert parameter.grad == pytest.approx((above - below) / 2e-6, abs=1e-8)
    before = loss().data
    fit(model, [inputs], [1], loss=nn.cross_entropy, epochs=30, progress=False)
    assert loss().data < before / 2


# ----------------------------------------------- what it gets wrong


def test_a_weight_is_a_factor_and_not_its_own_derivative():
    x, w = Value(3.0), Value(-0.5)
    z = w * x
    assert z.data == -1.5
    z.backward()
    # ∂z/∂x along the edge equals the weight; the derivative by the weight is x.
    assert x.grad == -0.5
    assert w.grad == 3.0 != w.data


@pytest.mark.parametrize("z", [-2.0, 0.0, 0.5, 3.0])
def test_the_slope_of_the_sigmoid_is_y_times_1_minus_y(z):
    node = Value(z)
    node.sigmoid().backward()
    y = sigmoid(z)
    assert node.grad == pytest.approx(y * (1 - y), rel=1e-15)
    assert node.grad == pytest.approx(sigmoid_slope(z), rel=1e-8)
    assert abs(node.grad - (y - 1)) > 0.04


def test_an_output_is_the_sigmoid_of_the_sum_and_no_quotient():
    neuron = Neuron(2, activation="sigmoid", seed=0)
    neuron.w[0].data, neuron.w[1].data, neuron.b.data = 0.5, -1.0, 0.2
    y = neuron([1.0, 2.0])
    z = 0.5 * 1.0 - 1.0 * 2.0 + 0.2
    assert y.data == pytest.approx(1 / (1 + math.exp(1.3)), rel=1e-15)
    slope = sigmoid_slope(z)
    assert abs(y.data - z / (1 - slope)) > 1


def test_an_activation_is_a_value_and_not_a_derivative():
    z1 = Value(0.5)
    z2 = z1.sigmoid()
    z2.backward()
    assert z2.data == pytest.approx(0.6224593312018546, rel=1e-15)
    assert z1.grad == pytest.approx(0.2350037122015945, rel=1e-14)
    assert z2.data != pytest.approx(z1.grad, abs=0.3)


def test_a_hidden_layer_of_four_has_3_x_4_weights_and_a_bias_each():
    layer = forward_example().layers[0]
    assert [len(neuron.w) for neuron in layer.neurons] == [3, 3, 3, 3]
    assert [neuron.b.data for neuron in layer.neurons] == B1
    assert len(layer.parameters()) == 3 * 4 + 4
    # Three columns of four, the biases the fourth row: rows times x would multiply
    # the biases by the inputs, and there are not enough of them for four nodes.
    wrong = sum(b * x for b, x in zip(B1[:3], X))
    assert wrong != pytest.approx(B1[3], abs=0.1)
    with pytest.raises(ShapeError, match="expects 3 inputs, but was given 4"):
        layer([*X, 1.0])


def test_the_first_hidden_node_takes_the_weights_of_the_first_column():
    h1 = forward_example().layers[0].neurons[0]
    assert [w.data for w in h1.w] == [W1[0][0], W1[1][0], W1[2][0]]
    assert h1(X).data == pytest.approx(sigmoid(-0.6), rel=1e-14)
    row = sum(w * x for w, x in zip(W1[0], X)) + B1[0]
    assert h1(X).data != pytest.approx(sigmoid(row), abs=0.1)


def test_the_delta_of_a_hidden_node_sums_over_all_the_outputs_that_it_feeds():
    model = backward_example()
    h, _, inner, outer = deltas_by_formula()
    squared_error(model(INPUTS)).backward()
    found = model.layers[0].neurons[0].w[0].grad
    assert found == pytest.approx(inner[0] * INPUTS[0], rel=1e-12)
    # The formula of an output's weight, and the way through one output alone.
    one_way = outer[0] * V2[0][0] * h[0] * (1 - h[0]) * INPUTS[0]
    for wrong in (outer[0] * h[0], outer[0] * INPUTS[0], one_way):
        assert abs(found - wrong) > 0.2 * abs(found)


def test_the_threshold_is_minus_b_and_the_sigmoid_responds_smoothly():
    neuron = Neuron(1, activation="sigmoid", seed=0)
    neuron.w[0].data, neuron.b.data = 1.0, -3.0
    responses = [neuron([x]).data for x in (1.0, 2.9, 3.0, 3.1, 5.0)]
    assert responses[2] == 0.5
    assert responses == sorted(responses)
    # It responds below the threshold too, and does not jump at it.
    assert responses[0] > 0.1
    assert responses[3] - responses[1] < 0.06
    assert neuron([-3.0]).data < 0.01
    neuron.b.data = 2.0
    assert neuron([-2.0]).data == 0.5


def test_error_loss_and_delta_are_three_things():
    z, target = Value(0.5), 0.0
    y = z.sigmoid()
    error = y - target
    loss = error * error
    loss.backward()
    assert error.data == pytest.approx(0.6224593312018546, rel=1e-15)
    assert loss.data == pytest.approx(0.3874556190000, rel=1e-10)
    delta = z.grad
    assert delta == pytest.approx(2 * 0.6224593312018546 * 0.2350037122015945)
    for one, other in ((error.data, loss.data), (loss.data, delta)):
        assert abs(one - other) > 0.09
