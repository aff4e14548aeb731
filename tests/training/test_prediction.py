"""What a model says of rows, in plain numbers."""

import pytest

from tinygrad_edu import MLP, nn
from tinygrad_edu.training.prediction import FEW, predict_rows


@pytest.mark.parametrize("count", [1, FEW - 1, FEW, 200])
@pytest.mark.parametrize("width", [1, 2])
def test_an_answer_is_what_the_model_computes_as_floats(count, width):
    model = MLP(2, [3, width], activation="tanh", seed=0)
    rows = [[i / 7, 1.0 - i / 9] for i in range(count)]
    for row, answer in zip(rows, predict_rows(model, rows), strict=True):
        output = model(row)
        expected = [y.data for y in output] if width > 1 else output.data
        assert answer == pytest.approx(expected, rel=1e-12)


def test_no_rows_have_no_answers_and_no_gradient_is_touched():
    model = MLP(2, [1], seed=0)
    assert predict_rows(model, []) == []
    predict_rows(model, [[1.0, 2.0]] * 100)
    assert all(parameter.grad == 0 for parameter in model.parameters())


def test_nested_answers_are_nested_numbers():
    model = nn.Embedding(3, 2, seed=0)
    assert predict_rows(model, [[0, 2]]) == [
        [[value.data for value in row] for row in model([0, 2])]
    ]
