"""What every optimiser shares: a step is taken whole, or not at all."""

import math

import pytest

from tinygrad_edu import MLP, SGD, Adam, AdamW, ShapeError, TrainingError, Value
from tinygrad_edu.optim import Optimiser


class Towards(Optimiser):
    """Moves every parameter to the numbers it was given, and remembers the last."""

    def __init__(self, parameters, *proposals, memories=1):
        super().__init__(parameters, 0.1, memories)
        self.proposals = list(proposals)

    def propose(self):
        numbers = self.proposals.pop(0)
        return numbers, ([p.data for p in self.parameters],)


def test_a_step_goes_where_propose_says_and_remembers():
    p, q = Value(1.0), Value(2.0)
    optimiser = Towards([p, q], [3.0, 4.0])
    optimiser.step()
    assert (p.data, q.data) == (3.0, 4.0)
    assert optimiser.memory == ([1.0, 2.0],)
    assert optimiser.steps == 1


@pytest.mark.parametrize(
    ("numbers", "error"),
    [
        ([3.0, float("inf")], TrainingError),
        ([3.0], ShapeError),
        ([3.0] * 3, ShapeError),
    ],
)
def test_a_step_that_cannot_be_taken_changes_nothing(numbers, error):
    p, q = Value(1.0, label="p"), Value(2.0, label="q")
    optimiser = Towards([p, q], numbers)
    with pytest.raises(error):
        optimiser.step()
    assert (p.data, q.data, optimiser.memory, optimiser.steps) == (
        1.0,
        2.0,
        ([0.0, 0.0],),
        0,
    )


def test_what_would_not_be_finite_is_named_a_parameter_or_what_is_remembered():
    p, q = Value(1.0, label="p"), Value(2.0, label="q")
    with pytest.raises(TrainingError, match=r"would make Value\(.*label='q'\) inf"):
        Towards([p, q], [3.0, math.inf]).step()
    q.data = math.nan
    words = r"would make what the optimiser remembers of Value\(.*label='q'\) nan"
    with pytest.raises(TrainingError, match=words):
        Towards([p, q], [3.0, 4.0]).step()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (SGD, {}),
        (SGD, {"momentum": 0.9}),
        (SGD, {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1}),
        (Adam, {"weight_decay": 0.2}),
        (AdamW, {"weight_decay": 0.5}),
    ],
)
def test_a_rule_moves_an_array_as_it_moves_each_number(kind, options):
    numpy = pytest.importorskip("numpy")
    nodes = [Value(number) for number in (1.0, -2.0, 0.0, 1e-3)]
    optimiser = kind(nodes, learning_rate=0.05, **options)
    p = numpy.array([node.data for node in nodes])
    memory = tuple(numpy.array(kind) for kind in optimiser.memory)
    for step in range(1, 6):
        slopes = [math.sin(step + i) for i in range(4)]
        for node, slope in zip(nodes, slopes):
            node.grad = slope
        optimiser.step()
        g = numpy.array(slopes)
        p, memory = optimiser.update(numpy, p, g, memory, step=step, rate=0.05)
    assert p.tolist() == pytest.approx([node.data for node in nodes], rel=1e-14)
    for ours, kept in zip(memory, optimiser.memory, strict=True):
        assert ours.tolist() == pytest.approx(kept, rel=1e-14)


def test_zero_grad_clears_its_own_parameters_alone():
    p, q = Value(1.0), Value(2.0)
    p.grad = q.grad = 5.0
    Towards([p], [1.0]).zero_grad()
    assert (p.grad, q.grad) == (0.0, 5.0)


def test_one_without_a_rule_is_told_what_is_missing():
    class Idle(Optimiser):
        pass

    with pytest.raises(NotImplementedError, match=r"Idle has no update\(\).*propose"):
        Idle([Value(1.0)], 0.1).step()


def test_a_parameter_is_a_leaf_and_there_is_at_least_one():
    x = Value(1.0)
    with pytest.raises(TypeError, match="leaf Value"):
        Towards([x * 2])
    with pytest.raises(ValueError, match="no parameters to train"):
        Towards([])
    with pytest.raises(TypeError, match="parameters, as from model"):
        Towards(MLP(1, [1]))
    with pytest.raises(ValueError, match="memories must be an int of at least 0"):
        Towards([x], memories=-1)
