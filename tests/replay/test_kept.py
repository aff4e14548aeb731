"""What is kept with a model is no part of it."""

import copy

from tinygrad_edu import MLP, Value
from tinygrad_edu.replay.kept import Kept
from tinygrad_edu.replay.reach import Reach
from tinygrad_edu.replay.state import changed_name, state_of


def test_a_copy_does_not_keep_it():
    kept = Kept([1.0])
    assert kept.content == [1.0]
    assert copy.deepcopy(kept).content is None
    assert copy.copy(kept).content is None


def test_no_look_at_a_model_sees_it():
    model = MLP(2, [2, 1], seed=0)
    names = [name for name, _ in model.named_parameters()]
    before, reach = state_of(model), Reach([model])
    weight = Value(3.0)
    model.kept = Kept([weight])
    assert changed_name(before, state_of(model)) is None
    assert not reach.has_changed()
    assert weight not in Reach([model]).values
    assert [name for name, _ in model.named_parameters()] == names
