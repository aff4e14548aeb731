"""Plain numbers that meet an operator: leaves that are called by their number."""

import copy
import pickle

import pytest

from tinygrad_edu import Value, dot, explain, grad, log_softmax, maximum, nudge, total
from tinygrad_edu.engine.names import is_constant, node_names


def constants(root):
    return [node.data for node in root.topological_order() if is_constant(node)]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda x: x * 3, [3.0]),
        (lambda x: 3 * x, [3.0]),
        (lambda x: x - 2.5, [2.5]),
        (lambda x: 2**x, [2.0]),
        (lambda x: x**2, []),
        (lambda x: maximum(x, 0), [0.0]),
        (lambda x: dot([x, 2.0], [1.5, x]), [2.0, 1.5]),
        (lambda x: total([x, 7]), [7.0]),
        (lambda x: log_softmax([x, 4.0])[1], [4.0]),
        (lambda x: x + Value(3.0), []),
        (lambda x: x.tanh(), []),
    ],
)
def test_a_plain_operand_is_a_constant_and_a_value_is_none(make, expected):
    assert constants(make(Value(2.0, label="x"))) == expected


def test_it_counts_as_a_value_with_a_gradient():
    root = Value(2.0) * 3
    constant = root.parents[1]
    assert isinstance(constant, Value)
    root.backward()
    assert constant.grad == 2.0
    assert repr(constant) == "Value(data=3.0, grad=2.0)"


def test_a_label_makes_it_a_leaf_like_others():
    root = Value(2.0, label="x") * 3
    root.parents[1].label = "k"
    assert not is_constant(root.parents[1])
    assert list(node_names(root.topological_order()).values()) == ["x", "k", "v2"]


@pytest.mark.parametrize("links", [1, 300])
@pytest.mark.parametrize("how", ["copy", "deepcopy", "pickle"])
def test_it_stays_one_in_copies_and_in_pickles(how, links):
    root = Value(2.0, label="x")
    for _ in range(links):
        root = root + 1.5
    twin = {
        "copy": copy.copy,
        "deepcopy": copy.deepcopy,
        "pickle": lambda node: pickle.loads(pickle.dumps(node)),
    }[how](root)
    assert constants(twin) == [1.5] * links


def test_names_are_numbers_that_may_be_alike_and_the_others_count_on():
    x = Value(2.0, label="x")
    root = (x * 3 + 3) / 0.1
    names = list(node_names(root.topological_order()).values())
    assert names == ["x", "3.0", "v2", "3.0", "v4", "0.1", "v6"]


def test_sentences_say_the_constant():
    x = Value(2.0, label="x")
    root = x * -3
    root.label = "L"
    lines = [str(step) for step in root.backward_steps()]
    assert lines[2] == (
        "Step 2/2: (the constant -3.0).grad += ∂L/∂(the constant -3.0) · L.grad = "
        "0 + 2.0 · 1.0 = 2.0"
    )
    assert str(explain(root, root)).startswith("L = x·(-3.0) = 2.0·(-3.0) = -6.0")
    *_, step = root.backward_steps()
    assert step.rule == "∂L/∂(the constant -3.0) = x = 2.0"
    first = list(root.backward_steps())[1]
    assert first.rule == "∂L/∂x = -3.0"
    constant = root.parents[1]
    text = str(explain(constant, root))
    assert text.startswith("(the constant -3.0) = -3.0, a leaf")
    assert "L → (the constant -3.0): 2.0 = 2.0" in text
    assert str(nudge(constant, root)).startswith("the constant -3.0: -3.0 → -2.999.")


def test_constants_of_rules_are_quiet_in_graphs_of_derivatives():
    x = Value(0.5, label="x")
    slope = grad(x.tanh(), x)
    assert 1.0 in constants(slope)
    named = [node for node in slope.topological_order() if not node.parents]
    assert [node for node in named if not is_constant(node)] == [x]
