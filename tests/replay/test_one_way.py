"""One way for all rows: found and compared, or the reason why there is none."""

import pytest

from tinygrad_edu import Value, nn, total
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.one_way import one_way
from tinygrad_edu.replay.prepared import NotReplayableError, Rows
from tinygrad_edu.replay.rows import SAMPLE, RowFunction

pytest.importorskip("numpy")

P = Value(2.0)
ROWS = [([float(i - 5), 1.0],) for i in range(30)]


def function_of(compute, rows=ROWS, keepers=()):
    return RowFunction(
        lambda x: ([compute(x)], None), Numbers([P]), Rows(rows), keepers
    )


def test_it_is_compared_with_graphs_of_a_few_rows():
    calls = []

    def compute(x):
        calls.append(x)
        return P * total(x)

    function = function_of(compute)
    way = one_way(function, [7, 3])
    assert function.ways.paths == [way]
    # And once more for the recording.
    assert len(calls) == SAMPLE + 1
    assert calls[0] == [2.0, 1.0]


def test_masks_that_were_drawn_for_it_are_drawn_again():
    dropout, twin = nn.Dropout(0.5, seed=1), nn.Dropout(0.5, seed=1)
    one_way(function_of(lambda x: dropout([P * x[0]])[0], keepers=[dropout]), [0])
    assert dropout.draw_number() == twin.draw_number()


@pytest.mark.parametrize(
    ("compute", "rows", "words"),
    [
        (
            lambda x: P * x[0] if x[0] < 20 else P,
            ROWS,
            "different ways, at test_one",
        ),
        (lambda x: P if P > 1.0 else P * x[0], ROWS, "changes with the parameters"),
        (lambda x: P * total(x), [*ROWS, ([1.0],)], "of different shapes"),
        (lambda x: P * round(x[0]), ROWS, "a number is rounded"),
        # The number is the same, and the gradient is not.
        (
            lambda x: (P if type(x[0]) is float else P.detach()) * x[0] + P * 0.0,
            ROWS,
            "the graph changes with the row",
        ),
    ],
)
def test_where_there_is_none_the_reason_is_told(compute, rows, words):
    with pytest.raises(NotReplayableError, match=words):
        one_way(function_of(compute, rows), [0])


def test_two_ways_that_were_recorded_are_not_one():
    rows = Rows(ROWS * 2, targets=[str(i % 45) for i in range(60)])
    function = RowFunction(
        lambda x: ([P * x[0] if x[0] > 0 else P], None), Numbers([P]), rows, []
    )
    with pytest.raises(NotReplayableError, match="different ways, at test_one"):
        one_way(function, [0])
    assert len(function.ways.paths) == 2


def test_three_lines_are_told_of_those_that_compare():
    def compute(x):
        for number in (1.0, 1.1):
            assert number < P
            assert number < P
        return P * x[0]

    def compute_more(x):
        assert P > 1.2
        assert P > 1.3
        return compute(x)

    with pytest.raises(NotReplayableError) as caught:
        one_way(function_of(compute_more), [0])
    assert str(caught.value).count("test_one_way.py, line") == 3
