"""What a reader, a traceback and a debugger find in a node."""

import base64
import math
import operator
import sys
import traceback

import pytest

from tinygrad_edu import DomainError, Value
from tinygrad_edu.engine import Node


def test_a_value_is_a_node_with_operators_and_no_further_state():
    assert issubclass(Value, Node)
    assert Value.__slots__ == ()
    assert not hasattr(Value(1.0), "__dict__")
    assert not hasattr(Node, "__add__")


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: Value(-1.0).log(), "log"),
        (lambda: Value(1.0) / 0, "div"),
        (lambda: 1 / Value(0.0), "div"),
        (lambda: Value(1e3).exp(), "exp"),
    ],
)
def test_a_traceback_names_the_operator(call, name):
    with pytest.raises(DomainError) as caught:
        call()
    frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert name in frames
    assert "method" not in frames


def test_a_call_stack_names_the_operator():
    seen = []

    def watch(frame, event, argument):
        if event == "call":
            seen.append(frame.f_code.co_name)

    sys.setprofile(watch)
    Value(0.5).tanh() * 2
    sys.setprofile(None)
    assert "tanh" in seen
    assert "mul" in seen


def test_detaching_gives_a_leaf_of_the_same_kind():
    leaf = (Value(2.0) * 3).detach()
    assert type(leaf) is Value
    assert leaf.parents == ()
    assert math.isclose(leaf.data, 6.0)


@pytest.mark.parametrize("name", ["lt", "le", "gt", "ge"])
def test_nodes_are_compared_as_their_numbers_are(name):
    compare = getattr(operator, name)
    for x in (1.0, 2.0, 3.0):
        told = compare(x, 2.0)
        assert compare(Value(x), 2.0) is told
        assert compare(Value(x), Value(2.0)) is told
        assert compare(x, Value(2.0)) is told


def test_jupyter_shows_the_graph_with_its_labels():
    a, b = Value(2.0, "first"), Value(3.0, "second")
    shown = (a * b)._repr_html_()
    picture = base64.b64decode(shown.partition("base64,")[2].partition('"')[0])
    for words in ("<svg", "first", "second"):
        assert words in picture.decode("utf-8")


@pytest.mark.parametrize("wish", [True, False])
def test_every_value_gets_a_gradient_unasked(wish):
    with pytest.raises(TypeError, match="has no 'requires_grad'"):
        Value(1.0, requires_grad=wish)


def test_a_label_may_be_of_a_class_of_strings():
    class Name(str):
        __slots__ = ()

    assert Value(1.0, Name("x")).label == "x"
