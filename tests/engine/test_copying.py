"""Graphs are copied and pickled whole, however deep, and keep what they share."""

import copy
import pickle

import pytest

from tinygrad_edu import MLP, Value
from tinygrad_edu.engine.copying import FEW_NODES


def pickled(x):
    return pickle.loads(pickle.dumps(x))


WAYS = pytest.mark.parametrize("twin_of", [copy.deepcopy, pickled])


def chain(leaf, length):
    node = leaf
    for i in range(length):
        node = node * 1.0 if i % 2 else node.tanh()
    return node


@pytest.mark.machine
@WAYS
@pytest.mark.parametrize("length", [3, 100_000])
def test_a_twin_of_a_graph_has_its_numbers_structure_and_gradients(twin_of, length):
    leaf = Value(0.5, label="x")
    root = chain(leaf, length)
    root.label = "y"
    root.backward()
    twin = twin_of(root)
    order, twins = root.topological_order(), twin.topological_order()
    assert not set(order) & set(twins)
    places = {node: i for i, node in enumerate(order)}
    twin_places = {node: i for i, node in enumerate(twins)}
    for node, other in zip(order, twins, strict=True):
        assert type(other) is type(node)
        assert (other.data, other.grad, other.label) == (
            node.data,
            node.grad,
            node.label,
        )
        assert other.op is node.op
        assert other.local_derivatives == node.local_derivatives
        assert [twin_places[p] for p in other.parents] == [
            places[p] for p in node.parents
        ]
    grad = leaf.grad
    twin.backward()
    assert leaf.grad == grad
    assert twins[0].grad == 2 * grad


@WAYS
def test_roots_that_go_together_keep_the_nodes_they_share(twin_of):
    a = Value(2.0, label="a")
    inner = a * a
    outer = inner + a
    twin_inner, twin_outer, twin_a = twin_of([inner, outer, a])
    assert twin_outer.parents == (twin_inner, twin_a)
    assert twin_inner.parents == (twin_a, twin_a)


@WAYS
def test_a_model_and_its_large_loss_keep_the_parameters_they_share(twin_of):
    model = MLP(2, [8, 1], seed=0)
    loss = model([1.0, -2.0]) ** 2
    loss = chain(loss, FEW_NODES)
    twin, twin_loss = twin_of((model, loss))
    twin_loss.backward()
    loss.backward()
    gradients = [p.grad for p in model.parameters()]
    assert any(gradients)
    assert [p.grad for p in twin.parameters()] == gradients


def test_a_shallow_copy_shares_parents_and_is_a_node_of_its_own():
    root = Value(2.0) * Value(3.0)
    twin = copy.copy(root)
    twin.grad = 5.0
    assert twin is not root
    assert twin.parents is root.parents
    assert (root.grad, twin.data) == (0.0, 6.0)
