"""The words of arrays: batches of numbers, and what a library has not."""

import math
import sys

import pytest

from tinygrad_edu import Value, dot, record, total
from tinygrad_edu.replay.array_worlds import array_world, kind_of, world_of

LIBRARIES = ["numpy", "jax", "torch"]


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_array_is_known_by_its_library(request, library):
    make = request.getfixturevalue(f"{library}_array")
    assert world_of([1.0, make([1.0, 2.0])]) == library
    assert world_of([1.0, 2]) is None


def test_numbers_of_numpy_are_no_arrays():
    numpy = pytest.importorskip("numpy")
    assert world_of([numpy.float64(1.0), numpy.random.default_rng(0)]) is None


def test_floats_and_device_tell_tensors_apart(torch, jax):
    assert kind_of(torch.zeros(1)) == ("torch.float64", "cpu")
    assert kind_of(torch.ones(1, device="meta")) == ("torch.float64", "meta")
    assert kind_of(jax.numpy.zeros(1, "float32")) == ("float32", "")


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("word", "numbers", "expected"),
    [
        ("sign", [-2.0, 0.0, math.nan], [-1.0, 0.0, 0.0]),
        ("sigmoid", [-1000.0, 0.0, 1000.0], [0.0, 0.5, 1.0]),
        ("divide", [1.0, -1.0, 3.0], [math.inf, -math.inf, math.inf]),
    ],
)
def test_a_word_is_exact_at_the_edges(request, library, word, numbers, expected):
    request.getfixturevalue(f"{library}_array")
    words = array_world(library)
    arguments = [words["array"](numbers)]
    if word == "divide":
        arguments.append(words["array"]([0.0, 0.0, 0.0]))
    assert [float(x) for x in words[word](*arguments)] == expected


@pytest.mark.parametrize("library", LIBRARIES)
def test_plain_numbers_stand_beside_arrays(request, library):
    request.getfixturevalue(f"{library}_array")
    words = array_world(library)
    x = words["array"]([-1.0, 2.0])
    assert [float(y) for y in words["maximum"](x, 0.0)] == [0.0, 2.0]
    assert [float(y) for y in words["minimum"](0.0, x)] == [-1.0, 0.0]
    assert [float(y) for y in words["where"](x, 1.0, 0.5)] == [0.5, 1.0]


@pytest.mark.parametrize("library", ["jax", "torch"])
@pytest.mark.parametrize("kind", ["float32", "bfloat16", "float64"])
def test_a_replay_is_of_the_floats_that_it_is_given(request, library, kind):
    make = request.getfixturevalue(f"{library}_array")
    dtype = getattr(request.getfixturevalue(library), kind, kind)
    x, y = Value(1.0, label="x"), Value(2.0, label="y")
    # A column of constants, a plain one, a segment sum, and a list of places.
    products = [x * 3, y * 5, x * 7]
    replayed = record(total(products) / 3 + dot([x, y], [y, 0.5]), [x, y])
    rows = make([1.0, 2.0], dtype=dtype), make([4.0, 8.0], dtype=dtype)
    value, slopes = replayed.value_and_gradient(*rows)
    found = [replayed(*rows), value, *slopes]
    assert {str(z.dtype).removeprefix("torch.") for z in found} == {kind}
    expected = [(10 * a + 5 * b) / 3 + a * b + 0.5 * b for a, b in [(1, 4), (2, 8)]]
    assert [float(z) for z in found[0]] == pytest.approx(expected, rel=1e-2)


def test_a_library_that_is_missing_is_named_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ImportError, match="pip install jax"):
        array_world("jax")


def test_an_unknown_world_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="numpy, jax, torch, not 'cupy'"):
        array_world("cupy")
