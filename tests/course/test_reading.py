"""Answers in any form, and what is said of those of the wrong kind."""

from fractions import Fraction

import pytest

from tinygrad_edu import Value
from tinygrad_edu.course.reading import (
    Unanswered,
    Unread,
    agree,
    as_count,
    as_graph,
    as_name,
    as_names,
    as_names_in_order,
    as_number,
    as_numbers,
    plain,
    seen_by,
    shown,
    tried_by,
    tried_on,
)


@pytest.mark.parametrize("answer", [3, 3.0, Value(3), [3], Fraction(3), (Value(3.0),)])
def test_one_number_is_read_in_every_form(answer):
    assert as_number(answer) == 3.0
    assert as_count(answer) == 3


@pytest.mark.machine
def test_what_numpy_makes_is_read(numpy_array):
    assert as_number(numpy_array(3.0)) == 3.0
    assert as_numbers(numpy_array([1.0, 2.0])) == (1.0, 2.0)
    assert plain(numpy_array([[1.0], [2.0]])) == ((1.0,), (2.0,))
    assert plain(numpy_array([True, False])) == (True, False)
    with pytest.raises(Unread, match="not a number"):
        as_number(numpy_array([True])[0])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("3", "without quotes"),
        (True, "not a number"),
        (len, "Call it"),
        (None, "return"),
        ([1, 2], "One number"),
        (1j, "One number"),
        (10**400, "One number"),
    ],
)
def test_what_is_no_number_is_told_why(answer, words):
    with pytest.raises(Unread) as problem:
        as_number(answer)
    assert words in problem.value.sentence.format(**problem.value.given)


def test_a_count_is_whole():
    with pytest.raises(Unread, match="whole"):
        as_count(2.5)


@pytest.mark.parametrize("answer", [5.0, "ab", Value(1.0), {1: 2}, None])
def test_several_are_asked_for(answer):
    with pytest.raises(Unread, match="Several"):
        as_numbers(answer)


def test_names_in_any_case_and_order_or_as_nodes():
    b = Value(1.0, label="b")
    assert as_names("B,  a") == as_names(["a", b, "a"]) == as_names({"a", "b"})
    assert as_names_in_order(["b", "a"]) != as_names_in_order(["a", "b"])
    with pytest.raises(Unread, match="in quotes"):
        as_name(3)


def test_a_graph_is_its_number_and_its_size():
    x = Value(3.0)
    assert as_graph(x * x + x) == (12.0, 3, 4)
    with pytest.raises(Unread, match="no graph"):
        as_graph(12.0)


@pytest.mark.parametrize("read", [as_number, as_numbers, as_name, as_names, as_graph])
def test_what_is_open_is_unanswered(read):
    with pytest.raises(Unanswered):
        read(...)


def test_a_function_is_tried_on_points_of_its_own():
    def add(numbers, more):
        numbers.append(more)
        return numbers

    read = tried_on(([1.0], 2.0), ([], 5))
    assert read(add) == read(add) == ((1.0, 2.0), (5.0,))
    with pytest.raises(Unread, match="function itself"):
        read(3.0)
    with pytest.raises(Unread) as problem:
        tried_on(0.0)(lambda x: 1 / x)
    assert problem.value.given == {
        "at": "0",
        "error": "ZeroDivisionError: float division by zero",
    }
    with pytest.raises(Unread, match="return"):
        tried_on(0.0)(print)
    with pytest.raises(Unanswered):
        tried_on(0.0)(lambda x: [x, ...])


def test_a_function_may_change_its_points_however_deep():
    def empties(rows):
        return len(rows[0].pop())

    read = tried_on(([["ab"]],))
    assert read(lambda rows: len(rows[0][0])) == (2.0,)
    assert read(empties) == read(empties) == (2.0,)


def test_an_experiment_sees_what_an_answer_leads_to():
    assert tried_by(lambda f: [f(1), f(2)])(lambda x: 3 * x) == (3.0, 6.0)
    assert seen_by(lambda w: w[0] * w[1] > 0)([-1, -2]) is True
    with pytest.raises(Unanswered):
        seen_by(sum)([1, ...])


def test_a_class_is_an_answer_by_what_its_objects_do():
    class Counter:
        def __init__(self):
            self.count = 0

        def add(self):
            self.count += 1
            return self.count

    def experiment(kind):
        one, other = kind(), kind()
        return [one.add(), one.add(), other.add()]

    assert tried_by(experiment)(Counter) == (1.0, 2.0, 1.0)
    with pytest.raises(Unread, match="itself"):
        tried_by(experiment)(Counter())


def test_what_is_shown_is_short_and_never_raises():
    class Mute:
        def __repr__(self):
            raise RuntimeError

    assert shown(Mute()) == "this Mute"
    assert len(shown(list(range(10_000)))) == 60
    assert shown([1 / 3, Value(2.0)]) == "(0.333333, 2)"


def test_of_a_long_answer_no_more_is_looked_at_than_shown():
    looked_at = []

    class Entry:
        def __repr__(self):
            looked_at.append(self)
            return "1"

    assert shown([Entry()] * 10_000).startswith("(1, 1, ")
    assert len(looked_at) == 60


def test_numbers_agree_to_three_digits_and_kinds_exactly():
    assert agree((1.0, (2.0,)), (1.0001, (2.0,)), 1e-3)
    assert agree(0.0, 1e-7, 1e-3)
    assert agree(float("nan"), float("nan"), 1e-3)
    for one, other in [(0.0, 1e-5), (1.0, True), (3, 3.0), ("a", "b"), (1.0, (1.0,))]:
        assert not agree(one, other, 1e-3)
    assert not agree((1.0, 2.0), (1.0,), 1e-3)
    assert not agree(float("nan"), 1.0, 1e-3)
