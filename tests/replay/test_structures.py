"""What is the same in calls of one structure, and what is not."""

import itertools
from enum import IntEnum

import pytest

from tinygrad_edu import Value
from tinygrad_edu.replay.structures import Call


def shape(*arguments, **named):
    return Call(arguments, named).shape


class Side(IntEnum):
    LEFT = 0
    RIGHT = 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (shape(1.0, [2.0]), shape(3.0, [4.0])),
        (shape(1, scale=2.0), shape(5, scale=3.0)),
        (shape("a", None, True), shape("a", None, True)),
        (shape(2**53, -(2**53)), shape(1, 2)),
    ],
)
def test_numbers_are_no_part_of_a_shape(one, other):
    assert one == other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (shape([1.0, 2.0]), shape([1.0], 2.0)),
        (shape([1.0]), shape((1.0,))),
        (shape(1), shape(1.0)),
        (shape("scale", 1.0), shape(scale=1.0)),
        (shape("a", "b"), shape("a b")),
        (shape(True), shape(False)),
        (shape(2**60), shape(2**60 + 1)),
        (shape(2**53 + 1), shape(2**53 + 2)),
        (shape(-(2**53) - 1), shape(2)),
        (shape(x=1.0), shape(y=1.0)),
        (shape(Side.LEFT), shape(Side.RIGHT)),
    ],
    # Not their texts: an Enum's has an address.
    ids=itertools.count(),
)
def test_all_else_is_a_part_of_it(one, other):
    assert one != other


def test_other_numbers_take_the_places_of_those_that_a_call_has():
    weight = Value(2.0)
    call = Call(([1.0, (2, "two")], weight, True, Side.LEFT), {"scale": 3.0})
    assert call.numbers == [1.0, 2, 3.0]
    assert call.objects == [weight, Side.LEFT]
    arguments, named = call.filled(iter([10.0, 20, 30.0]))
    assert arguments == [[10.0, (20, "two")], weight, True, Side.LEFT]
    assert arguments[3] is Side.LEFT
    assert named == {"scale": 30.0}
