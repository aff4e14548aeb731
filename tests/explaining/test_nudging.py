"""A nudge is what the slope predicts, and a little more by its square."""

import pytest
from graphs import leaf_values, lesson, programs, run
from hypothesis import given

from tinygrad_edu import DomainError, Value, nudge


def test_the_prediction_is_slope_times_step_and_the_rest_is_curvature():
    x = Value(3.0, label="x")
    told = nudge(x, x**3, by=0.01)
    assert told.gradient == 27.0
    assert told.predicted == pytest.approx(0.27)
    # (3 + h)³ - 27 = 27h + 9h² + h³
    assert told.error == pytest.approx(9 * 0.01**2 + 0.01**3)


@given(programs(), leaf_values)
def test_what_it_says_happens_is_what_happens(program, numbers):
    def call(name, node):
        return getattr(node, name)()

    leaves = [Value(x) for x in numbers]
    root = run(program, leaves, call)
    told = nudge(leaves[0], root, by=0.5)
    moved = run(program, [Value(numbers[0] + 0.5), *map(Value, numbers[1:])], call)
    assert told.actual == moved.data - root.data
    assert all(leaf.grad == 0 for leaf in leaves)


def test_a_nudge_is_by_a_thousandth_unless_it_is_told():
    x = Value(3.0)
    root = x * x
    assert nudge(x, root) == nudge(x, root, by=0.001)


def test_a_leaf_that_the_root_does_not_depend_on_moves_nothing():
    stranger = Value(1.0, label="s")
    told = nudge(stranger, lesson())
    assert (told.gradient, told.predicted, told.actual) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("leaf", "by", "words"),
    [("interior", 0.1, "Only a leaf"), ("leaf", 0.0, "by 0 moves nothing")],
)
def test_what_cannot_be_nudged_is_told(leaf, by, words):
    x = Value(2.0, label="x")
    y = x * x
    with pytest.raises(ValueError, match=words):
        nudge(y if leaf == "interior" else x, y, by=by)


def test_a_nudge_over_the_edge_of_a_domain_is_an_error():
    x = Value(0.1, label="x")
    with pytest.raises(DomainError, match=r"log is undefined at x = -0\.9"):
        nudge(x, x.log(), by=-1.0)
