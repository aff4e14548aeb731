"""Every exercise of every lesson: the right answer, the wrong ones, and nonsense."""

import random
import re
from itertools import count

import pytest

from tinygrad_edu import Value
from tinygrad_edu.course.exercise import RIGHT
from tinygrad_edu.course.judging import judge
from tinygrad_edu.course.lessons import find_exercise, find_lesson, lesson_numbers
from tinygrad_edu.course.reading import (
    as_count,
    as_name,
    as_names,
    as_number,
    as_numbers,
    shown,
)

LESSONS = [find_lesson(number) for number in lesson_numbers()]
EXERCISES = [exercise for lesson in LESSONS for exercise in lesson.exercises]
each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda x: x.number)

MISTAKES = [(x, name) for x in EXERCISES for name in x.mistakes]
MISTAKE_IDS = [f"{exercise.number} {name}" for exercise, name in MISTAKES]


def in_other_forms(exercise, right):
    """Yield the right answer in every form in which a student may give it."""
    yield right
    if exercise.reads is as_number or exercise.reads is as_count:
        yield from (Value(float(right)), [right], float(right))
    if exercise.reads is as_number:
        yield right * (1 + exercise.tolerance / 10)
    if exercise.reads is as_numbers:
        yield from (tuple(right), [Value(x) for x in right], iter(right))
    if exercise.reads is as_name:
        yield from (f"  {right.upper()} ", [right], Value(0.0, label=right))
    if exercise.reads is as_names:
        yield from (list(reversed(right)), ", ".join(right), {*right})
    if isinstance(right, type):
        yield type("Mine", (right,), {})
    elif callable(right):
        yield lambda *arguments: right(*arguments)


def nearly(exercise, right):
    """Yield answers that are off by one percent, or by one."""
    if exercise.reads is as_count:
        yield from (right + 1, right - 1)
    if exercise.reads is as_number:
        yield from (right * 1.01 + 1e-3, right * 0.99 - 1e-3, -right or 1.0)
    if exercise.reads is as_numbers:
        for i in range(len(right)):
            yield [*right[:i], right[i] * 1.01 + 1e-3, *right[i + 1 :]]
        yield [*right, right[-1]]
        yield right[:-1]
    if getattr(exercise.reads, "inputs", ()) and callable(right):
        yield lambda *arguments: scaled(right(*arguments))


def scaled(result):
    if isinstance(result, (list, tuple)):
        return [scaled(entry) for entry in result]
    return result * 1.01 + 1e-3 if isinstance(result, (float, int)) else [result]


class Hostile:
    """An answer that raises whatever it is asked."""

    def __getattr__(self, name):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    __iter__ = __float__ = __eq__ = __call__ = __repr__
    __hash__ = None


def raises(*_):
    raise ZeroDivisionError("{not} a {template}, <script>")


class SpeechlessError(Exception):
    """An error that cannot be printed."""

    def __str__(self):
        raise RuntimeError("no")


def raises_speechless(*_):
    raise SpeechlessError


def leaves(*_):
    raise SystemExit(1)


def prints(*_):
    print("{given} <script>")


def generator_exit(*_):
    raise GeneratorExit


class Silent(list):
    """A list that leaves the program when it is read or shown."""

    __iter__ = __repr__ = leaves


class Closed(Silent):
    """The same, with another way out."""

    __iter__ = __repr__ = generator_exit


class Empty:
    """A class without anything that is asked for."""


NONSENSE = [
    *[None, "", "{given}", object(), [], {}, [[]], [None], 1e9, -7.25e5, 1j, b"1"],
    *[float("nan"), float("inf"), [1e9] * 3, count(), "x" * 999, "<script>"],
    *[Hostile(), Hostile],
    *[
        raises,
        raises_speechless,
        leaves,
        generator_exit,
        Silent([7.25e5]),
        Closed([7.25e5]),
        prints,
        Empty,
        Empty(),
        type,
        lambda: 1,
        lambda *_: "?",
        lambda *_: count(),
    ],
    *[lambda *_: float("nan"), NotImplemented, pytest, [Hostile()], Value(1e9)],
]


def test_exercises_are_numbered_by_their_lesson_and_found_by_their_number():
    assert len(EXERCISES) >= 5
    for lesson in LESSONS:
        numbers = [exercise.number for exercise in lesson.exercises]
        assert numbers == [f"{lesson.number}.{i + 1}" for i in range(len(numbers))]
        assert lesson.minutes > 0
        assert lesson.prerequisites
        assert min(len(lesson.show), len(lesson.stumbles)) >= 2
        assert any(exercise.page for exercise in lesson.exercises)
    for exercise in EXERCISES:
        assert find_exercise(exercise.number) is exercise


@pytest.mark.parametrize("number", ["0.1", "1.0", "99.1", "1", "x", "", None, 1.25])
def test_an_unknown_number_is_told_which_ones_are_near(number):
    with pytest.raises(ValueError, match=r"There is no exercise .* Near it: \d+\.\d"):
        find_exercise(number)
    assert find_exercise(1.1).number == "1.1"


@each
def test_it_has_two_mistakes_and_two_hints_and_a_sentence_for_each(exercise):
    answers = exercise.answers()
    assert set(answers) == {RIGHT, *exercise.mistakes}
    assert len(exercise.mistakes) >= 2
    assert len(exercise.hints) >= 2
    assert "```python" in exercise.solution
    assert "answer" in exercise.cell
    compile(exercise.code, exercise.number, "exec")
    for sentence in exercise.mistakes.values():
        assert sentence.format(given="5")[-1] in ".?:)`!"


@each
def test_each_entry_of_what_it_is_tried_on_has_its_input(exercise):
    inputs = getattr(exercise.reads, "inputs", ())
    if inputs:
        assert len(inputs) == len(exercise.reads(exercise.answers()[RIGHT]))
        assert len({*inputs}) == len(inputs)


@each
def test_it_speaks_of_no_answer_that_copies_for_students_lack(exercise):
    assert "answer below" not in exercise.praise


@each
def test_no_sentence_about_a_mistake_gives_the_right_answer(exercise):
    answer = exercise.answers()[RIGHT]
    right = shown(answer)
    if len(right) > 1 and not callable(answer) and exercise.reads is not as_name:
        for sentence in exercise.mistakes.values():
            words = rf"(?<![\w.]){re.escape(right)}(?![\w.]*\d)"
            assert not re.search(words, sentence), sentence


@each
def test_the_right_answer_is_right_in_every_form(exercise):
    for answer in in_other_forms(exercise, exercise.answers()[RIGHT]):
        verdict = judge(exercise, answer)
        assert verdict.kind == "right", verdict
        assert "{" not in verdict.said


@pytest.mark.parametrize(("exercise", "name"), MISTAKES, ids=MISTAKE_IDS)
def test_a_typical_wrong_answer_is_recognised_as_itself(exercise, name):
    verdict = judge(exercise, exercise.answers()[name])
    assert (verdict.kind, verdict.mistake) == ("mistake", name), verdict
    assert not verdict


@each
def test_what_is_near_is_not_right(exercise):
    for answer in nearly(exercise, exercise.answers()[RIGHT]):
        verdict = judge(exercise, answer)
        assert verdict.kind in ("wrong", "mistake"), verdict
        assert verdict.said


@each
def test_nonsense_is_not_right_and_nothing_makes_a_check_raise(exercise):
    for answer in NONSENSE:
        verdict = judge(exercise, answer)
        assert verdict.kind != "right", (exercise.number, verdict)
        assert verdict.said
        assert len(repr(verdict)) < 600
        assert "<script" not in verdict._repr_html_()


@each
def test_a_check_draws_none_of_a_notebooks_random_numbers(exercise):
    state = random.getstate()
    judge(exercise, exercise.answers()[RIGHT])
    assert random.getstate() == state


@each
def test_what_is_left_open_is_not_yet_right(exercise):
    def open_function(*_):
        return ...

    assert judge(exercise, ...).kind == "not yet"
    right = exercise.answers()[RIGHT]
    if isinstance(right, (list, tuple)):
        assert judge(exercise, [..., *right[1:]]).kind == "not yet"
    elif callable(right) and not isinstance(right, type):
        assert judge(exercise, open_function).kind == "not yet"


@each
def test_what_a_students_code_prints_is_told_and_not_shown(exercise, capsys):
    right = exercise.answers()[RIGHT]
    if not callable(right) or isinstance(right, type):
        return

    def talks(*arguments):
        print("I am here")
        return right(*arguments)

    verdict = judge(exercise, talks)
    assert verdict.kind == "right"
    assert "I am here" in verdict.said
    assert capsys.readouterr().out == ""


@each
def test_a_worksheets_graph_is_new_each_time_and_its_gradients_are_blank(exercise):
    if exercise.graph is None:
        return
    used = exercise.graph()
    used.backward()
    order = exercise.graph().topological_order()
    assert {node.grad for node in order} == {0.0}
    assert [node.label for node in order] == [
        node.label for node in used.topological_order()
    ]
    assert any(node.label for node in order if not node.parents)
