"""Rows made ready: their shape, and what an error says of one."""

import collections
from fractions import Fraction

import pytest

from tinygrad_edu import nn
from tinygrad_edu.replay.batch import Batch, NotReplayableError, Row, shape_of


def test_rows_of_one_shape_are_lists_of_as_many_numbers_and_of_one_kind():
    assert shape_of(([1.0, 2], 3.0)) == shape_of(([0, 0.5], True))
    assert shape_of(([1.0, 2.0], 3.0)) != shape_of(((1.0, 2.0), 3.0))
    assert shape_of([[1.0], [2.0]]) != shape_of([[1.0, 2.0]])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["a"], "which is no number"),
        ([None], "which is no number"),
        ([2**53 + 1], "which is no float"),
        ([Fraction(1, 3)], "which is no float"),
        (collections.namedtuple("Point", "x y")(1.0, 2.0), "a row is a Point"),
    ],
)
def test_what_an_array_cannot_hold_is_refused(row, words):
    with pytest.raises(NotReplayableError, match=words):
        shape_of(row)


def test_an_error_tells_the_place_of_a_row_and_its_beginning():
    assert Row(([1.0], 2), [1.0, 2], 7, ("", "")).told() == "row 7: 1, 2"
    numbers = [0.5] * 9
    assert (
        Row((numbers,), numbers, 0, ("", "")).told() == "row 0: 0.5, 0.5, 0.5, 0.5, …"
    )


def test_a_column_holds_the_numbers_of_a_row_and_its_masks_below():
    numpy = pytest.importorskip("numpy")
    rows = [Row(([x], 1), [x, 1], 0, ("", "")) for x in (2.0, 3.0, 4.0)]
    batch = Batch([], rows, gradient=False)
    assert batch.inputs([0, 2]).tolist() == [[2.0, 4.0], [1.0, 1.0]]
    layer, twin = nn.Dropout(0.5, seed=1), nn.Dropout(0.5, seed=1)
    for i in range(3):
        batch.draw(i, [layer, layer])
    masks = numpy.array([twin.draw_number() for _ in range(6)]).reshape(3, 2).T
    assert batch.inputs([0, 1, 2]).tolist() == [
        [2.0, 3.0, 4.0],
        [1.0, 1.0, 1.0],
        *masks.tolist(),
    ]
    assert batch.columns([1]).tolist() == [[3.0], [1.0]]
