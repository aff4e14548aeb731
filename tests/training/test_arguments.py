"""What `fit` is given is checked before anything changes."""

import random
from functools import partial

import pytest

from tinygrad_edu import MLP, SGD, Adam, ShapeError, nn
from tinygrad_edu.optim.schedules import cosine
from tinygrad_edu.training.arguments import (
    as_callbacks,
    as_optimiser,
    as_schedule,
    check_validation,
    is_own,
    paired,
    split_rows,
    validation_rows,
)


def test_a_rate_becomes_a_schedule_and_a_schedule_stays():
    schedule = cosine(0.1, 10)
    assert as_schedule(schedule) is schedule
    assert as_schedule(0.5)(7) == 0.5
    assert as_schedule(None) is None


def test_an_optimiser_is_named_given_or_made():
    model = MLP(1, [1], seed=0)
    given = SGD(model.parameters())
    assert as_optimiser(given, model) is given
    assert type(as_optimiser("Adam", model)) is Adam
    assert type(as_optimiser(SGD, model)) is SGD
    with pytest.raises(TypeError, match="is not an optimiser"):
        as_optimiser(3, model)
    with pytest.raises(ValueError, match="No parameter of the optimiser"):
        as_optimiser(given, MLP(1, [1], seed=0))


def test_rows_are_paired_with_their_targets_and_arrays_become_lists():
    numpy = pytest.importorskip("numpy")
    assert paired([[1.0], [2.0]], [3, 4], "to learn from") == [([1.0], 3), ([2.0], 4)]
    array = numpy.array([[1, 2], [3, 4]], dtype="float32")
    found = paired(array, numpy.array([0, 1]), "to learn from")
    assert found == [([1.0, 2.0], 0), ([3.0, 4.0], 1)]
    assert {type(x) for row, target in found for x in row} == {float}
    assert {type(target) for _, target in found} == {int}
    with pytest.raises(ShapeError, match="2 rows and 1 targets to learn from"):
        paired(array, [1], "to learn from")
    with pytest.raises(ValueError, match="must be a pair"):
        validation_rows([array])


def test_rows_to_measure_are_drawn_and_every_row_keeps_its_place():
    rows = paired([[float(i)] for i in range(10)], range(10), "to learn from")
    learnt, unseen, places = split_rows(list(rows), [], 0.3, random.Random(0))
    assert (len(learnt), len(unseen)) == (7, 3)
    assert sorted(learnt + unseen) == rows
    assert all(places[id(row)] == row[1] for row in rows)


def test_one_row_is_enough_to_measure_and_one_to_learn_from():
    for fraction in (0.25, 0.75):
        check_validation(4, [], fraction, patience=1)
    for fraction in (0.1, 0.9):
        with pytest.raises(ValueError, match="of 4 rows to learn from"):
            check_validation(4, [], fraction, patience=1)


def test_a_callback_must_be_one_and_what_is_one_s_own_is_known():
    assert as_callbacks([print]) == [print]
    with pytest.raises(TypeError, match="callbacks must be a list of functions"):
        as_callbacks(print)
    assert is_own(lambda: 0)
    assert is_own(partial(lambda n, rate: rate, rate=0.1))
    assert not is_own(nn.accuracy)
    assert not is_own(as_schedule(0.1))
    assert not is_own(cosine(0.1, 10))
    assert not is_own(None)
