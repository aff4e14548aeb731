"""What dropout draws can be drawn again, and whose it is."""

import random

import pytest

from tinygrad_edu import Module, nn
from tinygrad_edu.replay.draws import Draws, drawing_again, draws_otherwise


def masks(layer, count=12):
    return [layer.draw_number() for _ in range(count)]


def test_the_layers_that_learn_are_known_and_their_generators_go_back():
    shared = random.Random(1)
    layers = [nn.Dropout(seed=shared), nn.Dropout(seed=shared), nn.Dropout(seed=2)]
    model = nn.Sequential(*layers, nn.Dropout(seed=3).eval())
    draws = Draws([model, abs])
    assert draws.layers == layers
    states = draws.states()
    assert len(states) == 2
    drawn = [masks(layer) for layer in layers]
    assert draws.states() != states
    draws.rewind(states)
    assert [masks(layer) for layer in layers] == drawn
    assert draws.has(layers[::-1])
    assert not draws.has([layers[0], model.layers[3]])


def test_without_a_seed_it_is_the_generator_of_the_module():
    draws = Draws([nn.Dropout()])
    random.seed(4)
    states = draws.states()
    first = random.random()
    draws.rewind(states)
    assert random.random() == first


def test_masks_are_drawn_again_in_order_and_then_go_on():
    layer, other, twin = [nn.Dropout(0.25, seed=5) for _ in range(3)]
    first = masks(twin)
    with drawing_again([layer, other] * 2, [0.0, 4 / 3, 4 / 3, 0.0]):
        assert masks(layer, 2) == [0.0, 4 / 3]
        assert masks(other, 2) == [4 / 3, 0.0]
        # More than there were come from the layer's own generator.
        assert masks(layer, 3) == first[:3]
    assert masks(layer, 9) == first[3:]


def test_layers_have_their_generators_again_after_an_error():
    layer = nn.Dropout(0.5, seed=5)
    source = layer.source
    with pytest.raises(KeyError), drawing_again([layer], [0.0]):
        raise KeyError
    assert layer.source is source


class Noise(Module):
    is_random = True


def test_what_draws_but_is_no_dropout_says_so_of_itself():
    for model, at_once, later in (
        (nn.Dropout(), False, False),
        (nn.Sequential(nn.Dropout(), nn.Linear(1, 1)), False, False),
        (Noise(), True, True),
        (nn.Sequential(nn.Dropout(), Noise()), True, True),
        (nn.Sequential(Noise().eval()), False, True),
        (abs, False, False),
    ):
        assert draws_otherwise(model, learning=False) == at_once
        assert draws_otherwise(model, learning=True) == later
