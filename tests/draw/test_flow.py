"""Gradients and activations by layer, against PyTorch and against plain loops."""

import pytest

from tinygrad_edu import MLP, ShapeError, Value, plot_gradient_flow
from tinygrad_edu.draw.flow import measure_flow
from tinygrad_edu.nn import Activation, Linear, Sequential

ROWS = [[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]]
TARGETS = [1.0, -1.0, 0.5]


def test_gradients_and_activations_are_those_of_torch(torch):
    model = MLP(2, [4, 3, 1], activation="tanh", seed=0)
    outputs = torch.tensor(ROWS)
    weights = []
    activations = []
    for i, layer in enumerate(model.layers):
        w = [[p.data for p in neuron.w] for neuron in layer.neurons]
        b = [neuron.b.data for neuron in layer.neurons]
        w = torch.tensor(w, requires_grad=True)
        b = torch.tensor(b, requires_grad=True)
        outputs = outputs @ w.T + b
        outputs = torch.tanh(outputs) if i < 2 else outputs
        weights.append((w, b))
        activations.append(outputs.detach().flatten())
    torch.mean((outputs[:, 0] - torch.tensor(TARGETS)) ** 2).backward()
    flows = measure_flow(model, ROWS, TARGETS)
    assert [flow.name for flow in flows] == ["layer0", "layer1", "layer2"]
    for flow, (w, b), numbers in zip(flows, weights, activations):
        size = torch.cat([w.grad.flatten(), b.grad]).abs().mean().item()
        assert flow.gradient == pytest.approx(size, rel=1e-9)
        assert flow.activations == pytest.approx(numbers.tolist(), rel=1e-9)
        assert flow.mean == pytest.approx(numbers.mean().item(), rel=1e-9)
        assert flow.spread == pytest.approx(numbers.std(correction=0).item(), rel=1e-9)


def test_the_figure_shows_the_measured_numbers(matplotlib):
    model = MLP(2, [4, 3, 1], activation="sigmoid", seed=0)
    flows = measure_flow(model, ROWS, TARGETS)
    left, right = plot_gradient_flow(model, ROWS, TARGETS).axes
    (line,) = left.get_lines()
    assert list(line.get_xdata()) == [0, 1, 2]
    assert list(line.get_ydata()) == [flow.gradient for flow in flows]
    assert left.get_yscale() == "log"
    ranges, spreads = (lines.get_segments() for lines in right.collections)
    for flow, whole, thick in zip(flows, ranges, spreads):
        low, high = min(flow.activations), max(flow.activations)
        assert whole[:, 1].tolist() == [low, high]
        near = [flow.mean - flow.spread, flow.mean + flow.spread]
        assert thick[:, 1].tolist() == pytest.approx(near)


def test_vanishing_gradients_are_seen(matplotlib):
    model = MLP(2, [4] * 7 + [1], activation="sigmoid", seed=0)
    (line,) = plot_gradient_flow(model, ROWS, TARGETS).axes[0].get_lines()
    sizes = list(line.get_ydata())
    assert sizes[0] < sizes[-1] / 1000


def test_layers_without_parameters_have_activations_alone(matplotlib):
    model = Sequential(Linear(2, 3, seed=0), Activation("relu"), Linear(3, 1, seed=1))

    def loss(outputs, target):
        return (outputs[0] - target) ** 2

    flows = measure_flow(model, ROWS, TARGETS, loss)
    assert [flow.gradient is None for flow in flows] == [False, True, False]
    assert [len(flow.activations) for flow in flows] == [9, 9, 3]
    left, _ = plot_gradient_flow(model, ROWS, TARGETS, loss=loss).axes
    assert list(left.get_lines()[0].get_xdata()) == [0, 2]


def test_a_gradient_of_zero_stands_as_a_word(matplotlib):
    model = MLP(2, [2, 1], seed=0)
    for parameter in model.parameters():
        parameter.data = 0.0
    left, _ = plot_gradient_flow(model, ROWS, TARGETS).axes
    assert [text.get_text() for text in left.texts] == ["0"]
    assert list(left.get_lines()[0].get_xdata()) == [1]


def test_activations_beyond_ten_get_a_wide_scale(matplotlib):
    model = MLP(2, [2, 1], activation="tanh", seed=0)
    assert plot_gradient_flow(model, ROWS, TARGETS).axes[1].get_yscale() == "linear"
    model.layers[-1].neurons[0].b.data = 100.0
    assert plot_gradient_flow(model, ROWS, TARGETS).axes[1].get_yscale() == "symlog"


def test_measuring_changes_no_gradient_and_no_number():
    model = MLP(2, [3, 1], seed=0)
    model([1.0, 2.0]).backward()
    before = [(p.data, p.grad) for p in model.parameters()]
    measure_flow(model, ROWS, TARGETS)
    assert [(p.data, p.grad) for p in model.parameters()] == before


def test_what_does_not_fit_is_refused():
    model = MLP(2, [1], seed=0)
    with pytest.raises(TypeError, match="layers"):
        plot_gradient_flow(Value(1.0), ROWS, TARGETS)
    with pytest.raises(ShapeError, match="3 rows and 1 targets"):
        plot_gradient_flow(model, ROWS, [1.0])
    with pytest.raises(ValueError, match="no rows"):
        plot_gradient_flow(model, [], [])
    with pytest.raises(ValueError, match="theme"):
        plot_gradient_flow(model, ROWS, TARGETS, theme="pink")
