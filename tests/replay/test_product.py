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
