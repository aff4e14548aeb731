"""The wrong pieces of lesson 13 are wrong, and the right ones those of its engine."""

import pytest

from tinygrad_edu.course import mistaken, pieces
from tinygrad_edu.course.reading import Unanswered

KINDS = {
    mistaken.sums: (pieces.add, pieces.made_by("__add__", 3.0, -7.0)),
    mistaken.products: (pieces.mul, pieces.made_by("__mul__", 3.0, -7.0)),
    mistaken.tanhs: (pieces.tanh, pieces.made_by("tanh", -0.3)),
    mistaken.orders: (pieces.order_by_visits, pieces.ordered),
    mistaken.walks: (pieces.backward, pieces.gradients_after(1)),
    mistaken.neurons: (pieces.neuron, pieces.learnt_by),
    mistaken.repeated_walks: (pieces.backward_again, pieces.gradients_after(2)),
    mistaken.deep_orders: (pieces.order_by_stack, pieces.ordered_in_depth),
}


@pytest.mark.machine
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_wrong_piece_does_something_else(kind):
    right, experiment = KINDS[kind]
    answers = kind()
    assert answers.pop("right") is right
    expected = experiment(right)
    for name, piece in answers.items():
        try:
            found = experiment(piece)
        except Unanswered:
            found = None
        assert found != expected, name
