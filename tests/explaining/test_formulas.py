"""What a node computes and its local derivatives, in the names of its operands."""

import pytest
from records import RECORDS, arity, record_id

from tinygrad_edu import Value, largest, total
from tinygrad_edu.engine.value import apply
from tinygrad_edu.engine.worlds import FLOATS
from tinygrad_edu.explaining.formulas import (
    MOST_OPERANDS,
    local_derivative_formulas,
    node_formula,
)

WORDS = {**FLOATS._asdict(), "max": max}


def as_python(formula):
    return str(formula).replace("·", "*").replace("^", "**")


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_a_local_derivative_written_out_has_the_number_of_the_node(record):
    names = record.argument_names(arity(record))
    numbers = [0.3, 0.7, 0.2, 0.9][: len(names)]
    node = apply(record, numbers)
    formulas = local_derivative_formulas(node, "z", names)
    known = {**WORDS, **dict(zip(names, numbers)), "z": node.data}
    for formula, expected in zip(formulas, node.local_derivatives, strict=True):
        text = as_python(formula)
        while "|" in text:
            text = text.replace("|", "abs(", 1).replace("|", ")", 1)
        assert eval(text, dict(known)) == pytest.approx(expected, rel=1e-5)


def test_arithmetic_is_written_out_and_other_operators_as_a_call():
    x, y = Value(2.0), Value(3.0)
    assert str(node_formula(x / y, ["a", "b"])) == "a / b"
    assert str(node_formula(x**3, ["a"])) == "a^3"
    assert str(node_formula(x.clip(0, 1), ["a"])) == "clip(a, 0, 1)"


def test_a_long_sum_is_written_by_its_first_and_last():
    names = [f"x{i}" for i in range(MOST_OPERANDS)]
    node = total([Value(float(i)) for i in range(MOST_OPERANDS)])
    assert str(node_formula(node, names)) == " + ".join(names)
    node = total([Value(float(i)) for i in range(MOST_OPERANDS + 4)])
    names = [f"x{i}" for i in range(MOST_OPERANDS + 4)]
    assert str(node_formula(node, names)) == "total(x0, x1, x2, x3, …, x9)"


@pytest.mark.parametrize("more", [0, 1])
def test_which_is_the_largest_is_written_of_as_many_as_there_may_be(more):
    names = [f"x{i}" for i in range(MOST_OPERANDS + more)]
    node = largest([Value(float(i)) for i in range(len(names))])
    *others, last = map(str, local_derivative_formulas(node, "z", names))
    if more:
        assert (others, last) == (["0"] * (len(names) - 1), "1")
    else:
        assert all(f"z - {name}" in last for name in names)


def test_a_leaf_has_no_formula_and_is_told_so():
    for ask in (
        node_formula,
        lambda x, names: local_derivative_formulas(x, "z", names),
    ):
        with pytest.raises(ValueError, match=r"No operator made Value\(data=2\.0"):
            ask(Value(2.0), [])
