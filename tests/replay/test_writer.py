"""The writer hands gradients back through groups as `backward` does through nodes."""

import pytest
from graphs import leaf_values, programs, run
from hypothesis import given, settings

from tinygrad_edu import Value, record

numpy = pytest.importorskip("numpy")


@settings(max_examples=40, deadline=None)
@given(programs(), leaf_values)
def test_slopes_of_a_program_are_those_of_backward(program, numbers):
    leaves = [Value(x) for x in numbers]
    root = run(program, leaves, lambda name, node: getattr(node, name)())
    root.backward()
    _, slopes = record(root, leaves).value_and_gradient(*numbers)
    assert slopes == pytest.approx([leaf.grad for leaf in leaves], rel=1e-9, abs=1e-12)


def test_an_infinite_slope_to_one_row_leaves_the_others_alone():
    x = Value(1.0)
    replay = record(x.sqrt(), [x])
    _, (slopes,) = replay.value_and_gradient(numpy.array([0.0, 4.0]))
    total = numpy.asarray(slopes)
    assert numpy.isinf(total).any()
    assert not numpy.isnan(total).any()
