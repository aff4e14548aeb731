"""The training loop: the right steps, repeatable, honest when it fails."""

import gc
import sys

import pytest

from tinygrad_edu import MLP, ShapeError, TrainingError, Value, fit, mean, nn

ROWS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
XOR = [0, 1, 1, 0]


def weights(model):
    return [p.data for p in model.parameters()]


def test_one_step_is_minus_the_learning_rate_times_the_gradient(torch):
    model = MLP(2, [3, 2], activation="tanh", seed=1)
    before = weights(model)
    fit(
        model,
        ROWS,
        XOR,
        loss=nn.cross_entropy,
        epochs=1,
        batch_size=4,
        learning_rate=0.5,
        l2=0.01,
        seed=0,
        progress=False,
    )
    moved = weights(model)
    t = torch.tensor(before, requires_grad=True)
    hidden = torch.tanh(torch.tensor(ROWS) @ t[:9].view(3, 3)[:, :2].T + t[2:9:3])
    logits = hidden @ t[9:].view(2, 4)[:, :3].T + t[9:].view(2, 4)[:, 3]
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(XOR))
    (loss + 0.01 * (t * t).sum()).backward()
    assert moved == pytest.approx((t - 0.5 * t.grad).tolist(), rel=1e-12)


def test_it_learns_xor():
    model = MLP(2, [4, 2], activation="tanh", seed=1)
    history = fit(
        model, ROWS, XOR, loss=nn.cross_entropy, epochs=600, seed=0, progress=False
    )
    assert len(history.losses) == 600
    assert history.losses[-1] < 0.1 < history.losses[0]
    assert [int(y > x) for x, y in map(model, ROWS)] == XOR


def test_the_same_seed_gives_the_same_trajectory():
    results = []
    for seed in (3, 3, 4):
        model = MLP(2, [3, 2], seed=0)
        history = fit(
            model,
            ROWS,
            XOR,
            loss=nn.cross_entropy,
            epochs=5,
            batch_size=3,
            seed=seed,
            progress=False,
        )
        results.append((history.losses, weights(model)))
    assert results[0] == results[1] != results[2]


def test_the_last_batch_may_be_smaller_and_the_loss_is_the_mean_over_rows():
    model = MLP(1, [1], seed=0)
    rows, targets = [[0.0], [1.0], [2.0]], [1.0, 2.0, 4.0]
    expected = mean(nn.mse(model(x), t) for x, t in zip(rows, targets)).data
    history = fit(
        model,
        rows,
        targets,
        epochs=1,
        batch_size=2,
        learning_rate=1e-12,
        progress=False,
    )
    assert history.losses[0] == pytest.approx(expected, rel=1e-9)


def test_a_loss_that_explodes_stops_with_a_lesson_and_keeps_the_parameters():
    model = MLP(1, [1], seed=0)
    with pytest.raises(TrainingError, match=r"learning rate 1e\+200.*try a tenth"):
        fit(model, [[1.0]], [1.0], learning_rate=1e200, epochs=9, progress=False)
    assert all(abs(p) < float("inf") for p in weights(model))


def test_an_infinite_slope_stops_before_it_ruins_a_parameter():
    def distance(y, t):
        return ((y - t) ** 2).sqrt()

    model = MLP(1, [1], seed=0)
    before = weights(model)
    with pytest.raises(TrainingError, match=r"layer0\.neuron0\.w0.*infinite slope"):
        fit(model, [[0.0]], [0.0], loss=distance, epochs=1, progress=False)
    assert weights(model) == before


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"targets": [0]}, ShapeError, "4 rows and 1 targets"),
        ({"inputs": [], "targets": []}, ValueError, "no rows"),
        ({"epochs": 0}, ValueError, "epochs is a count"),
        ({"batch_size": 0}, ValueError, "batch_size is a count"),
        ({"l2": -1}, ValueError, "l2"),
        ({"learning_rate": 0}, ValueError, "learning rate"),
    ],
)
def test_bad_arguments_are_refused_before_anything_changes(change, error, words):
    model = MLP(2, [2], seed=0)
    before = weights(model)
    arguments = {"inputs": ROWS, "targets": XOR, "progress": False, **change}
    with pytest.raises(error, match=words):
        fit(model, arguments.pop("inputs"), arguments.pop("targets"), **arguments)
    assert weights(model) == before


def test_a_loss_is_a_value_to_walk_back_from():
    with pytest.raises(TypeError, match=r"Value to walk back from, not 1\.0"):
        fit(MLP(1, [1], seed=0), [[1.0]], [1.0], loss=lambda y, t: 1.0, progress=False)


def test_the_history_says_how_the_loss_went():
    history = fit(MLP(1, [1], seed=0), [[1.0]], [1.0], epochs=3, progress=False)
    assert repr(history).startswith("History(3 epochs, loss ")


def test_the_collector_sleeps_during_a_step_and_wakes_after_it():
    seen = []

    def loss(output, target):
        seen.append(gc.isenabled())
        return (output - target) ** 2

    assert gc.isenabled()
    fit(MLP(1, [1], seed=0), [[1.0]], [1.0], loss=loss, epochs=2, progress=False)
    assert seen == [False, False]
    assert gc.isenabled()

    def failing(output, target):
        raise KeyError

    with pytest.raises(KeyError):
        fit(MLP(1, [1], seed=0), [[1.0]], [1.0], loss=failing, progress=False)
    assert gc.isenabled()


def test_progress_is_a_plain_line_without_tqdm(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    fit(MLP(1, [1], seed=0), [[1.0]], [Value(1.0)], epochs=3)
    assert "\repoch 3/3, loss " in capsys.readouterr().err
    fit(MLP(1, [1], seed=0), [[1.0]], [1.0], epochs=3, progress=False)
    assert capsys.readouterr().err == ""


def test_progress_is_tqdm_s_where_it_is_installed(capsys):
    pytest.importorskip("tqdm")
    fit(MLP(1, [1], seed=0), [[1.0]], [1.0], epochs=3)
    assert "3/3" in capsys.readouterr().err


def test_callbacks_are_called_after_each_epoch_and_may_end_the_training():
    seen = []

    def watch(epoch, history):
        seen.append((epoch, len(history.losses)))
        return epoch == 3

    history = fit(
        MLP(1, [1], seed=0),
        [[0.0], [1.0]],
        [1.0, 3.0],
        epochs=9,
        seed=0,
        progress=False,
        callbacks=[watch, lambda epoch, history: "not True"],
    )
    assert seen == [(1, 1), (2, 2), (3, 3)]
    assert len(history.losses) == 3
