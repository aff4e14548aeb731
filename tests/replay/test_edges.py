"""The edges of a recording: odd graphs, odd numbers, and what it refuses."""

import math
import warnings

import pytest

from tinygrad_edu import Value, dot, where
from tinygrad_edu.replay import record
from tinygrad_edu.replay.programs import write_arrays

numpy = pytest.importorskip("numpy")


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def leaves(count):
    return [Value(1.0) for _ in range(count)]


def test_the_same_weighted_sum_may_be_there_twice():
    w, x = leaves(2), leaves(2)
    recording = record(dot(w, x) * dot(w, x), [*w, *x])
    value, slopes = recording.value_and_gradient(
        1.0, 2.0, numpy.array([3.0, 1.0]), numpy.array([4.0, 1.0])
    )
    # z = (w·x)², with w·x = 11 and 3; ∂z/∂w₀ = 2·(w·x)·x₀, and the mean of rows.
    assert value == (121 + 9) / 2
    assert float(slopes[0]) == (2 * 11 * 3 + 2 * 3 * 1) / 2
    assert slopes[3].tolist() == [2 * 11 * 2 / 2, 2 * 3 * 2 / 2]


def test_constants_that_equal_places_in_an_array_stay_numbers():
    a, b, c = leaves(3)
    recording = record([a + 0.0, c + 2.0, b], [a, b, c])
    rows = numpy.array([1.0, 2.0])
    assert [z.tolist() for z in recording(rows, rows, rows)] == [[1, 2], [3, 4], [1, 2]]


def test_constants_keep_the_sign_of_zero():
    a, b = leaves(2)
    up = [(a + 1.0) * 0.0, (b + 1.0) * -0.0]
    down = [(a - 1.0) * -0.0, (b - 1.0) * 0.0]
    one = numpy.ones(2)
    found = record([*up, *down], [a, b])(one, one)
    signs = [math.copysign(1, z[0]) for z in found]
    assert signs == [1, -1, -1, 1]


def test_what_is_assigned_after_recording_does_not_come_in():
    x, c = Value(1.0), Value(2.0)
    recording = record(x * c.exp() / c.exp() + c, [x])
    c.data = 50.0
    assert recording(1.0) == pytest.approx(3.0)
    assert recording(numpy.ones(2)).tolist() == pytest.approx([3.0, 3.0])


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
def test_an_output_that_no_row_reaches_is_there_for_each_row(world, request):
    rows = request.getfixturevalue(f"{world}_array")([1.0, 2.0, 3.0])
    p, x = leaves(2)
    found = record([Value(7.0), p * p, p, x, x], [p, x])(3.0, rows)
    expected = [[7] * 3, [9] * 3, [3] * 3, [1, 2, 3], [1, 2, 3]]
    assert [z.tolist() for z in found] == expected
    value, slopes = record(p * p, [p, x]).value_and_gradient(3.0, rows)
    assert (float(value), float(slopes[0]), slopes[1].tolist()) == (9, 6, [0, 0, 0])
    value, slopes = record(Value(7.0), [p, x]).value_and_gradient(3.0, rows)
    assert (float(value), float(slopes[0]), slopes[1].tolist()) == (7, 0, [0, 0, 0])


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
def test_the_test_of_a_where_may_be_a_constant(world, request):
    make = request.getfixturevalue(f"{world}_array")
    x, y = leaves(2)
    root = where(1.0, x, y) + where(-1.0, x, 3.0 * y)
    value, slopes = record(root, [x, y]).value_and_gradient(make([1.0, 2.0]), 5.0)
    assert float(value) == 16.5
    assert (slopes[0].tolist(), float(slopes[1])) == ([0.5, 0.5], 3.0)


def test_a_leaf_that_is_used_everywhere_makes_no_long_program():
    x = leaves(200)
    root = x[0]
    for leaf in x[1:]:
        root = (root * x[0] + leaf).sin()
    numbers = {node: node.data for node in root.topological_order()}
    program = write_arrays(numbers, [], x, [root], "all")
    # The number of steps, not its square: 199 multiplications, sums and sines.
    assert len(program.text.splitlines()) < 199 * 12
    assert sum(map(len, program.constants.values())) < 199 * 12
