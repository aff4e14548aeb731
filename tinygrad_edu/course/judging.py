"""Judging an answer: right, a known mistake, or what else can be said of it."""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Iterator
from typing import Any

from tinygrad_edu.course.exercise import RIGHT, Exercise
from tinygrad_edu.course.patience import patience
from tinygrad_edu.course.reading import (
    RAISED,
    Trial,
    Unanswered,
    Unread,
    agree,
    in_words,
    shown,
    told_counts,
)
from tinygrad_edu.course.verdict import Sentence, Verdict

# Where a program prints is one place for all its threads: one check at a time.
_TURN = threading.RLock()

#: A number that is off by less than this, relatively, is near.
NEAR = 0.03

NOT_YET = 'Write your answer in place of `...`; `hint("{number}")` gives a nudge.'
STOPPED = "Trying it raised {error}."
PRINTED = "(What it printed was not looked at: {printed})"
SOME_NAMES = "{good}: so far right, and there is more."
WRONG_NAMES = "Right: {good}. Not so: {bad}."
NEARLY = "{given} is near, but not near enough: it was rounded, or nudged too far."
SIGN = "{given} has the right size and the wrong sign. Which way does it move?"
ORDER = "{given} holds the right entries in another order."
AT_AN_INPUT = "With {at} it gave {found}; {right} is right."
PLACES = "Right at {right} of {all} places. Look again at number {wrong}."
OTHERWISE = "{given} is not it. Think of this:"


def judge(exercise: Exercise, answer: Any) -> Verdict:
    """Return what there is to say of an answer. No answer makes this raise.

    Args:
        exercise: What was asked.
        answer: What a student gave: anything.
    """
    with _TURN, contextlib.redirect_stdout(io.StringIO()) as output:
        verdict = _judge(exercise, answer)
    printed = " ".join(output.getvalue().split())
    if not printed or verdict.kind == "not yet":
        return verdict
    note = Sentence(PRINTED, {"printed": shown(printed)})
    return Verdict(
        exercise.number, verdict.kind, verdict.mistake, (*verdict.sentences, note)
    )


def _judge(exercise: Exercise, answer: Any) -> Verdict:
    try:
        with patience():
            found = exercise.reads(answer)
    except Unanswered:
        sentence = Sentence(NOT_YET, {"number": exercise.number})
        return Verdict(exercise.number, "not yet", sentences=(sentence,))
    except Unread as problem:
        return _wrong(exercise, Sentence(problem.sentence, problem.given))
    except RAISED as error:
        return _wrong(exercise, Sentence(STOPPED, {"error": in_words(error)}))
    answers = exercise.answers()
    right = exercise.reads(answers[RIGHT])
    given = {"given": shown(answer)}
    if agree(found, right, exercise.tolerance):
        said = (Sentence(exercise.praise, given),) if exercise.praise else ()
        return Verdict(exercise.number, "right", sentences=said)
    for name, template in exercise.mistakes.items():
        if agree(found, exercise.reads(answers[name]), exercise.tolerance):
            said = (Sentence(template, given),)
            return Verdict(exercise.number, "mistake", name, said)
    return _wrong(exercise, *_otherwise(exercise, answer, found, right))


def _wrong(exercise: Exercise, *sentences: Sentence) -> Verdict:
    return Verdict(exercise.number, "wrong", sentences=sentences)


def _otherwise(
    exercise: Exercise, answer: Any, found: Any, right: Any
) -> Iterator[Sentence]:
    """Yield what can be said of an answer that is neither right nor a known mistake."""
    given = {"given": shown(answer)}
    told = exercise.tells(found, right) if exercise.tells else None
    if told is not None:
        yield told
        yield Sentence(exercise.hints[0], {})
        return
    if isinstance(right, frozenset):
        yield _of_names(found, right, given)
        yield Sentence(exercise.hints[0], {})
        return
    ours = right if isinstance(right, tuple) else (right,)
    theirs = found if isinstance(found, tuple) else (found,)
    pairs = list(zip(theirs, ours))
    tolerance = exercise.tolerance
    inputs = exercise.reads.inputs if isinstance(exercise.reads, Trial) else ()
    if len(ours) != len(theirs):
        yield told_counts(theirs, ours)
    elif agree(theirs, ours, NEAR):
        yield Sentence(NEARLY, given)
    elif agree(_negated(theirs), ours, tolerance):
        yield Sentence(SIGN, given)
    elif inputs:
        i = next(i for i, pair in enumerate(pairs) if not agree(*pair, tolerance))
        numbers = {"found": shown(theirs[i]), "right": shown(ours[i])}
        yield Sentence(AT_AN_INPUT, {"at": inputs[i], **numbers})
        yield Sentence(exercise.hints[0], {})
    elif callable(answer):
        # Of what an experiment with it shows, the student knows no places.
        yield Sentence(OTHERWISE, given)
        yield Sentence(exercise.hints[0], {})
    elif agree(_sorted(theirs), _sorted(ours), tolerance):
        yield Sentence(ORDER, given)
    else:
        same = [agree(*pair, tolerance) for pair in pairs]
        if any(same):
            wrong = ", ".join(str(i) for i, good in enumerate(same, 1) if not good)
            counts = {"right": str(sum(same)), "all": str(len(same)), "wrong": wrong}
            yield Sentence(PLACES, counts)
        else:
            yield Sentence(OTHERWISE, given)
        yield Sentence(exercise.hints[0], {})


def _of_names(
    found: frozenset[str], right: frozenset[str], given: dict[str, str]
) -> Sentence:
    good, bad = (", ".join(sorted(names)) for names in (found & right, found - right))
    if not good:
        return Sentence(OTHERWISE, given)
    return Sentence(WRONG_NAMES if bad else SOME_NAMES, {"good": good, "bad": bad})


def _negated(entries: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(-x if type(x) in (int, float) else x for x in entries)


def _sorted(entries: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted(entries, key=repr))
