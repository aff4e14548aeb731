"""Gradients cut to a length keep their direction."""

import math

import pytest
from hypothesis import given, strategies as st

from tinygrad_edu import Value, clip_gradients
from tinygrad_edu.optim.clipping import gradient_norm


def with_gradients(numbers):
    nodes = [Value(0.0) for _ in numbers]
    for node, number in zip(nodes, numbers):
        node.grad = number
    return nodes


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.floats(1e-3, 1e3))
def test_the_direction_stays_and_the_length_is_at_most_what_is_asked(numbers, most):
    nodes = with_gradients(numbers)
    norm = clip_gradients(nodes, most)
    assert norm == pytest.approx(
        math.sqrt(sum(x * x for x in numbers)), rel=1e-12, abs=1e-150
    )
    factor = min(1.0, most / norm) if norm else 1.0
    assert [n.grad for n in nodes] == pytest.approx(
        [x * factor for x in numbers], rel=1e-12
    )
    assert gradient_norm(nodes) <= most * (1 + 1e-12)


def test_squares_that_would_overflow_do_not():
    assert gradient_norm(with_gradients([3e200, 4e200])) == pytest.approx(5e200)
    assert gradient_norm([]) == 0.0
