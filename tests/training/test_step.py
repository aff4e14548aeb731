"""One step of training, held against the formula of its objective."""

import gc
import math

import pytest

from tinygrad_edu import MLP, SGD, Value, nn
from tinygrad_edu.training.step import Trainer

ROWS = [([1.0, 2.0], 1.0), ([0.5, -1.0], -0.5)]


def trainer(model, **options):
    return Trainer(model, SGD(model.parameters(), 0.1), nn.mse, **options)


def objective(model, l1=0.0, l2=0.0):
    losses = [(model(x).data - target) ** 2 for x, target in ROWS]
    sizes = [parameter.data for parameter in model.parameters()]
    regular = l1 * sum(map(abs, sizes)) + l2 * sum(x * x for x in sizes)
    return sum(losses) / len(ROWS) + regular


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.3, 0.0), (0.0, 0.2), (0.1, 0.1)])
def test_a_step_goes_down_the_slope_of_the_objective(l1, l2):
    model = MLP(2, [2, 1], activation="tanh", seed=0)
    before = [parameter.data for parameter in model.parameters()]
    slopes = []
    for parameter in model.parameters():
        number = parameter.data
        parameter.data = number + 1e-6
        above = objective(model, l1, l2)
        parameter.data = number - 1e-6
        below = objective(model, l1, l2)
        parameter.data = number
        slopes.append((above - below) / 2e-6)
    expected = objective(model, l1, l2)
    given = {name: x for name, x in (("l1", l1), ("l2", l2)) if x}
    report = trainer(model, **given).step(ROWS, [0, 1])
    assert report.loss == pytest.approx(expected)
    # At a bias of 0, |b| has no slope.
    after = [p.data for p in model.parameters()]
    assert after == pytest.approx(
        [x - 0.1 * slope for x, slope in zip(before, slopes)], abs=1e-8
    )


def test_the_norms_are_those_of_each_layer_before_they_are_cut():
    model = MLP(2, [2, 1], activation="tanh", seed=0)
    report = trainer(model, clip_norm=1e-3).step(ROWS, [0, 1])
    assert set(report.gradient_norms) == {"layer0", "layer1"}
    cut = math.hypot(*[parameter.grad for parameter in model.parameters()])
    assert cut == pytest.approx(1e-3)
    assert math.hypot(*report.gradient_norms.values()) > 1e-3


def test_evaluating_is_the_mean_over_rows_and_touches_no_gradient():
    model = MLP(2, [1], seed=0)
    loss, score = trainer(model, metric=lambda y, t: y.data - t).evaluate(ROWS)
    assert loss == pytest.approx(objective(model))
    expected = sum(model(x).data - t for x, t in ROWS) / 2
    assert score == pytest.approx(expected)
    assert all(parameter.grad == 0 for parameter in model.parameters())
    assert trainer(model).score(3.0, 1.0) == 0.0


def test_a_loss_that_is_not_finite_moves_nothing():
    model = MLP(2, [1], seed=0)
    before = [parameter.data for parameter in model.parameters()]
    learner = Trainer(
        model, SGD(model.parameters(), 0.1), lambda y, t: y * Value(math.inf)
    )
    assert not math.isfinite(learner.step(ROWS, [0, 1]).loss)
    assert [parameter.data for parameter in model.parameters()] == before


def test_the_collector_is_as_it_was_after_a_step_and_after_an_error():
    model = MLP(2, [1], seed=0)
    gc.disable()
    try:
        trainer(model).step(ROWS, [0, 1])
        assert not gc.isenabled()
    finally:
        gc.enable()
    learner = Trainer(model, SGD(model.parameters(), 0.1), lambda y, t: 1.0)
    with pytest.raises(TypeError, match="must be a Value to walk back from"):
        learner.step(ROWS, [0, 1])
    assert gc.isenabled()
