"""A loop of one's own, replayed: the same numbers and gradients as by graphs."""

import builtins
import copy
import gc
import math
import pickle
import random
import sys
import threading

import pytest

from tinygrad_edu import MLP, DomainError, Value, dot, fit, nn, replayed
from tinygrad_edu.engine.functions import pick, take
from tinygrad_edu.replay.one_node import ReplayedValue
from tinygrad_edu.replay.structures import Structure
from tinygrad_edu.replay.watch import Watch
from tinygrad_edu.replay.watching import watched_call

pytest.importorskip("numpy")


def train(calls, function, parameters, between=None, rate=0.05):
    """Return the losses and the parameters of a loop of one's own."""
    losses = []
    for i, (arguments, named) in enumerate(calls):
        if between is not None:
            between(i)
        loss = function(*arguments, **named)
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.data -= rate * p.grad
        losses.append(loss.data)
    return losses, [p.data for p in parameters]


def assert_same_course(make, calls, engine="replay"):
    """Train by graphs and by recordings; return what was replayed."""
    results = []
    for above in (lambda function: function, replayed):
        function, parameters, *between = make()
        wrapped = above(function)
        results.append(train(calls, wrapped, parameters, *between))
    (expected, moved), (losses, found) = results
    assert losses == pytest.approx(expected, rel=1e-9)
    assert found == pytest.approx(moved, rel=1e-9)
    assert expected[0] != expected[-1]
    assert wrapped.engine.startswith(engine), wrapped.engine
    return wrapped


def rows(count, length, seed=0):
    source = random.Random(seed)
    return [[source.uniform(-1, 1) for _ in range(length)] for _ in range(count)]


def test_a_loop_takes_the_course_of_graphs():
    def make():
        model = MLP(3, [4, 1], "tanh", seed=0)

        def loss(x, target):
            return (model(x) - target) ** 2

        return loss, model.parameters()

    function = assert_same_course(
        make, [((row, row[0] * row[1]), {}) for row in rows(20, 3)]
    )
    assert function.engine_note == (
        "Of 20 calls 17 were replayed, by the recording of 1 structure; the others ran "
        "as graphs."
    )


def test_a_replayed_node_has_the_parameters_for_parents():
    w, b = Value(2.0, label="w"), Value(0.5, label="b")

    @replayed
    def loss(x):
        total = w * x + b
        total.label = "loss"
        return total

    found = [loss(float(x)) for x in range(6)][-1]
    assert (found.data, found.label) == (10.5, "loss")
    assert dict(zip(found.parents, found.local_derivatives)) == {w: 5.0, b: 1.0}
    assert loss.graph(5.0).op is not found.op
    (3 * found + found * found).backward()
    assert w.grad == pytest.approx((3 + 2 * 10.5) * 5.0)
    found.backward()
    assert w.grad == pytest.approx((4 + 2 * 10.5) * 5.0)
    assert found.topological_order() == [*found.parents, found]


def test_each_length_is_a_structure():
    def make():
        w = Value(0.3)

        def loss(xs, *, scale=1.0):
            return sum((w * x - 1) ** 2 for x in xs) * scale

        return loss, [w]

    calls = [((row,), {"scale": 0.5}) for n in range(12) for row in rows(1, 1 + n % 3)]
    function = assert_same_course(make, calls)
    assert "of 3 structures" in function.engine_note


def test_what_was_called_once_is_not_recorded(monkeypatch):
    w = Value(0.3)
    loss = replayed(lambda xs: w * sum(xs))
    recorded, run = [], Structure.run

    def watched(structure, call):
        recorded.append(call.numbers)
        return run(structure, call)

    monkeypatch.setattr(Structure, "run", watched)
    loss([1.0])
    assert loss.engine.startswith("eager: there were few")
    for xs in ([2.0], [3.0], [4.0], [1.0, 2.0], [1.0] * 3, [2.0] * 3):
        loss(xs)
    assert recorded == [[2.0], [3.0], [4.0], [2.0] * 3]
    assert loss.engine_note == (
        "Of 7 calls 1 was replayed, by the recording of 2 structures; the others ran "
        "as graphs."
    )


def test_a_structure_that_cannot_be_followed_leaves_the_others_as_they_are():
    w = Value(0.3)
    loss = replayed(lambda xs: w * (math.sin(xs[0]) if len(xs) > 1 else xs[0]))
    for x in range(4):
        loss([float(x)])
    for x in range(4):
        assert loss([float(x), 1.0]).data == pytest.approx(0.3 * math.sin(x))
    assert type(loss([5.0])) is ReplayedValue
    assert "Of some structures all do: a plain number is asked" in loss.engine_note


def test_inside_a_recording_it_is_a_part_of_the_graph():
    w = Value(0.3)
    loss = replayed(lambda x: w * x)
    for x in range(5):
        loss(float(x))
    (node,), _ = watched_call(Watch(), lambda x: ([loss(2.0) * x], None), [w], [2.0])
    assert node.parents[0].op.name == "mul"


def test_an_int_that_decides_later_parts_the_structures_again():
    w = Value(0.3)

    @replayed
    def loss(x, k, m):
        return w * x * sum(1.0 for _ in range(k)) * (1.0 if x < 0 else 1.0 * int(m))

    for i in range(120):
        x, k, m = i - 59.5, 1 + i % 2, 1 + i // 2 % 2
        assert loss(x, k, m).data == pytest.approx(0.3 * x * k * (1 if x < 0 else m))
    assert len(loss._structures) == 4


def test_an_int_that_chooses_is_data():
    def make():
        table = [[Value(0.1 * i + j) for j in range(3)] for i in range(6)]

        def loss(symbols, target):
            hidden = [sum(column) for column in zip(*[take(table, i) for i in symbols])]
            return (pick(hidden, target) - 1.0) ** 2

        return loss, [p for row in table for p in row]

    source = random.Random(3)
    calls = [
        (([source.randrange(6) for _ in range(2)], source.randrange(3)), {})
        for _ in range(30)
    ]
    function = assert_same_course(make, calls)
    assert "of 1 structure;" in function.engine_note


@pytest.mark.parametrize(
    "use",
    [
        lambda k: sum(1.0 for _ in range(k)),
        lambda k: 1.0 if k == 2 else 0.5,
        lambda k: [1.0, 2.0, 3.0][k - 1],
        lambda k: {1: 1.0, 2: 5.0, 3: 7.0}[k],
        lambda k: len("ab" * k) / math.sqrt(k),
        lambda k: round(k),
    ],
)
def test_an_int_used_otherwise_belongs_to_the_structure(use):
    def make():
        w = Value(0.3)

        def loss(x, k):
            return (w * x * use(k) - 1) ** 2

        return loss, [w]

    calls = [((row[0], 1 + i % 3), {}) for i, row in enumerate(rows(24, 1))]
    function = assert_same_course(make, calls)
    assert "of 3 structures" in function.engine_note


def test_a_comparison_of_data_is_checked_in_every_call():
    def make():
        w = Value(0.3)

        def loss(x):
            error = w * x - 1
            return error * error if abs(error.data) < 1 else 2 * abs(error)

        return loss, [w]

    assert_same_course(make, [((3 * row[0],), {}) for row in rows(60, 1)])


def test_the_largest_number_of_a_softmax_by_hand_is_no_way_of_its_own():
    def make():
        table = [[Value(0.1 * (i + j)) for j in range(2)] for i in range(3)]

        def loss(x, target):
            logits = [dot(row, x) for row in table]
            largest = max(logit.data for logit in logits)
            smallest = min(logit.data for logit in logits)
            powers = [(logit - largest).exp() for logit in logits]
            return -(pick(powers, target) / sum(powers)).log() + 0 * smallest

        return loss, [p for row in table for p in row]

    calls = [((row, i % 3), {}) for i, row in enumerate(rows(30, 2))]
    function = assert_same_course(make, calls)
    assert "27 were replayed" in function.engine_note
    assert builtins.max([1, 3, 2], key=lambda x: -x) == 1


def test_what_a_function_reaches_may_change_between_calls():
    def make():
        model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Dropout(0.5, seed=1))
        settings = {"scale": 1.0}

        def loss(x):
            return sum(y * y for y in model(x)) * settings["scale"]

        def between(i):
            settings["scale"] = 1.0 + i // 9
            model.train() if i % 14 < 7 else model.eval()

        return loss, model.parameters(), between

    assert_same_course(make, [((row,), {}) for row in rows(40, 2)])


def test_a_parameter_may_be_another_one_from_a_call_on():
    weights = [Value(1.0)]

    @replayed
    def loss(x):
        return sum(w * x for w in weights)

    for _ in range(5):
        loss(2.0)
    weights.append(Value(5.0))
    assert loss(2.0).data == 12.0
    for _ in range(5):
        found = loss(2.0)
    assert loss.engine == "replay"
    assert type(found) is ReplayedValue
    weights[0] = Value(7.0)
    for _ in range(5):
        weights[0].grad = 0.0
        found = loss(3.0)
        found.backward()
        assert (found.data, weights[0].grad) == (36.0, 3.0)


class Unkind:
    """Functions that no recording can follow, each with the reason."""

    def counting():
        w, memory = Value(0.5), []

        def loss(x):
            memory.append(x)
            return (w * x - len(memory)) ** 2

        return loss, [w]

    def drawing():
        w, source = Value(0.5), random.Random(0)

        def loss(x):
            return (w * x - source.random()) ** 2

        return loss, [w]

    def taking_apart():
        w = Value(0.5)

        def loss(x):
            return (w * math.sin(x) - 1) ** 2

        return loss, [w]

    def hidden():
        w = Value(0.5)
        found = {"w": w}.values()

        def loss(x):
            (w,) = found
            return (w * x - 1) ** 2

        return loss, [w]

    def computed_before():
        w = Value(0.5)
        before = w * 3

        def loss(x):
            return (before * x - 1) ** 2 + w

        return loss, [w]

    def emptying():
        w = Value(0.5)

        def loss(xs):
            return (w * xs.pop() - 1) ** 2

        return loss, [w]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("counting", "a call of the function changes"),
        ("drawing", "a call of the function changes"),
        ("taking_apart", "a plain number is asked for at test_loops.py, line"),
        ("hidden", "a parameter is kept where no variable leads to it"),
        ("computed_before", "a node that was computed before the call is used"),
    ],
)
def test_what_cannot_be_followed_runs_as_graphs(name, reason):
    calls = [((row[0],), {}) for row in rows(12, 1)]
    function = assert_same_course(getattr(Unkind, name), calls, "eager")
    assert reason in function.engine_note


def test_a_function_that_changes_its_list_runs_as_graphs():
    function, parameters = Unkind.emptying()
    wrapped = replayed(function)
    lists = rows(6, 3)
    train([((numbers,), {}) for numbers in lists], wrapped, parameters)
    assert "changes a list that it is given" in wrapped.engine
    assert {len(numbers) for numbers in lists} == {2}


def test_a_list_is_changed_also_where_its_numbers_stay():
    w = Value(0.5)

    @replayed
    def loss(xs):
        xs[0] = xs[0] * 1.0
        return w * xs[0]

    for x in range(5):
        assert loss([float(x)]).data == 0.5 * x
    assert "changes a list that it is given" in loss.engine


def test_more_than_one_result_runs_as_graphs():
    w = Value(2.0)

    @replayed
    def both(x):
        return w * x, w + x

    assert [both(float(x))[1].data for x in range(4)] == [2.0, 3.0, 4.0, 5.0]
    assert both.engine == "eager: it gives a tuple, and not one Value"


def test_sixty_four_structures_are_kept():
    w = Value(1.0)

    @replayed
    def loss(xs):
        return w * sum(xs)

    for n in range(1, 100):
        assert loss([1.0] * n).data == n
    assert len(loss._structures) == 64
    assert loss.engine == "eager: each call so far had a structure of its own"
    for _ in range(4):
        assert loss([1.0] * 99).data == 99
    assert loss.engine == "replay"


def test_what_is_no_list_of_numbers_is_another_structure_each_time():
    numpy = pytest.importorskip("numpy")
    w = Value(1.0)

    @replayed
    def loss(xs):
        return w * sum(xs)

    for n in range(1, 3):
        assert loss([1.0] * n).data == n
        assert loss.engine.startswith("eager: there were few") == (n == 1)
    assert loss.engine == "eager: each call so far had a structure of its own"
    loss = replayed(lambda xs, w: w * sum(xs))
    for _ in range(5):
        assert loss(numpy.array([1.0, 2.0]), w).data == 3.0
    assert loss.engine.endswith("a structure of its own, of a ndarray and no list")


def test_a_graph_is_kept_no_longer_than_by_the_caller():
    w = Value(1.0)

    class Witness:
        def __init__(self, call):
            self.call = call

        def __del__(self):
            freed.append(self.call)

    class Marked(Value):
        __slots__ = ("witness",)

    @replayed
    def loss(x, call):
        node = Marked(3.0)
        node.witness = Witness(call)
        return w * x + node

    freed = []
    for call in range(3):
        loss(2.0, call)
    gc.collect()
    # Beside the one that is recorded, for which the number is a node.
    assert {call for call in freed if type(call) is int} == {0, 1, 2}


def test_outside_the_domain_the_error_is_that_of_a_graph():
    w = Value(1.0, label="w")

    @replayed
    def loss(x):
        return (w * x).log()

    with pytest.raises(DomainError) as expected:
        loss.graph(-1.0)
    for x in (1.0, -1.0, 2.0, -1.0, 3.0, 4.0, -1.0):
        if x > 0:
            assert loss(x).data == pytest.approx(math.log(x))
            continue
        with pytest.raises(DomainError) as caught:
            loss(x)
        assert str(caught.value) == str(expected.value)
    assert loss.engine == "replay"


def test_a_method_and_a_function_of_no_numbers_are_replayed():
    class Model:
        def __init__(self, number):
            self.w = Value(number)

        @replayed
        def loss(self, x):
            return self.w * x

        @replayed
        def penalty(self):
            return self.w**2

    models = [Model(2.0), Model(3.0)]
    for model in models * 5:
        found = [model.loss(4.0), model.penalty()]
        w = model.w.data
        assert [node.data for node in found] == [4.0 * w, w * w]
        assert all(node.parents[0] is model.w for node in found[1:])
    assert [type(node) for node in found] == [ReplayedValue] * 2
    assert model.loss.engine == "replay"
    assert model.loss.graph(4.0).op.name == "mul"


def test_inside_a_fit_it_is_a_part_of_the_graph():
    def make(above):
        model = MLP(2, [3, 1], "tanh", seed=0)

        @above
        def loss(output, target):
            return (output - target) ** 2

        fit(
            model,
            rows(30, 2),
            [1.0] * 30,
            loss=loss,
            epochs=3,
            seed=0,
            progress=False,
        )
        return [p.data for p in model.parameters()]

    expected = make(lambda function: function)
    assert make(replayed) == pytest.approx(expected, rel=1e-12)


def test_what_is_no_function_is_not_replayed():
    with pytest.raises(TypeError, match=r"above a function .*, not Value\(data=1.0"):
        replayed(Value(1.0))


def test_without_numpy_it_runs_as_graphs(monkeypatch):
    w = Value(2.0)
    loss = replayed(lambda x: w * x)
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert [loss(float(x)).data for x in range(5)] == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert "pip install numpy" in loss.engine_note


def test_it_tells_of_itself_as_the_function_does():
    @replayed
    def loss(x: float) -> Value:
        """Return a loss."""
        return Value(1.0) * x

    assert (loss.__name__, loss.__doc__) == ("loss", "Return a loss.")
    assert "eager: there were few" in repr(loss)


def test_a_number_by_name_is_no_text_and_number():
    w = Value(2.0)

    @replayed
    def loss(mode="once", scale=1.0):
        return w * scale if mode == "once" else w * w * scale

    for number in [1.0, 2.0, 3.0, 4.0]:
        assert loss(scale=number).data == 2 * number
    for number in [1.0, 2.0, 3.0, 4.0]:
        assert loss("scale", number).data == 4 * number


def test_without_parameters_there_is_a_number_and_no_gradient():
    @replayed
    def loss(x):
        return Value(x) * 2

    assert [loss(float(x)).data for x in range(5)] == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert loss(3.0).parents == ()
    assert loss.engine == "replay"


@pytest.mark.machine
@pytest.mark.parametrize("kind", ["float32", "int8"])
def test_narrow_numbers_that_are_computed_with_run_as_graphs(kind):
    number = getattr(pytest.importorskip("numpy"), kind)
    w = Value(1.0)

    @replayed
    def loss(x):
        return w * (x / 3)

    narrow = [number(x) for x in (3, 6, 9, 12, 10, 7)]
    assert [loss(x).data for x in narrow] == [float(x / 3) for x in narrow]
    assert f"numbers of {kind} are computed with at test_loops.py" in loss.engine


def test_what_changes_in_the_first_calls_is_recorded_when_it_no_longer_does():
    w = Value(1.0)
    settings = {"scale": 1.0}
    loss = replayed(lambda x: w * x * settings["scale"])
    for i in range(30):
        settings["scale"] = float(min(i, 6))
        assert loss(2.0).data == 2.0 * min(i, 6)
    assert loss.engine == "replay"


def test_what_changes_in_every_call_is_not_recorded_for_ever():
    w = Value(1.0)
    settings = {"scale": 1.0}

    @replayed
    def loss(x):
        return w * x * settings["scale"]

    for i in range(40):
        settings["scale"] = float(i)
        assert loss(2.0).data == 2.0 * i
    assert loss.engine == "eager: something that it reaches changes between calls"


@pytest.mark.machine
def test_threads_call_it_in_turn(monkeypatch):
    weights = [Value(float(i)) for i in range(20)]

    @replayed
    def loss(x):
        return sum(w * x for w in weights)

    def call(begin):
        xs = [float(begin + i) for i in range(200)]
        found.extend((x, loss(x).data) for x in xs)

    interval = sys.getswitchinterval()
    found = []
    threads = [threading.Thread(target=call, args=(1000 * i,)) for i in range(4)]
    try:
        sys.setswitchinterval(1e-5)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(found) == 800
    assert [x for x, number in found if number != 190 * x] == []


@replayed
def twice(x):
    return Value(2.0) * x


def test_it_is_copied_and_pickled_as_a_function_is():
    for x in range(4):
        twice(float(x))
    assert twice.engine == "replay"
    assert copy.deepcopy({"loss": twice})["loss"] is twice
    assert pickle.loads(pickle.dumps(twice)) is twice


@pytest.mark.parametrize("inside", ["zero_grad", "assign", "backward", "interior"])
def test_a_function_that_writes_gradients_runs_as_graphs(inside):
    w = Value(2.0)

    @replayed
    def loss(x):
        result = w * x
        if inside == "zero_grad":
            w.zero_grad()
        elif inside == "assign":
            w.grad = 0.5
        elif inside == "backward":
            result.backward()
        else:
            result.grad = 1.0
        return result

    for x in [1.0, 2.0, 3.0, 4.0, 5.0]:
        loss(x).backward()
        found, w.grad = w.grad, 0.0
        before = {"assign": 0.5, "backward": x}
        assert found == x + before.get(inside, 0.0)
    assert "changes w" in loss.engine or "a gradient is written at" in loss.engine


def test_nodes_that_it_is_given_are_kept_no_longer_than_by_the_caller():
    w = Value(2.0)

    @replayed
    def loss(outputs):
        return (outputs[0] - 1) ** 2

    for _ in range(4):
        output = w * 3
        assert loss([output]).data == 25.0
    holders = gc.get_referrers(output)
    assert [x for x in holders if isinstance(x, (list, tuple))] == []
    assert loss.engine == "eager: it is given nodes that were computed before the call"
