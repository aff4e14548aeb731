"""Training by replay: the same course as by graphs, or an eager one with a word."""

import math
import os
import re
import threading
from types import SimpleNamespace

import pytest

from tinygrad_edu import (
    MLP,
    SGD,
    Adam,
    DomainError,
    Module,
    TrainingError,
    Value,
    fit,
    nn,
    total,
)
from tinygrad_edu.data import load_digits, make_moons
from tinygrad_edu.nn import accuracy, cross_entropy, hinge, huber, mse
from tinygrad_edu.optim.schedules import cosine
from tinygrad_edu.replay.prepared import NotReplayableError
from tinygrad_edu.replay.rows import RowFunction
from tinygrad_edu.training import History
from tinygrad_edu.training.batches import TURN
from tinygrad_edu.training.replaying import note_of, tell, turn_of

pytest.importorskip("numpy")

MOONS = make_moons(40, noise=0.1, seed=0)
SIGNS = [2 * target - 1 for target in MOONS.targets]


def both(make, inputs, targets, **options):
    """Return (parameters, history) of an eager training and of a replayed one."""
    results = []
    for engine in ("eager", "replay"):
        model = make()
        history = fit(
            model, inputs, targets, seed=0, progress=False, engine=engine, **options
        )
        results.append(([p.data for p in model.parameters()], history))
    (_, eager), (_, replayed) = results
    assert (eager.engine, replayed.engine) == ("eager", "replay")
    return results


def image_model():
    return nn.Sequential(
        nn.Unflatten(1, 8, 8),
        nn.Conv2d(1, 2, 3, stride=2, padding=1, seed=0),
        nn.Activation("relu"),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(8, 10, seed=1),
    )


@pytest.mark.parametrize(
    ("make", "rows", "options"),
    [
        (
            lambda: MLP(2, [6, 1], "tanh", seed=0),
            (MOONS.features, SIGNS),
            {"loss": hinge},
        ),
        (
            lambda: MLP(2, [6, 1], "relu", seed=0),
            (MOONS.features, SIGNS),
            {"loss": mse},
        ),
        (
            lambda: MLP(2, [6, 2], "tanh", seed=0),
            (MOONS.features, MOONS.targets),
            {
                "loss": cross_entropy,
                "metric": accuracy,
                "l1": 0.01,
                "l2": 0.01,
                "clip_norm": 0.5,
                "optimiser": "adam",
                "learning_rate": 0.05,
                "validation_fraction": 0.25,
                "patience": 3,
            },
        ),
        (
            lambda: MLP(2, [4, 2], "gelu", seed=0, expanded=True),
            (MOONS.features, [[x, -x] for x in SIGNS]),
            {"loss": huber},
        ),
        (
            image_model,
            (
                [[x / 16 for x in row] for row in load_digits().features[:30]],
                load_digits().targets[:30],
            ),
            {"loss": cross_entropy, "metric": accuracy, "epochs": 3},
        ),
    ],
)
def test_the_same_seed_gives_the_same_course(make, rows, options):
    options = {"epochs": 8, "batch_size": 7, **options}
    (eager, first), (replayed, second) = both(make, *rows, **options)
    assert replayed == pytest.approx(eager, rel=1e-9, abs=1e-9)
    assert second.losses == pytest.approx(first.losses, rel=1e-9)
    assert second.metrics == pytest.approx(first.metrics)
    assert second.validation_losses == pytest.approx(first.validation_losses, rel=1e-9)
    assert second.validation_metrics == pytest.approx(first.validation_metrics)
    assert second.best_epoch == first.best_epoch
    assert first.gradient_norms.keys() == second.gradient_norms.keys()
    for layer, norms in first.gradient_norms.items():
        assert second.gradient_norms[layer] == pytest.approx(norms, rel=1e-8)


def test_the_course_is_that_of_pytorch(torch):
    model = MLP(2, [5, 1], "tanh", seed=0)
    twin = torch.nn.Sequential(
        torch.nn.Linear(2, 5), torch.nn.Tanh(), torch.nn.Linear(5, 1)
    )
    with torch.no_grad():
        for layer, linear in zip(model.layers, (twin[0], twin[2])):
            for j, neuron in enumerate(layer.neurons):
                linear.weight[j] = torch.tensor([w.data for w in neuron.w])
                linear.bias[j] = neuron.b.data
    fit(
        model,
        MOONS.features,
        SIGNS,
        epochs=20,
        batch_size=40,
        learning_rate=0.1,
        progress=False,
        engine="replay",
    )
    optimiser = torch.optim.SGD(twin.parameters(), lr=0.1)
    x = torch.tensor(MOONS.features)
    t = torch.tensor(SIGNS, dtype=torch.float64)
    for _ in range(20):
        optimiser.zero_grad()
        ((twin(x)[:, 0] - t) ** 2).mean().backward()
        optimiser.step()
    found = [model(row).data for row in MOONS.features]
    assert found == pytest.approx(twin(x)[:, 0].tolist(), rel=1e-10)


class Branching(Module):
    """Takes another way where its input is negative."""

    def __init__(self):
        self.w = Value(1.0)
        self.label_parameters()

    def __call__(self, inputs):
        (x,) = inputs
        return self.w * 2.0 if x < 0 else self.w * self.w


class Looking(Module):
    """Asks for a row of a table, which needs a plain number."""

    def __init__(self):
        self.table = [Value(1.0), Value(2.0)]
        self.label_parameters()

    def __call__(self, inputs):
        return self.table[inputs[0]]


def dropping():
    return nn.Sequential(nn.Linear(1, 3, seed=0), nn.Dropout(0.5, seed=0))


class Announced(Module):
    """Tells of itself that it draws random numbers, whatever is within it."""

    is_random = True

    def __init__(self):
        self.inner = dropping()

    def __call__(self, inputs):
        return self.inner(inputs)


@pytest.mark.parametrize(
    ("make", "inputs", "words"),
    [
        (Looking, [[1], [0], [1]], "the element of a number at .*, in __call__"),
        (Announced, [[1.0], [2.0], [3.0]], "draws random numbers"),
        # As it will learn, and not as it is.
        (
            lambda: Announced().eval(),
            [[1.0], [2.0], [3.0]],
            "draws random numbers",
        ),
    ],
)
def test_what_changes_with_the_data_is_trained_eagerly_with_a_word(make, inputs, words):
    def loss(output, target):
        if isinstance(output, list):
            output = total(output)
        return (output - target) ** 2

    options = {"loss": loss, "epochs": 2, "seed": 0, "progress": False}
    refused = make()
    with pytest.raises(ValueError, match=words):
        fit(refused, inputs, [0.0, 1.0, 2.0], engine="replay", batch_size=3, **options)
    # Before a step was taken.
    assert [p.data for p in refused.parameters()] == [
        p.data for p in make().parameters()
    ]
    model, eager = make(), make()
    history = fit(model, inputs, [0.0, 1.0, 2.0], **options)
    assert history.engine.startswith("eager: ")
    assert re.search(words, history.engine)
    assert history.engine_note == (
        f"Each row ran as a graph of its own: {history.engine.removeprefix('eager: ')}."
    )
    fit(eager, inputs, [0.0, 1.0, 2.0], engine="eager", **options)
    assert [p.data for p in model.parameters()] == [p.data for p in eager.parameters()]


@pytest.mark.parametrize(
    ("paths", "shapes", "lines", "replayed"),
    [
        (1, 1, 0, "graph of one row was recorded, and replayed for the others."),
        (2, 2, 0, "each for those that have the same shape."),
        (2, 1, 4, "each for those that go the same way at line 0; line 1; line 2."),
        (3, 2, 1, "that have the same shape and go the same way at line 0."),
    ],
)
@pytest.mark.parametrize("lost", [0, 1, 2, 1234])
def test_a_note_says_what_was_replayed_and_what_was_not(
    paths, shapes, lines, replayed, lost
):
    ways = SimpleNamespace(paths=[None] * paths, shapes=shapes, closed="why")
    ways.lines = [f"line {i}" for i in range(lines)]
    note = note_of(SimpleNamespace(refusal=None, replayed=9, as_graphs=lost, ways=ways))
    rows = {0: "", 1: "1 row", 2: "2 rows", 1234: "1,234 rows"}[lost]
    assert (f"{replayed} As graphs of their own ran {rows}: why." in note) == bool(lost)
    assert note.endswith("why." if lost else replayed)


@pytest.mark.parametrize(
    ("epochs", "words"),
    [(0, "eager"), (1, "replay for 1 epoch, then eager"), (2, "replay for 2 epochs")],
)
def test_a_history_says_for_how_many_epochs_there_was_a_replay(epochs, words):
    replay = SimpleNamespace(told=None, measuring=None, refused_after=epochs)
    replay.learning = SimpleNamespace(refusal="why")
    history = History()
    tell(SimpleNamespace(replay=replay), history)
    assert history.engine.startswith(words)
    assert history.engine.endswith("eager: why")


def weighted(output, target):
    # The class 2 is rare, and counts more.
    return cross_entropy(output, target) * (5.0 if target == 2 else 1.0)


def switching(output, target):
    # Above 3 it is another loss, which one target in sixty meets.
    return (output - target) ** 2 if target < 3 else abs(output - target)


@pytest.mark.parametrize(
    ("loss", "outputs", "targets"),
    [(weighted, 3, [0, 1] * 30 + [2]), (switching, 1, [1.0, 2.0] * 30 + [3.0])],
)
def test_a_loss_that_asks_which_target_it_is_has_a_recording_for_each_way(
    loss, outputs, targets
):
    inputs = [[i / 61, -i / 61] for i in range(61)]
    (eager, first), (replayed, second) = both(
        lambda: MLP(2, [outputs], seed=0), inputs, targets, loss=loss, epochs=9
    )
    assert replayed == pytest.approx(eager, rel=1e-9)
    assert second.losses == pytest.approx(first.losses, rel=1e-9)
    assert second.engine_note.startswith("The graphs of 2 rows were recorded")
    assert f", in {loss.__name__}" in second.engine_note


def test_what_a_callback_changes_is_recorded_anew():
    # A weight that a callback changes is a constant in the recording.
    weight = [1.0]

    def loss(output, target):
        return (output - target) ** 2 * weight[0]

    def double(epoch, history):
        weight[0] *= 2
        assert history.engine == engine

    options = {"loss": loss, "seed": 0, "progress": False, "epochs": 5}
    options |= {"learning_rate": 0.01, "callbacks": [double]}
    found = []
    for engine in ("replay", "eager"):
        model = MLP(2, [1], seed=0)
        weight[0] = 1.0
        history = fit(model, MOONS.features, SIGNS, engine=engine, **options)
        found.append([p.data for p in model.parameters()] + history.losses)
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def change_a_row(rows, weight):
    rows[3][0] += 0.5


def change_the_surroundings(rows, weight):
    # Where nobody looks: the row that is compared shows it.
    os.environ["TINYGRAD_EDU_WEIGHT"] = str(weight[0] * 3.0)


def change_by_the_way(rows, weight):
    weight[0] += 1.0


@pytest.mark.parametrize(
    "change", [change_a_row, change_the_surroundings, change_by_the_way]
)
@pytest.mark.parametrize("unseen", [True, None])
def test_whatever_a_callback_changes_the_course_is_that_of_graphs(
    monkeypatch, change, unseen
):
    monkeypatch.setenv("TINYGRAD_EDU_WEIGHT", "1.0")
    found = []
    for engine in ("eager", "auto"):
        os.environ["TINYGRAD_EDU_WEIGHT"] = "1.0"
        weight = [1.0]
        rows = [[x, y] for x, y in MOONS.features]

        def loss(output, target, weight=weight):
            factor = float(os.environ["TINYGRAD_EDU_WEIGHT"]) * weight[0]
            return (output - target) ** 2 * factor

        def callback(epoch, history, rows=rows, weight=weight):
            if epoch == 3:
                change(rows, weight)

        model = MLP(2, [3, 1], seed=0)
        options = {"loss": loss, "epochs": 6, "callbacks": [callback]}
        options |= {"validation": unseen and (rows[2:11], SIGNS[2:11])}
        options |= {"learning_rate": 0.01}
        history = fit(
            model, rows, SIGNS, seed=0, progress=False, engine=engine, **options
        )
        numbers = history.losses + history.validation_losses
        found.append([p.data for p in model.parameters()] + numbers)
    assert found[1] == pytest.approx(found[0], rel=1e-9)
    assert history.engine.startswith("replay")


def test_a_callback_that_changes_nothing_has_one_row_compared(monkeypatch):
    calls = []

    def loss(output, target):
        return (output - target) ** 2

    model = MLP(2, [3, 1], seed=0)
    plain = type(model).__call__

    def counted(self, row):
        calls[-1] += 1
        return plain(self, row)

    monkeypatch.setattr(MLP, "__call__", counted)
    calls.append(0)
    fit(
        *(model, MOONS.features, SIGNS),
        loss=loss,
        epochs=5,
        callbacks=[lambda epoch, history: calls.append(0)],
        progress=False,
        engine="replay",
    )
    assert calls[1:] == [1, 1, 1, 1, 0]


@pytest.mark.parametrize("rate", [None, 0.1, cosine(0.1, 5)])
def test_where_nobody_is_called_between_epochs_no_row_is_compared(monkeypatch, rate):
    calls = []
    plain = MLP.__call__

    def counted(self, row):
        calls.append(row)
        return plain(self, row)

    monkeypatch.setattr(MLP, "__call__", counted)
    counts = []
    for epochs in (1, 5):
        calls.clear()
        model = MLP(2, [3, 1], seed=0)
        options = {"epochs": epochs, "learning_rate": rate, "engine": "replay"}
        fit(model, MOONS.features, SIGNS, seed=0, progress=False, **options)
        counts.append(len(calls))
    assert counts[0] == counts[1]


@pytest.mark.machine
def test_threads_that_train_the_same_model_have_an_epoch_in_turn():
    # All rows in each step, so that the order of threads makes no difference.
    rows, targets = MOONS.features, SIGNS
    options = {"loss": nn.mse, "batch_size": len(rows), "learning_rate": 0.05}
    options |= {"progress": False, "engine": "replay"}
    ends = []
    for count, epochs in ((1, 40), (4, 10)):
        model = MLP(2, [4, 1], activation="tanh", seed=0)
        engines = []

        def learn(model=model, epochs=epochs, engines=engines):
            history = fit(model, rows, targets, epochs=epochs, **options)
            engines.append(history.engine)

        threads = [threading.Thread(target=learn) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert engines == ["replay"] * count
        ends.append([p.data for p in model.parameters()])
    assert ends[1] == pytest.approx(ends[0], rel=1e-9)


def test_when_a_replay_must_end_it_is_said_after_how_many_epochs():
    model = Branching()
    rounds = []

    def loss(output, target):
        return (output - target) ** 2 * (round(output.data) if rounds else 1.0)

    def callback(epoch, history):
        if epoch == 2:
            rounds.append(True)

    rows = [[i / 30] for i in range(30)]
    options = {"loss": loss, "seed": 0, "progress": False, "callbacks": [callback]}
    options |= {"learning_rate": 0.01, "epochs": 4}
    history = fit(model, rows, [1.0] * 30, **options)
    why = r"a number is rounded at test_replaying.py, line \d+, in loss"
    assert re.fullmatch(f"replay for 2 epochs, then eager: {why}", history.engine)
    assert re.fullmatch(
        "For 2 epochs the batches were replayed; then each row ran as a graph of its "
        rf"own: {why}\.",
        history.engine_note,
    )
    rounds.clear()
    with pytest.raises(ValueError, match=why):
        fit(model, rows, [1.0] * 30, engine="replay", **options)


def test_what_no_replay_was_asked_for_says_so():
    model = MLP(1, [1], seed=0)
    history = fit(model, [[1.0]], [1.0], epochs=1, progress=False, engine="eager")
    assert (history.engine, history.engine_note) == (
        "eager",
        "Each row ran as a graph of its own.",
    )


def test_rows_without_a_recording_of_their_way_are_told():
    class Many(Module):
        """Goes a way of its own for each row, of which a few come often."""

        def __init__(self):
            self.w = Value(1.0)
            self.label_parameters()

        def __call__(self, inputs):
            x = inputs[0]
            steps = 0
            while x > steps:
                steps += 1
            return self.w * x * (1.0 + steps)

    rows = [[0.5]] * 160 + [[i + 0.5] for i in range(40)]
    (eager, _), (replayed, history) = both(
        Many, rows, [1.0] * 200, epochs=3, learning_rate=1e-6
    )
    assert replayed == pytest.approx(eager, rel=1e-9)
    assert re.search(r"As graphs of their own ran \d+ rows: none", history.engine_note)


class Summing(Module):
    """A weighted sum of however many numbers; a negative one takes another way."""

    def __init__(self):
        self.w = Value(0.5)
        self.v = Value(0.25)
        self.label_parameters()

    def __call__(self, inputs):
        y = self.w * total(inputs) * len(inputs)
        return y if inputs[-1] < 0 else y * self.v


def of_lengths(*lengths):
    return [[math.sin(3 * i + k) for k in range(n)] for i, n in enumerate(lengths)]


@pytest.mark.parametrize("batch_size", [1, 8, 60])
def test_rows_of_different_lengths_have_a_recording_for_each_length(batch_size):
    rows = of_lengths(*[1 + i * i % 4 for i in range(60)])
    targets = [float(len(row)) for row in rows]
    options = {"epochs": 4, "batch_size": batch_size, "learning_rate": 1e-3}
    (eager, first), (replayed, second) = both(Summing, rows, targets, **options)
    assert replayed == pytest.approx(eager, rel=1e-9)
    assert second.losses == pytest.approx(first.losses, rel=1e-9)
    assert re.match(
        r"The graphs of [4-8] rows were recorded, and replayed for the others, each "
        r"for those that have the same shape and go the same way at "
        r"test_replaying.py, line \d+, in __call__\.",
        second.engine_note,
    )


def test_a_structure_is_more_than_how_many_numbers_there_are():
    class Counting(Summing):
        def __call__(self, inputs):
            first, *others = inputs
            return self.w * first[0] * len(first) + total(map(total, others)) * self.v

    rows = [
        [[0.1 * i], [0.2, 0.3]] if i % 2 else [[0.1 * i, 0.2], [0.3]] for i in range(40)
    ]
    (eager, _), (replayed, history) = both(Counting, rows, [1.0] * 40, epochs=3)
    assert replayed == pytest.approx(eager, rel=1e-9)
    assert history.engine_note == (
        "The graphs of 2 rows were recorded, and replayed for the others, each for "
        "those that have the same shape."
    )


def test_rows_that_all_differ_in_length_are_trained_eagerly():
    rows = of_lengths(*range(1, 71))
    options = {"epochs": 2, "learning_rate": 1e-6, "seed": 0, "progress": False}
    model, eager = Summing(), Summing()
    history = fit(model, rows, [1.0] * 70, **options)
    assert history.engine == "eager: most rows have a shape of their own"
    fit(eager, rows, [1.0] * 70, engine="eager", **options)
    assert [p.data for p in model.parameters()] == pytest.approx(
        [p.data for p in eager.parameters()], rel=1e-9
    )


def test_a_row_outside_the_domain_is_named():
    class Logarithm(Module):
        def __init__(self):
            self.w = Value(1.0)
            self.label_parameters()

        def __call__(self, inputs):
            return (self.w * inputs[0]).log()

    rows = [[float(i)] for i in range(1, 40)]
    model = Logarithm()
    # Counted within what `fit` was given, whatever was drawn and shuffled since.
    for more in ({}, {"validation_fraction": 0.25}, {"batch_size": 3}):
        with pytest.raises(DomainError, match=r"log is undefined .*\(row 39: -1, 0\)"):
            fit(
                model,
                [*rows, [-1.0]],
                [0.0] * 40,
                progress=False,
                engine="replay",
                **{"epochs": 1, "batch_size": 40, "learning_rate": 1e-3, **more},
            )


def test_a_loss_that_is_not_finite_stops_the_training_before_the_step():
    model = MLP(1, [1], seed=0)
    before = [p.data for p in model.parameters()]
    with pytest.raises(TrainingError, match="loss became inf"):
        fit(
            model,
            [[1e200], [1.0]],
            [0.0, 0.0],
            batch_size=2,
            progress=False,
            engine="replay",
        )
    assert [p.data for p in model.parameters()] == before


def test_losses_whose_sum_overflows_stop_the_training_without_a_warning():
    # A warning would be an error here.
    with pytest.raises(TrainingError, match="loss became inf"):
        fit(
            MLP(1, [1], seed=0),
            [[1.2e154], [1.2e154]],
            [-1.2e154, -1.2e154],
            batch_size=2,
            progress=False,
            engine="replay",
        )


def test_an_unknown_engine_is_refused():
    with pytest.raises(ValueError, match=r"no engine 'turbo'.*auto, eager, replay"):
        fit(MLP(1, [1]), [[1.0]], [1.0], engine="turbo")


def test_only_the_parameters_of_the_optimiser_move():
    model = MLP(2, [3, 1], seed=0)
    head = model.layers[1].parameters()
    frozen = [p.data for p in model.layers[0].parameters()]
    history = fit(
        model,
        MOONS.features,
        SIGNS,
        optimiser=Adam(head),
        epochs=2,
        progress=False,
        engine="replay",
    )
    assert [p.data for p in model.layers[0].parameters()] == frozen
    assert list(history.gradient_norms) == ["layer1"]


def test_parameters_that_a_callback_gives_to_the_optimiser_move():
    found = []
    for engine in ("eager", "auto"):
        model = MLP(2, [3, 1], seed=0)
        optimiser = SGD(model.layers[1].parameters(), 0.05)

        def thaw(epoch, history, model=model, optimiser=optimiser):
            if epoch == 2:
                optimiser.parameters += model.layers[0].parameters()

        options = {"optimiser": optimiser, "callbacks": [thaw], "seed": 0}
        options |= {"epochs": 4, "engine": engine, "progress": False}
        history = fit(model, MOONS.features, SIGNS, **options)
        found.append([p.data for p in model.parameters()] + history.losses)
    assert found[1] == pytest.approx(found[0], rel=1e-9)
    assert history.engine == (
        "replay for 3 epochs, then eager: the optimiser was given other parameters to "
        "move"
    )
    model = MLP(2, [3, 1], seed=0)
    optimiser = SGD(model.layers[1].parameters(), 0.05)
    options |= {"optimiser": optimiser, "engine": "replay"}
    options["callbacks"] = [lambda *_: optimiser.parameters.pop()]
    with pytest.raises(NotReplayableError, match="given other parameters to move"):
        fit(model, MOONS.features, SIGNS, **options)


class LookingWhenMeasured(Module):
    """A line that asks for its number as soon as it no longer learns."""

    def __init__(self):
        self.w = Value(0.5)
        self.label_parameters()

    def __call__(self, inputs):
        product = self.w * inputs[0]
        return product if self.training else product * format(product, ".0f").count("1")


def test_rows_that_are_measured_as_graphs_are_told_beside_a_replay():
    found = []
    for engine in ("eager", "auto"):
        options = {"validation": (MOONS.features[:9], SIGNS[:9]), "epochs": 2}
        options |= {"seed": 0, "engine": engine, "progress": False}
        history = fit(LookingWhenMeasured(), MOONS.features, SIGNS, **options)
        found.append(history.losses + history.validation_losses)
    assert found[1] == pytest.approx(found[0], rel=1e-9)
    assert history.engine == "replay"
    assert "The validation rows ran as graphs of their own: " in history.engine_note


@pytest.mark.parametrize(
    ("make", "rows"),
    [
        (lambda: MLP(2, [4, 3], seed=0), MOONS.features),
        (lambda: MLP(2, [4, 1], "sigmoid", seed=0), MOONS.features[:1]),
        (Branching, [[1.0], [-1.0]]),
        (Looking, [[1], [0]]),
        (lambda: dropping().eval(), [[1.0], [2.0]]),
        (image_model, [[0.5] * 64, [0.0] * 64]),
    ],
)
@pytest.mark.parametrize("few", [1, 60])
def test_predict_gives_what_calls_give(make, rows, few, monkeypatch):
    monkeypatch.setattr("tinygrad_edu.training.prediction.FEW", few)
    model = make()
    found = model.predict(rows)
    for row, answer in zip(rows, found, strict=True):
        output = model(row)
        if isinstance(output, list):
            assert answer == pytest.approx([y.data for y in output], rel=1e-12)
        else:
            assert answer == pytest.approx(output.data, rel=1e-12)


def test_predict_records_many_rows_and_not_a_few(monkeypatch):
    counts = []

    def counting(compute, numbers, rows, keepers):
        counts.append(len(rows))
        return RowFunction(compute, numbers, rows, keepers)

    monkeypatch.setattr("tinygrad_edu.training.prediction.RowFunction", counting)
    model = MLP(2, [3, 1], seed=0)
    rows = MOONS.features * 2
    model.predict(rows[:10])
    assert counts == []
    model.predict(rows)
    assert counts == [80]


def test_predict_of_no_rows_is_empty():
    assert MLP(2, [1]).predict([]) == []


def test_a_long_batch_is_cut_in_pieces():
    model = MLP(2, [8, 2], seed=0)
    rows = [[i / 1e4, -i / 1e4] for i in range(20_000)]
    found = model.predict(rows)
    for i in (0, 7, 9999, 19_999):
        assert found[i] == pytest.approx([y.data for y in model(rows[i])], rel=1e-12)


class Rare(Module):
    """Another number for the rows above 0.98, and what it is asked for is told."""

    def __init__(self):
        self.w = Value(2.0)
        self.label_parameters()

    def __call__(self, inputs):
        return self.w * (3.0 if inputs[0] > 0.98 else 1.0)


def test_predict_follows_rare_branches_and_reports_them():
    rows = [[i / 100] for i in range(100)]
    found, note = Rare().predict(rows, report=True)
    assert found == [6.0 if x > 0.98 else 2.0 for (x,) in rows]
    assert note.startswith("The graphs of 2 rows were recorded, and replayed for")
    assert re.search(r"at test_replaying.py, line \d+, in __call__\.$", note)


@pytest.mark.parametrize(
    ("make", "rows", "words"),
    [
        (lambda: MLP(2, [1]), MOONS.features[:5], "there were fewer than 60"),
        (lambda: MLP(2, [1]), MOONS.features * 2, "of one row was recorded"),
        (Looking, [[i % 2] for i in range(80)], "the element of a number at test_rep"),
        (Announced, [[1.0]] * 80, "draws random numbers"),
        (lambda: Announced().eval(), [[1.0]] * 80, "of one row was recorded"),
    ],
)
def test_predict_reports_what_it_did(make, rows, words):
    model = make()
    answers, note = model.predict(rows, report=True)
    assert len(answers) == len(rows)
    assert words in note


def test_what_a_model_gives_may_be_nested_or_no_node_at_all():
    class Nested(Module):
        def __init__(self):
            self.w = Value(2.0)
            self.label_parameters()

        def __call__(self, inputs):
            x = inputs[0]
            return [self.w * x, (x, [1.0])]

    class Plain(Nested):
        def __call__(self, inputs):
            return inputs[0] * 2.0

    rows = [[float(i)] for i in range(80)]
    assert Nested().predict(rows) == [[2.0 * x, [x, [1.0]]] for (x,) in rows]
    found, note = Plain().predict(rows, report=True)
    assert found == [2.0 * x for (x,) in rows]
    assert "the model gives plain numbers" in note


def test_only_a_replay_waits_for_its_turn():
    assert turn_of(SimpleNamespace(replay=None)) is not TURN
    assert turn_of(SimpleNamespace(replay=object())) is TURN


def test_a_leaf_of_a_number_is_replayed_where_rows_mix_ints_and_floats():
    class Leafy(Module):
        def __init__(self):
            self.w = Value(0.5)
            self.label_parameters()

        def __call__(self, x):
            return self.w * Value(x[0]) + x[1]

    rows = [[i / 10, i] if i % 2 else [i, i / 10] for i in range(40)]
    found = []
    for engine in ("replay", "eager"):
        model = Leafy()
        options = {"learning_rate": 1e-3, "seed": 0, "progress": False}
        fit(model, rows, [1.0] * 40, epochs=3, engine=engine, **options)
        found.append(model.w.data)
    assert found[0] == pytest.approx(found[1], rel=1e-12)
