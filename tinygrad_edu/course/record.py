"""What is done so far: one record of verdicts and hints, which can be put back."""

from __future__ import annotations

from tinygrad_edu.course.lessons import find_lesson
from tinygrad_edu.course.verdict import MARKS, Kind, Verdict
from tinygrad_edu.draw.image import escape
from tinygrad_edu.speech import say

#: What an exercise shows that was not answered.
UNTOUCHED = "□"


class Record:
    """The exercises of a notebook: what was found of each, and the hints that it gave.

    Attributes:
        kinds: The best that was found of an exercise, by its number.
        hints: How many hints were given, by the number of the exercise.

    >>> record = Record()
    >>> record.keep(Verdict("1.1", "right"))
    >>> record.keep(Verdict("1.2", "mistake", "sign"))
    >>> record
    Lesson 1: ✓✗□□□  1 of 5 done
    >>> record.clear()
    >>> record
    Nothing was checked so far.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}
        self.hints: dict[str, int] = {}

    def keep(self, verdict: Verdict) -> None:
        """Keep a verdict; what was right once stays done."""
        if self.kinds.get(verdict.number) != "right":
            self.kinds[verdict.number] = verdict.kind

    def clear(self) -> None:
        """Forget all verdicts and hints."""
        self.kinds.clear()
        self.hints.clear()

    @property
    def done(self) -> list[str]:
        """The numbers of the exercises that were answered right."""
        return [number for number, kind in self.kinds.items() if kind == "right"]

    def __repr__(self) -> str:
        touched = sorted({int(number.partition(".")[0]) for number in self.kinds})
        lines = [self._line(number) for number in touched]
        return "\n".join(lines) or say("Nothing was checked so far.")

    def _repr_html_(self) -> str:
        return f"<pre>{'<br>'.join(map(escape, repr(self).splitlines()))}</pre>"

    def _line(self, number: int) -> str:
        exercises = find_lesson(number).exercises
        kinds = [self.kinds.get(exercise.number, "not yet") for exercise in exercises]
        marks = [UNTOUCHED if kind == "not yet" else MARKS[kind][0] for kind in kinds]
        return say(
            "Lesson {number}: {marks}  {done} of {all} done",
            number=number,
            marks="".join(marks),
            done=kinds.count("right"),
            all=len(kinds),
        )
