"""Dropout drops what it should, scales the rest exactly, and sleeps after `eval()`."""

import copy
import random

import pytest
from twins import data, gradients, nodes

from tinygrad_edu import nn


@pytest.mark.oracle("Dropout")
def test_the_kept_are_scaled_and_the_share_of_the_dropped_is_p():
    outputs = data(nn.Dropout(0.25, seed=0)([3.0] * 10000))
    assert set(outputs) == {0.0, 3.0 / 0.75}
    assert outputs.count(0.0) / 10000 == pytest.approx(0.25, abs=0.015)
    assert sum(outputs) / 10000 == pytest.approx(3.0, abs=0.06)


def test_the_gradient_is_the_mask():
    x = nodes([1.0, -2.0, 3.0, 4.0])
    outputs = nn.Dropout(0.5, seed=1)(x)
    for output in outputs:
        output.backward()
    masks = [y / v.data for y, v in zip(data(outputs), x, strict=True)]
    assert gradients(x) == masks
    assert set(masks) == {0.0, 2.0}


def test_each_call_draws_anew_and_the_seed_repeats_the_run():
    def run(seed):
        dropout = nn.Dropout(0.5, seed=seed)
        return [data(dropout([1.0] * 20)) for _ in range(2)]

    assert run(4) == run(4) != run(5)
    assert run(4)[0] != run(4)[1]
    random.seed(9)
    first = run(None)
    random.seed(9)
    assert run(None) == first


def test_eval_and_train_reach_every_module_inside_and_return_the_model():
    model = nn.Sequential(
        nn.Linear(2, 8, seed=0), nn.Sequential(nn.Dropout(0.5, seed=0))
    )
    x = [1.0, -1.0]
    plain = data(model.layers[0](x))
    assert data(model(x)) != plain
    assert model.eval() is model
    assert data(model(x)) == plain
    assert not model.layers[1].layers[0].training
    assert model.train() is model
    assert data(model(x)) != plain
    assert not model.train(False).layers[1].layers[0].training


def test_in_eval_values_pass_as_they_are():
    x = nodes([[1.0], [2.0]])
    assert nn.Dropout(0.9, seed=0).eval()(x) == x


def test_it_can_be_copied_with_its_seed_or_without():
    for seed in (None, 3):
        dropout = copy.deepcopy(nn.Dropout(0.5, seed=seed))
        assert len(dropout([1.0, 2.0])) == 2


@pytest.mark.parametrize("p", [-0.1, 1.0, 1.5, float("nan")])
def test_p_is_a_probability_below_one(p):
    with pytest.raises(ValueError, match=r"probability p must be .* below 1, not"):
        nn.Dropout(p)


def test_a_layer_is_random_that_drops_and_so_is_what_holds_it():
    assert nn.Dropout(0.5).is_random
    assert not nn.Dropout(0.0).is_random
    assert nn.Sequential(nn.Linear(1, 1), nn.Dropout(0.5).eval()).is_random
    assert not nn.Sequential(nn.Linear(1, 1), nn.Dropout(0.0)).is_random


def test_repr_shows_p():
    assert repr(nn.Dropout(0.2)) == "Dropout(p = 0.2)"


def test_a_mask_can_be_drawn_by_itself_from_the_generator_of_the_layer():
    source = random.Random(3)
    layer = nn.Dropout(0.5, seed=source)
    assert layer.source is source
    twin = nn.Dropout(0.5, seed=3)
    masks = [layer.draw().data, layer.draw_number(), layer.draw().data]
    assert masks == data(twin([1.0, 1.0, 1.0]))
    assert nn.Dropout().source is random
