"""Many rows at once by one recording are the rows one by one."""

import pytest

from tinygrad_edu import MLP, DomainError, nn

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
