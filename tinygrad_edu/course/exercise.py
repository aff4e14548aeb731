"""What an exercise is, and a lesson's worth of them: data, and what computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tinygrad_edu.course.reading import Reader
from tinygrad_edu.course.verdict import Sentence
from tinygrad_edu.engine.value import Value

#: The name of the right answer among those that `Exercise.answers` computes.
RIGHT = "right"


@dataclass(frozen=True)
class Exercise:
    """A question, its right answer, what goes wrong often, and the help that there is.

    What students read is plain text: a catalogue of another language finds it whole.
    `{given}` in a sentence is what the student gave.

    Attributes:
        number: Lesson and place, such as "3.1".
        question: Markdown, as it stands in the notebook.
        cell: The code that the student completes; it leaves the answer in `answer`.
        answers: Computes the right answer, under "right", and each wrong one under
            the name of its mistake.
        reads: Turns an answer into plain data that can be compared.
        mistakes: What is said to each wrong answer: which mistake it is, and the way
            to the right one, but not the right one.
        hints: Two or more, from a nudge to nearly all.
        solution: Markdown, which the notebook hides behind "Answer".
        praise: What a right answer shows, in a sentence.
        page: The code of a cell that follows: something to look at after predicting.
        graph: Makes the graph that a worksheet prints with blank gradients.
        tolerance: How far off a number may be, relatively.
        tells: Of a wrong answer that is no known mistake, and the right one, both as
            they were read: a `Sentence` about where they part, or None.
    """

    number: str
    question: str
    cell: str
    answers: Callable[[], Mapping[str, Any]]
    reads: Reader
    mistakes: Mapping[str, str]
    hints: tuple[str, ...]
    solution: str
    praise: str = ""
    page: str = ""
    graph: Callable[[], Value] | None = None
    tolerance: float = 1e-3
    tells: Callable[[Any, Any], Sentence | None] | None = None

    @property
    def code(self) -> str:
        """The cell as it stands in the notebook, with its check."""
        cell = self.cell.strip()
        # After a function the formatter wants one more line between.
        gap = "\n\n\n" if cell.splitlines()[-1].startswith(" ") else "\n\n"
        return f'{cell}{gap}check("{self.number}", answer)'


@dataclass(frozen=True)
class Lesson:
    """The exercises of a lesson, and what its teacher should know.

    Attributes:
        number: Which lesson it is.
        title: As its notebook has it.
        exercises: In their order.
        prerequisites: What a class should know before.
        minutes: How long it takes in class.
        show: What to show live.
        stumbles: Where classes stumble, and what helps.
    """

    number: int
    title: str
    exercises: tuple[Exercise, ...]
    prerequisites: str
    minutes: int
    show: tuple[str, ...] = ()
    stumbles: tuple[str, ...] = ()
