"""A tape writes each statement once, and only what is needed of them."""

import functools
import operator

import pytest

from tinygrad_edu.replay.tape import (
    LONGEST_SUM,
    WRITING,
    Lane,
    Tape,
    Term,
    array_of,
    times,
)


def run(tape, names, results, *arguments):
    known = {}
    exec(tape.program(names, results), known)
    return known["replay"](*arguments)


def test_arithmetic_is_written_with_numbers_on_either_side():
    tape = Tape()
    x = Term("x", tape)
    results = [x + 1, 1 - x, 2 * x, 1 / x, -x, x - 2, 3 + x, x * 4, x / 5]
    found = run(tape, ["x"], results, 4.0)
    assert found == [5.0, -3.0, 8.0, 0.25, -4.0, 2.0, 7.0, 16.0, 0.8]


def test_a_statement_is_written_once_and_none_that_no_result_needs():
    tape = Tape()
    x = Term("x", tape)
    assert (x * x).name == (x * x).name
    x.__add__(7.0)
    text = tape.program(["x"], [x * x + x * x])
    assert text.count("x * x") == 1
    assert "7.0" not in text


def test_negative_numbers_have_brackets():
    tape = Tape()
    x = Term("x", tape)
    assert run(tape, ["x"], [x - -2.0], 1.0) == [3.0]
    assert "x - (-2.0)" in tape.program(["x"], [x - -2.0])


@pytest.mark.parametrize("count", [1, 2, LONGEST_SUM, LONGEST_SUM + 1, 1000])
def test_a_sum_of_any_length_adds_from_the_first_to_the_last(count):
    tape = Tape()
    names = [f"x{i}" for i in range(count)]
    numbers = [1e16 if i == 0 else 1.0 for i in range(count)]
    total = WRITING.sum([Term(name, tape) for name in names])
    # Not `sum`, which carries what was rounded away since Python 3.12.
    expected = functools.reduce(operator.add, numbers)
    assert run(tape, names, [total], *numbers) == [expected]
    text = tape.program(names, [total])
    assert max(line.count(" + ") for line in text.splitlines()) <= LONGEST_SUM


def test_words_of_plain_numbers_are_computed_at_once():
    assert WRITING.exp(0.0) == 1.0
    assert WRITING.sum([1.0, 2.0]) == 3.0


def test_lists_of_numbers_are_constants_each_once():
    tape = Tape()
    assert tape.constant([1.0, 2.0]) == tape.constant([1.0, 2.0])
    assert tape.constant([0.0]) != tape.constant([-0.0])
    assert tape.constant([1]) != tape.constant([1.0])


def test_what_is_done_to_some_rows_of_an_array_leaves_the_others_out():
    tape = Tape()
    array = Term("a", tape)
    rows = [2.0 * Lane(array, i, 3) for i in range(3)]
    other = [Lane(Term("b", tape), i, 3) for i in range(3)]
    results = [
        WRITING.sum(rows),
        WRITING.sum(rows[:2]),
        WRITING.largest(rows[:2]),
        WRITING.sum([rows[0], other[1], other[2]]),
        WRITING.sum([rows[2], rows[1], rows[1]]),
        WRITING.sum([*rows, 1.0]),
    ]
    known = {"maximum": max}
    text = tape.program(["a", "b"], results)
    assert "2.0 * a\n" in text
    exec(text, known)
    found = known["replay"](Numbers([1.0, 2.0, 5.0]), Numbers([100.0, 200.0, 300.0]))
    assert found == [16.0, 6.0, 4.0, 502.0, 18.0, 17.0]


def test_rows_are_an_array_if_they_are_all_of_it_in_order():
    tape = Tape()
    array, other = Term("a", tape), Term("b", tape)
    rows = [Lane(array, i, 3) for i in range(3)]
    assert array_of(rows) is array
    for part in (
        rows[:2],
        rows[::-1],
        [*rows[:2], Lane(other, 2, 3)],
        [*rows[:2], 1.0],
    ):
        assert array_of(part) is None


def test_what_is_multiplied_by_1_is_not_written():
    tape = Tape()
    x, upstream = Term("x", tape), Term("u", tape)
    assert times(None, upstream) is None
    assert times(x, 1.0) is x
    assert times(1.0, upstream) is upstream
    results = [times(-1.0, upstream), times(x, upstream), times(2.0, upstream)]
    text = tape.program(["x", "u"], results)
    assert [line.split(" = ")[1] for line in text.splitlines()[1:-1]] == [
        "-u",
        "x * u",
        "2.0 * u",
    ]


class Numbers(list):
    """A list that is multiplied and summed as an array is."""

    def __rmul__(self, number):
        return Numbers(number * x for x in self)

    def sum(self, axis):
        return functools.reduce(operator.add, self)
