"""Sums that were written out: found again, and exact."""

import random

import pytest

from tinygrad_edu import Value, dot, record, total
from tinygrad_edu.engine.primitives import ADD, DOT, MUL, TOTAL
from tinygrad_edu.replay.sums import with_sums


def leaves(count, seed=0):
    source = random.Random(seed)
    return [Value(source.uniform(-1, 1)) for _ in range(count)]


def operators(root, shared=(), rows=()):
    nodes = {node: node.data for node in root.topological_order()}
    found, _ = with_sums(nodes, [root], shared, rows)
    return [node.op for node in found if node.op is not None]


def test_a_sum_of_products_is_a_dot():
    w, x = leaves(4), leaves(4, seed=1)
    assert operators(sum(a * b for a, b in zip(w, x)), w, x) == [DOT]
    assert operators(w[0] * x[0] + w[1] * x[1], w, x) == [DOT]
    # From a bias on, as in the lectures' neuron.
    b = Value(0.5)
    root = sum((a * b for a, b in zip(w, x)), b)
    assert operators(root, [*w, b], x) == [DOT, ADD]


def test_a_sum_of_many_is_one():
    assert operators(sum(leaves(5))) == [TOTAL]
    a, b = leaves(2)
    assert operators(a + b) == [ADD]
    assert operators(sum([a, b])) == [ADD, ADD]


def test_a_product_or_a_sum_that_others_need_stays():
    a, b, c = leaves(3)
    product = a * b
    assert operators(product + c * c + product) == [MUL, MUL, TOTAL]
    part = a + b + c
    assert operators((part + a) * part).count(TOTAL) == 1


def test_what_all_rows_share_comes_first_as_weights_do():
    w, x = leaves(3), leaves(3, seed=1)
    root = sum(b * a for a, b in zip(w, x))
    nodes = {node: node.data for node in root.topological_order()}
    _, (found,) = with_sums(nodes, [root], w, x)
    assert found.parents == (*w, *x)


def test_a_parameter_of_zero_is_no_zero_that_a_sum_begins_with():
    numpy = pytest.importorskip("numpy")
    bias, x, y = Value(0.0, label="b"), Value(1.0, label="x"), Value(2.0, label="y")
    recording = record(bias + x * y + y * x, [bias, x, y])
    found = recording(10.0, numpy.array([1.0, 2.0]), numpy.array([3.0, 5.0]))
    assert found.tolist() == [16.0, 30.0]


def layer(weights, bias, x, weighted):
    sums = [weighted(row, x) + b for row, b in zip(weights, bias)]
    return weighted(sums, sums)


def test_a_layer_that_was_written_out_is_a_product_of_matrices():
    numpy = pytest.importorskip("numpy")
    flat, bias, x = leaves(12), leaves(3, seed=1), leaves(4, seed=2)
    weights = [flat[4 * i : 4 * i + 4] for i in range(3)]
    inputs = [*flat, *bias, *x]
    batched = range(15, 19)

    def written_out(w, x):
        return sum(a * b for a, b in zip(w, x))

    steps = [
        record(layer(weights, bias, x, weighted), inputs)
        for weighted in (written_out, dot)
    ]
    sources = [
        step.array_source(*[step.names[i] for i in batched], gradient=True)
        for step in steps
    ]
    assert all(" @ " in source for source in sources)
    assert len({source.count("\n") for source in sources}) == 1
    p = numpy.array([[node.data] for node in inputs[:15]])
    columns = numpy.random.default_rng(0).normal(size=(4, 7))
    found, expected = [
        step.function("numpy", batched, gradient="all")(p, columns, 1 / 7)
        for step in steps
    ]
    for ours, theirs in zip(found, expected, strict=True):
        assert numpy.allclose(ours, theirs, rtol=1e-12, atol=1e-14)


def test_the_number_of_a_sum_that_no_input_reaches_is_kept():
    numpy = pytest.importorskip("numpy")
    x = Value(1.0, label="x")
    fixed = sum(a * b for a, b in zip(leaves(3), leaves(3, seed=1)))
    root = x + total([fixed, x]) + fixed * 2 + fixed * 3
    found = record(root, [x])(numpy.array([1.0, 2.0]))
    assert found[0] == pytest.approx(root.data, rel=1e-14)
    assert found[1] == pytest.approx(root.data + 2, rel=1e-14)
