"""Weighted sums that are a product of matrices are written as one."""

import pytest

from tinygrad_edu import MLP, Value, dot, nn, record, total

numpy = pytest.importorskip("numpy")


def assert_agrees(root, leaves, *, by_matrices):
    """Assert that a batch of two rows gives what the rows give one by one."""
    replay = record(root, leaves)
    text = replay.array_source(*replay.names)
    assert (" @ " in text) is by_matrices
    rows = numpy.linspace(-1, 1, 2 * len(leaves)).reshape(2, len(leaves))
    found = replay(*rows.T)
    expected = [replay(*map(float, row)) for row in rows]
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("width", [1, 2, 5])
def test_a_layer_in_a_batch_is_its_rows(width):
    model = MLP(3, [width, 1], activation="tanh", seed=0)
    x = [Value(0.5, label=f"x{i}") for i in range(3)]
    assert_agrees(model(x), x, by_matrices=True)


def test_a_convolution_in_a_batch_is_its_rows():
    conv = nn.Conv2d(1, 2, 2, seed=0)
    x = [[[Value(0.1, label=f"x{i}{j}") for j in range(3)] for i in range(3)]]
    outputs = [y for channel in conv(x) for row in channel for y in row]
    leaves = [leaf for row in x[0] for leaf in row]
    assert_agrees(total(outputs), leaves, by_matrices=True)


def test_sums_whose_weights_differ_by_row_are_no_product_and_right():
    w = [Value(0.5, label=f"w{i}") for i in range(2)]
    x = [Value(0.5, label=f"x{i}") for i in range(2)]
    assert_agrees(dot(w, x) * dot(x, w), [*w, *x], by_matrices=False)


def test_two_sums_of_the_same_inputs_are_written_as_one_would():
    w = [Value(1.0, label=f"w{i}") for i in range(4)]
    x = [Value(1.0, label=f"x{i}") for i in range(2)]
    replay = record(dot(w[:2], x) * dot(w[2:], x), [*w, *x])
    assert replay.array_source("x0", "x1", gradient=True) == (
        "def replay(P, X, seed):\n"
        "    t0 = P.reshape(2, 2)\n"
        "    t1 = t0 @ X\n"
        "    t2 = t1[0:1]\n"
        "    t3 = t1[1:2]\n"
        "    t4 = t2 * t3\n"
        "    t5 = ones_like(X[:1])\n"
        "    t6 = t5 * seed\n"
        "    t7 = t3 * t6\n"
        "    t8 = t2 * t6\n"
        "    t9 = joined((t7, t8))\n"
        "    t10 = (t9 @ X.T).reshape(4, 1)\n"
        "    t11 = t0.T @ t9\n"
        "    return [t4, t10, t11]\n"
    )
