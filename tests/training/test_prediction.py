"""What a model says of rows, in plain numbers."""

import pytest

from tinygrad_edu import MLP, ShapeError, fit, nn
from tinygrad_edu.data import load_iris, make_moons, standardise
from tinygrad_edu.training.prediction import FEW, predict_rows


@pytest.mark.parametrize("count", [1, FEW - 1, FEW, 200])
@pytest.mark.parametrize("width", [1, 2])
def test_an_answer_is_what_the_model_computes_as_floats(count, width):
    model = MLP(2, [3, width], activation="tanh", seed=0)
    rows = [[i / 7, 1.0 - i / 9] for i in range(count)]
    for row, answer in zip(rows, predict_rows(model, rows)[0], strict=True):
        output = model(row)
        expected = [y.data for y in output] if width > 1 else output.data
        assert answer == pytest.approx(expected, rel=1e-12)


def test_no_rows_have_no_answers_and_no_gradient_is_touched():
    model = MLP(2, [1], seed=0)
    assert predict_rows(model, [])[0] == []
    predict_rows(model, [[1.0, 2.0]] * 100)
    assert all(parameter.grad == 0 for parameter in model.parameters())


def test_nested_answers_are_nested_numbers():
    model = nn.Embedding(3, 2, seed=0)
    assert predict_rows(model, [[0, 2]])[0] == [
        [[value.data for value in row] for row in model([0, 2])]
    ]


def test_the_score_is_the_accuracy_of_each_row_by_itself():
    train, test = standardise(*load_iris().split(seed=0))
    model = MLP(4, [8, 3], activation="tanh", seed=0)
    fit(model, *train, loss="cross_entropy", epochs=10, seed=0, progress=False)
    right = [nn.accuracy(model(x), k) for x, k in zip(test.features, test.targets)]
    assert model.score(*test) == sum(right) / len(right) > 0.8


def test_a_single_output_says_yes_above_zero_and_a_sigmoid_above_a_half():
    rows, targets = make_moons(20, seed=0)
    linear = MLP(2, [1], initialiser="zeros")
    linear.layers[0].neurons[0].b.data = 0.3
    assert linear.score(rows, targets) == 0.5
    # All outputs are 0.57: no class 1 without the half.
    for output in ("sigmoid", "linear"):
        model = MLP(2, [1], output_activation=output, initialiser="zeros")
        model.layers[0].neurons[0].b.data = -0.3
        assert model.score(rows, targets) == 0.5
        assert model.score(rows, [0] * len(rows)) == 1.0
    model = nn.Sequential(nn.Linear(2, 1, seed=0), nn.Activation("sigmoid"))
    right = [
        (output > 0.5) == (target == 1)
        for (output,), target in zip(model.predict(rows), targets, strict=True)
    ]
    assert model.score(rows, targets) == sum(right) / len(right)


def test_what_cannot_be_scored_is_refused():
    model = MLP(2, [1], seed=0)
    with pytest.raises(ShapeError, match="1 rows and 2 targets"):
        model.score([[1.0, 2.0]], [0, 1])
    with pytest.raises(ValueError, match="no rows to score"):
        model.score([], [])
    with pytest.raises(ValueError, match=r"0.5 is no class .* nn.mse"):
        model.score([[1.0, 2.0]], [0.5])
