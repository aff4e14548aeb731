"""A compiled graph: functions of floats and arrays, and the row where they fail."""

import pytest

from tinygrad_edu import DomainError, Value
from tinygrad_edu.replay.compiled import CompiledGraph

numpy = pytest.importorskip("numpy")


def graph():
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    return CompiledGraph([(w * x).log()], [w, x])


def test_floats_give_outputs_and_slopes():
    outputs, slopes = graph().on_floats([3.0, 4.0], slopes=True)
    assert outputs == [pytest.approx(2.4849066497880004)]
    assert slopes == [pytest.approx(1 / 3.0), pytest.approx(1 / 4.0)]
    assert graph().on_floats([1.0, 1.0], slopes=False) == [0.0]


def test_a_function_is_made_once():
    compiled = graph()
    first = compiled.on_arrays("numpy", [1], "shared")
    assert compiled.on_arrays("numpy", [1], "shared") is first
    assert compiled.on_arrays("numpy", [1], "") is not first


def test_arrays_give_a_column_for_each_row():
    function = graph().on_arrays("numpy", [1], "")
    (outputs,) = function(numpy.array([[3.0]]), numpy.array([[1.0, 2.0, 4.0]]))
    assert outputs.ravel() == pytest.approx(numpy.log([3.0, 6.0, 12.0]))


def test_the_row_where_an_operator_is_undefined_is_named_with_its_numbers():
    compiled = graph()
    function = compiled.on_arrays("numpy", [1], "")
    arguments = (numpy.array([[3.0]]), numpy.array([[1.0, -2.0]]))
    with pytest.raises(DomainError, match=r"log is undefined at .* \(row 11: -2\)"):
        compiled.watched(function, [1], arguments, first=10)
    with pytest.raises(DomainError, match="log is undefined"):
        compiled.on_floats([1.0, -1.0], slopes=False)


@pytest.mark.parametrize("world", [None, ["numpy"], "cupy"])
def test_a_world_that_there_is_not_is_refused(world):
    with pytest.raises(ValueError, match="A world is one of numpy, jax, torch, not"):
        graph().on_arrays(world, [1], "")


def test_what_is_assigned_later_does_not_come_in():
    x, c = Value(2.0), Value(5.0)
    compiled = CompiledGraph([x * c], [x])
    c.data = 100.0
    assert compiled.on_floats([3.0], slopes=False) == [15.0]
