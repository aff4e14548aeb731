"""What is used once stands where it is used, in brackets where it needs them."""

from tinygrad_edu.replay.nesting import nested
from tinygrad_edu.replay.tape import WRITING, Tape, Term


def begun():
    tape = Tape()
    return tape, Term("x", tape), Term("y", tape)


def test_what_is_used_once_has_no_name():
    tape, x, y = begun()
    assert nested(tape, [(1.0 - x) * y]) == ([], ["(1.0 - x) * y"])


def test_what_is_used_twice_keeps_its_name():
    tape, x, y = begun()
    z = x + y
    lines, texts = nested(tape, [z * z])
    assert (lines, texts) == ([("t0", "x + y")], ["t0 * t0"])


def test_a_result_that_is_used_too_keeps_its_name():
    tape, x, y = begun()
    z = x + y
    assert nested(tape, [z, -z]) == ([("t0", "x + y")], ["t0", "-t0"])


def test_arguments_of_a_call_need_no_brackets():
    tape, x, y = begun()
    assert nested(tape, [WRITING.exp(x + y) * x]) == ([], ["exp(x + y) * x"])


def test_a_long_text_has_a_name_after_all():
    tape, x, y = begun()
    z = x
    for _ in range(100):
        z = (z + y) * x
    lines, (text,) = nested(tape, [z], 40)
    assert len(text) <= 40
    assert len(lines) > 20
    known = {"x": 0.5, "y": 1.5}
    for name, expression in lines:
        known[name] = eval(expression, known)
    # z = (z + y)·x comes to y·x/(1 - x).
    assert abs(eval(text, known) - 1.5) < 1e-9
