"""Every module replays: values and slopes of its graph, in every world.

That the graph is right is for tests/nn, where PyTorch is the oracle.
"""

import pytest
from twins import nodes, numbers, objective

from tinygrad_edu import MLP, Value, nn, softmax
from tinygrad_edu.nn.shapes import flatten
from tinygrad_edu.replay import record

numpy = pytest.importorskip("numpy")


def unrolled(cell):
    return lambda sequence: nn.unroll(cell, sequence)


def of_lstm(cell):
    return lambda x: [*cell(x)[0], *cell(x)[1]]


MODULES = {
    "mlp": (MLP(2, [3, 2], activation="gelu", seed=0), None, (2,)),
    "expanded": (MLP(2, [3, 2], seed=0, expanded=True), None, (2,)),
    "linear": (nn.Linear(3, 2, seed=0), None, (3,)),
    "conv1d": (nn.Conv1d(2, 2, 2, seed=0), None, (2, 4)),
    "conv2d": (nn.Conv2d(1, 2, 2, padding=1, seed=0), None, (1, 3, 3)),
    "maxpool": (nn.MaxPool2d(2), None, (1, 4, 4)),
    "avgpool": (nn.AvgPool2d(2), None, (1, 4, 4)),
    "layernorm": (nn.LayerNorm(4), None, (4,)),
    "rmsnorm": (nn.RMSNorm(4), None, (4,)),
    "rnn": (nn.RNNCell(2, 3, seed=0), unrolled, (3, 2)),
    "gru": (nn.GRUCell(2, 3, seed=0), unrolled, (3, 2)),
    "lstm": (nn.LSTMCell(2, 3, seed=0), unrolled, (3, 2)),
    "lstm step": (nn.LSTMCell(2, 3, seed=0), of_lstm, (2,)),
    "attention": (nn.SelfAttention(4, heads=2, seed=0), None, (3, 4)),
    "transformer": (nn.TransformerBlock(4, heads=2, seed=0), None, (2, 4)),
}


def root_of(call, x):
    # Twice the same call: every sum is there twice.
    outputs = flatten([list(call(x)), list(call(x))])
    return objective(outputs) + objective(softmax(outputs[:3]))


@pytest.mark.parametrize("name", MODULES)
def test_every_module_replays_on_floats_and_on_arrays(torch, name):
    module, wrapped, shape = MODULES[name]
    call = wrapped(module) if wrapped else module
    leaves = nodes(numbers(*shape))
    parameters = module.parameters()
    recording = record(root_of(call, leaves), [*parameters, *flatten(leaves)])
    shared = [p.data for p in parameters]
    rows, roots, of_parameters, of_rows = [], [], [], []
    for seed in range(3):
        nested = numbers(*shape, seed=seed)
        x = nodes(nested)
        module.zero_grad()
        root = root_of(call, x)
        root.backward()
        rows.append(flatten(nested))
        roots.append(root.data)
        of_parameters.append([p.grad for p in parameters])
        of_rows.append([leaf.grad for leaf in flatten(x)])
        value, slopes = recording.value_and_gradient(*shared, *rows[-1])
        assert value == pytest.approx(root.data, rel=1e-9)
        expected = of_parameters[-1] + of_rows[-1]
        assert slopes == pytest.approx(expected, rel=1e-8, abs=1e-10)
    table = numpy.array(rows).T
    count = len(parameters)
    for make in (numpy.array, torch.tensor):
        columns = [make(column) for column in table]
        found = recording(*shared, *columns)
        assert found.tolist() == pytest.approx(roots, rel=1e-9)
        value, slopes = recording.value_and_gradient(*shared, *columns)
        assert float(value) == pytest.approx(numpy.mean(roots), rel=1e-9)
        expected = numpy.mean(of_parameters, axis=0)
        assert [float(s) for s in slopes[:count]] == pytest.approx(
            expected, rel=1e-8, abs=1e-10
        )
        expected = numpy.array(of_rows).T / 3
        assert numpy.array([s.tolist() for s in slopes[count:]]) == pytest.approx(
            expected, rel=1e-8, abs=1e-10
        )


@pytest.mark.parametrize("few", [1, 60])
@pytest.mark.parametrize("name", MODULES)
def test_predict_gives_what_every_module_gives(name, few, monkeypatch):
    monkeypatch.setattr("tinygrad_edu.training.prediction.FEW", few)
    module, _, shape = MODULES[name]
    if name in ("rnn", "gru", "lstm"):
        shape = shape[1:]
    rows = [numbers(*shape, seed=seed) for seed in range(3)]
    for given in (rows, tuple(rows), numpy.array(rows), [numpy.array(r) for r in rows]):
        found = module.predict(given)
        for row, output in zip(rows, found, strict=True):
            outputs = module(row)
            many = isinstance(outputs, (list, tuple))
            expected = flatten(list(outputs)) if many else [outputs]
            assert flatten([output]) == pytest.approx([z.data for z in expected])


def test_predict_draws_anew_for_each_row_while_a_module_learns():
    model = nn.Sequential(nn.Dropout(0.02, seed=0))
    found = model.predict([[1.0]] * 400)
    assert {z for (z,) in found} == {0.0, 1 / 0.98}
    model.eval()
    assert model.predict([[1.0]] * 400) == [[1.0]] * 400


@pytest.mark.parametrize("few", [1, 60])
def test_predict_takes_rows_from_anywhere(few, monkeypatch):
    monkeypatch.setattr("tinygrad_edu.training.prediction.FEW", few)
    model = MLP(2, [3, 1], seed=0)
    expected = [model([1.0, 2.0]).data, model([0.5, -1.0]).data]
    rows = [[1.0, 2.0], [0.5, -1.0]]
    assert model.predict(row for row in rows) == pytest.approx(expected)
    assert model.predict(numpy.zeros((0, 2))) == []
    assert model.predict([[Value(y) for y in row] for row in rows]) == expected
