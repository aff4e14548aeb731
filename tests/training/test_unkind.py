"""Unkind models and losses: they end where graphs end, or it is said before why not.

Each case is made anew for each engine, and says what the history is to tell of it.
"""

import copy
import itertools
import math
import random
import re
import sys
from contextvars import ContextVar
from enum import IntEnum
from functools import cache, lru_cache, partial
from threading import Thread
from types import MappingProxyType, ModuleType
from typing import NamedTuple

import pytest

from tinygrad_edu import (
    MLP,
    Module,
    Value,
    dot,
    fit,
    log_softmax,
    nn,
    softmax,
    total,
)
from tinygrad_edu.engine.functions import pick
from tinygrad_edu.nn import cross_entropy, mse
from tinygrad_edu.nn.metrics import accuracy
from tinygrad_edu.optim import SGD
from tinygrad_edu.replay.prepared import NotReplayableError

numpy = pytest.importorskip("numpy")

COUNT = 120
SOURCE = random.Random(0)
ROWS = [[SOURCE.gauss(0, 1), SOURCE.gauss(0, 1)] for _ in range(COUNT)]
TARGETS = [math.sin(x) * y for x, y in ROWS]
RARE = sorted(x for x, _ in ROWS)[-2]
CLASSES = [i % 3 for i in range(COUNT)]


class Case(NamedTuple):
    """What `fit` is called with, and a number that the model keeps, if it does."""

    model: Module
    loss: object = mse
    targets: object = TARGETS
    inputs: object = ROWS
    callbacks: object = ()
    options: object = {}
    kept: object = None


class Own(Module):
    """A linear model, whose subclasses do something else with it."""

    def __init__(self, *more):
        self.w = [Value(0.5), Value(-0.3)]
        self.b = Value(0.1)
        self.more = list(map(Value, more))
        self.label_parameters()

    def __call__(self, x):
        return self.way(x, dot(self.w, x) + self.b)


def own(way, *more):
    model = type("Model", (Own,), {"way": way})
    return model(*more)


# --------------------------------------------------------------- decisions in a model


def often(self, x, y):
    return y * 2.0 if x[0] < 0 else y * y


def rarely(self, x, y):
    return y * 3.0 if x[0] >= RARE else y.tanh()


def three_ways(self, x, y):
    if x[0] < -0.5:
        return y.tanh()
    return y * y if x[1] > 0 else y * x[0]


def on_a_node(self, x, y):
    return y if y > 0 else 0.1 * y


def on_its_data(self, x, y):
    return y if y.data > 0 else 0.1 * y


def on_a_parameter_once(self, x, y):
    return y * 2.0 if self.b.data < 0.102 else y.tanh()


def on_a_parameter_often(self, x, y):
    # What drives the parameter back and forth over a threshold.
    step = self.more[0]
    return y + step * (3.0 if step.item() > 0 else -3.0)


def truth(self, x, y):
    # A number that is 0 is false.
    return y.tanh() if x[0] > 0 and x[1] else y


def equality(self, x, y):
    return y * 2.0 if x[0] == ROWS[7][0] else y


def the_larger(self, x, y):
    return max(y, -y, self.b)


def in_order(self, x, y):
    first, second = sorted([self.w[0] * x[0], self.w[1] * x[1]])
    return first - second * 2.0


def of_numbers(self, x, y):
    return y * max(x) - min(x[0], 0.5)


def rounded(self, x, y):
    return y * round(x[0], 1)


def rounded_by_text(self, x, y):
    return y * float(f"{y:.1f}")


def by_text_of_a_node(self, x, y):
    return y * (2.0 if "-" in repr(y) else 1.0)


def by_math(self, x, y):
    return y + self.w[0] * math.exp(x[0])


def by_an_index(self, x, y):
    return y * (1.0, 2.0, 3.0)[int(abs(x[0])) % 3]


def in_a_set(self, x, y):
    return y * 2.0 if x[0] in {ROWS[7][0], ROWS[9][0]} else y


def a_kind(self, x, y):
    return y * 2.0 if isinstance(x[0], int) else y


def weight_norm(self, x, y):
    norm = (1.0 + sum(w.data * w.data for w in self.w)) ** 0.5
    return dot([w / norm for w in self.w], x) + self.b


def weight_norm_by_math(self, x, y):
    norm = math.sqrt(1.0 + sum(w.data**2 for w in self.w))
    return dot([w / norm for w in self.w], x) + self.b


def straight_through(self, x, y):
    return y + (y.sign() - y).detach()


def straight_through_on_half(self, x, y):
    return y + (y.tanh() - y).detach() if x[0] > 0 else y.tanh()


def straight_through_by_data(self, x, y):
    return y + (2.0 * y.data - y.data)


def detached_rarely(self, x, y):
    w = [p.detach() for p in self.w] if x[0] >= RARE else self.w
    return dot(w, x) + self.b


def leaves_of_its_own(self, x, y):
    return dot(self.w, [Value(number) for number in x]) + self.b


def caught(self, x, y):
    try:
        return y + Value(x[0]).log()
    except ArithmeticError:
        return y * 2.0


def caught_zero(self, x, y):
    try:
        return y + 0.01 / (x[0] - ROWS[5][0])
    except ZeroDivisionError:
        return y * 2.0


def by_the_class(self, x, y):
    # An operator that is called on the class is watched too.
    return y * 2.0 if Value.tanh(y).data > 0.2 else y


def by_a_gradient(self, x, y):
    return y * (2.0 if self.b.grad > 0 else 1.0)


def by_a_local_derivative(self, x, y):
    return y * (2.0 if (y * y).local_derivatives[0] > 0 else 1.0)


def by_the_type(self, x, y):
    return y * 2.0 if type(x[0]) is float else y.tanh()


def by_steps(self, x, y):
    return y * (2.0 if list((y * y).backward_steps())[1].contribution > 0 else 1.0)


def by_a_prediction(self, x, y):
    inner = MLP(1, [1], seed=0)
    return y + inner.predict([[number] for number in x * 40])[0]


def by_a_copy(self, x, y):
    return y + copy.copy(y) * 0.5


def by_numpy(self, x, y):
    return y + float(numpy.array(x).sum())


def by_numpy_of_objects(self, x, y):
    return y + numpy.array([0.5, 0.25]) @ numpy.array([*x])


def by_an_array(self, x, y):
    return y + self.w[0] * bool(numpy.isfinite(numpy.array(x)).all())


def softmax_by_hand(self, x, y):
    scores = [y, -y, self.b]
    peak = max(score.data for score in scores)
    exps = [(score - peak).exp() for score in scores]
    return exps[0] / total(exps)


MODELS = {
    # name: (the way, more parameters, words of the engine's note)
    "an if on data, often": (often, (), "replay: in often"),
    "an if on data, rarely": (rarely, (), "replay: in rarely"),
    "two ifs on data": (three_ways, (), "replay: in three_ways"),
    "an if on a node": (on_a_node, (), "replay: in on_a_node"),
    "an if on its data": (on_its_data, (), "replay: in on_its_data"),
    "an if on a parameter, once": (on_a_parameter_once, (), "replay: "),
    "an if on a parameter, often": (on_a_parameter_often, (0.01,), "replay: "),
    "the truth of a number": (truth, (), "replay: in truth"),
    "equality": (equality, (), "replay: in equality"),
    "max over Values": (the_larger, (), "replay: in the_larger"),
    "sorted over Values": (in_order, (), "replay: in in_order"),
    "max over numbers": (of_numbers, (), "replay: The graph of one row was"),
    "round": (rounded, (), "eager: rounded at .*, in rounded"),
    "rounding by text": (rounded_by_text, (), "eager: as text at .*rounded_by_text"),
    "the text of a node": (by_text_of_a_node, (), "eager: as text at .*by_text"),
    "math": (by_math, (), "eager: a plain number is asked for at .*by_math"),
    "an index": (by_an_index, (), "eager: a whole number is asked for at .*by_an"),
    "a set": (in_a_set, (), "eager: in a set or a dict at .*in_a_set"),
    "the kind of a number": (a_kind, (), "replay: "),
    "weight norm by data": (weight_norm, (), "replay: "),
    "weight norm by math": (weight_norm_by_math, (), "eager: .*weight_norm_by_math"),
    "straight-through": (straight_through, (), "replay: "),
    "straight-through on half": (straight_through_on_half, (), "replay: in straight"),
    "straight-through by data": (straight_through_by_data, (), "replay: "),
    "detached on rare rows": (detached_rarely, (), "replay: in detached_rarely"),
    "leaves of its own": (leaves_of_its_own, (), "replay: "),
    "an error caught": (caught, (), "(eager|replay): log is undefined at .*in caught"),
    "a zero caught": (caught_zero, (), "(replay|eager): "),
    "an operator of the class": (by_the_class, (), "replay: in by_the_class"),
    "a gradient": (by_a_gradient, (), "eager: a gradient is read at .*by_a_gradient"),
    "a local derivative": (by_a_local_derivative, (), "eager: a local derivative"),
    "the type of a number": (by_the_type, (), "eager: the graph changes with the row"),
    "the steps of a backward pass": (by_steps, (), "eager: a call .* changes w"),
    "a prediction inside": (by_a_prediction, (), "(eager|replay): "),
    "a copy": (by_a_copy, (), "eager: a node is copied at .*by_a_copy"),
    "NumPy": (by_numpy, (), "eager: a plain number is asked for at .*by_numpy"),
    "NumPy's objects": (by_numpy_of_objects, (), "replay: "),
    "an array that fails": (by_an_array, (), "eager: (the recording fails|a plain)"),
    "softmax by hand": (softmax_by_hand, (), "replay: The graph of one row was"),
}


# ----------------------------------------------------------------- decisions in a loss


def on_the_target(output, target):
    error = output - target
    return error * error if target < 0 else abs(error)


def on_the_loss(output, target):
    error = (output - target) ** 2
    return error if error.data < 0.5 else error.sqrt()


def ignoring_easy_rows(output, target):
    error = (output - target) ** 2
    return error if error > 0.05 else error * 0.0


def on_an_error(output, target):
    return (
        abs(output - target) if abs(output.data - target) > 1 else mse(output, target)
    )


def on_a_class(output, target):
    return cross_entropy(output, target) * (5.0 if target == 2 else 1.0)


def if_a_class(output, target):
    if target:
        return cross_entropy(output, target)
    return cross_entropy(output, target) * 0.5


def by_a_list_of_classes(output, target):
    return cross_entropy(output, target) * [1.0, 2.0, 3.0][target]


def by_a_dict_of_classes(output, target):
    return cross_entropy(output, target) * {0: 1.0, 2: 3.0}.get(target, 1.0)


def arithmetic_of_a_class(output, target):
    return cross_entropy(output, target) * (1.0 + target)


def by_accuracy(output, target):
    return cross_entropy(output, target) * (2.0 - accuracy(output, target))


def own_cross_entropy(output, target):
    return -softmax(output)[target].log()


def from_the_end(output, target):
    # Without a check: -1 stands for the last class.
    return -pick(log_softmax(output), target)


def on_a_class_of_80(output, target):
    return cross_entropy(output, target) * (9.0 if target == 77 else 1.0)


def classes(loss, count=3):
    return lambda: Case(
        MLP(2, [count], seed=0),
        loss,
        CLASSES if count == 3 else [i % count for i in range(COUNT)],
    )


LOSSES = {
    "an if on the target": (
        lambda: Case(MLP(2, [3, 1], "tanh", seed=0), on_the_target),
        "replay: in on_the_target",
    ),
    "an if on the loss": (
        lambda: Case(MLP(2, [3, 1], "tanh", seed=0), on_the_loss),
        "replay: in on_the_loss",
    ),
    "easy rows ignored": (
        lambda: Case(MLP(2, [3, 1], "tanh", seed=0), ignoring_easy_rows),
        "replay: in ignoring_easy_rows",
    ),
    "an if on the error": (
        lambda: Case(MLP(2, [3, 1], "tanh", seed=0), on_an_error),
        "replay: in on_an_error",
    ),
    "a weight on a class": (classes(on_a_class), "replay: in on_a_class"),
    "the truth of a class": (classes(if_a_class), "replay: in if_a_class"),
    "a list of weights": (
        classes(by_a_list_of_classes),
        "eager: the element of a number at .*by_a_list_of_classes",
    ),
    "a dict of weights": (classes(by_a_dict_of_classes), "eager: .*a set or a dict"),
    "arithmetic of a class": (classes(arithmetic_of_a_class), "replay: "),
    "accuracy in a loss": (classes(by_accuracy), "(replay|eager): .*in by_accuracy"),
    "a softmax of one's own": (
        classes(own_cross_entropy),
        "eager: .*own_cross_entropy",
    ),
    "a class counted from the end": (
        lambda: Case(
            MLP(2, [80], seed=0),
            from_the_end,
            [-1 if i == 60 else i % 79 for i in range(COUNT)],
        ),
        "replay: As graphs of their own ran 7 rows: .* number at .*in from_the_end",
    ),
    "a weight on one class of 80": (
        classes(on_a_class_of_80, 80),
        "replay: in on_a_class_of_80",
    ),
    "one class of 80, late": (
        lambda: Case(MLP(2, [80], seed=0), on_a_class_of_80, [0] * (COUNT - 1) + [77]),
        "replay: in on_a_class_of_80",
    ),
}


# ------------------------------------------------------------------ state and chance


class Counting(Own):
    calls = 0

    def way(self, x, y):
        self.calls += 1
        return y * (1.0 + self.calls / 1000)


class CountingInTheClass(Own):
    calls = 0

    def way(self, x, y):
        type(self).calls += 1
        return y * (1.0 + self.calls / 1000)


class RunningMean(Own):
    def way(self, x, y):
        self.mean = 0.9 * getattr(self, "mean", 0.0) + 0.1 * x[0]
        return y - self.mean


class RunningMeanOfRareRows(Own):
    mean = 0.0

    def way(self, x, y):
        if x[0] >= RARE:
            self.mean = 0.9 * self.mean + 0.1 * x[0]
        return y - math.exp(self.mean)


class ChangingRareRows(Own):
    def way(self, x, y):
        if x[0] >= RARE:
            x[1] *= 0.5
        return y


class CountingRarely(Own):
    calls = 0

    def way(self, x, y):
        if x[0] >= RARE:
            self.calls += 1
        return y * (1.0 + self.calls / 100)


class CountingErrors(Own):
    count = 0

    def __init__(self, p=0.0):
        super().__init__()
        self.dropout = nn.Dropout(p, seed=3)

    def way(self, x, y):
        if x[1] > 0:
            return self.dropout(y) * (1 + self.count)
        try:
            # It is undefined in one row, in the middle of an epoch.
            return self.dropout(y) + self.count * Value(x[0] + 2.2).log()
        except ArithmeticError:
            self.count += 1
            return y


class Remembering(Own):
    def way(self, x, y):
        self.last = y
        return y


class Noisy(Own):
    def way(self, x, y):
        return y + random.gauss(0, 0.1)


class NoisyByItsOwn(Own):
    def __init__(self):
        super().__init__()
        self.source = random.Random(3)

    def way(self, x, y):
        return y + self.source.gauss(0, 0.1)


class NoisyByNumpy(Own):
    def __init__(self):
        super().__init__()
        self.source = numpy.random.default_rng(3)

    def way(self, x, y):
        return y + float(self.source.normal(0, 0.1))


class NoisyOnRareRows(Own):
    def way(self, x, y):
        return y + random.gauss(0, 0.1) if x[0] >= RARE else y


class Flipping(Own):
    def way(self, x, y):
        return y * 2.0 if random.random() < 0.5 else y


class Announced(Own):
    is_random = True

    def way(self, x, y):
        return y + random.gauss(0, 0.1)


class Clamping(Own):
    def way(self, x, y):
        self.b.data = max(self.b.data, 0.0)
        return y


class Changing(Own):
    def way(self, x, y):
        x[0] *= 0.5
        return y


def hidden_dropout():
    dropout = nn.Dropout(0.5, seed=0)
    inside = [partial(lambda layer, x: layer(x), dropout)]

    class Hiding(Own):
        def way(self, x, y):
            return y + inside[0](self.w[0])

    return Case(Hiding())


def counting_in_a_closure():
    calls = 0

    def loss(output, target):
        nonlocal calls
        calls += 1
        return (output - target) ** 2 * (1 + calls / 1000)

    return Case(own(lambda self, x, y: y), loss, kept=lambda: calls)


def counting_in_a_helper():
    seen = []

    def remember(x):
        seen.append(1)
        return len(seen) / 1000

    def loss(output, target):
        return (output - target) ** 2 * (1 + remember(output))

    return Case(MLP(2, [1], seed=0), loss, kept=lambda: len(seen))


def by_an_iterator():
    weights = itertools.cycle([1.0, 2.0])

    def loss(output, target):
        return (output - target) ** 2 * next(weights)

    return Case(MLP(2, [1], seed=0), loss)


def a_metric_that_changes_the_loss():
    weight = {"now": 1.0}

    def loss(output, target):
        return (output - target) ** 2 * weight["now"]

    def metric(output, target):
        weight["now"] = 1.0 + weight["now"] / 2
        return 0.0

    return Case(MLP(2, [1], seed=0), loss, options={"metric": metric})


def a_node_computed_before():
    model = own(lambda self, x, y: y + before * x[0])
    # Its number stays, whatever becomes of the weight.
    before = model.w[0] * 2.0
    return Case(model)


def a_node_in_a_cache():
    @lru_cache
    def doubled(w):
        return w * 2.0

    return Case(own(lambda self, x, y: y + doubled(self.w[0]) * x[0]))


def rows_cut_off():
    def way(self, x, y):
        found = y * x[0]
        x[0] = min(x[0], 1.0)
        return found

    # It shows late, for no comparison asks which of the two is the smaller.
    rows = [[x if x < 1 or i > 100 else 0.9, y] for i, (x, y) in enumerate(ROWS)]
    assert max(rows)[0] > 1
    return Case(own(way), inputs=rows)


def a_target_made_positive():
    def loss(output, target):
        error = (output - target[0]) ** 2
        target[0] = max(target[0], -0.1)
        return error

    return Case(MLP(2, [3, 1], "tanh", seed=0), loss, [[t] for t in TARGETS])


class Counted(Value):
    """A number that another module multiplies by, and that counts how often."""

    def __init__(self, data):
        super().__init__(data)
        self.calls = 0

    def __mul__(self, other):
        self.calls += 1
        return Value.__mul__(self, other) * (1.0 + self.calls / 1000)


def a_node_that_counts():
    factor = Counted(1.0)
    model = own(lambda self, x, y: factor * y)
    return Case(model, kept=lambda: factor.calls)


def counting_in_bytes():
    seen = bytearray(1)

    def loss(output, target):
        seen[0] = (seen[0] + 1) % 100
        return (output - target) ** 2 * (1 + seen[0] / 100)

    return Case(MLP(2, [1], seed=0), loss, kept=lambda: seen[0])


def counting_in_a_context():
    seen = ContextVar("seen")
    seen.set(0)

    def loss(output, target):
        seen.set(seen.get() + 1)
        return (output - target) ** 2 * (1 + seen.get() / 1000)

    return Case(MLP(2, [1], seed=0), loss, kept=seen.get)


def a_zero_caught_in_a_condition():
    def way(self, x, y):
        try:
            is_large = 1 / x[0] > 1
        except ZeroDivisionError:
            is_large = False
        return y * 2.0 if is_large else y

    rows = [[0.0 if i == 77 else abs(x) + 0.1, y] for i, (x, y) in enumerate(ROWS)]
    return Case(own(way), inputs=rows)


def a_thread_that_decides():
    def way(self, x, y):
        found = []
        decide = lambda: found.append(y * 3.0 if x[0] >= RARE else y.tanh())  # noqa: E731
        thread = Thread(target=decide)
        thread.start()
        thread.join()
        return found[0]

    return Case(own(way))


def weighted_by_steps():
    model = own(lambda self, x, y: y)
    optimiser = SGD(model.parameters(), 0.01)

    def loss(output, target):
        return (output - target) ** 2 * (1.0 + optimiser.steps / 50)

    return Case(model, loss, options={"optimiser": optimiser})


def an_optimiser_that_moves_more():
    model = own(lambda self, x, y: y + slow * x[0])
    slow = Value(0.0)
    optimiser = SGD(model.parameters(), 0.01)
    step = optimiser.step

    def step_and_follow():
        step()
        slow.data = 0.9 * slow.data + 0.1 * model.b.data

    optimiser.step = step_and_follow
    return Case(model, options={"optimiser": optimiser})


def stateful(kind, **options):
    return lambda: Case(kind(), options=options)


STATES = {
    "a counter": (stateful(Counting), "eager: .* changes calls"),
    "a counter in the class": (stateful(CountingInTheClass), "eager: .* changes calls"),
    "a running mean": (stateful(RunningMean), "eager: .* changes "),
    "a counter on rare rows": (stateful(CountingRarely), "eager: .* changes calls"),
    "a running mean of rare rows": (
        stateful(RunningMeanOfRareRows),
        "eager: .* changes mean",
    ),
    "errors counted": (stateful(CountingErrors), "eager: .* changes count"),
    "errors counted beside dropout": (
        lambda: Case(CountingErrors(0.5)),
        "eager: .* changes count",
    ),
    "rare rows changed": (
        lambda: Case(ChangingRareRows(), inputs=[list(row) for row in ROWS]),
        "eager: .* the row that it is given",
    ),
    "what is remembered": (stateful(Remembering), "eager: .* changes "),
    "noise": (stateful(Noisy), "eager: .* changes random"),
    "noise of its own": (stateful(NoisyByItsOwn), "eager: .* changes source"),
    "noise of NumPy's": (stateful(NoisyByNumpy), "eager: .* changes source"),
    "noise on rare rows": (stateful(NoisyOnRareRows), "eager: .* changes random"),
    "an if on a random number": (stateful(Flipping), "eager: .* changes random"),
    "noise declared": (stateful(Announced), "eager: .*draws random numbers"),
    "parameters clamped": (stateful(Clamping), "eager: .*(changes b|assigned)"),
    "rows changed": (
        lambda: Case(Changing(), inputs=[list(row) for row in ROWS]),
        "eager: .* the row that it is given",
    ),
    "dropout in a closure": (hidden_dropout, "eager: .*draws random numbers"),
    "a counter in a closure": (counting_in_a_closure, "eager: .* changes calls"),
    "a list in a helper": (counting_in_a_helper, "eager: .* changes seen"),
    "a metric": (a_metric_that_changes_the_loss, "eager: .* changes weight"),
    "an iterator": (by_an_iterator, "eager: .* changes weights"),
    "a node from before": (a_node_computed_before, "eager: .*computed before the call"),
    "a node in a cache": (a_node_in_a_cache, "eager: .*computed before the call"),
    "rows cut off": (rows_cut_off, "eager: .* the row that it is given"),
    "a target changed": (a_target_made_positive, "eager: .* the row that it is given"),
    "a node that counts": (a_node_that_counts, "eager: .* changes (calls|factor)"),
    "bytes that count": (counting_in_bytes, "eager: .* changes seen"),
    "a context that counts": (counting_in_a_context, "eager: .* changes seen"),
    "a zero in a condition": (a_zero_caught_in_a_condition, "replay: in way"),
    "a thread": (a_thread_that_decides, "eager: a thread is started at .*in way"),
    "the steps so far": (weighted_by_steps, "eager: the optimiser is looked at .*loss"),
    "an optimiser": (an_optimiser_that_moves_more, "(eager|replay): "),
}


# ------------------------------------------------------------------------- callbacks


def annealed(change, *, size=1, done=False):
    """Return a case whose loss a callback changes."""

    def make():
        weight = {"now": 1.0}

        def loss(output, target):
            return (output - target) ** 2 * weight["now"]

        def anneal(epoch, history):
            weight["now"] = change(epoch)

        if not done:
            return Case(MLP(2, [3, size], "tanh", seed=0), loss, callbacks=[anneal])
        # The loss is about 1e-11 from the first epoch on.
        model = own(lambda self, x, y: y)
        targets = [model(row).data + 3e-6 for row in ROWS]
        return Case(model, loss, targets, callbacks=[anneal])

    return make


def one_class_later():
    weights = {77: 1.0}

    def loss(output, target):
        return cross_entropy(output, target) * (weights[77] if target == 77 else 1.0)

    def change(epoch, history):
        weights[77] = 1.0 + epoch

    targets = [i % 80 for i in range(COUNT)]
    return Case(MLP(2, [80], seed=0), loss, targets, callbacks=[change])


def one_weight_later(get, change, loss_of=None):
    """Return a case in which a callback changes what a weight is read from."""

    def make():
        def loss(output, target):
            return cross_entropy(output, target) * (get() if target == 77 else 1.0)

        change(1.0)
        targets = [i % 80 for i in range(COUNT)]
        return Case(
            MLP(2, [80], seed=0),
            loss_of or loss,
            targets,
            callbacks=[lambda epoch, history: change(1.0 + epoch)],
        )

    return make


def weight_in_an_array():
    weights = numpy.array([Value(1.0)], dtype=object)
    return one_weight_later(
        lambda: weights[0], lambda weight: setattr(weights[0], "data", weight)
    )()


def weight_in_a_view():
    weights = {77: 1.0}
    view = MappingProxyType(weights)
    return one_weight_later(
        lambda: view[77], lambda weight: weights.update({77: weight})
    )()


def weight_in_a_module():
    settings = ModuleType("settings")
    return one_weight_later(
        lambda: settings.weight, lambda weight: setattr(settings, "weight", weight)
    )()


def weight_that_is_imported():
    settings = sys.modules["settings_of_a_test"] = ModuleType("settings_of_a_test")

    def imported():
        import settings_of_a_test

        return settings_of_a_test.weight

    return one_weight_later(
        imported, lambda weight: setattr(settings, "weight", weight)
    )()


def other_code_later():
    def once(output, target):
        return cross_entropy(output, target)

    def twice(output, target):
        return cross_entropy(output, target) * (2.0 if target == 77 else 1.0)

    def change(weight):
        if weight > 3:
            once.__code__ = twice.__code__

    return one_weight_later(None, change, once)()


def a_way_that_opens_later():
    model = own(lambda self, x, y: y * 2.0 if self.limit < x[0] else y)
    model.limit = 100.0

    def lower(epoch, history):
        model.limit = RARE if epoch > 2 else 100.0

    return Case(model, callbacks=[lower])


def noise_that_begins_later():
    model = own(lambda self, x, y: y + random.gauss(0, self.s) if self.s else y)
    model.s = 0.0

    def begin(epoch, history):
        model.s = 0.1 if epoch > 2 else 0.0

    return Case(model, callbacks=[begin])


def rounding_that_begins_later():
    model = own(lambda self, x, y: y * round(x[0]) if self.rounds else y)
    model.rounds = False

    def begin(epoch, history):
        model.rounds = epoch > 2

    return Case(model, callbacks=[begin])


def frozen_numbers_that_move():
    frozen = Value(1.0)
    model = own(lambda self, x, y: y * frozen)

    def move(epoch, history):
        frozen.data += 0.25

    return Case(model, callbacks=[move])


def parameters_that_are_set():
    model = own(lambda self, x, y: y)

    def reset(epoch, history):
        model.b.data = 0.0

    return Case(model, callbacks=[reset])


def a_schedule_that_changes_the_loss():
    weight = {"now": 1.0}

    def loss(output, target):
        return (output - target) ** 2 * weight["now"]

    def schedule(epoch):
        weight["now"] = 1.0 + epoch
        return 0.01

    return Case(MLP(2, [1], seed=0), loss, options={"learning_rate": schedule})


CALLBACKS = {
    "annealed at once": (annealed(lambda epoch: 1 + epoch), "replay: "),
    "annealed early": (annealed(lambda epoch: 2.0 if epoch > 1 else 1.0), "replay: "),
    "annealed late": (annealed(lambda epoch: 2.0 if epoch > 5 else 1.0), "replay: "),
    "annealed when it is done": (
        annealed(lambda epoch: 1.0 + 9.0 * (epoch > 5), done=True),
        "replay: ",
    ),
    "one class of 80 later": (one_class_later, "replay: "),
    "a way that opens later": (a_way_that_opens_later, "replay: "),
    "noise that begins later": (
        noise_that_begins_later,
        "replay for 3 epochs, then eager: .* changes random",
    ),
    "rounding that begins later": (
        rounding_that_begins_later,
        "replay for 3 epochs, then eager: a number is rounded at",
    ),
    "frozen numbers that move": (frozen_numbers_that_move, "replay: "),
    "parameters that are set": (parameters_that_are_set, "replay: "),
    "a schedule": (a_schedule_that_changes_the_loss, "replay: "),
    "an array of nodes": (weight_in_an_array, "replay: "),
    "a view of a dict": (weight_in_a_view, "replay: "),
    "a module": (weight_in_a_module, "replay: "),
    "a module that is imported": (weight_that_is_imported, "replay: "),
    "other code": (other_code_later, "replay: "),
}


def kinds(way):
    """Return a case whose rows hold ints where others hold floats."""
    rows = [[x, y] if i % 7 else [i, y] for i, (x, y) in enumerate(ROWS)]
    return lambda: Case(own(way), inputs=rows, options={"learning_rate": 1e-4})


class Side(IntEnum):
    """Which side of a line a row lies on."""

    LEFT = 0
    RIGHT = 1


SIDES = [Side.RIGHT, Side.LEFT]


def by_a_side(self, x, y):
    return y * 2.0 if x[1] is Side.RIGHT else y.tanh()


def by_the_truth(self, x, y):
    return y * 2.0 if x[1] is True else y.tanh()


def by_two_elements(self, x, y):
    return y * 2.0 if x[1] is SIDES[0] else y.tanh()


def by_a_match(self, x, y):
    match x[1]:
        case True:
            return y * 2.0
    return y.tanh()


def without_identity(self, x, y):
    known = x is not None
    return y * 2.0 if known and x[1] else y.tanh()


def singles(way, kind):
    """Return a case whose rows hold one of two objects, the second one rarely."""
    rows = [[x, kind(x >= RARE)] for x, _ in ROWS]
    return lambda: Case(own(way), inputs=rows)


SINGLES = {
    "of an enum": (singles(by_a_side, Side), "eager: by `is` in by_a_side"),
    "of True": (singles(by_the_truth, bool), "eager: by `is` in by_the_truth"),
    "of an element": (singles(by_two_elements, Side), "eager: by `is` in by_two"),
    "of a match": (singles(by_a_match, bool), "eager: by `is` in by_a_match"),
    "that is not asked": (singles(without_identity, bool), "replay: in without_"),
}


def by_the_type_on_one_way(self, x, y):
    if x[1] > 0:
        return y * 2.0 if type(x[0]) == int else y.tanh()  # noqa: E721
    return y


def kinds_on_one_way():
    rows = [[3, -abs(y)] if i % 9 == 0 else [x, y] for i, (x, y) in enumerate(ROWS)]
    rows[45] = [3, 1.0]
    return Case(own(by_the_type_on_one_way), inputs=rows)


def a_difference_of_products(self, x, y):
    # As floats the products of the large ones are the same.
    return y + (x[0] * x[0] - x[1] * x[2])


def by_products(self, x, y):
    return y * 2.0 if x[0] * x[0] > x[1] * x[2] else y.tanh()


class OfInts(Own):
    def __call__(self, x):
        return self.way(x, self.w[0] * pick(TARGETS, x[3]) + self.b)


def ints(way):
    """Return a case of rows that are ints, in one row large ones."""
    rows = [[2 + i % 2, 2 + i % 2, 2 + i % 2, i] for i in range(COUNT)]
    rows[60] = [10**9, 10**9 - 1, 10**9 + 1, 60]
    model = type("Model", (OfInts,), {"way": way})
    return lambda: Case(model(), inputs=rows)


MIXED = {
    "not looked at": (kinds(rarely), "replay: in rarely"),
    "isinstance": (
        kinds(a_kind),
        "eager: the kind of a number is asked for at .*a_kind",
    ),
    "type, on one way": (kinds_on_one_way, "eager: the graph changes with the row"),
    "large ints": (ints(a_difference_of_products), "replay: "),
    "a choice between large ints": (ints(by_products), "replay: in by_products"),
    "type": (kinds(by_the_type), "eager: the graph changes with the row"),
}

CASES = {
    **{
        f"model: {name}": (lambda way=way, more=more: Case(own(way, *more)), words)
        for name, (way, more, words) in MODELS.items()
    },
    **{f"loss: {name}": case for name, case in LOSSES.items()},
    **{f"state: {name}": case for name, case in STATES.items()},
    **{f"identity: {name}": case for name, case in SINGLES.items()},
    **{f"mixed kinds: {name}": case for name, case in MIXED.items()},
    **{f"callback: {name}": case for name, case in CALLBACKS.items()},
}


def train(make, engine, batch_size, epochs=7):
    """Return parameters, losses, what was kept, and the history."""
    random.seed(5)
    CountingInTheClass.calls = 0
    case = make()
    options = {"learning_rate": 0.01, **case.options}
    history = fit(
        case.model,
        case.inputs,
        case.targets,
        loss=case.loss,
        callbacks=case.callbacks,
        batch_size=batch_size,
        epochs=epochs,
        seed=1,
        progress=False,
        engine=engine,
        **options,
    )
    kept = [
        random.random(),
        vars(case.model).get("calls"),
        CountingInTheClass.calls,
        case.kept and case.kept(),
        case.inputs,
    ]
    return [p.data for p in case.model.parameters()], history, kept


@cache
def eager(name, batch_size):
    return train(CASES[name][0], "eager", batch_size)


@pytest.mark.parametrize("batch_size", [1, 8, COUNT])
@pytest.mark.parametrize("name", CASES)
def test_a_training_ends_where_graphs_end_and_says_what_ran(name, batch_size):
    make, words = CASES[name]
    wanted, graphs, kept = eager(name, batch_size)
    found, history, also_kept = train(make, "auto", batch_size)
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    assert history.losses == pytest.approx(graphs.losses, rel=1e-9, abs=1e-20)
    assert also_kept == kept
    engine, _, note = words.partition(": ")
    assert re.match(engine, history.engine), history.engine
    assert re.search(note, history.engine_note), history.engine_note


@pytest.mark.parametrize("engine", ["auto", "replay", "jax"])
def test_a_metric_that_changes_the_loss_late_ends_the_replay(engine, request):
    if engine == "jax":
        request.getfixturevalue("jax")

    def trained(engine):
        weight = {"now": 1.0}

        def loss(output, target):
            return (output - target) ** 2 * weight["now"]

        def metric(output, target):
            if target == TARGETS[77]:
                weight["now"] *= 0.5
            return 0.0

        model = MLP(2, [1], seed=0)
        options = {"loss": loss, "metric": metric, "batch_size": 1, "epochs": 2}
        fit(model, ROWS, TARGETS, engine=engine, seed=1, progress=False, **options)
        return [p.data for p in model.parameters()]

    if engine == "auto":
        assert trained("auto") == pytest.approx(trained("eager"), rel=1e-9)
        return
    with pytest.raises(NotReplayableError, match="reaches changes between steps"):
        trained(engine)
