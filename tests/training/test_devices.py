"""A training by JAX: the same course as by replay, on one device and on many."""

import json
import math
import os
import socket
import subprocess
import sys
from functools import cache

import device_cases
import pytest
from device_cases import CASES, MOONS, SIGNS, Warming, train

from tinygrad_edu import MLP, SGD, DomainError, Module, TrainingError, Value, fit
from tinygrad_edu.nn import Dropout, Linear, Sequential
from tinygrad_edu.optim import Optimiser
from tinygrad_edu.replay.prepared import NotReplayableError
from tinygrad_edu.training.batches import BatchReplay
from tinygrad_edu.training.devices import DeviceReplay

pytest.importorskip("numpy")


@cache
def replayed(name):
    return train(name, "replay")[0]


def assert_same(found, name, tolerance):
    expected = replayed(name)
    assert expected["parameters"]
    for key, numbers in expected.items():
        assert found[key] == pytest.approx(numbers, rel=tolerance, abs=tolerance), key


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-9), ("float32", 1e-4)])
def test_one_device_takes_the_course_of_a_replay(jax, name, dtype, tolerance):
    numbers, note = train(name, "jax", dtype=dtype)
    assert_same(numbers, name, tolerance)
    assert note == f"JAX compiled the whole step, in {dtype}, and ran it on 1 device."


def started(devices, *arguments):
    # A run of the cases in a process of its own, with so many devices.
    flags = f"--xla_force_host_platform_device_count={devices}"
    return subprocess.Popen(
        [sys.executable, device_cases.__file__, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"},
    )


def assert_all_same(processes, devices):
    try:
        for process in processes:
            output, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
            results = json.loads(output.splitlines()[-1])
            for name, (numbers, note) in results.items():
                assert_same(numbers, name, 1e-9)
                assert note.endswith(f"ran it on {devices}.")
            assert list(results) == list(CASES)
    finally:
        for process in processes:
            process.kill()


@pytest.mark.machine
@pytest.mark.usefixtures("jax")
def test_eight_devices_take_the_course_of_one():
    assert_all_same([started(8)], "8 devices")


@pytest.mark.machine
@pytest.mark.usefixtures("jax")
def test_two_processes_take_the_course_of_one():
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = str(free.getsockname()[1])
    processes = [started(4, port, rank) for rank in "01"]
    assert_all_same(processes, "8 devices of 2 processes")


def test_the_whole_step_is_compiled_once(jax, monkeypatch):
    compiled = []
    make = DeviceReplay._compiled

    def noting(self, function):
        compiled.append(make(self, function))
        return compiled[-1]

    monkeypatch.setattr(DeviceReplay, "_compiled", noting)
    train("digits", "jax")
    # The step, and what measures the validation rows.
    assert [program._cache_size() for program in compiled] == [1, 1]


def squared(output, target):
    return (output - target) ** 2


def counting(output, target, *, memory=[]):  # noqa: B006
    memory.append(1)
    return squared(output, target)


def by_target(output, target):
    return squared(output, target) if target > 0 else abs(output)


def by_output(output, target):
    return squared(output, target) if output > 0 else abs(output)


class Own(Optimiser):
    def propose(self):
        return [p.data for p in self.parameters], ()


class Bounding(SGD):
    def update(self, xp, p, g, memory, *, step, rate):
        return (p - rate * g if g < 1.0 else p - rate), ()


class Centring(SGD):
    def gradients(self):
        slopes = super().gradients()
        mean = sum(slopes) / len(slopes)
        return [slope - mean for slope in slopes]


@pytest.mark.parametrize(
    ("loss", "options", "reason"),
    [
        (counting, {}, "changes memory|changes counting"),
        (by_target, {}, "the rows go different ways, at .* in by_target"),
        (by_output, {}, "in by_output changes with the parameters"),
        (lambda output, target: Value(float(output.data)), {}, "a plain number"),
        (squared, {"optimiser": lambda p: Own(p, 0.1)}, r"a propose\(\) of its own"),
        (
            squared,
            {"optimiser": Bounding},
            r"update\(\) of Bounding, in which `xp.where`",
        ),
        (squared, {"optimiser": Centring}, r"a gradients\(\) of its own"),
        (squared, {"optimiser": Warming}, "works out its learning rate"),
    ],
)
def test_what_cannot_be_compiled_says_why(jax, loss, options, reason):
    model = MLP(2, [1], seed=0)
    before = [p.data for p in model.parameters()]
    with pytest.raises(NotReplayableError, match=reason):
        fit(model, MOONS.features, SIGNS, loss=loss, engine="jax", **options)
    assert [p.data for p in model.parameters()] == before


@pytest.mark.parametrize(("dtype", "scale"), [("float64", 1e160), ("float32", 1e22)])
def test_a_norm_whose_squares_overflow_clips_as_with_graphs(jax, dtype, scale):
    def loss(output, target):
        return squared(output[0], target) * scale

    def run(engine, **options):
        return fit(
            Sequential(Linear(2, 1, seed=0), Dropout(0.3, seed=1)),
            MOONS.features,
            SIGNS,
            loss=loss,
            clip_norm=1.0,
            epochs=3,
            seed=0,
            progress=False,
            engine=engine,
            **options,
        )

    expected = run("eager").losses
    assert expected[0] > 1.1 * expected[-1]
    assert run("jax", dtype=dtype).losses == pytest.approx(expected, rel=1e-4)


def test_a_validation_loss_that_is_not_finite_is_that_of_a_replay(jax):
    losses = []
    for engine in ("replay", "jax"):
        model = MLP(2, [3, 1], "tanh", seed=0)
        options = {"validation": ([[1.0, 1.0]], [1e200]), "epochs": 2, "seed": 0}
        options |= {"engine": engine, "progress": False}
        losses.append(fit(model, MOONS.features, SIGNS, **options).validation_losses)
    assert losses[0] == losses[1] == [math.inf, math.inf]


def test_a_metric_is_called_once_for_each_row(jax):
    calls = []

    def metric(output, target):
        calls.append(target)
        return len(calls)

    def run(engine):
        calls.clear()
        return fit(
            MLP(2, [1], seed=0),
            MOONS.features,
            SIGNS,
            metric=metric,
            validation_fraction=0.3,
            epochs=3,
            seed=0,
            progress=False,
            engine=engine,
        )

    assert run("jax").metrics == run("eager").metrics


def test_rows_of_different_shapes_cannot_be_compiled(jax):
    class Sum(Module):
        def __init__(self):
            self.w = Value(1.0)

        def __call__(self, x):
            return self.w * sum(x)

    rows = [[1.0] * (1 + i % 2) for i in range(8)]
    with pytest.raises(NotReplayableError, match="different shapes"):
        fit(Sum(), rows, [1.0] * 8, engine="jax")


def test_without_jax_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError, match="pip install jax"):
        fit(MLP(2, [1]), MOONS.features, SIGNS, engine="jax")


def test_other_floats_are_for_jax_alone():
    with pytest.raises(ValueError, match="dtype='float32' needs engine=\"jax\""):
        fit(MLP(2, [1]), MOONS.features, SIGNS, dtype="float32")
    with pytest.raises(ValueError, match="float64"):
        fit(MLP(2, [1]), MOONS.features, SIGNS, engine="jax", dtype="double")


def outcome(engine, make_callback=None, rows=MOONS.features, loss=squared, **options):
    """Return the parameters after a training, its optimiser and what it raised."""
    model = MLP(2, [3, 1], "tanh", seed=0)
    optimiser = SGD(model.parameters(), learning_rate=0.05, momentum=0.5)
    options = {"optimiser": optimiser, "seed": 0, "progress": False, **options}
    if make_callback is not None:
        options["callbacks"] = [make_callback(model, optimiser)]
    error = None
    try:
        fit(model, rows, SIGNS, loss=loss, epochs=4, engine=engine, **options)
    except (DomainError, TrainingError) as raised:
        error = str(raised)
    return [p.data for p in model.parameters()], optimiser, error


WEIGHT = {"weight": 1.0}


def weighted(output, target):
    return WEIGHT["weight"] * squared(output, target)


def reweighting(model, optimiser):
    WEIGHT["weight"] = 1.0

    def callback(epoch, history):
        WEIGHT["weight"] = 1.0 / epoch

    return callback


def meddling(model, optimiser):
    def callback(epoch, history):
        optimiser.momentum = 0.9 / epoch
        model.parameters()[0].data = float(epoch)
        optimiser.memory = ([g / 2 for g in optimiser.memory[0]],)
        optimiser.lr = 0.01 * sum(p.grad**2 for p in model.parameters()) ** 0.5

    return callback


def stopping(model, optimiser):
    def callback(epoch, history):
        if epoch == 2:
            raise KeyboardInterrupt

    return callback


@pytest.mark.parametrize(
    ("callback", "loss"),
    [(reweighting, weighted), (meddling, squared), (stopping, squared)],
)
def test_callbacks_are_heard_as_by_a_replay(jax, callback, loss):
    results = [outcome(engine, callback, loss=loss) for engine in ("replay", "jax")]
    (expected, kept, _), (found, optimiser, _) = results
    assert found == pytest.approx(expected, rel=1e-9)
    assert optimiser.steps == kept.steps > 1
    assert optimiser.memory[0] == pytest.approx(kept.memory[0], rel=1e-9)


@pytest.mark.parametrize(
    "options",
    [
        {"loss": lambda output, target: (output - 5.0).log()},
        {"rows": [[1e200 * x for x in row] for row in MOONS.features[:-1]] + [[1, 1]]},
        {"loss": lambda output, target: squared(output, target) * 1e306},
    ],
)
def test_a_step_that_cannot_be_taken_says_the_same_as_a_replay(jax, options):
    expected, kept, words = outcome("replay", **options)
    found, optimiser, told = outcome("jax", **options)
    assert told == words
    assert optimiser.steps == kept.steps
    assert found == pytest.approx(expected, rel=1e-9)


def test_unseen_rows_are_measured_on_the_device_while_their_loss_is_finite(
    jax, monkeypatch
):
    asked = []
    measure = BatchReplay.measure

    def measured(self):
        asked.append(self)
        return measure(self)

    monkeypatch.setattr(BatchReplay, "measure", measured)
    rows = [[x / 10] for x in range(12)]
    targets = [x for (x,) in rows]
    for largest, count in ((1.0, 0), (1e200, 2)):
        history = fit(
            MLP(1, [1], seed=0),
            rows,
            targets,
            epochs=2,
            validation=([[largest]], [0.0]),
            progress=False,
            engine="jax",
        )
        assert len(asked) == count
        assert math.isfinite(history.validation_losses[0]) == (count == 0)
