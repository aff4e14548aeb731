"""A replay that is another function is told from one that rounds otherwise."""

import math

import pytest

from tinygrad_edu import Value, total
from tinygrad_edu.replay.agreement import agrees
from tinygrad_edu.replay.batch import Batch
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.path import Path, key_of
from tinygrad_edu.replay.prepared import Rows
from tinygrad_edu.replay.watch import Watch
from tinygrad_edu.replay.watching import watched_call

pytest.importorskip("numpy")

P = Value(2.0)
ROWS = Rows([([x],) for x in (1.0, 3.0)])


def is_the_same(recorded, by_graph):
    """Say whether a recording of one function agrees with graphs of another."""
    watch = Watch()
    nodes, form = watched_call(watch, lambda x: (recorded(x[0]), None), [P], [[1.0]])
    path = Path(nodes, [P], watch, form, key_of(nodes, [P], watch))
    batch = Batch(Numbers([P]), ROWS, range(2), gradient=True)
    for i in range(2):
        batch.keep(i, by_graph(ROWS[i].numbers[0]), None)
    return agrees(batch, path, [0, 1])


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (lambda x: [P * x], True),
        (lambda x: [x * P], True),
        (lambda x: [P * x * (1 + 1e-12)], True),
        (lambda x: [P * x * (1 + 1e-6)], False),
        # The number is the same, and the gradient is not.
        (lambda x: [P.detach() * x], False),
        (lambda x: [P * x, P * x], False),
        (lambda x: [P * x] if x < 2 else [P * x, P], False),
    ],
)
def test_numbers_gradients_and_their_count_must_agree(other, expected):
    assert is_the_same(lambda x: [P * x], other) == expected


def test_however_small_a_number_is_it_is_compared_relatively():
    assert not is_the_same(lambda x: [P * x * 1e-9], lambda x: [P * x * 2e-9])


def test_what_is_left_of_larger_numbers_that_cancel_has_their_error():
    def cancelling(x):
        return [total([P * 1e8, P * x * 1e-9, P * -1e8])]

    assert is_the_same(cancelling, lambda x: [P * x * 1e-9 + P * 0.0 + (P - P) * 1e8])


def test_a_recording_that_is_undefined_where_a_graph_is_not_is_another_function():
    assert not is_the_same(lambda x: [(5.0 - P * x).log()], lambda x: [P * x])


def test_what_is_not_finite_is_compared_as_the_rest_is():
    def nowhere(x):
        return [P * x * math.inf - P * math.inf]

    assert is_the_same(nowhere, nowhere)
    assert is_the_same(lambda x: [P * x, P * math.inf], lambda x: [x * P, P * math.inf])
    assert is_the_same(
        lambda x: [P * x, P * math.inf], lambda x: [P * x * (1 + 1e-12), P * math.inf]
    )
    # And lends no tolerance to what is finite.
    for wrong in (1.1, 1 + 1e-6):
        assert not is_the_same(
            lambda x: [P * x, P * math.inf],
            lambda x, wrong=wrong: [P * x * wrong, P * math.inf],
        )
