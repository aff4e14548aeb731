"""What a notebook calls, one after the other, as a student would."""

import pytest

from tinygrad_edu.course import check, hint, progress, use
from tinygrad_edu.course.desk import Hints
from tinygrad_edu.course.lessons import find_exercise
from tinygrad_edu.course.verdict import Sentence


@pytest.fixture(autouse=True)
def _fresh():
    progress().clear()
    yield
    progress().clear()


def test_check_hint_and_progress_tell_one_story():
    assert repr(progress()) == "Nothing was checked so far."
    assert check("1.1", ...).kind == "not yet"
    assert check("1.1").kind == "not yet"
    assert check("1.1", 8).mistake == "the volume itself"
    assert not progress().done
    assert check("1.1", 12)
    assert progress().done == ["1.1"]


def test_each_hint_says_more_until_the_last():
    hints = find_exercise("1.1").hints
    for given in range(1, len(hints) + 2):
        shown = repr(hint("1.1"))
        assert shown.count("Hint ") == min(given, len(hints))
        assert ("the last hint" in shown) == (given >= len(hints))
    assert hints[-1] in shown


def test_hints_are_escaped_in_jupyter():
    lines = [Sentence("Is `a < b`?", {}), Sentence("No.", {})]
    shown = Hints(lines)._repr_html_()
    assert shown == "<div>Is <code>a &lt; b</code>?</div><div>No.</div>"


def test_an_unknown_number_names_the_near_ones():
    for call in (check, hint):
        with pytest.raises(ValueError, match=r"no exercise '1\.77'.* 1\.1, 1\.2"):
            call("1.77")
    assert repr(progress()) == "Nothing was checked so far."


def test_what_is_right_is_used_and_otherwise_the_courses_own(capsys):
    assert use("1.1", 12) == 12
    assert use("1.1", 8) == use("1.1", ...) == use("1.1", len) == 12.0
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "1.1 is yours.",
        *["1.1 is the course's own, until yours is right."] * 3,
    ]
    assert progress().done == []
