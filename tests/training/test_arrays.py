"""A step on arrays is the step of Values: in numbers, in errors, and when it ends."""

import math
from functools import partial

import pytest
from device_cases import Warming

from tinygrad_edu import MLP, SGD, Adam, AdamW, TrainingError, fit, nn
from tinygrad_edu.training.arrays import Arrays, _norm, moves_arrays

pytest.importorskip("numpy")

ROWS = [[math.sin(i), math.cos(3 * i)] for i in range(23)]
TARGETS = [x * y for x, y in ROWS]
KINDS = {
    "sgd": SGD,
    "decayed": partial(SGD, weight_decay=0.1),
    "momentum": partial(SGD, momentum=0.9),
    "nesterov": partial(SGD, momentum=0.8, nesterov=True),
    "adam": partial(Adam, learning_rate=0.01, weight_decay=0.1),
    "adamw": partial(AdamW, learning_rate=0.01),
}


class Seen:
    """What a callback sees of a model and its optimiser, epoch by epoch."""

    def __init__(self, model, optimiser):
        self.model = model
        self.optimiser = optimiser
        self.numbers = []

    def __call__(self, epoch, history):
        self.numbers.append(self.now())

    def now(self):
        nodes = self.optimiser.parameters
        memory = [number for kind in self.optimiser.memory for number in kind]
        return [
            *[p.data for p in nodes],
            *[p.grad for p in nodes],
            *memory,
            self.optimiser.steps,
        ]


def trained(engine, make=SGD, callbacks=lambda seen: [seen], **options):
    """Return (what was seen at last, epoch by epoch, history)."""
    model = MLP(2, [5, 1], activation="tanh", seed=1)
    optimiser = make(model.parameters())
    seen = Seen(model, optimiser)
    options = {"loss": nn.mse, "epochs": 4, "batch_size": 5, **options}
    history = fit(
        model,
        ROWS,
        TARGETS,
        optimiser=optimiser,
        callbacks=callbacks(seen),
        seed=0,
        progress=False,
        engine=engine,
        **options,
    )
    assert history.engine == engine
    return seen.now(), seen.numbers, history


def check_same(**options):
    """Assert that both engines show the same to whoever looks, and return it."""
    last, numbers, history = trained("eager", **options)
    again = trained("replay", **options)
    assert again[0] == pytest.approx(last, rel=1e-9, abs=1e-12)
    assert len(again[1]) == len(numbers)
    for found, wanted in zip(again[1], numbers):
        assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    assert again[2].losses == pytest.approx(history.losses, rel=1e-9)
    for name, norms in history.gradient_norms.items():
        assert again[2].gradient_norms[name] == pytest.approx(norms, rel=1e-9)
    return last


@pytest.mark.parametrize("penalties", [{}, {"l1": 0.01}, {"l1": 0.02, "l2": 0.03}])
@pytest.mark.parametrize("clip_norm", [None, 0.05])
@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_moves_arrays_as_it_moves_values(kind, penalties, clip_norm):
    check_same(make=KINDS[kind], clip_norm=clip_norm, **penalties)


def test_parameters_in_any_order_have_the_norms_of_their_layers():
    check_same(make=lambda parameters: SGD(parameters[1::2] + parameters[::2]))


def test_without_callbacks_it_ends_the_same():
    for unseen in (None, (ROWS[:7], TARGETS[:7])):
        check_same(make=Adam, callbacks=lambda seen: [], validation=unseen)


def test_what_a_callback_sets_is_where_the_next_epoch_begins():
    def changing(seen):
        def change(epoch, history):
            nodes = seen.optimiser.parameters
            nodes[epoch].data += 1.0
            # In place, and by another list.
            seen.optimiser.memory[0][epoch] = 0.5
            if epoch == 2:
                seen.optimiser.memory = tuple([0.1] * len(nodes) for _ in range(2))
                seen.optimiser.steps = 7
                seen.optimiser.betas = (0.5, 0.6)

        return [seen, change]

    check_same(make=Adam, callbacks=changing)


class BrokenOffError(Exception):
    """Raised by a metric in the midst of an epoch."""


@pytest.mark.parametrize("error", [KeyboardInterrupt, BrokenOffError])
def test_who_breaks_off_finds_whole_steps(error):
    ends = []
    for engine in ("eager", "replay"):
        count = 0

        def metric(output, target):
            nonlocal count
            count += 1
            if count == 60:
                raise error
            return 0.0

        model = MLP(2, [5, 1], activation="tanh", seed=1)
        optimiser = Adam(model.parameters())
        seen = Seen(model, optimiser)
        options = {"loss": nn.mse, "batch_size": 5, "seed": 0, "progress": False}
        options |= {"optimiser": optimiser, "metric": metric, "engine": engine}
        if error is KeyboardInterrupt:
            assert fit(model, ROWS, TARGETS, **options).interrupted
        else:
            with pytest.raises(error):
                fit(model, ROWS, TARGETS, **options)
        # Row 60 is in the third batch of the third epoch, of 5 batches each.
        assert optimiser.steps == 12
        ends.append(seen.now())
    assert ends[1] == pytest.approx(ends[0], rel=1e-9, abs=1e-12)


def test_ctrl_c_while_the_values_get_their_numbers_lets_them_have_all(monkeypatch):
    presses = [KeyboardInterrupt]
    plain = Arrays.write

    def write(self, state):
        if state.steps == 5 and presses:
            plain(self, state._replace(p=state.p[:1], steps=0))
            raise presses.pop()
        plain(self, state)

    expected = trained("eager", make=Adam, callbacks=lambda seen: [], epochs=1)[0]
    monkeypatch.setattr(Arrays, "write", write)
    found, _, history = trained("replay", make=Adam, callbacks=lambda seen: [])
    assert history.interrupted
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


def steep(output, target):
    return 1000 * nn.mse(output, target)


def keep(kept, seen):
    kept.append(seen)
    return []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        # In the third epoch, when the arrays have moved for a while.
        (
            {"learning_rate": lambda n: 0.01 if n < 2 else 1.7e308, "loss": steep},
            "next step would make Value",
        ),
        (
            {"make": partial(SGD, learning_rate=1e200, momentum=0.9), "epochs": 9},
            "became|would make",
        ),
        ({"l2": 1e308}, "became inf in epoch 1, batch 1"),
    ],
)
def test_a_step_that_cannot_be_taken_is_told_in_the_same_words(options, words):
    messages, ends = [], []
    for engine in ("eager", "replay"):
        kept = []
        with pytest.raises(TrainingError, match=words) as caught:
            trained(engine, callbacks=partial(keep, kept), **options)
        messages.append(str(caught.value))
        ends.append(kept[0].now())
    assert messages[0] == messages[1]
    assert ends[1] == pytest.approx(ends[0], rel=1e-9, abs=1e-12)


def test_a_metric_that_looks_at_the_model_sees_it_as_it_is():
    found = []
    for engine in ("eager", "replay"):
        model = MLP(2, [5, 1], activation="tanh", seed=1)

        def metric(output, target, model=model):
            return sum(p.data for p in model.parameters())

        options = {"loss": nn.mse, "metric": metric, "epochs": 3, "batch_size": 5}
        history = fit(
            model, ROWS, TARGETS, seed=0, progress=False, engine=engine, **options
        )
        found.append(history.metrics)
    assert len(set(found[0])) == 3
    assert found[1] == pytest.approx(found[0], rel=1e-9)


class Choosing(SGD):
    """A rule that chooses by the size of a number, which an array has not."""

    def update(self, xp, p, g, memory, *, step, rate):
        if g > 0:
            return p - rate, ()
        return p + 2 * rate, ()


class Scaling(SGD):
    """A rule that looks at all gradients at once."""

    def propose(self):
        largest = max(map(abs, self.gradients()))
        moved = [
            p.data - self.learning_rate * p.grad / largest for p in self.parameters
        ]
        return moved, ()


class Stepping(SGD):
    """A step that does something more."""

    count = 0

    def step(self):
        super().step()
        self.count += 1


class Bounding(Adam):
    """A part of a rule of the package's, changed."""

    def _decayed(self, p, g, rate):
        return p, max(-0.01, min(g, 0.01))


@pytest.mark.parametrize("kind", [Choosing, Scaling, Stepping, Warming, Bounding])
def test_a_rule_of_one_s_own_goes_through_lists(kind):
    assert not moves_arrays(kind(MLP(1, [1]).parameters()))
    check_same(make=partial(kind, learning_rate=0.01))


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-70, 1.0, 1e70, 1e200, 1e300])
def test_a_norm_of_any_size_neither_vanishes_nor_overflows(size):
    numpy = pytest.importorskip("numpy")
    with numpy.errstate(over="ignore"):
        found = _norm(numpy.array([3.0, -4.0]) * size)
    assert found == pytest.approx(5.0 * size, rel=1e-15, abs=0.0)


def test_a_step_that_was_put_in_its_place_is_called():
    optimiser = SGD(MLP(1, [1], seed=0).parameters())
    assert moves_arrays(optimiser)
    plain = optimiser.step
    optimiser.step = lambda: plain()
    assert not moves_arrays(optimiser)
