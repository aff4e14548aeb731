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
    ],
)
def test_where_there_is_none_the_reason_is_told(compute, rows, words):
    with pytest.raises(NotReplayableError, match=words):
        one_way(function_of(compute, rows), [0])
