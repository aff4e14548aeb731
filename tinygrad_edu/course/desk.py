"""What a notebook calls: `check` an answer, take a `hint`, see `progress`, `use`."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.course.exercise import RIGHT
from tinygrad_edu.course.judging import judge
from tinygrad_edu.course.lessons import find_exercise
from tinygrad_edu.course.record import Record
from tinygrad_edu.course.verdict import Sentence, Verdict, marked

# What a program has checked so far: one object, which its `clear` puts back.
_RECORD = Record()

YOURS = "{number} is yours."
OURS = "{number} is the course's own, until yours is right."
LAST_HINT = "That was the last hint."


def check(number: str, answer: Any = ...) -> Verdict:
    """Say of an answer that it is right, or which mistake was made.

    No answer makes it raise. Numbers may be floats, Values, or what NumPy makes, exact
    to some three digits; a list may be a tuple or an array.

    Args:
        number: Of the exercise, such as "3.1".
        answer: What it asks for; `...` for none yet.

    Returns:
        A verdict, which shows itself, and is true where the answer is right.

    Raises:
        ValueError: If there is no exercise of that number.

    >>> check("1.1", 12.0).kind
    'right'
    >>> check("1.1", 8)
    ✗ 1.1 Not right. 8 is x³ itself, the volume. How far does it move for each unit of
    a small nudge?
    >>> check("1.1", ...)
    … 1.1 Not yet. Write your answer in place of `...`; `hint("1.1")` gives a nudge.
    """
    verdict = judge(find_exercise(number), answer)
    _RECORD.keep(verdict)
    return verdict


class Hints:
    """The hints that were given for an exercise so far, the newest last."""

    def __init__(self, lines: list[Sentence]) -> None:
        self.lines = lines

    def __repr__(self) -> str:
        return "\n".join(map(str, self.lines))

    def _repr_html_(self) -> str:
        return "".join(f"<div>{marked(str(line))}</div>" for line in self.lines)


def hint(number: str) -> Hints:
    """Return the next hint for an exercise, after those that were given before.

    Args:
        number: Of the exercise, such as "3.1".

    Raises:
        ValueError: If there is no exercise of that number.
    """
    exercise = find_exercise(number)
    count = min(_RECORD.hints.get(exercise.number, 0) + 1, len(exercise.hints))
    _RECORD.hints[exercise.number] = count
    lines = [
        Sentence(
            "Hint {place} of {all}: {hint}",
            {"place": i, "all": len(exercise.hints), "hint": Sentence(template, {})},
        )
        for i, template in enumerate(exercise.hints[:count], 1)
    ]
    if count == len(exercise.hints):
        lines.append(Sentence(LAST_HINT, {}))
    return Hints(lines)


def use(number: str, answer: Any = ...) -> Any:
    """Return an answer where it is right, otherwise the course's own, and say which.

    So a lesson that builds one thing out of many answers runs to its end.

    Args:
        number: Of the exercise, such as "13.1".
        answer: What a student wrote.

    Raises:
        ValueError: If there is no exercise of that number.

    >>> use("1.1", ...)
    1.1 is the course's own, until yours is right.
    12.0
    """
    exercise = find_exercise(number)
    is_right = bool(judge(exercise, answer))
    given = {"number": exercise.number}
    print(Sentence(YOURS if is_right else OURS, given))
    return answer if is_right else exercise.answers()[RIGHT]


def progress() -> Record:
    """Return what is done in this notebook; its `clear()` forgets it.

    >>> progress().clear()
    >>> check("1.1", 12.0)
    ✓ 1.1 Right. ...
    >>> progress()
    Lesson 1: ✓□□□□  1 of 5 done
    >>> progress().clear()
    """
    return _RECORD
