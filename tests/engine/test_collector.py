"""The collector is paused for a function, and goes on whatever happens in it."""

import gc

import pytest

from tinygrad_edu.engine.collector import with_collector_paused


@with_collector_paused
def failing():
    assert not gc.isenabled()
    raise KeyError


def test_the_collector_goes_on_after_an_error():
    with pytest.raises(KeyError):
        failing()
    assert gc.isenabled()


def test_one_that_the_caller_has_paused_stays_so():
    gc.disable()
    try:
        with pytest.raises(KeyError):
            failing()
        assert not gc.isenabled()
    finally:
        gc.enable()
