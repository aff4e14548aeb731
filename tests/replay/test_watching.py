"""Nothing that is replaced for a recording stays, and no other thread sees it."""

import threading

import pytest
from watched_calls import watched

from tinygrad_edu import DomainError, Module, Value, fit, nn
from tinygrad_edu.engine import Node, value
from tinygrad_edu.optim import Optimiser
from tinygrad_edu.replay.watch import HERE, Watch
from tinygrad_edu.replay.watched import WatchedValue
from tinygrad_edu.replay.watching import CHANGES_ROW, watched_call

numpy = pytest.importorskip("numpy")


def snapshot():
    kinds = (Node, Value, nn.Dropout, Optimiser, threading.Thread)
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


@pytest.mark.machine
def test_another_thread_sees_plain_numbers_and_is_not_recorded():
    parameter = Value(2.0)
    found = []

    dropout = nn.Dropout(0.5, seed=1)
    begins = threading.Event()
    given = []

    def other():
        begins.wait()
        (number,) = given
        found.extend([parameter.data, parameter > 1.0, repr(parameter), parameter.grad])
        root = parameter * 3.0
        root.backward()
        found.extend([root.data, parameter.detach().data, float(number), hash(number)])
        found.extend([max(1, 2), number + 1.0, dropout.draw().op])
        with pytest.raises(DomainError):
            (parameter - 5.0).log()

    thread = threading.Thread(target=other)
    thread.start()

    def waiting(x, p):
        given.append(x[0])
        begins.set()
        thread.join()
        return p * x[0]

    _, watch = watched(waiting, 1.0, parameter=parameter)
    wanted = [2.0, True, "Value(data=2.0, grad=0.0)", 0.0, 6.0, 2.0, 1.0]
    assert found[:7] == wanted
    assert found[8] == 2
    assert found[9].data == 2.0
    assert type(found[0]) is float
    assert (watch.guards, watch.reason, watch.draws) == ([], None, [])


@pytest.mark.machine
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


def test_a_row_that_is_changed_is_noticed():
    def changing(x):
        x[0] = x[0] * 2.0
        return x[0]

    _, watch = watched(changing, 1.0)
    assert watch.reason == CHANGES_ROW


def test_a_parameter_that_is_not_used_becomes_a_value_again():
    used, unused = Value(1.0), Value(2.0)
    watched_call(Watch(), lambda x: ([used * x[0]], None), [used, unused], [[1.0]])
    assert type(unused) is Value


def test_masks_are_noted_in_the_order_in_which_they_are_drawn():
    layers = [nn.Dropout(0.5, seed=seed) for seed in (1, 2)]
    twins = [nn.Dropout(0.5, seed=seed) for seed in (1, 2)]
    found, watch = watched(
        lambda x: [layer(x) for layer in (*layers, layers[0])], 1.0, 3.0
    )
    drawn = [layer for _, layer in watch.draws]
    assert drawn == [layers[0]] * 2 + [layers[1]] * 2 + [layers[0]] * 2
    again = [twins[layers.index(layer)].draw_number() for layer in drawn]
    assert [mask.data for mask, _ in watch.draws] == again
    assert {type(mask) for mask, _ in watch.draws} == {Value}
    assert found[0][0].parents[1] is watch.draws[0][0]
    # Of another thread's masks, and of later ones, there is no word.
    layers[0]([1.0])
    assert len(watch.draws) == 6
