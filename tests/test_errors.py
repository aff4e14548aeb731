"""Errors are copied, and travel from one process to another, with all that they say."""

import copy
import multiprocessing
import pickle

import pytest

from tinygrad_edu import Value, check_gradients, errors

CLASSES = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, Exception)
]


def square(x):
    # Its derivative is wrong on purpose: x.detach() is a constant.
    return x * x.detach()


def check(number):
    check_gradients(square, [number])


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))]
)
def test_every_error_is_copied_and_pickled(kind, again):
    given = ["what was wrong"]
    if kind is errors.GradientError:
        with pytest.raises(errors.GradientError) as caught:
            check(3.0)
        given = [str(caught.value), caught.value.report]
    error = kind(*given)
    twin = again(error)
    assert type(twin) is kind
    assert str(twin) == str(error) == given[0]
    assert vars(twin) == vars(error)


@pytest.mark.machine
def test_a_wrong_gradient_comes_back_from_another_process():
    # The pool would wait for ever for an error that cannot be made again.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        result = pool.apply_async(check_gradients, (Value.sqrt, [4.0]))
        assert result.get(60).worst.gradient == 0.25
        with pytest.raises(errors.GradientError) as caught:
            # What is detached moves with its source, and its gradient does not tell.
            pool.apply_async(check_gradients, (Value.detach, [4.0])).get(60)
    assert caught.value.report.worst.gradient == 0.0
