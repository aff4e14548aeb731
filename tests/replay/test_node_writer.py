"""The writer for floats hands gradients back as `backward` does."""

import math

import pytest
from graphs import leaf_values, programs, run
from hypothesis import given, settings
from watched_calls import watched

from tinygrad_edu import Value
from tinygrad_edu.engine.worlds import FLOATS
from tinygrad_edu.replay.node_writer import NodeWriter
from tinygrad_edu.replay.tape import Tape, Term


def slopes_by_text(root, leaves):
    """Return the gradient by each leaf, from a program that is run."""
    tape = Tape()
    names = [f"x{i}" for i in range(len(leaves))]
    terms = {leaf: Term(name, tape) for leaf, name in zip(leaves, names)}
    recorded = {node: node.data for node in root.topological_order()}
    writer = NodeWriter(recorded, terms, tape)
    writer.forward()
    writer.backward(root)
    known = {**FLOATS._asdict(), "inf": math.inf, "nan": math.nan}
    exec(tape.program(names, [writer.gradient(leaf) for leaf in leaves]), known)
    return known["replay"](*[leaf.data for leaf in leaves])


@settings(max_examples=40, deadline=None)
@given(programs(), leaf_values)
def test_slopes_of_a_program_are_those_of_backward(program, numbers):
    leaves = [Value(x) for x in numbers]
    root = run(program, leaves, lambda name, node: getattr(node, name)())
    root.backward()
    slopes = slopes_by_text(root, leaves)
    assert slopes == pytest.approx([leaf.grad for leaf in leaves], rel=1e-9, abs=1e-12)


def test_what_the_root_does_not_depend_on_has_no_slope():
    x, y = Value(3.0), Value(5.0)
    assert slopes_by_text(x * x, [x, y]) == [6.0, 0.0]
    assert slopes_by_text(Value(2.0) * 3.0, [x]) == [0.0]


def test_a_node_that_no_input_reaches_keeps_its_number():
    x, c = Value(3.0), Value(5.0)
    squared = c * c
    c.data = 1.0
    assert slopes_by_text(x * squared, [x]) == [25.0]


def test_no_slope_passes_what_was_detached():
    p = Value(3.0)
    root, _ = watched(lambda x, p: p.detach() * p + p.data * 2.0, 1.0, parameter=p)
    assert slopes_by_text(root, [p]) == [3.0]
