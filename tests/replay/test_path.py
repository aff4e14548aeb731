"""One way of rows: its guards, and the key by which it is known again."""

import pytest

from tinygrad_edu import Value, dot
from tinygrad_edu.engine.functions import take
from tinygrad_edu.replay.path import Path, key_of
from tinygrad_edu.replay.prepared import Rows
from tinygrad_edu.replay.watch import Watch
from tinygrad_edu.replay.watching import watched_call

numpy = pytest.importorskip("numpy")


def path_of(function, row, parameters=()):
    watch = Watch()
    nodes, _ = watched_call(watch, lambda x: ([function(x)], None), parameters, [row])
    return Path(nodes, parameters, watch, None, key_of(nodes, parameters, watch))


def held(path, *rows):
    found = path.holds(None, numpy.array(rows, dtype=float).T)
    return None if found is None else found.tolist()


def test_without_comparisons_all_rows_go_one_way():
    assert held(path_of(lambda x: x[0] * Value(2.0), [1.0]), [1.0], [-5.0]) is None


def test_a_guard_between_plain_numbers_is_exact():
    path = path_of(lambda x: Value(2.0) * x[0] if x[0] <= 0 else Value(1.0), [0.0])
    assert held(path, [0.0], [-0.0], [5e-324], [float("nan")]) == [
        True,
        True,
        False,
        False,
    ]


def test_what_the_order_of_a_sum_could_turn_is_left_to_a_graph():
    def function(x):
        y = dot([Value(0.1), Value(0.2)], x)
        return y if y > 0.3 else -y

    path = path_of(function, [5.0, 5.0])
    assert held(path, [4.0, 4.0], [0.0, 0.0], [1.0, 1.0]) == [True, False, False]
    # Also what may have overflown in another order.
    assert held(path, [float("inf"), 1.0]) == [False]


def test_what_is_close_is_so_relatively():
    w = [Value(1.0), Value(1.0)]
    path = path_of(lambda x: w[0] if dot(w, x) > 1e6 else w[1], [2e6, 1.0])
    assert held(path, [1e6, 1e-4], [1e6, 1.0]) == [False, True]
    path = path_of(lambda x: w[0] if dot(w, x) > 1e-6 else w[1], [2e6, 1.0])
    assert held(path, [1e-6, 1e-11], [1e-6, 1e-13]) == [True, False]


def test_each_guard_is_as_exact_as_its_own_sides():
    w = [Value(0.1), Value(0.2)]

    def function(x):
        if x[0] <= 0 and dot(w, x[1:3]) > 0.3 and x[3] < dot(w, x[1:3]):
            return x[0] * w[0]
        return w[1]

    path = path_of(function, [-1.0, 5.0, 5.0, 0.0])
    at = [[0.0, 4.0, 4.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 4.0, 4.0, 1.2]]
    assert held(path, *at) == [True, False, False]
    assert held(path, [5e-324, 4.0, 4.0, 0.0], [0.0, 4.0, 4.0, 1.1]) == [False, True]


def test_a_sum_is_too_close_to_call_also_behind_exact_guards():
    w = [Value(0.1), Value(0.2)]

    def function(x):
        return w[0] if x[0] <= 5 and x[1] <= 5 and dot(w, x) > 0.3 else w[1]

    path = path_of(function, [4.0, 4.0])
    assert held(path, [4.0, 4.0], [1.0, 1.0], [4.0, 6.0]) == [True, False, False]


def test_a_sum_in_a_guard_adds_in_the_order_that_is_written():
    path = path_of(
        lambda x: x[0] if (x[0] + x[1]) + (x[2] + x[3]) > 0.5 else -x[0],
        [1.0, 1.0, 1.0, 1.0],
    )
    # One after the other they would give 0.
    large = 2.0**53
    assert held(path, [large, 1.0, 1.0, -large], [0.5, 0.0, 0.0, 0.0]) == [True, False]


def test_a_guard_that_is_undefined_is_left_to_a_graph():
    def function(x):
        return Value(2.0) * x[1] if x[0] > 0 or Value(x[1]).log() > 1 else Value(1.0)

    path = path_of(function, [-1.0, 1.5])
    assert held(path, [-2.0, 2.0], [-1.0, -1.0], [-1.0, 0.0], [1.0, -1.0]) == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (lambda x: Value(2.0) * x[0], True),
        (lambda x: Value(3.0) * x[0], False),
        (lambda x: Value(2.0) + x[0], False),
        (lambda x: Value(2.0) * x[1], False),
        (lambda x: Value(2.0) * x[0] if x[0] > 0 else x[0], False),
    ],
)
def test_a_key_tells_constants_operators_inputs_and_guards(other, is_same):
    key = path_of(lambda x: Value(2.0) * x[0], [1.0, 2.0]).key
    assert (path_of(other, [5.0, 7.0]).key == key) == is_same


def test_an_index_is_data_within_its_list_and_another_way_beyond():
    table = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    path = path_of(lambda x: dot(take(table, x[0]), take(table, x[1])), [0, 1])
    x = path.inputs(Rows([([0, 1],), ([1, 1],), ([1, 0],)]), range(3))
    assert path.run(None, x, None)[0].tolist() == [[11.0, 25.0, 11.0]]
    assert held(path, [0, 1], [-1, 0], [2, 0], [1, float("nan")]) == [
        True,
        False,
        False,
        False,
    ]
    # What is asked twice is checked once, and a line counts where it went both ways.
    assert len(path._guards) == 4
    assert {outcome for _, outcome in path.outcomes} == {True}


def test_a_batch_in_pieces_gives_what_it_gives_as_one(monkeypatch):
    p = Value(0.5)

    def function(x):
        return (p * x[0] - x[1]).tanh()

    rows = Rows([([0.1 * i, 1.0 - 0.2 * i],) for i in range(10)])
    found = []
    for least in (4, 5, 100):
        monkeypatch.setattr("tinygrad_edu.replay.path.PIECE", 1)
        monkeypatch.setattr("tinygrad_edu.replay.path.LEAST_ROWS", least)
        path = path_of(function, [1.0, 2.0], [p])
        x = path.inputs(rows, range(10))
        found.append(path.run(numpy.array([[0.5]]), x, 0.1))
        assert path.run(numpy.array([[0.5]]), x, None)[1] is None
    (outputs, slopes), *others = found
    total = 0.0
    for row, output in zip(rows, outputs[0], strict=True):
        p.grad = 0.0
        root = function(row.numbers)
        root.backward()
        assert output == pytest.approx(root.data, rel=1e-12)
        total += 0.1 * p.grad
    assert slopes == pytest.approx([total], rel=1e-12)
    for also, slopes_also in others:
        assert also.tolist() == outputs.tolist()
        assert slopes_also == pytest.approx(slopes, rel=1e-12)
