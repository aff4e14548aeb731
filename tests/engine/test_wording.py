"""What is said of an operator: its docstring, and why it is undefined somewhere."""

import doctest
import math

import pytest
from records import RECORDS, arity, record_id

import tinygrad_edu
from tinygrad_edu.engine import functions, primitives
from tinygrad_edu.engine.record import REALS
from tinygrad_edu.engine.wording import docstring, domain_error

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
