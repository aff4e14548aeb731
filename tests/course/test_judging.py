"""What is said of an answer that is neither right nor a known mistake."""

import sys
import threading

import pytest

from tinygrad_edu import Value
from tinygrad_edu.course.judging import judge
from tinygrad_edu.course.lessons import find_exercise


def at_a_corner():
    """Return x + y - 2, which is 5, as the distance is, at x = 3 and y = 4."""
    return Value(3.0, label="x") + Value(4.0, label="y") - 2


def one_edge_right(root):
    """Hand on what is right where there is one operator, and a 1 elsewhere."""
    order = root.topological_order()
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local_derivatives):
            parent.grad += local * node.grad if len(order) == 2 else 1.0


@pytest.mark.parametrize(
    ("number", "answer", "words"),
    [
        ("1.1", -12.0, "wrong sign"),
        ("1.1", 11.9, "near, but"),
        ("1.1", 1e6, "Think of this: A square gained two strips"),
        ("1.3", [0.4, 0.4], "Entries given: 2; asked for: 3."),
        ("1.3", [0.4, 7.0, 0.4], "Right at 2 of 3 places. Look again at number 2"),
        ("1.4", lambda x: 3 * x * x - 2 if x else 5, "With 0 it gave 5; -2 is right."),
        ("4.2", [9, 9, -9], "With (0, 1) it gave '0.1 … 0.9'; '< 0.1' is right."),
        ("12.2", lambda step: step.index == 1, "step 1 (before = 0,"),
        ("13.10", lambda f, at: at, "With x³ - 2x at -0.5 it gave -0.5;"),
        ("3.5", one_edge_right, "a.grad = b.grad = 0.25 the gradient of a came out as"),
        ("8.6", lambda image: [0.0, *image[:7], *image[8:]], "pixel 9 came out as 9;"),
        ("8.6", lambda image: image[1:], "Entries given: 63; asked for: 64."),
        ("8.6", lambda image: 7.5, "it gave 7.5;"),
        ("2.1", 11, "11 is no list"),
        ("2.3", Value(5.0), "x is not in its graph"),
        ("2.3", at_a_corner(), "a nudge of x or y moves it wrong"),
        ("2.3", Value(3.0, label="x") - Value(4.0, label="y"), "Think of this"),
        ("2.4", [8, 1023], "near, but"),
        ("2.4", [1024, 8], "(1024, 8) holds the right entries in another order."),
        ("2.5", ["Tax"], "tax: so far right"),
        ("2.5", "price, subtotal", "Right: price. Not so: subtotal."),
        ("5.6", ["x1"], "Think of this"),
        ("9.2", [9, 36], "(9, 36) holds the right entries in another order"),
        ("10.1", [3, 18], "in another order"),
        ("1.1", None, "`return`"),
        ("1.4", lambda: 3, "With -1 it raised TypeError"),
        # Of x³ - 2x the slope is 3x² - 2.
        ("1.4", lambda x: abs(3 * x * x - 2), "With 0 it gave 2; -2 is right."),
        ("8.4", lambda _, said: [[said[0]] * 3] * 3, "With (0, 0, 1, 2, 2, 2)"),
        # One operand is forgotten: what an experiment shows is no list of the student.
        ("13.1", lambda a, b: type(a)(a.data + b.data, (a,), (1,)), "Think of this: `"),
        ("13.9", lambda f, at: f(Value(at)), "The number in it is its `.data`"),
        ("1.4", print, "It returned None"),
    ],
)
def test_it_is_never_only_wrong(number, answer, words):
    verdict = judge(find_exercise(number), answer)
    assert verdict.kind == "wrong"
    assert words in verdict.said


@pytest.mark.parametrize(
    ("number", "answer"),
    [("1.1", [...]), ("1.4", lambda x: [x, ...]), ("13.4", lambda root: [])],
)
def test_an_answer_that_is_begun_and_still_open_is_not_wrong(number, answer):
    verdict = judge(find_exercise(number), answer)
    assert verdict.kind == "not yet"
    assert f'hint("{number}")' in verdict.said


def test_a_student_may_stop_a_check_by_hand():
    def stopped(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(find_exercise("1.4"), stopped)


@pytest.mark.machine
def test_two_threads_that_check_do_not_take_away_where_a_program_prints():
    begun, done = threading.Event(), threading.Event()
    exercise = find_exercise("1.4")
    before = sys.stdout

    def goes_on(x):
        begun.set()
        done.wait(0.2)
        return x

    other = threading.Thread(target=judge, args=(exercise, goes_on))

    def starts_another(x):
        if not other.ident:
            other.start()
            begun.wait(0.2)
        return x

    judge(exercise, starts_another)
    done.set()
    other.join()
    assert sys.stdout is before
