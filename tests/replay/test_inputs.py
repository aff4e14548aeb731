"""What a recording is called with: each input once, a number or a number a row."""

import pytest

from tinygrad_edu import ShapeError, Value
from tinygrad_edu.replay.inputs import (
    beginning,
    few,
    in_order,
    input_names,
    is_array,
    plain_number,
    row_count,
)

numpy = pytest.importorskip("numpy")


def test_inputs_have_their_labels_or_their_places_and_no_name_twice():
    leaves = [Value(0.0), Value(0.0, label="x0"), Value(0.0, label="b"), Value(0.0)]
    names = input_names(leaves)
    assert names[1:] == ["x0", "b", "x3"]
    assert len(set(names)) == 4


@pytest.mark.parametrize(
    ("numbers", "named", "expected"),
    [
        ([1, 2, 3], {}, [1, 2, 3]),
        ([], {"c": 3, "a": 1, "b": 2}, [1, 2, 3]),
        ([1], {"c": 3, "b": 2}, [1, 2, 3]),
    ],
)
def test_arguments_come_in_order_or_by_name(numbers, named, expected):
    assert in_order("abc", numbers, named) == expected


@pytest.mark.parametrize(
    ("numbers", "named", "words"),
    [
        ([1, 2], {}, "c missing"),
        ([1, 2, 3, 4], {}, "there were 4 in order"),
        ([1, 2], {"b": 5}, "by name b"),
        ([1, 2, 3], {"d": 5}, "by name d"),
    ],
)
def test_each_is_given_once(numbers, named, words):
    with pytest.raises(TypeError, match=words):
        in_order("abc", numbers, named)


def test_arrays_agree_on_how_many_rows_there_are():
    assert row_count("ab", [numpy.ones(3), 2.0]) == 3
    assert row_count("ab", [1.0, 2.0]) == 1
    with pytest.raises(ShapeError, match=r"different lengths: \[2, 3\]"):
        row_count("ab", [numpy.ones(3), numpy.ones(2)])
    with pytest.raises(ShapeError, match=r"b has the shape \(2, 2\)"):
        row_count("ab", [1.0, numpy.ones((2, 2))])
    with pytest.raises(TypeError, match="no real numbers"):
        row_count("a", [numpy.array(["x"])])


def test_a_number_is_real():
    assert plain_number("a", 3) == 3.0
    with pytest.raises(TypeError, match=r"The input a is a real number"):
        plain_number("a", "3")


def test_a_message_has_all_of_ten_names_and_eight_of_more():
    names = [f"w{i}" for i in range(11)]
    assert few(names[:10]) == ", ".join(names[:10])
    assert few(names) == f"{', '.join(names[:8])}, ... (11 in all)"


def test_of_a_row_four_numbers_are_told():
    assert beginning([1.0, 2.5, -3.0, 1e20]) == "1, 2.5, -3, 1e+20"
    assert beginning([0.5] * 5) == "0.5, 0.5, 0.5, 0.5, …"


def test_a_name_by_place_gives_way_to_every_label():
    leaves = [Value(0.0), Value(0.0, label="x0"), Value(0.0, label="x0_")]
    assert input_names(leaves) == ["x0__", "x0", "x0_"]


def test_a_number_without_an_axis_is_no_array():
    assert is_array(numpy.ones(1))
    for number in (1.0, numpy.float64(1.0), numpy.array(1.0), "ab"):
        assert not is_array(number)
    assert row_count("ab", [numpy.ones(0), 1.0]) == 0
    with pytest.raises(TypeError, match="no real numbers"):
        row_count("ab", [numpy.ones(1), numpy.ones(1, dtype=complex)])


@pytest.mark.parametrize(
    ("numbers", "named", "words"),
    [
        ([], {}, r"there were 0 in order; a, b, c missing\."),
        ([1, 2, 3, 4], {}, r"there were 4 in order\."),
        ([1], {"c": 5}, r"there were 1 in order, and by name c; b missing\."),
        ([1, 2, 3], {"a": 5, "e": 6}, r"there were 3 in order, and by name a, e\."),
    ],
)
def test_what_is_missing_and_what_was_given_is_said(numbers, named, words):
    with pytest.raises(TypeError, match=rf"The inputs are a, b, c, .*: {words}"):
        in_order("abc", numbers, named)
