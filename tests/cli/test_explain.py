"""An expression on a blackboard: its graph, its steps, its gradients."""

import argparse

import pytest

from tinygrad_edu import ExpressionError, Value
from tinygrad_edu.cli.explain import run


def told(capsys, expression, **values):
    numbers = list(values.items())
    run(argparse.Namespace(expression=expression, values=numbers, output=None))
    return capsys.readouterr().out


def test_the_gradients_are_those_of_backward(capsys):
    text = told(capsys, "(a*b + c).tanh()", a=2.0, b=-3.0, c=6.5)
    a, b, c = Value(2.0), Value(-3.0), Value(6.5)
    (a * b + c).tanh().backward()
    last = text.partition("The gradients")[2]
    found = dict(line.split(" : ") for line in last.splitlines() if " : " in line)
    numbers = {name.strip(): float(number) for name, number in found.items()}
    expected = {"a": a.grad, "b": b.grad, "c": c.grad}
    assert numbers == pytest.approx(expected, rel=1e-5)


def test_each_step_gives_its_reason_and_the_seed_needs_none(capsys):
    lines = told(capsys, "a*b", a=2.0, b=3.0).splitlines()
    steps = [line for line in lines if line.startswith("  Step")]
    assert steps[0] == "  Step 0/2: result.grad = dresult/dresult = 1.0"
    assert [step.partition("for ")[2] for step in steps[1:]] == [
        "∂result/∂a = b = 3.0",
        "∂result/∂b = a = 2.0",
    ]


def test_a_leaf_called_result_keeps_its_name(capsys):
    assert "the_result = result·2.0" in told(capsys, "result*2", result=1.0)


def test_a_name_that_is_given_twice_is_refused():
    options = argparse.Namespace(
        expression="a", values=[("a", 1.0), ("a", 2.0)], output=None
    )
    with pytest.raises(ExpressionError, match="'a' is given twice"):
        run(options)


def test_a_leaf_alone_is_its_own_graph_and_keeps_its_name(capsys):
    text = told(capsys, "x", x=2.0)
    assert "  x = 2.0\n" in text
    assert text.endswith("  x : 1.0\n")
    assert "result" not in text.replace("the result", "")
