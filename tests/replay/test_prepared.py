"""Rows made ready: their shape, and what an error says of one."""

import collections
from fractions import Fraction

import pytest

from tinygrad_edu.replay.prepared import (
    ArrayRows,
    NotReplayableError,
    Row,
    Rows,
    is_array_of_rows,
    shape_of,
)


def test_rows_of_one_shape_are_lists_of_as_many_numbers_and_of_one_kind():
    assert shape_of(([1.0, 2], 3.0)) == shape_of(([0, 0.5], True)) == "([..].)"
    assert shape_of(([1.0, 2.0], 3.0)) != shape_of(((1.0, 2.0), 3.0))
    assert shape_of([[1.0], [2.0]]) != shape_of([[1.0, 2.0]])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["a"], "which is no number"),
        ([None], "which is no number"),
        ([2**53 + 1], "which is no float"),
        ([10**400], "which is no float"),
        ([Fraction(1, 3)], "which is no float"),
        (collections.namedtuple("Point", "x y")(1.0, 2.0), "a row is a Point"),
    ],
)
def test_what_an_array_cannot_hold_is_refused(row, words):
    with pytest.raises(NotReplayableError, match=words):
        shape_of(row)


def test_an_error_tells_the_place_of_a_row_and_its_beginning():
    assert Row(([1.0], 2), [1.0, 2], 7, ("", ()), 0).told() == "row 7: 1, 2"
    numbers = [0.5] * 9
    words = "row 0: 0.5, 0.5, 0.5, 0.5, …"
    assert Row((numbers,), numbers, 0, ("", ()), 0).told() == words


def test_the_columns_of_rows_of_several_shapes_are_those_of_each():
    numpy = pytest.importorskip("numpy")
    given = [([float(i)] * (1 + i % 2), i) for i in range(6)]
    rows = Rows(given, targets=["a", "b"] * 3)
    assert rows.counts == {0: 3, 1: 3}
    assert rows.columns([4, 0]).tolist() == [[4.0, 0.0], [4.0, 0.0]]
    assert rows.columns([1, 5]).tolist() == [[1.0, 5.0]] * 2 + [[1.0, 5.0]]
    assert rows.kinds == {"a", "b", (0, float, int), (1, float, float, int)}
    assert not rows.is_mixed
    assert Rows([([1.0],), ([1],)]).is_mixed
    # Other rows of shapes that are known have the same numbers.
    assert Rows([([1.0, 2.0], 3)], shapes=rows.shapes).shape(0) == 1
    assert numpy.shape(rows.columns([0])) == (2, 1)


@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "uint8", "bool"])
def test_the_rows_of_an_array_are_those_of_its_lists(kind):
    numpy = pytest.importorskip("numpy")
    array = numpy.array([[0, 1, 3], [1, 0, 2]]).astype(kind) / (2 if "f" in kind else 1)
    array = array.astype(kind)
    assert is_array_of_rows(array)
    found, lists = ArrayRows(array), Rows([(row,) for row in array.tolist()])
    assert list(found) == list(lists)
    assert (found.kinds, found.counts) == (lists.kinds, lists.counts)
    assert ArrayRows(array, shapes=lists.shapes).counts == lists.counts
    assert found.has_singles == lists.has_singles == (kind == "bool")
    assert found.columns([1, 0]).tolist() == lists.columns([1, 0]).tolist()
    assert len(found) == 2


@pytest.mark.parametrize("largest", [2**53, -(2**53), 1])
def test_whole_numbers_that_floats_hold_are_rows(largest):
    numpy = pytest.importorskip("numpy")
    assert is_array_of_rows(numpy.array([[largest]]))
    assert is_array_of_rows(numpy.array([[largest, 1]]))


def test_an_array_of_something_else_is_looked_at_row_by_row():
    numpy = pytest.importorskip("numpy")
    for other in (
        [[1.0]],
        numpy.zeros(3),
        numpy.zeros((0, 2)),
        numpy.array([["a"]]),
        numpy.array([[2**53 + 1]]),
        numpy.array([[-(2**53) - 1]]),
        numpy.array([[1j]]),
    ):
        assert not is_array_of_rows(other)
