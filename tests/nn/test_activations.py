"""Activations by name, each the operator of that name."""

import pytest

from tinygrad_edu import Value
from tinygrad_edu.nn.activations import ACTIVATIONS, activate, find_activation


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "linear"])
def test_an_activation_is_one_node_of_the_operator_of_that_name(name):
    z = Value(-0.5)
    y = activate(z, name)
    assert y.parents == (z,)
    assert y.op.name == name
    assert y.data == getattr(z, name)().data


def test_linear_leaves_the_node_as_it_is():
    z = Value(2.0)
    assert activate(z, "linear") is z


@pytest.mark.parametrize("name", ["exp", "sin", "rectifier", "", None])
def test_what_is_no_activation_is_refused_with_the_names_there_are(name):
    with pytest.raises(ValueError, match="linear, tanh") as caught:
        find_activation(name)
    assert repr(name) in str(caught.value)
    assert all(known in str(caught.value) for known in ACTIVATIONS)
