"""A recorded graph gives what the graph gives: on floats, NumPy, PyTorch and JAX."""

import math
import os
import subprocess
import sys

import pytest
from hypothesis import given, strategies as st
from records import RECORDS, record_id

from tinygrad_edu import (
    MLP,
    DomainError,
    Neuron,
    ShapeError,
    Value,
    dot,
    maximum,
    total,
    where,
)
from tinygrad_edu.engine.value import apply
from tinygrad_edu.replay import record

PLACES = [0.3, 0.7, -0.4, 0.0, 1.0, -1000.0, 1000.0]
CLOSE = {"rel": 1e-12, "abs": 1e-12, "nan_ok": True}


def rows_of(record_, count):
    """Yield arguments inside the domain, kinks and ±1000 among them."""
    for i, x in enumerate(PLACES):
        row = [PLACES[(i + 2 * j) % len(PLACES)] if j else x for j in range(count)]
        if record_.domain.contains(*row):
            yield row


def eager(op, rows):
    """Return what the graph itself gives for each row, where it has a result."""
    found = []
    for row in rows:
        leaves = [Value(x) for x in row]
        try:
            node = apply(op, leaves)
        except DomainError:
            continue
        node.backward()
        found.append((row, node.data, [leaf.grad for leaf in leaves]))
    return found


def count_of(op):
    return 4 if op.variadic else len(op.arguments)


@pytest.mark.parametrize("op", RECORDS, ids=record_id)
def test_every_operator_replays_on_floats(op):
    leaves = [Value(0.5, label=f"p{i}") for i in range(count_of(op))]
    recording = record(apply(op, leaves), leaves)
    checked = 0
    for row, value, slopes in eager(op, rows_of(op, count_of(op))):
        assert recording(*row) == pytest.approx(value, **CLOSE)
        assert recording.value_and_gradient(*row)[1] == pytest.approx(slopes, **CLOSE)
        checked += 1
    assert checked > 1


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("op", RECORDS, ids=record_id)
def test_every_operator_replays_on_arrays(op, world, request):
    make = request.getfixturevalue(f"{world}_array")
    leaves = [Value(0.5) for _ in range(count_of(op))]
    recording = record(apply(op, leaves), leaves)
    found = eager(op, rows_of(op, count_of(op)))
    columns = [make(list(column)) for column in zip(*[row for row, _, _ in found])]
    values = [float(x) for x in recording(*columns)]
    assert values == pytest.approx([value for _, value, _ in found], **CLOSE)
    mean, slopes = recording.value_and_gradient(*columns)
    size = 1e-12 * max([1.0, *map(abs, values)])
    assert float(mean) == pytest.approx(sum(values) / len(values), abs=size)
    for i, column in enumerate(slopes):
        expected = [gradient[i] / len(found) for _, _, gradient in found]
        assert [float(x) for x in column] == pytest.approx(expected, **CLOSE)


SAFE = [op for op in RECORDS if op.name not in ("pow", "exp", "expm1", "sinh", "cosh")]


@st.composite
def graphs(draw):
    """Return leaves, some of them shared by all rows, and a root that uses them."""
    numbers = st.floats(-3, 3).map(lambda x: round(x, 3))
    leaves = [Value(draw(numbers)) for _ in range(4)]
    nodes = [*leaves, Value(0.7)]
    for _ in range(draw(st.integers(1, 14))):
        op = draw(st.sampled_from(SAFE))
        count = count_of(op)
        arguments = [draw(st.sampled_from(nodes)) for _ in range(count)]
        try:
            nodes.append(apply(op, arguments))
        except DomainError:
            nodes.append(arguments[0] * 0.5)
    return leaves, total(nodes).tanh() + nodes[-1]


@given(graphs())
def test_random_graphs_replay_on_floats_and_on_mixed_arrays(graph):
    numpy = pytest.importorskip("numpy")
    leaves, root = graph
    root.backward()
    numbers = [leaf.data for leaf in leaves]
    slopes = [leaf.grad for leaf in leaves]
    recording = record(root, leaves)
    if not all(map(math.isfinite, [root.data, *slopes])):
        return
    value, found = recording.value_and_gradient(*numbers)
    assert value == pytest.approx(root.data, **CLOSE)
    assert found == pytest.approx(slopes, rel=1e-10, abs=1e-10)
    # The same row twice: the mean is that of one, and the first two leaves are shared.
    arrays = [*numbers[:2], *[numpy.array([x, x]) for x in numbers[2:]]]
    value, found = recording.value_and_gradient(*arrays)
    assert value == pytest.approx(root.data, **CLOSE)
    folded = [float(numpy.sum(slope)) for slope in found]
    assert folded == pytest.approx(slopes, rel=1e-10, abs=1e-10)


def network():
    model = MLP(3, [5, 4, 2], activation="tanh", seed=0)
    x = [Value(0.0, label=f"in{i}") for i in range(3)]
    return model, x, dot(model(x), [1.0, -2.0]) + total(model.parameters()) * 0.01


def test_a_layer_is_found_again_as_a_product_of_matrices():
    model, x, root = network()
    recording = record(root, [*model.parameters(), *x])
    source = recording.array_source("in0", "in1", "in2")
    assert source.count(" @ ") == 3
    assert source.count("tanh(") == 2
    both = recording.array_source("in0", "in1", "in2", gradient=True)
    # Three products forward; backward two for each layer, one for the outer sum.
    assert both.count(" @ ") > 6


def test_a_batch_is_the_mean_of_its_rows():
    numpy = pytest.importorskip("numpy")
    model, x, root = network()
    parameters = model.parameters()
    recording = record(root, [*parameters, *x])
    rows = numpy.random.default_rng(0).normal(size=(7, 3))
    value, slopes = recording.value_and_gradient(*[p.data for p in parameters], *rows.T)
    losses = []
    for row in rows:
        losses.append(dot(model(row.tolist()), [1.0, -2.0]) + total(parameters) * 0.01)
    mean = total(losses) / 7
    mean.backward()
    assert value == pytest.approx(mean.data, rel=1e-12)
    expected = [p.grad for p in parameters]
    assert slopes[: len(parameters)] == pytest.approx(expected, rel=1e-11, abs=1e-14)


def test_infinite_slopes_stay_where_they_are():
    numpy = pytest.importorskip("numpy")
    x = [Value(1.0), Value(2.0)]
    root = total([x[0].sqrt(), x[1].sqrt(), x[0] * 3.0, x[0] * x[1]])
    _, slopes = record(root, x).value_and_gradient(
        numpy.array([0.0, 4.0]), numpy.array([1.0, 1.0])
    )
    assert slopes[0][0] == math.inf
    assert slopes[0][1] == pytest.approx((0.25 + 3 + 1) / 2)
    assert slopes[1].tolist() == pytest.approx([0.25, (0.5 + 4) / 2])


def test_the_row_outside_the_domain_is_named():
    numpy = pytest.importorskip("numpy")
    p = Value(1.0, label="p")
    recording = record(p.log(), [p])
    with pytest.raises(DomainError, match=r"log .* x = -2.0 \(node 'p'\).*row 1"):
        recording(numpy.array([1.0, -2.0, 3.0]))
    with pytest.raises(DomainError, match=r"x = 0.0 \(node 'p'\)"):
        recording(0.0)
    with pytest.raises(DomainError, match="overflows"):
        record(1 / p.exp(), [p])(numpy.array([1.0, 1000.0]))


def test_plain_arithmetic_may_become_infinite():
    numpy = pytest.importorskip("numpy")
    p = Value(1.0)
    recording = record(p * p, [p])
    assert recording(numpy.array([1e200, 2.0])).tolist() == [math.inf, 4.0]
    assert recording(1e200) == math.inf


def test_inputs_are_given_in_order_or_by_name():
    a, b = Value(1.0, label="a"), Value(2.0)
    recording = record([a - b, a * b], [a, b])
    assert recording.names == ["a", "x1"]
    assert recording(5.0, 3.0) == recording(5.0, x1=3.0) == recording(x1=3.0, a=5.0)
    assert recording(5.0, 3.0) == [2.0, 15.0]
    for arguments, named in [
        ((1.0,), {}),
        ((1.0, 2.0, 3.0), {}),
        ((1.0, 2.0), {"a": 1.0}),
        ((1.0,), {"c": 1.0}),
    ]:
        with pytest.raises(TypeError, match="The inputs are a, x1"):
            recording(*arguments, **named)


@pytest.mark.parametrize(
    "label", ['"; import os #', "t0", "__import__('os')", "replay", "P\n    raise", "∂"]
)
def test_no_label_enters_the_source(label):
    a = Value(2.0, label=label)
    b = Value(3.0, label="b")
    recording = record(a * b, [a, b])
    expected = record(Value(2.0) * Value(3.0), [])
    assert expected() == 6.0
    plain_a, plain_b = Value(2.0), Value(3.0)
    plain = record(plain_a * plain_b, [plain_a, plain_b])
    assert recording.source == plain.source
    assert recording.array_source() == plain.array_source()


def test_constants_are_folded_and_what_no_result_needs_is_dropped():
    x = Value(2.0, label="x")
    root = x.tanh() * (Value(3.0) * 4.0).exp().log()
    source = record(root, [x]).source
    assert "exp" not in source
    assert "log" not in source
    assert record(root, [x])(2.0) == root.data
    assert "1.0 - " in record(root, [x]).array_source("x", gradient=True)
    assert "1.0 - " not in record(root, [x]).array_source("x")


def test_common_work_is_done_once():
    x = Value(2.0)
    source = record(x.exp() + x.exp() * x.exp(), [x]).source
    assert source.count("exp(") == 1


def test_an_input_that_is_not_used_has_no_slope():
    numpy = pytest.importorskip("numpy")
    a, b = Value(1.0), Value(2.0)
    recording = record(a * 2.0, [a, b])
    assert recording.value_and_gradient(3.0, 4.0) == (6.0, [2.0, 0.0])
    value, slopes = recording.value_and_gradient(numpy.array([1.0, 2.0]), 4.0)
    assert (value, slopes[0].tolist(), float(slopes[1])) == (3.0, [1.0, 1.0], 0.0)


@pytest.mark.machine
def test_long_sums_and_deep_chains_compile():
    leaves = [Value(1.0) for _ in range(3000)]
    assert record(total(leaves), leaves)(*[2.0] * 3000) == 6000.0
    x = Value(0.5)
    node = x
    for _ in range(20_000):
        node = node.sin()
    value, (slope,) = record(node, [x]).value_and_gradient(0.5)
    node.backward()
    assert value == pytest.approx(node.data, rel=1e-12)
    assert slope == pytest.approx(x.grad, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda x: record(3.0, [x]), TypeError, "made of Values"),
        (lambda x: record(x * x, [x * x]), ValueError, "An input is a leaf"),
        (lambda x: record(x * x, [x, x]), ValueError, "named twice"),
        (lambda x: record([], [x]), ValueError, "no output"),
        (
            lambda x: record([x, x * x], [x]).value_and_gradient(1.0),
            ValueError,
            "one output, and 2",
        ),
        (lambda x: record(x, [x]).function("abacus"), ValueError, "abacus"),
    ],
)
def test_what_cannot_be_recorded_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call(Value(1.0))


def test_arrays_of_different_lengths_are_refused():
    numpy = pytest.importorskip("numpy")
    a, b = Value(1.0), Value(2.0)
    with pytest.raises(ShapeError, match=r"\[2, 3\]"):
        record(a * b, [a, b])(numpy.ones(2), numpy.ones(3))


def test_a_decision_of_python_is_frozen_and_where_is_not():
    x = Value(1.0)
    frozen = x * 2.0 if x > 0 else x * 3.0
    assert record(frozen, [x])(-1.0) == -2.0
    assert record(where(x, x * 2.0, x * 3.0), [x])(-1.0) == -3.0
    assert record(maximum(x, 0.0), [x])(-1.0) == 0.0


@pytest.mark.machine
def test_floats_replay_without_numpy():
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        "from tinygrad_edu import Value, record\n"
        "x = Value(2.0)\n"
        "print(record(x.exp() * x, [x]).value_and_gradient(0.0))"
    )
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == "(0.0, [1.0])\n"


def test_jit_and_eight_devices_give_what_one_gives(jax):
    code = """
import jax, numpy
jax.config.update("jax_enable_x64", True)
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from tinygrad_edu import MLP, Value
from tinygrad_edu.replay import record

model = MLP(3, [4, 1], activation="tanh", seed=0)
x = [Value(0.0, label=name) for name in "abc"]
loss = (model(x) - 1.0) ** 2
recording = record(loss, [*model.parameters(), *x])
step = recording.function("jax", "abc", gradient="shared")
P = numpy.array([[p.data] for p in model.parameters()])
X = numpy.random.default_rng(0).normal(size=(3, 64))
mesh = Mesh(jax.devices(), ("rows",))
assert len(jax.devices()) == 8
shared = jax.device_put(P, NamedSharding(mesh, PartitionSpec()))
rows = jax.device_put(X, NamedSharding(mesh, PartitionSpec(None, "rows")))
losses, slopes = jax.jit(step)(shared, rows, 1 / 64)
assert len(losses.sharding.device_set) == 8
one = recording.function("numpy", "abc", gradient="shared")(P, X, 1 / 64)
assert numpy.allclose(losses, one[0], rtol=1e-12, atol=1e-14)
assert numpy.allclose(slopes, one[1], rtol=1e-12, atol=1e-14)
print("same")
"""
    flags = "--xla_force_host_platform_device_count=8"
    environment = {**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert result.stdout == "same\n", result.stderr


def test_the_result_under_jit_is_nan_outside_the_domain(jax):
    p = Value(1.0, label="p")
    step = jax.jit(record(p.log(), [p]).function("jax", "p"))
    (result,) = step(None, jax.numpy.array([[1.0, -1.0]]))
    assert [math.isnan(x) for x in result[0]] == [False, True]


def test_a_neuron_of_single_products_replays_too():
    numpy = pytest.importorskip("numpy")
    neuron = Neuron(3, activation="sigmoid", seed=0, expanded=True)
    x = [Value(0.0) for _ in range(3)]
    recording = record(neuron(x), [*neuron.parameters(), *x])
    rows = numpy.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]])
    found = recording(*[p.data for p in neuron.parameters()], *rows.T)
    assert found.tolist() == pytest.approx([neuron(row.tolist()).data for row in rows])


def test_a_notebook_shows_its_inputs_by_name():
    x = Value(3.0, label="height")
    assert "height" in record(x * x, [x])._repr_html_()


def test_a_world_that_is_named_goes_before_that_of_the_arguments(jax):
    numpy = pytest.importorskip("numpy")
    x = Value(3.0)
    square = record(x * x, [x])
    assert isinstance(square(5, world="numpy"), numpy.ndarray)
    assert isinstance(square(numpy.array([5.0]), world="jax"), jax.Array)
