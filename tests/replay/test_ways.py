"""Which way a row goes, and when another is recorded."""

from collections import Counter

import pytest

from tinygrad_edu import Value
from tinygrad_edu.replay.batch import Batch
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.path import Path, key_of
from tinygrad_edu.replay.prepared import Rows
from tinygrad_edu.replay.watch import Watch
from tinygrad_edu.replay.watching import watched_call
from tinygrad_edu.replay.ways import (
    MOST_PATHS,
    MOST_SHAPES,
    ROWS_FOR_A_PATH,
    ROWS_FOR_A_SHAPE,
    WINDOW,
    Ways,
)

numpy = pytest.importorskip("numpy")

P = Value(2.0)
ROWS = Rows([([x],) for x in (-1.0, 1.0, 3.0)])


def way(function, x):
    """Return the way of a row, as a recording of it has it."""
    watch = Watch()
    nodes, form = watched_call(watch, lambda x: ([function(x[0])], None), [P], [[x]])
    return Path(nodes, [P], watch, form, key_of(nodes, [P], watch))


def by_sign(x):
    return P * x if x > 0 else P


def by_size(x):
    return P * x if x > P.data else P


def batch():
    return Batch(Numbers([P]), ROWS, range(3), gradient=False)


def test_a_row_goes_the_way_whose_conditions_it_meets():
    ways = Ways()
    left, right = way(by_sign, -1.0), way(by_sign, 1.0)
    ways.add(right, None)
    assert ways.of(batch()) == [None, right, right]
    assert ways.lines == []
    ways.add(left, None)
    assert ways.of(batch()) == [left, right, right]
    assert len(ways.lines) == 1
    # In place of an old one.
    ways.add(way(by_sign, 1.0), right)
    assert right not in ways.of(batch())


def test_the_one_way_of_all_rows_is_known_if_no_parameter_can_turn_it():
    ways = Ways()
    column = numpy.array([[2.0]])
    ways.add(way(lambda x: P * x, 1.0), None)
    assert ways.only(ROWS, column) is ways.paths[0]
    # A row of another shape has none.
    assert ways.only(Rows([([1.0],), ([1.0, 2.0],)]), column) is None
    ways.doubt()
    assert ways.only(ROWS, column) is None
    for function, positive in ((by_sign, True), (by_size, False)):
        rows = Rows([([x],) for x in (5.0, 6.0)])
        ways = Ways()
        ways.add(way(function, 5.0), None)
        assert (ways.only(rows, column) is not None) == positive
        assert ways.only(ROWS, column) is None


def test_conditions_on_a_parameter_are_checked_whenever_it_may_have_moved():
    ways = Ways()
    ways.add(way(by_size, 3.0), None)
    assert ways.of(batch()) == [None, None, ways.paths[0]]
    P.data = 0.5
    try:
        assert ways.of(batch()) == [None, ways.paths[0], ways.paths[0]]
    finally:
        P.data = 2.0


def test_a_way_is_added_after_so_many_rows_and_not_for_ever():
    ways = Ways()
    known = Counter({0: 3})
    assert ways.may_grow(0, known)
    ways.add(way(by_sign, 1.0), None)
    assert not ways.may_grow(0, known)
    ways.met[0] = ROWS_FOR_A_PATH
    assert ways.may_grow(0, known)
    ways.met[0] = ROWS_FOR_A_PATH - 1
    assert not ways.may_grow(0, known)
    ways.met[0] = 10**6
    while len(ways.paths) < MOST_PATHS:
        assert ways.may_grow(0, known)
        ways.add(way(by_sign, 1.0), None)
    assert not ways.may_grow(0, known)
    ways.paths = []
    ways.closed = "a reason"
    assert not ways.may_grow(0, known)


def test_ways_that_most_rows_do_not_go_are_not_worth_it():
    ways = Ways()
    assert ways.judge(WINDOW - 1, WINDOW - 1, 2) is None
    assert ways.judge(1, 1, 2) == "most rows have a shape of their own"
    # What was counted is forgotten.
    assert ways.judge(WINDOW, WINDOW // 2, 2) is None
    ways.closed = "a number is rounded"
    reason = ways.judge(WINDOW, WINDOW // 2 + 1, 2)
    assert reason == "most rows go a way of their own, a number is rounded"
    ways.closed = None
    for x in (-1.0, 1.0):
        ways.add(way(by_sign, x), None)
    reason = ways.judge(WINDOW, WINDOW, 1)
    assert reason.startswith("most rows go a way of their own, as the comparison at")
    assert "in by_sign" in reason


def test_a_shape_is_recorded_if_more_than_a_few_rows_have_it_and_there_is_room():
    ways = Ways()
    ways.add(way(by_sign, 1.0), None)
    known = Counter({1: ROWS_FOR_A_SHAPE - 1})
    ways.met[1] = 1
    assert not ways.may_grow(1, known)
    ways.met[1] = 2
    assert ways.may_grow(1, known)
    while ways.shapes < MOST_SHAPES:
        assert ways.may_grow(1, known)
        ways.add(way(by_sign, 1.0), None)
        ways.paths[-1].shape = 1 + len(ways.paths)
    assert not ways.may_grow(1, known)


def test_at_first_and_after_each_window_nothing_was_counted():
    for lost, is_reason in ((WINDOW // 2, False), (WINDOW // 2 + 1, True)):
        ways = Ways()
        for _ in range(2):
            assert ways.judge(WINDOW - 1, lost, 2) is None
            assert (ways.judge(1, 0, 2) is not None) == is_reason
