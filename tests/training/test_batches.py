"""A batch by replay is the batch by graphs, to rounding."""

import sys

import pytest

from tinygrad_edu import MLP, fit, nn
from tinygrad_edu.replay.prepared import NotReplayableError
from tinygrad_edu.training.batches import BatchReplay, accuracies
from tinygrad_edu.training.forms import Place, Places, filled

numpy = pytest.importorskip("numpy")

ROWS = [[i / 7 - 1, (3 * i) % 5 - 2.0] for i in range(14)]


@pytest.mark.parametrize(
    ("widths", "loss", "targets"),
    [
        ([4, 1], nn.mse, [x + y for x, y in ROWS]),
        ([4, 3], nn.cross_entropy, [i % 3 for i in range(14)]),
        ([4, 1], nn.binary_cross_entropy, [float(i % 2) for i in range(14)]),
        ([4, 2], nn.mse, [[x, y] for x, y in ROWS]),
    ],
)
def test_losses_metrics_and_weights_are_those_of_graphs(widths, loss, targets):
    found = []
    for engine in ("replay", "eager"):
        model = MLP(2, widths, activation="tanh", seed=1)
        history = fit(
            model,
            ROWS,
            targets,
            loss=loss,
            epochs=3,
            batch_size=5,
            validation=(ROWS[:3], targets[:3]),
            metric=loss,
            seed=0,
            progress=False,
            engine=engine,
        )
        assert history.engine == engine
        weights = [parameter.data for parameter in model.parameters()]
        measured = history.losses + history.metrics + history.validation_losses
        found.append(weights + measured)
    assert found[0] == pytest.approx(found[1], rel=1e-9)


@pytest.mark.parametrize(
    ("metric", "is_open"),
    [("accuracy", False), (nn.accuracy, False), (lambda y, t: y.data - t, True)],
)
def test_only_a_metric_of_one_s_own_has_each_epoch_compared(
    monkeypatch, metric, is_open
):
    asked = []
    begin = BatchReplay.begin_epoch

    def begin_epoch(self, epochs, *, is_open):
        asked.append(is_open)
        begin(self, epochs, is_open=is_open)

    monkeypatch.setattr(BatchReplay, "begin_epoch", begin_epoch)
    targets = [float(x > 0) for x, _ in ROWS]
    fit(MLP(2, [1]), ROWS, targets, epochs=2, metric=metric, progress=False)
    assert asked == [is_open, is_open]


def test_a_class_that_is_not_there_is_no_class_of_the_replay():
    model = MLP(2, [3], seed=0)
    with pytest.raises(ValueError, match="3"):
        fit(
            model,
            ROWS[:2],
            [0, 3],
            loss=nn.cross_entropy,
            progress=False,
            engine="replay",
        )


def test_the_accuracy_of_an_array_of_outputs_is_that_of_each_row():
    outputs = numpy.array(
        [[9.0, 0.5, 0.5, 0.0], [9.0, -1.0, 2.0, 0.0], [9.0, 3.0, 2.0, -0.5]]
    )
    for form, targets, expected in (
        (Places(1, 3), [0, 1, 1], [1.0, 1.0, 0.0]),
        (Place(1), [1, -1, 0.0], [1.0, 1.0, 0.0]),
        (Place(1), [-1, 1.0, 1], [0.0, 0.0, 1.0]),
        # At 0 one number says no.
        (Place(3), [1, 0, -1.0], [0.0, 1.0, 1.0]),
    ):
        rows = [filled(form, row, float) for row in outputs.tolist()]
        assert list(map(nn.accuracy, rows, targets)) == expected
        assert accuracies(outputs, form, targets) == expected


def test_what_is_no_plain_class_is_left_to_the_metric():
    outputs = numpy.zeros((2, 3))
    for other in (2, -1, 1.0, True, [0.0, 1.0]):
        assert accuracies(outputs, Places(1, 3), [0, other]) is None
    assert accuracies(outputs, Place(0), [1, True]) is None
    assert accuracies(outputs, [Place(0)], [1, 1]) is None


def test_the_accuracy_of_shares_is_that_of_graphs():
    targets = [[1.0, 0.0] if x > y else [0.25, 0.75] for x, y in ROWS]
    found = []
    for engine in ("eager", "replay"):
        model = MLP(2, [4, 2], activation="tanh", seed=1)
        options = {"loss": nn.cross_entropy, "metric": nn.accuracy, "epochs": 5}
        options |= {"learning_rate": 0.5, "progress": False, "engine": engine}
        found.append(fit(model, ROWS, targets, seed=0, **options).metrics)
    assert found[1] == pytest.approx(found[0], rel=1e-12)
    assert len(set(found[0])) > 1


def test_without_numpy_a_training_and_its_predictions_run_as_graphs(monkeypatch):
    def run(engine):
        model = MLP(2, [3, 1], "tanh", seed=0)
        rows = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
        options = {"epochs": 3, "seed": 0, "progress": False, "engine": engine}
        history = fit(model, rows, [1.0, 2.0, 3.0], **options)
        return history, history.losses, model.predict(rows)

    _, *expected = run("eager")
    monkeypatch.setitem(sys.modules, "numpy", None)
    history, *found = run("auto")
    assert found == expected
    model = MLP(2, [1], seed=0)
    answers, note = model.predict([[1.0, 2.0]] * 60, report=True)
    assert answers == [model([1.0, 2.0]).data] * 60
    assert "NumPy is not installed" in note
    assert "NumPy is not installed (pip install numpy)" in history.engine_note
    with pytest.raises(NotReplayableError, match="pip install numpy"):
        run("replay")
