"""Finding exercises: a lesson by its number, an exercise by its own."""

from __future__ import annotations

import difflib
import re
from importlib import import_module
from importlib.util import find_spec

from tinygrad_edu.course.exercise import Exercise, Lesson

#: No lesson has a higher number.
LAST = 14


def lesson_numbers() -> list[int]:
    """Return the numbers of the lessons that have exercises."""
    return [i for i in range(1, LAST + 1) if find_spec(_module(i)) is not None]


def find_lesson(number: int) -> Lesson:
    """Return the exercises of a lesson.

    >>> find_lesson(1).title
    'A derivative is a nudge'
    """
    lesson: Lesson = import_module(_module(number)).LESSON
    return lesson


def find_exercise(number: str) -> Exercise:
    """Return an exercise by its number, such as "3.1".

    Raises:
        ValueError: If there is none; it names those that are near.

    >>> find_exercise("1.9")
    Traceback (most recent call last):
        ...
    ValueError: There is no exercise '1.9'. Near it: 1.1, 1.2, 1.3, 1.4, 1.5.
    """
    found = re.fullmatch(r"(\d+)\.\d+", str(number))
    numbers = lesson_numbers()
    if found and int(found[1]) in numbers:
        exercises = find_lesson(int(found[1])).exercises
        for exercise in exercises:
            if exercise.number == str(number):
                return exercise
        near = [exercise.number for exercise in exercises]
    else:
        every = [x.number for i in numbers for x in find_lesson(i).exercises]
        near = difflib.get_close_matches(str(number), every, n=4, cutoff=0.4)
        near = near or every[:4]
    raise ValueError(f"There is no exercise {number!r}. Near it: {', '.join(near)}.")


def _module(number: int) -> str:
    return f"tinygrad_edu.course.lesson{number:02}"
