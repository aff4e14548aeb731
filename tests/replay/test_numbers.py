"""The numbers of parameters are those that they have when they are asked for."""

import pytest

from tinygrad_edu import Value
from tinygrad_edu.replay.numbers import Numbers

pytest.importorskip("numpy")


def test_a_column_has_the_numbers_of_the_parameters_as_they_are():
    parameters = [Value(1.0), Value(-2.0)]
    numbers = Numbers(parameters)
    assert numbers.column().tolist() == [[1.0], [-2.0]]
    parameters[1].data = 5.0
    assert numbers.column().tolist() == [[1.0], [5.0]]
    numbers.release()
    assert [p.data for p in parameters] == [1.0, 5.0]


def test_of_no_parameters_there_is_no_column():
    assert Numbers([]).column() is None
