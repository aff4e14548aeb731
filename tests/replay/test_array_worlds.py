"""The words of arrays: batches of numbers, and what a library has not."""

import builtins
import math

import pytest

from tinygrad_edu.replay.array_worlds import array_world, world_of

LIBRARIES = ["numpy", "jax", "torch"]


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_array_is_known_by_its_library(request, library):
    make = request.getfixturevalue(f"{library}_array")
    assert world_of([1.0, make([1.0, 2.0])]) == library
    assert world_of([1.0, 2]) is None


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


def test_a_library_that_is_missing_is_named_with_what_to_install(monkeypatch):
    real = builtins.__import__

    def none(name, *rest):
        if name.partition(".")[0] == "jax":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", none)
    with pytest.raises(ImportError, match="pip install jax"):
        array_world("jax")


def test_an_unknown_world_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="numpy, jax, torch, not 'cupy'"):
        array_world("cupy")
