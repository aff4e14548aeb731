"""What is said of an operator: its docstring, and why it is undefined somewhere."""

import doctest
import math

import pytest
from records import RECORDS, arity, record_id

import tinygrad_edu
from tinygrad_edu.engine import functions, primitives
from tinygrad_edu.engine.record import REALS
from tinygrad_edu.engine.wording import docstring, domain_error, factor, number

every_record = pytest.mark.parametrize("record", RECORDS, ids=record_id)

#: A place outside the domain of each that has an outside.
OUTSIDE = {"div": (1.0, 0.0), "log1p": (-1.0,), "asin": (2.0,), "acos": (-2.0,)}
OUTSIDE |= dict.fromkeys(("sin", "cos", "tan"), (math.inf,))


@every_record
def test_the_example_of_a_docstring_is_what_comes_out(record):
    names = {**vars(tinygrad_edu), **vars(functions), "abs": abs}
    parser = doctest.DocTestParser()
    test = parser.get_doctest(docstring(record), names, record.name, None, 0)
    runner = doctest.DocTestRunner(
        verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    )
    runner.run(test)
    assert runner.summarize(verbose=False) == (0, 3)


@pytest.mark.parametrize(
    "record", [r for r in RECORDS if r.domain is not REALS], ids=record_id
)
def test_outside_its_domain_a_record_is_told_with_place_rule_and_way_out(record):
    place = OUTSIDE.get(record.name, (-1.0, 2.0)[: arity(record)])
    if record.domain.contains(*place):
        place = (0.0, *place[1:])
    assert not record.domain.contains(*place)
    error = domain_error(record, place, ["p", *[""] * (len(place) - 1)])
    name = record.argument_names(len(place))[0]
    text = str(error)
    assert f"{record.symbol} is undefined at {name} = {place[0]} (node 'p')" in text
    assert f"it needs {record.domain.text}. {record.domain.advice}" in text


def test_inside_its_domain_what_fails_has_overflowed():
    error = domain_error(primitives.EXP, (1000.0,), ("",))
    assert "exp overflows at x = 1000.0: the result is larger" in str(error)
    assert "work with logarithms" in str(error)


@pytest.mark.parametrize(
    ("x", "text"), [(0.5, "0.5"), (0.0, "0.0"), (-0.5, "(-0.5)"), (-3.0, "(-3.0)")]
)
def test_a_factor_below_zero_alone_stands_in_brackets(x, text):
    assert factor(x) == text


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_a_docstring_names_the_source_that_there_is(record):
    assert ("Source: " in docstring(record)) == bool(record.source)
    assert record.source.split(",")[0] in docstring(record)


@pytest.mark.parametrize(
    ("x", "text"),
    [(1234567.0, "1234567.0"), (1e14 + 1, "100000000000001.0"), (1e20, "1e+20")],
)
def test_a_whole_number_is_written_out_as_far_as_it_can_be_read(x, text):
    assert number(x) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [(2 / 3, "0.666667"), (2.0000001, "2.0"), (1234567.8, "1.23457e+06")],
)
def test_a_fraction_is_written_with_six_digits(x, text):
    assert number(x) == text


@every_record
def test_a_docstring_tells_what_is_raised_where_something_is(record):
    has_outside = record.domain.text != "real numbers"
    assert ("DomainError: Outside" in docstring(record)) == has_outside
