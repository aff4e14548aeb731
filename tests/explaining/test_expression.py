"""Text becomes a graph, and nothing else happens."""

import math
import sys

import pytest
from hypothesis import given, settings, strategies as st

from tinygrad_edu import DomainError, ExpressionError
from tinygrad_edu.explaining.expression import MOST_CHARACTERS, parse_expression


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("(a*b + c).tanh()", {"a": 2, "b": -3, "c": 10}, math.tanh(4)),
        ("-x**2 + 2/x", {"x": 2}, -3.0),
        ("2**x", {"x": 3}, 8.0),
        ("+x - -1", {"x": 3}, 4.0),
        ("sigmoid(x) + exp(x).log()", {"x": 0.5}, 1 / (1 + math.exp(-0.5)) + 0.5),
        ("maximum(x, 0) + abs(y)", {"x": -1, "y": -2}, 2.0),
        ("dot([w, v], [x, 2])", {"w": 3, "v": 4, "x": 5}, 23.0),
        ("leaky_relu(x, 0.5) + x.clip(-1, 1)", {"x": -2}, -2.0),
        ("mean([x, 2, 3])", {"x": 1}, 2.0),
        ("sqrt(4)", {}, 2.0),
        ("7", {}, 7.0),
        ("2 + 3", {}, 5.0),
    ],
)
def test_expressions_mean_what_python_means(text, values, result):
    assert parse_expression(text, values).data == pytest.approx(result, rel=1e-15)


def test_leaves_bear_their_names_and_are_shared():
    root = parse_expression("x*x + y", {"x": 2, "y": 3})
    assert [node.label for node in root.topological_order()] == ["x", "", "y", ""]


def test_plain_numbers_are_nodes_too():
    root = parse_expression("2 * 3 - 4", {})
    assert [node.data for node in root.topological_order()] == [2.0, 3.0, 6.0, 4.0, 2.0]
    # The first of several arguments is the one whose method it is.
    assert parse_expression("clip(3, 0, 1)", {}).data == 1.0
    assert parse_expression("clip(0.5, 0, 1)", {}).data == 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a + tanh", "'tanh' is an operator; call it, as tanh\\(x\\):"),
        ("a + missing", "'missing' has no number; give it one, as missing=2:"),
        ("1", "The expression has no name 'a':"),
    ],
)
def test_a_name_that_cannot_be_read_says_why(text, words):
    with pytest.raises(ExpressionError, match=words):
        parse_expression(text, {"b": 1.0, "a": 2.0})


REFUSED = [
    ("(a + b).__class__", "        ^"),
    ("__import__('os')", "           ^"),
    ("a if b else a", "^"),
    ("lambda: 1", "^"),
    ("[a for a in b]", "^"),
    ("a.__init__(2)", "  ^"),
    ("a.backward()", "  ^"),
    ("a.data", "  ^"),
    ("a[0]", "^"),
    ("a < b", "^"),
    ("a and b", "^"),
    ("'text' * a", "^"),
    ("1j * a", "^"),
    ("True * a", "^"),
    ("f'{a}'", "^"),
    ("a @ b", "^"),
    ("a^b", "  ^"),
    ("3(a)", "^"),
    ("ln(a)", "^"),
    ("a // b", "^"),
    ("a % b", "^"),
    ("~a", "^"),
    ("tanh(x=a)", "^"),
    ("tanh(*[a])", "     ^"),
    ("eval(a)", "^"),
    ("a + missing", "    ^"),
    ("a + tanh", "    ^"),
    ("[a, b]", "^"),
    ("[a] + b", "^"),
    ("a +", None),
    ("(a", "^"),
    ("", None),
    ("a; b", " ^"),
    ("\ud800", None),
    ("a = 2", None),
    ("a \0 b", None),
    ("ä + é + a", "    ^"),
]


@pytest.mark.parametrize(("text", "mark"), REFUSED, ids=[repr(t) for t, _ in REFUSED])
def test_all_else_is_refused_with_a_mark_under_the_place(text, mark):
    values = {"a": 2.0, "b": 3.0}
    if text.startswith("ä"):
        values["ä"] = 1.0
    with pytest.raises(ExpressionError) as error:
        parse_expression(text, values)
    if mark is not None:
        lines = str(error.value).splitlines()
        assert lines[-2:] == [f"  {text}", f"  {mark}"]


@pytest.mark.skipif(
    sys.version_info < (3, 11, 4), reason="a ValueError without a place"
)
def test_an_error_that_python_gives_no_place_is_marked_at_the_first_character():
    with pytest.raises(ExpressionError) as error:
        parse_expression("a\0", {"a": 1.0})
    assert str(error.value).endswith("\n  ^")


def test_domain_errors_are_marked_too():
    with pytest.raises(ExpressionError, match=r"log is undefined at x = -2.0") as error:
        parse_expression("b + log(a)", {"a": -2.0, "b": 1.0})
    assert str(error.value).endswith("\n      ^")
    assert not isinstance(error.value, DomainError)


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9**9*a",
        "1" * 400 + "*a",
        "a" + "+a" * 600,
        "(" * 300 + "a" + ")" * 300,
        "a" + "-" * 900 + "a",
    ],
)
def test_what_would_run_away_is_refused_at_once(text):
    with pytest.raises(ExpressionError):
        parse_expression(text, {"a": 1.0})


def test_a_text_of_as_many_characters_as_there_may_be_is_read():
    text = "a".ljust(MOST_CHARACTERS - 2) + "+1"
    assert parse_expression(text, {"a": 1.0}).data == 2.0
    with pytest.raises(ExpressionError, match=f"has {MOST_CHARACTERS + 1} characters"):
        parse_expression(text.replace("a", "aa"), {"aa": 1.0})


def test_a_number_without_a_name_is_refused():
    with pytest.raises(ExpressionError, match="no name 'z'"):
        parse_expression("a", {"a": 1.0, "z": 2.0})


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="ab+-*/().,[]_ 12='\"xtanh\\", max_size=30))
def test_any_text_is_a_value_or_an_expression_error(text):
    try:
        root = parse_expression(text, {"a": 2.0, "b": 3.0})
    except ExpressionError:
        return
    assert isinstance(root.data, float)


@pytest.mark.parametrize(
    ("text", "usage"),
    [
        ("tanh()", "tanh(x)"),
        ("tanh(a, b)", "tanh(x)"),
        ("tanh([a])", "tanh(x)"),
        ("a.tanh(b)", "tanh(x)"),
        ("abs()", "abs(x)"),
        ("clip(a, 1)", "clip(x, low, high)"),
        ("maximum(a)", "maximum(x, y)"),
        ("where(a, b)", "where(test, x, y)"),
        ("dot(a, b)", "dot([w0], [x0])"),
        ("dot([a])", "dot([w0], [x0])"),
        ("dot([a], b)", "dot([w0], [x0])"),
        ("total(a, b)", "total([x0, x1])"),
        ("logsumexp()", "logsumexp([x0, x1])"),
    ],
)
def test_an_operator_that_is_called_wrongly_says_how_it_is_called(text, usage):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text, {"a": 2.0, "b": 3.0})
    name = usage.partition("(")[0]
    first, *marked = str(caught.value).splitlines()
    assert first == f"{name} is called as {usage}, not like this:"
    assert marked == [f"  {text}", "  ^"]


@pytest.mark.parametrize("number", ["1e400", "9" * 400, "2*1e999"])
def test_a_number_beyond_the_floats_is_refused_with_a_mark(number):
    with pytest.raises(ExpressionError, match=r"1\.8e308") as caught:
        parse_expression(number, {})
    place = number.find("1e")
    assert str(caught.value).endswith("\n  " + " " * max(place, 0) + "^")


@pytest.mark.parametrize("written", ["\u00b5", "\u03bc"])
@pytest.mark.parametrize("given", ["\u00b5", "\u03bc"])
def test_a_name_is_the_one_that_python_reads(written, given):
    # The micro sign and the Greek letter look alike, and are one name in Python.
    root = parse_expression(f"2 * {written}", {given: 3.0})
    assert root.data == 6.0
    assert root.parents[1].label == "\u03bc"


def test_two_numbers_for_one_name_are_refused():
    with pytest.raises(ExpressionError, match="Two numbers are given for"):
        parse_expression("\u03bc", {"\u00b5": 1.0, "\u03bc": 2.0})
