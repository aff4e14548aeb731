"""What a model says of rows, in plain numbers."""

import copy
import math
import threading

import pytest

from tinygrad_edu import MLP, ShapeError, Value, fit, nn
from tinygrad_edu.data import load_iris, make_moons, standardise
from tinygrad_edu.replay.rows import RowFunction
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


def test_rows_may_come_one_by_one():
    model = MLP(1, [1], seed=0)
    rows = [[float(i)] for i in range(3)]
    assert predict_rows(model, iter(rows))[0] == [model(row).data for row in rows]


def test_rows_are_few_below_sixty():
    pytest.importorskip("numpy")
    notes = [predict_rows(MLP(1, [1]), [[1.0]] * n)[1] for n in (59, 60)]
    assert notes[0].endswith("there were fewer than 60.")
    assert notes[1].startswith("The graph of one row was recorded")


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
    assert linear.score(rows, [1] * len(rows)) == 1.0
    assert linear.score(rows, [-1] * len(rows)) == 0.0
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


def test_what_has_learnt_0_and_1_by_squares_is_scored_at_a_half():
    rows, targets = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    model = MLP(1, [1], seed=0)
    fit(model, rows, targets, loss="mse", epochs=300, seed=0, progress=False)
    # The line of least squares, (4x - 1) / 10, rises from -0.1 to 1.1.
    assert model.score(rows, targets) == 0.75
    assert model.score(rows, targets, threshold=0.5) == 1.0
    with pytest.raises(TypeError, match="threshold"):
        model.score(rows, targets, threshold="a half")


def test_what_cannot_be_scored_is_refused():
    model = MLP(2, [1], seed=0)
    with pytest.raises(ShapeError, match="1 rows and 2 targets"):
        model.score([[1.0, 2.0]], [0, 1])
    with pytest.raises(ValueError, match="no rows to score"):
        model.score([], [])
    with pytest.raises(ValueError, match=r"0.5 is no class .* nn.mse"):
        model.score([[1.0, 2.0]], [0.5])


ROWS = [[math.sin(i), math.cos(3 * i)] for i in range(80)]


class Own(nn.Module):
    """A network and two numbers that no training moves."""

    def __init__(self):
        self.inner = MLP(2, [4, 1], activation="tanh", seed=0)
        self.factor = 1.0
        self.frozen = Value(2.0)

    def __call__(self, x):
        return self.inner(x) * self.factor * self.frozen


def check_all(model, rows, found):
    wanted = [model(row).data for row in rows]
    assert found == pytest.approx(wanted, rel=1e-12)


@pytest.fixture
def records(monkeypatch):
    """Return a list with an entry for each recording that is begun."""
    made = []

    def counting(*args, **options):
        made.append(args)
        return RowFunction(*args, **options)

    monkeypatch.setattr("tinygrad_edu.training.prediction.RowFunction", counting)
    return made


def test_a_recording_is_kept_while_the_parameters_move(records):
    pytest.importorskip("numpy")
    # Whose modules know their mode, which a training switches.
    model = Own().train()
    for i in range(4):
        check_all(model, ROWS, model.predict(ROWS))
        model.inner.parameters()[i].data += 0.5
    fit(model, ROWS, [0.0] * 80, epochs=1, progress=False)
    found, note = model.predict(ROWS[5:75], report=True)
    check_all(model, ROWS[5:75], found)
    assert note == "The graph of one row was recorded, and replayed for the others."
    assert len(records) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda model: setattr(model, "factor", 3.0),
        lambda model: setattr(model, "frozen", Value(5.0)),
        lambda model: setattr(model, "inner", MLP(2, [3, 1], seed=5)),
        lambda model: setattr(model.inner.layers[0].neurons[0], "b", Value(1.0)),
        lambda model: model.inner.layers.insert(1, MLP(4, [4], seed=1)),
        lambda model: model.eval(),
        lambda model: setattr(Own, "later", 1.0),
    ],
)
def test_it_is_made_anew_when_the_model_is_another_one(records, change):
    pytest.importorskip("numpy")
    model = Own()
    model.predict(ROWS)
    change(model)
    check_all(model, ROWS, model.predict(ROWS))
    assert len(records) == 2


def test_rows_of_another_kind_are_not_taken_for_the_same(records):
    pytest.importorskip("numpy")

    class Kinds(nn.Module):
        def __init__(self):
            self.w = Value(2.0)

        def __call__(self, x):
            return self.w * (3.0 if isinstance(x[0], int) else 1.0)

    model = Kinds()
    floats, ints = [[float(i)] for i in range(80)], [[i] for i in range(80)]
    assert model.predict(floats) == [2.0] * 80
    assert model.predict(ints) == [6.0] * 80
    assert model.predict(floats) == [2.0] * 80
    assert len(records) == 3


def test_what_was_recorded_of_ints_among_floats_is_not_kept(records):
    pytest.importorskip("numpy")
    model = Own()
    rows = [[round(x), y] if x > 0.5 else [x, y] for x, y in ROWS]
    for _ in range(2):
        check_all(model, rows, model.predict(rows))
    assert len(records) == 2


def test_a_copy_does_not_keep_what_was_recorded_of_the_other(records):
    pytest.importorskip("numpy")
    model = Own()
    model.predict(ROWS)
    for twin in (copy.copy(model), copy.deepcopy(model)):
        twin.factor = 5.0
        twin.inner = copy.deepcopy(model.inner)
        twin.inner.parameters()[0].data = 3.0
        check_all(twin, ROWS, twin.predict(ROWS))
        check_all(model, ROWS, model.predict(ROWS))
    assert [name for name, _ in model.named_parameters()] == [
        name for name, _ in Own().named_parameters()
    ]


@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "bool"])
def test_the_rows_of_an_array_are_taken_as_they_come(records, kind):
    numpy = pytest.importorskip("numpy")
    array = (numpy.array(ROWS) * 3).astype(kind)
    model = Own()
    for given in (array, array[::-1], array[:, ::-1]):
        check_all(model, given.tolist(), model.predict(given))
    assert len(records) == 1
    check_all(model, array[:7].tolist(), model.predict(array[:7]))


@pytest.mark.machine
def test_threads_may_ask_the_same_model():
    pytest.importorskip("numpy")
    model = Own()
    wanted = [model(row).data for row in ROWS]
    found = []

    def ask():
        found.extend(model.predict(ROWS) for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert all(answers == pytest.approx(wanted, rel=1e-12) for answers in found)
