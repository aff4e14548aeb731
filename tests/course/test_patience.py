"""A student's code that never ends is stopped, and a debugger is left alone."""

import sys
from itertools import count

import pytest

from tinygrad_edu.course.judging import judge
from tinygrad_edu.course.lessons import find_exercise
from tinygrad_edu.course.patience import patience
from tinygrad_edu.course.reading import Unread


@pytest.fixture
def untraced():
    """Nothing follows the lines: coverage may, and is back afterwards."""
    before = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(before)


def turns(*_):
    while True:
        pass


def turns_whatever_happens(*_):
    while True:
        try:
            int("x")
        except Exception:
            continue


def calls_itself_by_turns(*_):
    def inner():
        return 1

    return sum(inner() for _ in count())


def yields_nothing():
    while True:
        pass
    yield 1.0


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("1.4", turns),
        ("1.4", turns_whatever_happens),
        ("1.4", calls_itself_by_turns),
        ("1.3", yields_nothing()),
        ("13.8", turns),
    ],
)
def test_what_never_ends_is_stopped_and_told(number, answer, untraced):
    verdict = judge(find_exercise(number), answer)
    assert verdict.kind == "wrong"
    assert "stopped after 5,000,000 steps" in verdict.said
    assert sys.gettrace() is None


def test_what_ends_in_time_is_let_go(untraced):
    with patience(100):
        assert sum(range(10)) == 45
    assert sys.gettrace() is None
    with pytest.raises(Unread), patience(100):
        turns()


def test_a_debugger_goes_on_following_every_line(untraced):
    seen = []

    def follow(frame, event, _):
        seen.append(event)
        return follow

    def work():
        return sum(i for i in range(100))

    sys.settrace(follow)
    with patience(10):
        assert sys.gettrace() is follow
        assert work() == 4950
    assert sys.gettrace() is follow
    assert seen.count("line") >= 100


def test_a_debugger_that_is_called_inside_goes_on(untraced):
    def follow(frame, event, _):
        return follow

    with patience(100):
        sys.settrace(follow)
    assert sys.gettrace() is follow
