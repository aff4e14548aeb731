"""Recurrent cells are PyTorch's, step by step and through time."""

import numpy as np
import pytest
from twins import assert_close, assert_twins, data, gradients, nodes, numbers, objective

from tinygrad_edu import ShapeError, nn

NIN, NH = 3, 4


def rows(linears, part):
    return [neuron.w[part] for linear in linears for neuron in linear.neurons]


def biases(linears):
    return [neuron.b for linear in linears for neuron in linear.neurons]


def cut(linears, twin):
    """Return pairs for W, cut in two, and b; PyTorch's second bias is set to 0."""
    twin.bias_hh.data.zero_()
    return [
        (rows(linears, slice(0, NIN)), twin.weight_ih),
        (rows(linears, slice(NIN, None)), twin.weight_hh),
        (biases(linears), twin.bias_ih),
    ]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.oracle("RNNCell")
def test_rnn_cell_equals_pytorch_s(torch, activation):
    cell = nn.RNNCell(NIN, NH, activation, seed=0)
    twin = torch.nn.RNNCell(NIN, NH, nonlinearity=activation)

    def call(module):
        return lambda x: module(x[:NIN], x[NIN:])

    pairs = cut([cell.update], twin)
    assert_twins(torch, call(cell), call(twin), numbers(NIN + NH), pairs)


@pytest.mark.oracle("LSTMCell")
def test_lstm_cell_equals_pytorch_s(torch):
    cell = nn.LSTMCell(NIN, NH, seed=0)
    twin = torch.nn.LSTMCell(NIN, NH)

    def ours(x):
        return cell(x[:NIN], (x[NIN : NIN + NH], x[NIN + NH :]))

    def theirs(x):
        state = twin(x[:NIN], (x[NIN : NIN + NH], x[NIN + NH :]))
        return torch.stack(state)

    gates = [cell.input_gate, cell.forget_gate, cell.candidate, cell.output_gate]
    assert_twins(torch, ours, theirs, numbers(NIN + 2 * NH), cut(gates, twin))


def gru_pairs(cell, twin):
    """Return pairs for both weights and biases: of n each has its own bias."""
    gates = [cell.reset_gate, cell.update_gate]
    twin.bias_hh.data.zero_()
    w_input = rows(gates, slice(0, NIN)) + rows([cell.candidate_input], slice(None))
    w_state = rows(gates, slice(NIN, None)) + rows([cell.candidate_state], slice(None))
    b_input = biases([*gates, cell.candidate_input])
    return [
        (w_input, twin.weight_ih),
        (w_state, twin.weight_hh),
        (b_input, twin.bias_ih),
    ]


@pytest.mark.oracle("GRUCell")
def test_gru_cell_equals_pytorch_s(torch):
    cell = nn.GRUCell(NIN, NH, seed=0)
    twin = torch.nn.GRUCell(NIN, NH)
    pairs = gru_pairs(cell, twin)
    inner = biases([cell.candidate_state])
    with torch.no_grad():
        twin.bias_hh[2 * NH :] = torch.tensor(data(inner))

    def call(module):
        return lambda x: module(x[:NIN], x[NIN:])

    assert_twins(torch, call(cell), call(twin), numbers(NIN + NH), pairs)
    assert_close(gradients(inner), twin.bias_hh.grad[2 * NH :])


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_backpropagation_through_time_equals_pytorch_s(torch, name):
    cell = getattr(nn, f"{name}Cell")(NIN, NH, seed=0)
    twin_cell = getattr(torch.nn, f"{name}Cell")(NIN, NH)
    if name == "GRU":
        pairs = gru_pairs(cell, twin_cell)
        for bias in biases([cell.candidate_state]):
            bias.data = 0.0
    elif name == "LSTM":
        gates = [cell.input_gate, cell.forget_gate, cell.candidate, cell.output_gate]
        pairs = cut(gates, twin_cell)
    else:
        pairs = cut([cell.update], twin_cell)
    # The twin that unrolls by itself, on the weights of the twin cell.
    twin = getattr(torch.nn, name)(NIN, NH)

    def ours(sequence):
        return nn.unroll(cell, sequence)[0]

    def theirs(sequence):
        weights = {
            f"{parameter}_l0": getattr(twin_cell, parameter)
            for parameter in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        return torch.func.functional_call(twin, weights, (sequence,))[0]

    assert_twins(torch, ours, theirs, numbers(6, NIN), pairs)


@pytest.mark.parametrize("name", ["RNNCell", "LSTMCell", "GRUCell"])
def test_unrolling_in_two_parts_is_unrolling_at_once(name):
    cell = getattr(nn, name)(NIN, NH, seed=0)
    sequence = numbers(5, NIN)
    outputs, last = nn.unroll(cell, sequence)
    first, state = nn.unroll(cell, sequence[:2])
    second, end = nn.unroll(cell, sequence[2:], state)
    assert data(first + second) == data(outputs)
    assert data(end) == data(last)
    assert nn.unroll(cell, [], state) == ([], state)


def test_the_gradient_of_a_memory_cell_passes_as_the_product_of_its_forget_gates():
    cell = nn.LSTMCell(1, 1, seed=0)
    for linear in (cell.input_gate, cell.forget_gate, cell.candidate, cell.output_gate):
        # Without a way through h, all that is left from c' to c is the forget gate.
        linear.neurons[0].w[1].data = 0.0
    cell.forget_gate.neurons[0].w[0].data = 0.0
    cell.forget_gate.neurons[0].b.data = 2.0
    (start,) = nodes([0.5])
    _, (_, c) = nn.unroll(cell, [[0.1]] * 10, ([0.0], [start]))
    c[0].backward()
    assert start.grad == pytest.approx((1 / (1 + np.exp(-2.0))) ** 10, rel=1e-12)


def test_labels_name_the_gates_and_the_state():
    cell = nn.LSTMCell(1, 2, seed=0)
    names = [name for name, _ in cell.named_parameters()]
    assert names[0] == "input_gate.neuron0.w0"
    assert names[-1] == "output_gate.neuron1.b"
    labels = {node.label for node in objective(cell([1.0])).topological_order()}
    assert {"h0", "h1", "c0", "c1"} <= labels


def test_states_and_rows_of_another_length_are_refused():
    cell = nn.RNNCell(2, 3, seed=0)
    with pytest.raises(ShapeError, match="expects 2 inputs, but was given 3"):
        cell([1.0, 2.0, 3.0])
    with pytest.raises(
        ShapeError, match="expects 3 numbers as state h, but was given 2"
    ):
        cell([1.0, 2.0], [0.0, 0.0])
    with pytest.raises(TypeError, match=r"pair \(h, c\)"):
        nn.LSTMCell(2, 3)([1.0, 2.0], [0.0, 0.0, 0.0])


def test_impossible_cells_are_refused():
    with pytest.raises(ValueError, match=r"no activation 'gelu'.*tanh, relu"):
        nn.RNNCell(1, 1, "gelu")
    for name in ("RNNCell", "LSTMCell", "GRUCell"):
        with pytest.raises(ValueError, match="hidden_size must be an int"):
            getattr(nn, name)(1, 0)
