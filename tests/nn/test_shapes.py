"""What is said of a shape is true, and a shape that does not fit is explained."""

import numpy as np
import pytest

from tinygrad_edu import ShapeError, Value, nn
from tinygrad_edu.nn.shapes import as_nodes, flatten, map_numbers, shape_of


@pytest.mark.parametrize(
    "nested", [2.0, [1.0], [[1.0, 2.0, 3.0]], [[[1], [2]], [[3], [4]]], [[], []]]
)
def test_shapes_are_numpy_s(nested):
    assert shape_of(nested) == np.shape(nested)
    assert shape_of(np.array(nested)) == np.shape(nested)
    assert flatten(nested) == list(np.ravel(nested))


def test_values_are_numbers_and_keep_their_identity():
    x = Value(1.0)
    nested = map_numbers(lambda number: number, ([x], (x,)))
    assert nested == [[x], [x]]
    assert as_nodes([[x, 2]], nn.Flatten(), {"a": 1, "b": None})[0][0] is x


def test_ragged_lists_are_refused():
    with pytest.raises(ShapeError, match="different shapes: 2 and a single number"):
        shape_of([[1.0, 2.0], 3.0])


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ([1.0], r"expects 2 inputs, but was given 1: Linear\(2 -> 1; 3 p.*other sizes"),
        (1.0, "a single number.*Put a list around"),
        ([[1.0, 2.0]], r"given 1 x 2.*put Flatten\(\) in front"),
        ([], "given 0"),
    ],
)
def test_a_message_gives_the_shape_met_the_shape_needed_and_the_way_out(inputs, words):
    with pytest.raises(ShapeError, match=words):
        nn.Linear(2, 1, seed=0)(inputs)


@pytest.mark.parametrize("text", ["ab", ["a", "b"], [None, 1.0]])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(TypeError, match="holds one real number"):
        nn.Linear(2, 1, seed=0)(text)


def test_an_axis_of_any_length_is_not_empty():
    with pytest.raises(ShapeError, match="expects 1 a x b, but was given 1 x 0"):
        as_nodes([[]], nn.Flatten(), {"a": 1, "b": None})
