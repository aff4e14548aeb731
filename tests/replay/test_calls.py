"""Calls of a row: what another one would change, and what is recorded."""

import random

import pytest

from tinygrad_edu import DomainError, Value, nn
from tinygrad_edu.replay.calls import RANDOM, Calls
from tinygrad_edu.replay.prepared import Rows

pytest.importorskip("numpy")

P = Value(2.0)
(ROW,) = Rows([([3.0],)])


class Counting:
    """A product, which counts its calls."""

    def __init__(self):
        self.count = 0

    def __call__(self, x):
        self.count += 1
        return [P * x[0]], None


def test_a_call_that_changes_something_tells_what_it_is():
    keeper = Counting()
    trial = Calls(keeper, [P], [keeper]).trial(ROW, None)
    assert trial.refusal == "a call of the model or the loss changes count"
    assert (keeper.count, trial.nodes[0].data) == (1, 6.0)
    # What it does to itself is of no interest if it is not asked for.
    assert Calls(keeper, [P], []).trial(ROW, None).refusal is None


def test_a_draw_from_the_generator_that_all_share_is_a_change():
    def drawing(x):
        return [P * random.random()], None

    trial = Calls(drawing, [P], [drawing]).trial(ROW, None)
    assert trial.refusal == "a call of the model or the loss changes random"


def test_plain_numbers_and_errors_are_told():
    assert Calls(lambda x: ([], None), [P], []).trial(ROW, None).refusal == (
        "the model gives plain numbers"
    )
    with pytest.raises(DomainError, match=r"log is undefined.*row 0: 3"):
        Calls(lambda x: ([(P * -x[0]).log()], None), [P], []).plain(ROW)


def test_a_call_under_watch_draws_the_masks_of_the_plain_one():
    dropout, twin = nn.Dropout(0.5, seed=1), nn.Dropout(0.5, seed=1)
    calls = Calls(lambda x: (dropout([P * x[0]] * 4), None), [P], [dropout])
    trial = calls.trial(ROW, None)
    found = calls.watched(ROW, trial, is_mixed=False)
    assert trial.refusal is None
    assert found.is_repeatable
    masks = [mask.data for mask, _ in found.watch.draws]
    assert masks == [twin.draw_number() for _ in range(4)]
    assert [node.data for node in trial.nodes] == [6.0 * mask for mask in masks]
    # And the next draw is that after one call.
    assert dropout.draw_number() == twin.draw_number()


def test_what_fails_under_watch_alone_is_a_reason():
    def failing(x):
        return [P * float(str(x[0]))], None

    calls = Calls(failing, [P], [])
    found = calls.watched(ROW, calls.trial(ROW, None), is_mixed=False)
    assert "written as text" in found.watch.reason


def test_a_call_that_changes_its_row_tells_so():
    def halving(x):
        x[0] *= 0.5
        return [P * x[0]], None

    (row,) = Rows([([3.0],)])
    trial = Calls(halving, [P], []).trial(row, None)
    assert trial.refusal == (
        "a call of the model or the loss changes the row that it is given"
    )


def test_a_mask_of_a_layer_that_is_not_known_is_chance():
    dropout = nn.Dropout(0.5, seed=1)
    calls = Calls(lambda x: (dropout([P * x[0]]), None), [P], [])
    assert calls.trial(ROW, None).refusal == RANDOM
    # Beside a known layer the mask is not drawn again, and that tells it.
    known = nn.Dropout(0.5, seed=2)
    calls = Calls(lambda x: (dropout(known([P * x[0]])), None), [P], [known])
    trial = calls.trial(ROW, None)
    found = calls.watched(ROW, trial, is_mixed=False)
    assert (trial.refusal, found.watch.reason) == (None, None)
    assert not found.is_repeatable


def test_an_error_under_watch_alone_is_a_reason_and_generators_end_as_they_were():
    dropout, twin = nn.Dropout(0.5, seed=1), nn.Dropout(0.5, seed=1)

    def particular(x):
        (node,) = dropout([P * x[0]])
        if type(x[0]) is not float:
            raise KeyError("odd")
        return [node], None

    calls = Calls(particular, [P], [dropout])
    found = calls.watched(ROW, calls.trial(ROW, None), is_mixed=False)
    assert found.watch.reason == "the recording fails: 'odd'"
    twin.draw_number()
    assert dropout.draw_number() == twin.draw_number()


def test_a_mask_that_is_compared_is_told_with_the_line():
    dropout = nn.Dropout(0.5, seed=1)

    def looking(x):
        (node,) = dropout([P * x[0]])
        return [node if node > 0 else P], None

    calls = Calls(looking, [P], [dropout])
    found = calls.watched(ROW, calls.trial(ROW, None), is_mixed=False)
    words = "what was drawn is compared at test_calls.py, line"
    assert found.watch.reason.startswith(words)
