"""Reading an answer: from whatever a student gives to plain data, which compares.

A reader takes the answer and returns a number, a text, a set of texts, or a tuple of
such. What cannot be read is told in a sentence: a wrong kind of answer is a mistake
like any other.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tinygrad_edu.course.verdict import Sentence
from tinygrad_edu.engine.reals import as_float
from tinygrad_edu.engine.value import Value
from tinygrad_edu.speech import say

#: Turns an answer into plain data, or raises Unread or Unanswered.
Reader = Callable[[Any], Any]

#: What a student gave is shown in so many letters.
MOST_LETTERS = 60

#: No answer has more entries; what goes on forever is cut.
MOST_ENTRIES = 1000

#: What a student's code may raise. Ctrl-C is none of it: that stops a check.
RAISED = (Exception, SystemExit, GeneratorExit)


class Unread(Exception):  # noqa: N818 - no error of the program
    """An answer of the wrong kind: a sentence, and what fills its places."""

    def __init__(self, sentence: str, **given: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.given = given


class Unanswered(Exception):  # noqa: N818 - no error of the program
    """The answer, or a part of it, is still `...`."""


def shown(answer: object) -> str:
    """Return an answer as it is shown to who gave it: short, whatever it is.

    >>> print(shown(0.1 + 0.2), shown((1.0, Value(2.0))), shown([].append))
    0.3 (1, 2) append
    """
    try:
        text = _shown(answer)
    except RAISED:  # A student's own class may not be able to say what it is.
        text = say("this {kind}", kind=type(answer).__name__)
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def _shown(answer: Any) -> str:
    if isinstance(answer, Value):
        answer = answer.data
    if isinstance(answer, float):
        return f"{answer:.6g}"
    if isinstance(answer, (list, tuple)):
        # The text is cut anyway, and a list may be very long.
        return f"({', '.join(map(_shown, answer[:MOST_LETTERS]))})"
    if callable(answer):
        return str(getattr(answer, "__name__", say("this function")))
    return repr(answer)


def in_words(error: BaseException) -> str:
    """Return what a student's code raised, whatever it is.

    >>> in_words(ZeroDivisionError("division by zero"))
    'ZeroDivisionError: division by zero'
    """
    try:
        words = f"{error!s:.120}"
    except RAISED:  # A student's own error may not be able to say what it is.
        words = ""
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def as_number(answer: Any) -> float:
    """Read one number: a float, an int, a Value, what NumPy makes.

    >>> as_number(Value(3)), as_number([2.5])
    (3.0, 2.5)
    """
    if answer is ...:
        raise Unanswered
    if isinstance(answer, (list, tuple)) and len(answer) == 1:
        return as_number(answer[0])
    if isinstance(answer, str) or _is_truth(answer):
        raise Unread(
            "{given} is not a number. Write the number itself, without quotes.",
            given=shown(answer),
        )
    if callable(answer):
        raise Unread(
            "{given} is a function, and a number is asked for. Call it.",
            given=shown(answer),
        )
    if answer is None:
        raise Unread(
            "None is no answer. A function without `return`, and `print`, give None."
        )
    try:
        return float(answer.data) if isinstance(answer, Value) else as_float(answer)
    except (TypeError, ValueError, OverflowError):
        raise Unread(
            "One number is asked for, and {given} is none.", given=shown(answer)
        ) from None


def as_count(answer: Any) -> int:
    """Read a whole number, which is right exactly or not at all."""
    number = as_number(answer)
    if not number.is_integer():
        raise Unread("{given} is not a whole number.", given=shown(answer))
    return int(number)


def as_numbers(answer: Any) -> tuple[float, ...]:
    """Read several numbers, in order: a list, a tuple, an array; any of them Values."""
    return tuple(
        as_number(entry) for entry in _entries(answer, Sentence("numbers", {}))
    )


def as_name(answer: Any) -> str:
    """Read a word, such as the name of a node: in any case, or the node itself.

    >>> as_name(" Price "), as_name(Value(4.0, label="price"))
    ('price', 'price')
    """
    if answer is ...:
        raise Unanswered
    if isinstance(answer, (list, tuple)) and len(answer) == 1:
        return as_name(answer[0])
    if isinstance(answer, Value):
        answer = answer.label
    if not isinstance(answer, str):
        raise Unread(
            'A name is asked for, in quotes, such as "price"; {given} is none.',
            given=shown(answer),
        )
    return " ".join(answer.split()).casefold()


def as_names(answer: Any) -> frozenset[str]:
    """Read several names; their order does not matter, nor does one said twice."""
    return frozenset(as_names_in_order(answer))


def as_names_in_order(answer: Any) -> tuple[str, ...]:
    """Read several names whose order is asked for: a list, or a text with commas."""
    if isinstance(answer, str):
        answer = answer.split(",")
    return tuple(as_name(entry) for entry in _entries(answer, Sentence("names", {})))


def _entries(answer: Any, what: Sentence) -> list[Any]:
    if answer is ...:
        raise Unanswered
    if isinstance(answer, (str, Value, dict)) or not hasattr(answer, "__iter__"):
        raise Unread(
            "Several {what} are asked for, in a list: [..., ...]. {given} is no list.",
            what=what,
            given=shown(answer),
        )
    return cut(answer)


def told_counts(given: Sized, wanted: Sized) -> Sentence:
    """Return what is said where there are too many entries, or too few."""
    counts = {"given_count": str(len(given)), "wanted_count": str(len(wanted))}
    return Sentence("Entries given: {given_count}; asked for: {wanted_count}.", counts)


def cut(answer: Any) -> list[Any]:
    """Return the entries of an answer, which may go on forever.

    >>> from itertools import count
    >>> cut(range(3))
    [0, 1, 2]
    >>> cut(count())
    Traceback (most recent call last):
        ...
    tinygrad_edu.course.reading.Unread: It has more entries than anybody asked for.
    """
    entries = list(islice(answer, MOST_ENTRIES + 1))
    if len(entries) > MOST_ENTRIES:
        raise Unread("It has more entries than anybody asked for.")
    return entries


@dataclass(frozen=True)
class Trial:
    """A reader that looks at what an answer leads to.

    Attributes:
        experiment: Is given the answer, and returns numbers, texts, tuples of such.
        reads_first: How the answer itself is read.
        inputs: What each entry of the result belongs to, in words, so that a verdict
            can name the one that came out wrong.
    """

    experiment: Callable[[Any], Any]
    reads_first: Reader
    inputs: tuple[str, ...] = ()

    def __call__(self, answer: Any) -> Any:
        """Return what the experiment shows, as plain data."""
        return plain(self.experiment(self.reads_first(answer)))


def tried_on(*points: Any) -> Reader:
    """Return a reader of functions: what they return at each of the points.

    Args:
        points: An argument each, or a tuple of arguments.

    >>> def cube(x):
    ...     return x**3
    >>> tried_on(1.0, 2.0)(cube)
    (1.0, 8.0)
    """

    def at_each(answer: Any) -> list[Any]:
        return [_call(answer, point) for point in points]

    return tried_by(at_each, tuple(map(_listed, points)))


def _call(function: Callable[..., Any], point: Any) -> Any:
    arguments = point if isinstance(point, tuple) else (point,)
    try:
        # Each call has numbers of its own: a function may change its arguments.
        result = function(*copy.deepcopy(arguments))
    except RAISED as error:
        raise Unread(
            "With {at} it raised {error}.",
            at=_listed(point),
            error=in_words(error),
        ) from error
    return handed_back(result)


def _listed(point: Any) -> str:
    return ", ".join(map(shown, point if isinstance(point, tuple) else (point,)))


def handed_back(result: Any) -> Any:
    """Return what a student's function returned, if it returned anything."""
    if result is ...:
        raise Unanswered
    if result is None:
        raise Unread(
            "It returned None. Printing a result does not hand it back: end with "
            "`return`."
        )
    return result


def tried_by(experiment: Callable[[Any], Any], inputs: tuple[str, ...] = ()) -> Reader:
    """Return a reader of functions and classes: what an experiment with them shows."""
    return Trial(experiment, _as_callable, inputs)


def seen_by(experiment: Callable[[Any], Any], inputs: tuple[str, ...] = ()) -> Reader:
    """Return a reader of numbers that may differ and all be right: what they do."""
    return Trial(experiment, as_numbers, inputs)


def as_graph(answer: Any) -> tuple[float, int, int]:
    """Read a Value by its number and the size of its graph: (data, nodes, edges)."""
    if answer is ...:
        raise Unanswered
    if not isinstance(answer, Value):
        raise Unread(
            "A Value is asked for, and {given} is none: it has no graph.",
            given=shown(answer),
        )
    order = answer.topological_order()
    return answer.data, len(order), sum(len(node.parents) for node in order)


def _as_callable(answer: Any) -> Any:
    if answer is ...:
        raise Unanswered
    if not callable(answer):
        raise Unread(
            "Give the function itself, not what it returned: {given}.",
            given=shown(answer),
        )
    return answer


def plain(result: Any) -> Any:
    """Return what a student's code gave as plain data: numbers, texts, tuples.

    >>> plain([Value(1), True, "text", (2, [3.5])])
    (1.0, True, 'text', (2.0, (3.5,)))
    """
    if result is ...:
        raise Unanswered
    if isinstance(result, str) or result is None:
        return result
    if isinstance(result, Sequence) or getattr(result, "shape", ()) != ():
        return tuple(plain(entry) for entry in cut(result))
    return bool(result) if _is_truth(result) else as_number(result)


def _is_truth(answer: Any) -> bool:
    """Tell whether an answer is True or False, Python's own or that of an array."""
    kind = str(getattr(answer, "dtype", ""))
    return isinstance(answer, bool) or kind in ("bool", "torch.bool")


def agree(one: Any, other: Any, tolerance: float) -> bool:
    """Tell whether two answers that were read are the same, numbers nearly so.

    >>> agree((1.0, "a"), (1.0004, "a"), 1e-3), agree(1.0, 1.01, 1e-3), agree(0, 1, 9)
    (True, False, False)
    """
    if isinstance(one, tuple) and isinstance(other, tuple):
        same = len(one) == len(other)
        return same and all(agree(a, b, tolerance) for a, b in zip(one, other))
    if isinstance(one, float) and isinstance(other, float):
        if math.isnan(one) or math.isnan(other):
            return math.isnan(one) and math.isnan(other)
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance * 1e-3)
    return type(one) is type(other) and bool(one == other)
