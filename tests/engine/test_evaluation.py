"""A graph evaluated again on plain numbers; the nodes stay as they are."""

import pytest
from graphs import leaf_values, programs, run
from hypothesis import given

from tinygrad_edu import DomainError, Value
from tinygrad_edu.engine.evaluation import evaluate, evaluate_all, float_gradient


def call(name, node):
    return getattr(node, name)()


@given(programs(), leaf_values, leaf_values)
def test_other_leaves_give_the_bits_that_a_new_graph_has(program, first, second):
    leaves = [Value(x) for x in first]
    root = run(program, leaves, call)
    again = run(program, [Value(x) for x in second], call)
    before = [(node.data, node.grad) for node in root.topological_order()]
    assert evaluate(root, dict(zip(leaves, second))) == again.data
    assert evaluate(root) == root.data
    assert [(node.data, node.grad) for node in root.topological_order()] == before


def test_an_interior_may_be_given_a_number_too():
    x = Value(2.0)
    y = x * x
    assert evaluate(y + 1, {y: 10.0}) == 11.0


def test_outside_a_domain_the_operator_is_named_with_its_new_number():
    x = Value(2.0, label="p")
    with pytest.raises(
        DomainError, match=r"log is undefined at x = -1\.0 \(node 'p'\)"
    ):
        evaluate(x.log(), {x: -1.0})


def test_slopes_are_asked_for_where_a_graph_would_need_them():
    x, y = Value(2.0), Value(3.0)
    z = x**y
    numbers = {x: 0.0, y: 0.0}
    evaluate_all(z.topological_order(), numbers)
    assert numbers[z] == 1.0
    # 0⁰ is 1, but y·z/x and z·ln x are not there.
    with pytest.raises(DomainError, match=r"\*\* is undefined at x = 0"):
        evaluate_all(z.topological_order(), {x: 0.0, y: 0.0}, slopes=True)


@given(programs(), leaf_values)
def test_float_gradient_is_that_of_backward_to_the_last_bit(program, numbers):
    leaves = list(map(Value, numbers))
    root = run(program, leaves, call)
    unused = Value(1.0)
    found = float_gradient(root, [*leaves, unused])
    assert all(leaf.grad == 0.0 for leaf in leaves)
    root.backward()
    assert found == [*[leaf.grad for leaf in leaves], 0.0]


def test_float_gradient_of_a_share_is_that_share():
    x, y = Value(3.0), Value(5.0)
    assert float_gradient(x * y * x, [x, y], 0.25) == [7.5, 2.25]
    assert float_gradient(x, [x], 0.5) == [0.5]
