"""A model has two modes, and each module its own again afterwards."""

from contextlib import suppress

import pytest

from tinygrad_edu import nn
from tinygrad_edu.training.modes import Modes


def model():
    return nn.Sequential(
        nn.Dropout(0.5, seed=0), nn.Sequential(nn.Dropout(0.1, seed=0))
    )


def modes_of(module):
    return [inner.training for _, inner in module.named_modules()]


@pytest.mark.parametrize("learning", [True, False])
def test_every_module_inside_is_switched(learning):
    module = model()
    with Modes(module) as modes:
        modes.switch(learning=learning)
        assert set(modes_of(module)) == {learning}


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_each_has_its_own_mode_again_however_the_block_ends(error):
    module = model()
    module.layers[1].eval()
    before = modes_of(module)
    assert set(before) == {True, False}
    with suppress(ValueError, KeyboardInterrupt), Modes(module) as modes:
        modes.switch(learning=True)
        modes.switch(learning=False)
        if error:
            raise error
    assert modes_of(module) == before


def test_a_function_has_no_mode():
    with Modes(lambda row: row) as modes:
        modes.switch(learning=True)
