"""Some rows at once: their columns, and gradients that are counted once."""

import pytest

from tinygrad_edu import Value
from tinygrad_edu.replay.batch import Batch
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.prepared import Rows

numpy = pytest.importorskip("numpy")


def test_graphs_and_replays_each_have_their_share_in_the_gradient_once():
    p = Value(2.0)
    rows = Rows([([x],) for x in (1.0, 3.0, 5.0, 7.0)])
    batch = Batch(Numbers([p]), rows, range(4), gradient=True)
    for i in (0, 1):
        batch.keep(i, [p * rows[i].numbers[0]], None)
    assert batch.differentiate([1]) == [3.0 / 4]
    batch.take([2, 3], numpy.array([[10.0, 14.0]]), numpy.array([12.0 / 4]), None)
    outputs, _, slopes, mean = batch.answers()
    assert outputs == [[2.0], [6.0], [10.0], [14.0]]
    assert (slopes.tolist(), mean) == ([16.0 / 4], 8.0)
