"""Many rows at once by one recording are the rows one by one."""

import pytest

from tinygrad_edu import MLP, DomainError, Value, nn, total
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.prepared import Rows
from tinygrad_edu.replay.rows import RowFunction

numpy = pytest.importorskip("numpy")


@pytest.mark.parametrize("count", [2, 59, 60, 500])
@pytest.mark.parametrize("widths", [[3, 1], [3, 2]])
def test_what_is_predicted_of_each_row_is_what_the_row_gives(count, widths):
    model = MLP(2, widths, activation="tanh", seed=0)
    rows = [[i / count, 1 - i / 50] for i in range(count)]
    found = model.predict(rows)
    for row, answer in zip(rows, found, strict=True):
        outputs = model(row)
        expected = [y.data for y in outputs] if widths[-1] > 1 else outputs.data
        assert answer == pytest.approx(expected, rel=1e-12)


def summing(lengths):
    """Return (a function of rows of these lengths, its rows)."""
    w = Value(2.0)
    given = [([float(n + k) for k in range(n)],) for n in lengths]
    rows = Rows(given)
    return RowFunction(lambda x: ([w * total(x)], None), Numbers([w]), rows, []), rows


def test_each_shape_that_enough_rows_have_is_recorded_once():
    function, rows = summing([1, 2, 3, 3, 3] * 4 + [4])
    for _ in range(2):
        outputs, _, slopes, mean = function(range(len(rows)), gradient=True)
        sums = [sum(row.numbers) for row in rows]
        assert [y for (y,) in outputs] == pytest.approx([2 * s for s in sums])
        assert mean == pytest.approx(2 * sum(sums) / len(sums))
        assert slopes == pytest.approx([sum(sums) / len(sums)])
        assert (function.refusal, function.ways.shapes, len(function.ways.paths)) == (
            None,
            3,
            3,
        )
    # Of the row with a length of its own there is no recording until the fifth time.
    for _ in range(2):
        function([len(rows) - 1])
    assert function.ways.shapes == 4


def test_at_most_64_shapes_are_recorded():
    function, _ = summing([*range(1, 71)] * 10)
    for start in range(0, 700, 70):
        function(range(start, start + 70))
    assert function.ways.shapes == 64
    assert function.refusal is None


def test_a_row_outside_a_domain_is_named():
    class Log(nn.Module):
        def __init__(self):
            self.w = nn.Linear(1, 1, seed=0).parameters()[0]

        def __call__(self, row):
            return (
                (row[0] + 0 * self.w).log()
                if hasattr(row[0], "log")
                else (self.w * 0 + row[0]).log()
            )

    rows = [[1.0 + i] for i in range(80)]
    rows[70] = [-1.0]
    with pytest.raises(DomainError, match="log is undefined"):
        Log().predict(rows)
