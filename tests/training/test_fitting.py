"""The training loop: the right steps, repeatable, honest when it fails."""

import gc
import inspect
import math
import re
import signal
import statistics
import sys
from functools import partial
from types import SimpleNamespace

import pytest

from tinygrad_edu import (
    MLP,
    SGD,
    Adam,
    AdamW,
    ShapeError,
    TrainingError,
    Value,
    clip_gradients,
    fit,
    mean,
    nn,
)
from tinygrad_edu.engine import collector
from tinygrad_edu.optim import Optimiser
from tinygrad_edu.optim.schedules import cosine, linear

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
        ({"epochs": 0}, ValueError, "epochs must be an int"),
        ({"batch_size": 0}, ValueError, "batch_size must be an int"),
        ({"l2": -1}, ValueError, "l2"),
        ({"learning_rate": 0}, ValueError, "learning rate"),
        ({"l1": math.nan}, ValueError, "l1"),
        ({"l1": -0.1}, ValueError, "l1 must be a finite number, at least 0"),
        ({"clip_norm": 0.0}, ValueError, r"clip_norm .* such as 1\.0"),
        ({"optimiser": "adagrad"}, ValueError, "sgd, adam, adamw"),
        ({"optimiser": 3}, TypeError, "3 is not an optimiser"),
        ({"optimiser": list}, TypeError, "is not an optimiser"),
        ({"optimiser": SGD([Value(1.0)])}, ValueError, "made anew"),
        ({"validation": (ROWS, XOR[:2])}, ShapeError, "2 targets to validate"),
        ({"validation": ([], [])}, ValueError, "no rows to validate"),
        ({"validation": ROWS}, ValueError, "must be a pair"),
        (
            {"validation_fraction": 1.0},
            ValueError,
            r"validation_fraction must be .* below 1",
        ),
        ({"validation_fraction": 0.01}, ValueError, "of 4 rows"),
        ({"validation_fraction": 0.9}, ValueError, "of 4 rows"),
        ({"validation_fraction": -0.5}, ValueError, r"fraction must be .* at least 0"),
        ({"validation_fraction": math.nan}, ValueError, "validation_fraction"),
        (
            {"validation": (ROWS, XOR), "validation_fraction": 0.5},
            ValueError,
            "not both",
        ),
        ({"patience": 3}, ValueError, "Give validation="),
        (
            {"patience": 0, "validation": (ROWS, XOR)},
            ValueError,
            "patience must be an int",
        ),
        ({"callbacks": [None]}, TypeError, r"callbacks must be a list .*not \[None\]"),
        ({"callbacks": None}, TypeError, "callbacks must be a list .*not None"),
        ({"callbacks": print}, TypeError, "callbacks must be a list .*not <built-in"),
        ({"callbacks": "ab"}, TypeError, "callbacks must be a list"),
        ({"loss": 3}, TypeError, "loss must be a function .*not 3"),
        ({"loss": None}, TypeError, "loss must be a function"),
        ({"metric": 1.0}, TypeError, "metric must be a function .*not 1.0"),
        ({"inputs": None}, TypeError, "Rows and targets to learn from are lists"),
        ({"targets": iter(XOR)}, TypeError, "to learn from are lists"),
        ({"validation": (1, 2)}, TypeError, "to validate with are lists, and 1"),
        ({"l2": None}, TypeError, "l2 must be a finite number"),
        ({"clip_norm": "1"}, TypeError, "clip_norm must be a positive number"),
        ({"learning_rate": "0.1"}, TypeError, "A learning rate must be"),
        ({"seed": "a"}, TypeError, "A seed must be"),
    ],
)
def test_bad_arguments_are_refused_before_anything_changes(change, error, words):
    model = MLP(2, [2], seed=0)
    before = weights(model)
    arguments = {"inputs": ROWS, "targets": XOR, "progress": False, **change}
    with pytest.raises(error, match=words):
        fit(model, arguments.pop("inputs"), arguments.pop("targets"), **arguments)
    assert weights(model) == before


@pytest.mark.parametrize("model", [None, "MLP", print, Value(1.0), MLP])
def test_what_is_no_model_is_not_trained(model):
    with pytest.raises(TypeError, match="fit trains a Module"):
        fit(model, ROWS, XOR)


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
    quiet(MLP(1, [1], seed=0), [[1.0]], [1.0], loss=loss, epochs=2)
    assert seen == [False, False]
    assert gc.isenabled()

    def failing(output, target):
        raise KeyError

    with pytest.raises(KeyError):
        fit(MLP(1, [1], seed=0), [[1.0]], [1.0], loss=failing, progress=False)
    assert gc.isenabled()


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


def line(xs=(0.0, 1.0, 2.0, 3.0)):
    return [[x] for x in xs], [2 * x + 1 for x in xs]


def quiet(model, inputs, targets, **options):
    # By graphs, for the losses here count and look; tests/replay has the other engine.
    given = {"seed": 0, "progress": False, "engine": "eager", **options}
    return fit(model, inputs, targets, **given)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("sgd", SGD),
        ("adam", Adam),
        ("adamw", AdamW),
        (partial(SGD, momentum=0.9), partial(SGD, momentum=0.9)),
    ],
)
def test_an_optimiser_by_name_by_factory_or_made_before_is_the_same(name, make):
    results = []
    for given in (True, False):
        model = MLP(1, [2, 1], activation="tanh", seed=0)
        optimiser = name if given else make(model.parameters())
        history = quiet(model, *line(), epochs=5, batch_size=3, optimiser=optimiser)
        results.append((weights(model), history.losses, history.learning_rates))
    assert results[0] == results[1]
    assert results[0][2] == [0.001 if name in ("adam", "adamw") else 0.1] * 5


def test_fit_does_what_a_loop_of_one_s_own_does():
    inputs, targets = line()
    model, twin = (MLP(1, [2, 1], activation="tanh", seed=0) for _ in range(2))
    quiet(
        model,
        inputs,
        targets,
        epochs=6,
        batch_size=4,
        optimiser=partial(SGD, momentum=0.9),
        learning_rate=cosine(0.1, 6),
        l1=0.01,
        clip_norm=0.5,
    )
    optimiser = SGD(twin.parameters(), momentum=0.9)
    for epoch in range(6):
        optimiser.learning_rate = cosine(0.1, 6)(epoch)
        optimiser.zero_grad()
        loss = mean(nn.mse(twin(x), t) for x, t in zip(inputs, targets))
        for parameter in twin.parameters():
            loss = loss + 0.01 * abs(parameter)
        loss.backward()
        clip_gradients(optimiser.parameters, 0.5)
        optimiser.step()
    assert weights(model) == pytest.approx(weights(twin), rel=1e-9)


def test_l1_drives_a_useless_weight_to_zero_and_l2_only_makes_it_small():
    inputs = [[x, -x * x] for x in (-1.0, 0.0, 1.0)]
    found = {}
    for name in ("l1", "l2"):
        model = MLP(2, [1], seed=0)
        quiet(model, inputs, [1.0, 1.0, 1.0], epochs=400, **{name: 0.05})
        found[name] = abs(model.layers[0].neurons[0].w[1].data)
    assert found["l1"] < 0.006 < found["l2"]


def test_a_schedule_counts_epochs_and_the_history_holds_its_rates():
    asked = []

    def schedule(n):
        asked.append(n)
        return linear(0.1, 4)(n)

    model = MLP(1, [1], seed=0)
    history = quiet(
        model, *line(), epochs=5, batch_size=2, learning_rate=schedule, l2=0.01
    )
    assert asked == [0, 1, 2, 3, 4]
    assert history.learning_rates == pytest.approx([0.1, 0.075, 0.05, 0.025, 0.0])


@pytest.mark.parametrize("rate", [-0.1, math.nan, math.inf])
def test_a_schedule_that_gives_no_rate_is_refused_with_its_epoch(rate):
    with pytest.raises(ValueError, match="learning rate of epoch 2"):
        quiet(MLP(1, [1], seed=0), *line(), learning_rate=lambda n: rate if n else 0.1)


def test_validation_is_measured_after_each_epoch_and_learns_nothing():
    inputs, targets = line()
    unseen = line((5.0, 7.0))
    plain, watched = MLP(1, [2, 1], seed=3), MLP(1, [2, 1], seed=3)
    arguments = {"epochs": 3, "learning_rate": 0.01, "l2": 0.1}
    without = quiet(plain, inputs, targets, **arguments)
    history = quiet(
        watched, inputs, targets, validation=unseen, metric=nn.mae, **arguments
    )
    assert weights(watched) == weights(plain)
    assert [p.grad for p in watched.parameters()] == [
        p.grad for p in plain.parameters()
    ]
    assert history.losses == without.losses
    assert len(history.validation_losses) == len(history.validation_metrics) == 3
    outputs = [watched(x).data for x in unseen[0]]
    errors = [y - t for y, t in zip(outputs, unseen[1])]
    assert history.validation_losses[-1] == pytest.approx(
        statistics.mean(e * e for e in errors)
    )
    assert history.validation_metrics[-1] == pytest.approx(
        statistics.mean(abs(e) for e in errors)
    )
    assert without.validation_losses == without.metrics == []
    assert "validation loss" in repr(history)


def test_the_graph_of_one_validation_row_is_gone_before_the_next():
    model = MLP(1, [1], seed=0)
    alive = []

    def loss(output, target):
        # Nodes with parents that are still there.
        nodes = [found for found in gc.get_objects() if type(found) is Value]
        alive.append(sum(bool(node.parents) for node in nodes))
        return nn.mse(output, target)

    gc.collect()
    quiet(model, [[0.0]], [1.0], validation=line(range(6)), epochs=1, loss=loss)
    assert len(alive) == 7
    assert len(set(alive[1:])) == 1


def test_a_validation_fraction_is_drawn_by_the_seed_and_never_learnt_from():
    inputs, targets = line(range(10))
    learnt = []

    def loss(output, target):
        learnt.append(target)
        return nn.mse(output, target)

    def split(seed):
        learnt.clear()
        quiet(
            MLP(1, [1], seed=0),
            inputs,
            targets,
            loss=loss,
            epochs=2,
            seed=seed,
            learning_rate=1e-3,
            validation_fraction=0.3,
        )
        seen, unseen = learnt[:7], learnt[7:10]
        assert sorted(seen + unseen) == targets
        assert set(learnt[10:17]) == set(seen)
        assert learnt[17:] == unseen
        return sorted(unseen)

    assert split(1) == split(1) != split(2)


def test_a_metric_is_the_mean_over_the_rows_of_an_epoch():
    scores = iter([1.0, 0.0, 0.5, 1.0, 1.0, 1.0])
    history = quiet(
        MLP(1, [1], seed=0),
        *line((0.0, 1.0, 2.0)),
        epochs=2,
        batch_size=2,
        metric=lambda output, target: next(scores),
    )
    assert history.metrics == [0.5, 1.0]


def test_accuracy_reaches_one_where_the_classes_are_learnt():
    model = MLP(2, [4, 2], activation="tanh", seed=1)
    history = quiet(
        model,
        ROWS,
        XOR,
        loss=nn.cross_entropy,
        metric=nn.accuracy,
        validation=(ROWS, XOR),
        optimiser="adam",
        learning_rate=0.05,
        epochs=150,
    )
    assert history.metrics[0] < 1.0
    assert history.metrics[-1] == history.validation_metrics[-1] == 1.0


def test_an_optimiser_of_some_parameters_leaves_the_others_and_their_norms_out():
    model = MLP(1, [2, 1], activation="tanh", seed=0)
    first, last = model.layers
    before = weights(first)
    history = quiet(model, *line(), epochs=2, optimiser=SGD(last.parameters(), 0.01))
    assert weights(first) == before
    assert list(history.gradient_norms) == ["layer1"]


def test_clip_norm_bounds_the_length_of_a_step():
    model = MLP(1, [1], seed=0)
    before = weights(model)
    quiet(model, [[50.0]], [0.0], epochs=1, learning_rate=0.1, clip_norm=2.0)
    assert math.dist(before, weights(model)) == pytest.approx(0.2)


def press_ctrl_c(by):
    if by == "signal":
        signal.raise_signal(signal.SIGINT)
    raise KeyboardInterrupt


@pytest.mark.parametrize("by", ["signal", "exception"])
@pytest.mark.parametrize("progress", [True, False])
def test_ctrl_c_keeps_the_last_complete_step_and_says_so(by, progress, capsys):
    inputs, targets = line()
    calls = []

    def loss(output, target):
        calls.append(target)
        # In the second step of the third epoch.
        if len(calls) == 4 + 4 + 3:
            press_ctrl_c(by)
        return nn.mse(output, target)

    model, twin = MLP(1, [1], seed=0), MLP(1, [1], seed=0)
    optimiser = Adam(model.parameters(), 0.01)
    history = fit(
        model,
        inputs,
        targets,
        loss=loss,
        epochs=9,
        batch_size=2,
        optimiser=optimiser,
        seed=0,
        progress=progress,
        engine="eager",
    )
    assert history.interrupted
    assert len(history.losses) == len(history.learning_rates) == 2
    assert optimiser.steps == 5
    assert repr(history).endswith(", interrupted)")
    message = "Interrupted in epoch 3, after 5 steps: the model keeps"
    assert message in capsys.readouterr().err
    # The same five steps, ended in another way.
    calls.clear()

    def failing(output, target):
        calls.append(target)
        if len(calls) == 4 + 4 + 3:
            raise OSError
        return nn.mse(output, target)

    with pytest.raises(OSError):  # noqa: PT011
        quiet(
            twin,
            inputs,
            targets,
            loss=failing,
            epochs=9,
            batch_size=2,
            optimiser=Adam(twin.parameters(), 0.01),
        )
    assert weights(model) == weights(twin)
    assert gc.isenabled()


def test_ctrl_c_in_a_callback_ends_the_training_cleanly(capsys):
    model = MLP(1, [1], seed=0)

    def callback(epoch, history):
        if epoch == 2:
            raise KeyboardInterrupt

    history = quiet(model, *line(), epochs=9, callbacks=[callback])
    assert history.interrupted
    assert len(history.losses) == 2
    assert "Interrupted in epoch 2" in capsys.readouterr().err


def test_ctrl_c_while_a_replay_is_prepared_ends_the_training_and_not_the_program(
    monkeypatch, capsys
):
    def press(*_):
        raise KeyboardInterrupt

    model = MLP(1, [1], seed=0)
    before = weights(model)
    history = fit(model, *line(), loss=press, progress=False, engine="auto")
    assert history.interrupted
    assert history.losses == []
    assert weights(model) == before
    assert "after 0 steps: the model keeps" in capsys.readouterr().err
    monkeypatch.setattr(MLP, "is_random", property(press))
    assert fit(model, *line(), progress=False).interrupted
    assert "Interrupted in epoch 0, after 0 steps" in capsys.readouterr().err


def test_ctrl_c_at_the_call_that_pauses_the_collector_does_not_leave_it_off(
    monkeypatch,
):
    def disable():
        gc.disable()
        # Python looks for Ctrl-C after a call.
        raise KeyboardInterrupt

    pausing = SimpleNamespace(disable=disable, enable=gc.enable, isenabled=gc.isenabled)
    monkeypatch.setattr(collector, "gc", pausing)
    history = quiet(MLP(1, [1], seed=0), *line(), epochs=2)
    assert history.interrupted
    assert gc.isenabled()


@pytest.mark.parametrize("later", range(1, 9))
def test_a_second_ctrl_c_does_not_leave_the_collector_off(later):
    calls = []

    def press_again(frame, event, arg):
        # Python looks for Ctrl-C where a function begins, too.
        calls.append(frame.f_code.co_name)
        if len(calls) == later:
            sys.settrace(before)
            raise KeyboardInterrupt

    def loss(output, target):
        sys.settrace(press_again)
        raise KeyboardInterrupt

    before = sys.gettrace()
    # No context manager here: its functions would be interrupted too.
    try:
        quiet(MLP(1, [1], seed=0), *line(), epochs=2, loss=loss)
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    enabled = gc.isenabled()
    gc.enable()
    assert enabled


def test_there_are_a_hundred_epochs_of_sixteen_rows_where_none_are_given():
    inputs, targets = line(range(33))
    model = MLP(1, [1], seed=0)
    optimiser = SGD(model.parameters(), learning_rate=1e-6)
    history = fit(model, inputs, targets, optimiser=optimiser, progress=False)
    assert len(history.losses) == 100
    assert optimiser.steps == 3 * 100


def test_a_training_that_ended_by_itself_was_not_interrupted():
    history = quiet(MLP(1, [1], seed=0), *line(), epochs=2)
    assert not history.interrupted


@pytest.mark.parametrize("clip_norm", [None, 1.0])
@pytest.mark.parametrize("optimiser", ["sgd", "adam", "adamw"])
def test_no_optimiser_takes_a_step_that_ruins_a_parameter(optimiser, clip_norm):
    def distance(output, target):
        return ((output - target) ** 2).sqrt()

    model = MLP(1, [1], seed=0)
    before = weights(model)
    with pytest.raises(TrainingError, match="infinite slope"):
        quiet(
            model,
            [[0.0]],
            [0.0],
            loss=distance,
            optimiser=optimiser,
            clip_norm=clip_norm,
        )
    assert weights(model) == before


def test_a_loss_that_is_not_finite_names_the_step_and_the_rate():
    losses = iter([0.5, 0.4, 0.3, 0.2, 0.1, math.nan])
    with pytest.raises(
        TrainingError,
        match=r"became nan in epoch 2, batch 2 \(step 4\), with the learning rate 0\.5",
    ):
        quiet(
            MLP(1, [1], seed=0),
            *line((0.0, 0.0, 0.0)),
            loss=lambda y, t: y * 0 + next(losses),
            batch_size=2,
            learning_rate=0.5,
        )


def test_an_optimiser_of_one_s_own_works_in_fit():
    class SignDescent(Optimiser):
        def propose(self):
            moved = []
            for p in self.parameters:
                sign = (p.grad > 0) - (p.grad < 0)
                moved.append(p.data - self.learning_rate * sign)
            return moved, ()

    model = MLP(1, [1], seed=0)
    before = weights(model)
    quiet(
        model,
        *line(),
        epochs=1,
        optimiser=lambda parameters: SignDescent(parameters, 0.5),
    )
    assert {abs(a - b) for a, b in zip(before, weights(model))} == {0.5}


class Watcher(nn.Module):
    """A line that writes down in which mode it was called."""

    def __init__(self, fail_in_call=0):
        self.line = MLP(1, [1], seed=0)
        self.dropout = nn.Dropout(0.5, seed=0).eval()
        self.fail_in_call = fail_in_call
        self.calls = []

    def __call__(self, row):
        assert len(set(modes(self))) == 1
        self.calls.append(self.training)
        if len(self.calls) == self.fail_in_call:
            raise KeyboardInterrupt
        return self.line(row)


def modes(model):
    return [module.training for _, module in model.named_modules()]


def test_rows_are_learnt_in_training_mode_and_measured_in_the_other():
    model = Watcher()
    before = modes(model)
    assert set(before) == {True, False}
    found = []

    def callback(epoch, history):
        found.append(model.training)

    unseen = ([[7.0]], [1.0])
    quiet(model, *line(range(3)), epochs=2, validation=unseen, callbacks=[callback])
    assert model.calls == [True, True, True, False] * 2
    assert found == [False, False]
    assert modes(model) == before


@pytest.mark.parametrize("fail_in_call", [1, 4, 6])
def test_every_module_has_its_mode_again_after_ctrl_c(fail_in_call):
    model = Watcher(fail_in_call)
    before = modes(model)
    quiet(model, *line(range(3)), epochs=2, validation=([[7.0]], [1.0]))
    assert len(model.calls) == fail_in_call
    assert modes(model) == before


def test_every_module_has_its_mode_again_after_an_error():
    model = Watcher().eval()
    with pytest.raises(TrainingError):
        quiet(model, [[1e300]], [0.0], epochs=1)
    assert not any(modes(model))


def test_dropout_is_left_out_where_validation_rows_are_measured():
    dropout = nn.Dropout(0.5, seed=1)
    model = nn.Sequential(nn.Linear(8, 1, seed=0), nn.Flatten())
    model.layers.insert(0, dropout)
    row = [1.0] * 8
    history = quiet(
        model, [row] * 4, [[3.0]] * 4, epochs=3, batch_size=4, validation=([row], [[3]])
    )
    error = model.eval()(row)[0].data - 3
    assert history.validation_losses[-1] == pytest.approx(error**2, rel=1e-12)
    # Each of the rows met a mask of its own while it was learnt.
    twin = nn.Dropout(0.5, seed=1)
    masks = [[y.data for y in twin(row)] for _ in range(4)]
    start = nn.Linear(8, 1, seed=0)
    losses = [(start(mask)[0].data - 3) ** 2 for mask in masks]
    assert len(set(losses)) > 1
    assert history.losses[0] == pytest.approx(sum(losses) / 4, rel=1e-12)


def test_a_model_that_is_no_module_has_no_mode():
    class Bare:
        p = Value(0.0)

        def parameters(self):
            return [self.p]

        def __call__(self, x):
            return self.p * x

    model = Bare()
    quiet(model, [1.0], [2.0], epochs=40)
    assert model.p.data == pytest.approx(2.0, rel=1e-3)


def test_the_docstring_tells_every_argument_in_its_order():
    names = inspect.signature(fit).parameters
    arguments = inspect.getdoc(fit).split("Args:")[1].split("Raises:")[0]
    documented = re.findall(r"^    (\w+):", arguments, flags=re.MULTILINE)
    assert documented == list(names)
