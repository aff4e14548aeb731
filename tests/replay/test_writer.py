"""The writer hands gradients back through groups as `backward` does through nodes."""

import pytest
from graphs import leaf_values, programs, run
from hypothesis import given, settings

from tinygrad_edu import Value, record
from tinygrad_edu.replay.tape import Term
from tinygrad_edu.replay.writer import Writer

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


@pytest.mark.parametrize(
    ("places", "text"),
    [
        ([0, 1, 2, 3, 4, 5], None),
        ([2], "x[2:3]"),
        ([2, 3, 4], "x[2:5]"),
        ([0, 2, 4], "x[0:5:2]"),
        ([1, 3, 5], "x[1:6:2]"),
        ([1, 4], "x[1:5:3]"),
        ([0, 2, 3], "rows(x, c0)"),
        ([2, 1], "rows(x, c0)"),
        ([1, 1], "rows(x, c0)"),
    ],
)
def test_rows_are_a_slice_where_they_can_be(places, text):
    writer = Writer([], {})
    x = Term("x", writer.tape)
    found = writer.rows(x, places, 6)
    if text is None:
        assert found is x
    else:
        assert f"    t0 = {text}\n" in writer.tape.program(["x"], [found])
        assert writer.tape.constants.get("c0", places) == places
