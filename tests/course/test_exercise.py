"""What an exercise is: data that does not change, and the cell that it makes."""

import dataclasses

import pytest

from tinygrad_edu.course.lessons import find_exercise


def test_its_cell_ends_with_its_check_and_untouched_it_says_not_yet():
    exercise = find_exercise("1.2")
    assert exercise.code.endswith('\n\ncheck("1.2", answer)')
    seen = {}
    exec(exercise.code, {"check": lambda *given: seen.update([given])})
    assert seen == {"1.2": ...}


def test_nobody_changes_an_exercise():
    with pytest.raises(dataclasses.FrozenInstanceError):
        find_exercise("1.1").question = "?"
