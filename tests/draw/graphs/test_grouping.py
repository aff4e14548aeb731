"""Every kind of layer is drawn with one box for each call of a module, by its name."""

import re
from collections import Counter

import pytest
from twins import nodes, numbers, objective

from tinygrad_edu import MLP, Layer, Neuron, draw_dot, nn
from tinygrad_edu.nn.shapes import flatten

#: Of a row that is normalised.
SIZE = 2


def unrolled(cell):
    return nn.unroll(cell, nodes(numbers(3, 2)))[0]


def called(model, *shape):
    return model(nodes(numbers(*shape)))


#: A model, its outputs, and how often each of its innermost modules was called.
CASES = [
    (model, outputs, calls)
    for model, shape, calls in [
        (nn.WeightedSum(3, seed=0), (3,), 1),
        (nn.Linear(3, 2, seed=0), (3,), 1),
        (Neuron(3, seed=0), (3,), 1),
        (Layer(3, 2, seed=0), (3,), 1),
        (MLP(3, [4, 2], "tanh", seed=0), (3,), 1),
        (nn.Conv1d(2, 2, 2, padding=1, seed=0), (2, 3), 1),
        (nn.Conv2d(2, 2, 2, seed=0), (2, 3, 3), 1),
        (nn.SelfAttention(SIZE, seed=0), (3, SIZE), 3),
        (nn.TransformerBlock(SIZE, hidden=3, seed=0), (2, SIZE), 2),
        (nn.LayerNorm(SIZE), (SIZE,), 1),
        (nn.RMSNorm(SIZE), (SIZE,), 1),
    ]
    for outputs in [called(model, *shape)]
]
CASES += [
    (cell, unrolled(cell), 3)
    for cell in (
        nn.RNNCell(2, 3, seed=0),
        nn.LSTMCell(2, 3, seed=0),
        nn.GRUCell(2, 3, seed=0),
    )
]
TEXT = [
    nn.CharRNN(3, 2, 2, "rnn", seed=0),
    nn.CharRNN(3, 2, 2, "lstm", seed=0),
    nn.CharRNN(3, 2, 2, "gru", seed=0),
    nn.GPT(3, context=3, size=SIZE, seed=0),
]
# The second symbol comes twice.
CASES += [(model, model([0, 1, 1]), 3) for model in TEXT]


def name(argument):
    return repr(argument).partition(";")[0] if isinstance(argument, nn.Module) else ""


def titles(model, outputs, **options):
    picture = draw_dot(
        objective(outputs), model=model, max_nodes=5000, **{"collapse": True, **options}
    )
    return Counter(re.findall(r"<b>([^<]*)</b>", picture.source))


def innermost(model):
    names = dict.fromkeys(n.rpartition(".")[0] for n, _ in model.named_parameters())
    return [n or type(model).__name__ for n in names]


@pytest.mark.parametrize(("model", "outputs", "calls"), CASES, ids=name)
def test_there_is_one_box_for_each_call_of_a_module(model, outputs, calls):
    found = titles(model, outputs)
    for module in innermost(model):
        if module in ("token", "position"):
            # An embedding computes nothing: its rows are drawn as inputs.
            expected = 0
        elif module.endswith(("norm", "Norm")):
            # A gain and a shift act on one number alone: a box for each.
            expected = SIZE * calls
        else:
            expected = calls
        assert found[module] == expected, module


@pytest.mark.parametrize(("model", "outputs", "calls"), CASES, ids=name)
def test_a_box_takes_in_its_parameters_and_activations(model, outputs, calls):
    found = titles(model, outputs)
    names = {n for n, _ in model.named_parameters()}
    rows = {n for n in names if n.startswith(("token.", "position."))}
    assert not (names - rows) & set(found)
    (heading,) = [title for title in found if " parameters" in title]
    assert heading.endswith(f"drawn as {sum(found.values()) - 1} boxes")


def test_the_activation_of_a_neuron_is_in_its_box():
    model = MLP(3, [4, 2], "tanh", seed=0)
    root = objective(called(model, 3))
    assert draw_dot(root, collapse=False).source.count("&#160;=&#160;tanh") == 4
    assert draw_dot(root, collapse=True).source.count("&#160;=&#160;tanh") == 0


def test_a_row_that_was_looked_up_is_an_input_of_the_cell_that_reads_it():
    model = nn.CharRNN(5, 2, 2, "rnn", seed=0)
    found = titles(model, model([4, 0, 4]))
    rows = {title for title in found if title.startswith("token.")}
    assert rows == {"token.w4_0", "token.w4_1", "token.w0_0", "token.w0_1"}
    assert found["update.update.neuron0"] == 3


def test_a_number_of_parts_draws_the_gates_of_a_cell_as_one_box_each():
    cell = nn.LSTMCell(2, 3, seed=0)
    found = titles(cell, unrolled(cell), collapse=1)
    for gate in ("input_gate", "forget_gate", "candidate", "output_gate"):
        assert found[gate] == 3


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (nn.MaxPool2d(2), (1, 4, 4)),
        (nn.AvgPool2d(2), (1, 4, 4)),
        (nn.Dropout(0.5, seed=0), (4,)),
        (nn.Activation("tanh"), (4,)),
        (nn.Sequential(nn.Unflatten(2, 2), nn.Flatten()), (4,)),
        (nn.Embedding(3, 2, seed=0), None),
    ],
    ids=name,
)
def test_a_layer_that_only_hands_on_or_computes_without_weights_has_no_box(
    model, shape
):
    outputs = model([0, 2]) if shape is None else called(model, *shape)
    order = objective(flatten(outputs)).topological_order()
    found = titles(model, outputs)
    assert sum(found.values()) - 1 == len(order)
