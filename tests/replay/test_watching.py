"""What is noticed while a graph is recorded, by whom, and that nothing stays of it."""

import io
import math
import pdb
import threading

import pytest

from tinygrad_edu import DomainError, Module, Value, fit, maximum
from tinygrad_edu.engine import Node, value
from tinygrad_edu.replay.watch import HERE, Watch
from tinygrad_edu.replay.watched import WatchedNumber, WatchedValue
from tinygrad_edu.replay.watching import watched_call

numpy = pytest.importorskip("numpy")


def watched(function, *numbers, parameter=None):
    """Return (what a function of a row gives, what its call looked at)."""
    watch = Watch()
    given = []

    def compute(x):
        given.append(function(x) if parameter is None else function(x, parameter))
        return [Value(0.0)], None

    parameters = [] if parameter is None else [parameter]
    watched_call(watch, compute, parameters, [list(numbers)])
    return given[0], watch


def test_a_number_of_a_row_is_a_plain_number_for_who_asks():
    found, watch = watched(
        lambda x: [
            (isinstance(x[0], float), isinstance(x[1], int), isinstance(x[1], float)),
            (x[0] + 1, 1 + x[0], x[0] - 1, 1 - x[0], x[0] * 2, 2 * x[0]),
            (x[0] / 2, 2 / x[0], x[0] ** 2, 2 ** x[0], -x[0], abs(-x[0]), +x[0]),
        ],
        0.5,
        3,
    )
    assert found[0] == (True, True, False)
    assert [node.data for node in found[1]] == [1.5, 1.5, -0.5, 0.5, 1.0, 1.0]
    powers = [0.25, 4.0, 0.25, 2**0.5, -0.5, 0.5, 0.5]
    assert [node.data for node in found[2]] == powers
    assert (watch.guards, watch.reason) == ([], None)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (float, "a plain number is asked for"),
        (math.exp, "a plain number is asked for"),
        (int, "a whole number is asked for"),
        ([1.0, 2.0, 3.0, 4.0].__getitem__, "a list is asked for the element"),
        (range, "a list is asked for the element"),
        (round, "a number is rounded"),
        (math.floor, "a number is rounded"),
        (math.ceil, "a number is rounded"),
        (math.trunc, "a number is rounded"),
        (lambda x: x // 2, "a number is rounded"),
        (lambda x: 7 // x, "a number is rounded"),
        (lambda x: x % 2, "the rest of a division"),
        (lambda x: divmod(7, x), "the rest of a division"),
        (lambda x: x & 1, "the bits of a number"),
        (lambda x: 1 << x, "the bits of a number"),
        (lambda x: ~x, "the bits of a number"),
        (lambda x: {1: 2.0}.get(x, 5.0), "in a set or a dict"),
        (lambda x: x in {1, 3}, "in a set or a dict"),
        (str, "as text"),
        (repr, "as text"),
        ("{:.2f}".format, "as text"),
        ("%d".__mod__, "asked for"),
        (lambda x: x.bit_length(), "its bit_length"),
        (lambda x: x.real, "its real"),
        (lambda x: numpy.array([x], dtype=float)[0], "a plain number is asked for"),
        (lambda x: (Value(-2.0) ** x).data, "an exponent comes from the data"),
        (lambda x: (-2.0) ** (x / 2), "pow is undefined"),
    ],
)
def test_who_asks_for_more_gets_the_right_answer_and_the_line_is_told(ask, words):
    found, watch = watched(lambda x: ask(x[0]), 3)
    wanted = ask(3)
    if isinstance(found, Value):
        found = found.data
    assert found == wanted or list(found) == list(wanted)
    assert words in watch.reason
    assert "test_watching.py, line" in watch.reason


def test_plain_arithmetic_fails_as_it_does_without_a_recording():
    watch = Watch()

    def compute(x):
        with pytest.raises(ZeroDivisionError):
            1.0 / x[0]
        return [Value(0.0)], None

    watched_call(watch, compute, [], [[0.0]])
    assert "plain arithmetic fails at test_watching.py" in watch.reason


@pytest.mark.parametrize(
    ("look", "symbol", "outcome"),
    [
        (lambda x, p: x[0] < 1, "lt", True),
        (lambda x, p: x[0] <= 1, "le", True),
        (lambda x, p: x[0] == 0.5, "eq", True),
        (lambda x, p: x[0] != 0.5, "ne", False),
        (lambda x, p: bool(x[1]), "ne", False),
        (lambda x, p: x[0] in (3.0, 0.5), "eq", True),
        (lambda x, p: p > 1, "gt", True),
        (lambda x, p: p.data > 1, "gt", True),
        (lambda x, p: p.item() <= x[0], "le", False),
        (lambda x, p: p * x[0] >= p, "ge", False),
        (lambda x, p: maximum(p, x[0]) > p.detach(), "gt", False),
        (lambda x, p: Value.tanh(p) < 0, "lt", False),
        (lambda x, p: Value(x[0]) < 1, "lt", True),
        (lambda x, p: max(x) == 0.5, "eq", True),
    ],
)
def test_a_comparison_is_a_guard_and_gives_what_it_gives(look, symbol, outcome):
    found, watch = watched(look, 0.5, 0, parameter=Value(2.0))
    assert found is outcome
    assert (watch.guards[-1].symbol, watch.guards[-1].outcome) == (symbol, outcome)
    assert watch.guards[-1].place.startswith("test_watching.py, line")
    assert watch.reason is None


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (repr, "as text"),
        ("{:.3f}".format, "as text"),
        (lambda p: p.grad, "a gradient is read"),
        (lambda p: (p * p).local_derivatives, "a local derivative is read"),
        (lambda p: next((p * p).backward_steps()).upstream, "is read"),
        (lambda p: p > numpy.zeros(2), "with an array"),
    ],
)
def test_what_is_no_comparison_of_a_node_is_refused(look, words):
    _, watch = watched(lambda x, p: look(p), 1.0, parameter=Value(2.0))
    assert words in watch.reason


def test_an_operator_that_fails_is_noticed_also_where_it_is_caught():
    def caught(x, p):
        try:
            return (p - 3.0).log()
        except DomainError:
            return p

    _, watch = watched(caught, 1.0, parameter=Value(2.0))
    assert "log is undefined at test_watching.py" in watch.reason


def test_what_a_debugger_looks_at_does_not_count():
    answers = io.StringIO()

    def stopped(x, p):
        commands = io.StringIO("p p.data\np p > x[0]\np p\np x[0] == 1\np p.grad\nc\n")
        debugger = pdb.Pdb(stdin=commands, stdout=answers, nosigint=True, readrc=False)
        debugger.use_rawinput = False
        debugger.set_trace()
        return p * x[0]

    _, watch = watched(stopped, 1.0, parameter=Value(2.0))
    told = answers.getvalue()
    assert "(Pdb) 2.0" in told
    assert "(Pdb) True" in told
    assert "Value(data=2.0" in told
    assert (watch.guards, watch.reason) == ([], None)


def snapshot():
    kinds = (Node, Value)
    return [dict(vars(kind)) for kind in kinds], dict(vars(value))


@pytest.mark.parametrize("error", [None, ZeroDivisionError, KeyboardInterrupt])
def test_nothing_that_is_replaced_for_a_recording_stays(error):
    parameter = Value(2.0)
    kept = []

    def compute(x):
        assert type(parameter) is WatchedValue
        assert value.Value is WatchedValue
        kept.extend([x[0], parameter * x[0], parameter.data, Value(x[0])])
        kept.append(parameter > x[0])
        if error is not None:
            raise error
        return [kept[1]], None

    before = snapshot()
    if error is None:
        watched_call(Watch(), compute, [parameter], [[1.0]])
    else:
        with pytest.raises(error):
            watched_call(Watch(), compute, [parameter], [[1.0]])
    assert snapshot() == before
    assert HERE.watch is None
    assert type(parameter) is Value
    nodes = [node for node in kept if isinstance(node, Value)]
    if error is None:
        assert {type(node) for node in nodes} == {Value}
    # What was kept from a call that failed is a Value in all that it does.
    assert (nodes[1] * 2.0).data == 4.0


def test_another_thread_sees_plain_numbers_and_is_not_recorded():
    parameter = Value(2.0)
    found = []

    def other():
        found.extend([parameter.data, parameter > 1.0, repr(parameter), parameter.grad])
        root = parameter * 3.0
        root.backward()
        found.append(root.data)

    def waiting(x, p):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return p * x[0]

    _, watch = watched(waiting, 1.0, parameter=parameter)
    assert found == [2.0, True, "Value(data=2.0, grad=0.0)", 0.0, 6.0]
    assert type(found[0]) is float
    assert (watch.guards, watch.reason) == ([], None)


def test_two_trainings_in_two_threads_do_not_disturb_each_other():
    class Branching(Module):
        def __init__(self):
            self.w = Value(0.5)
            self.label_parameters()

        def __call__(self, x):
            return self.w * x[0] if x[0] > 0 else self.w.tanh()

    rows = [[(i - 20) / 20] for i in range(40)]

    def train():
        model = Branching()
        options = {"epochs": 4, "seed": 0, "progress": False, "engine": "replay"}
        fit(model, rows, [x for (x,) in rows], **options)
        return model.w.data

    wanted = train()
    found = []
    threads = [threading.Thread(target=lambda: found.append(train())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 4


def test_the_gradient_of_a_recorded_call_is_that_of_its_graph():
    # What is looked up by `.data` is a number that no gradient passes.
    def function(x, p):
        return p * p.data * x[0] + (p.sign() - p).detach() + p.data * 3.0

    parameter, plain = Value(2.0), Value(2.0)
    root, _ = watched(function, 1.5, parameter=parameter)
    root.backward()
    expected = function([1.5], plain)
    expected.backward()
    assert (root.data, parameter.grad) == (expected.data, plain.grad)


def test_a_watched_number_has_no_data_to_assign_to():
    def assigning(x):
        with pytest.raises(AttributeError, match="no data to assign to"):
            x[0].data = 3.0
        assert type(x[0]) is WatchedNumber

    watched(assigning, 1.0)
