"""What a reader, a traceback and a debugger find in a node."""

import math
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


def test_a_label_may_be_of_a_class_of_strings():
    class Name(str):
        __slots__ = ()

    assert Value(1.0, Name("x")).label == "x"
