"""The order of a graph and the names of its nodes."""

import os
import subprocess
import sys

import pytest

from tinygrad_edu import Value, dot
from tinygrad_edu.engine.graph import has_more_nodes_than, topological_order
from tinygrad_edu.engine.names import node_names


def test_parents_come_first_and_each_node_once():
    a, b = Value(2.0), Value(3.0)
    c = a * b
    d = c + a
    e = d * c
    assert topological_order(e) == [a, b, c, d, e]


def test_order_is_post_order_with_operands_from_left_to_right():
    a, b, c, d = (Value(i) for i in range(4))
    left, right = c * d, a * b
    root = left + right
    assert topological_order(root) == [c, d, left, a, b, right, root]


def test_an_operand_used_twice_is_two_parents_and_one_node():
    x = Value(3.0)
    square = x * x
    assert square.parents == (x, x)
    assert topological_order(square) == [x, square]


def test_several_roots_share_one_order():
    a = Value(1.0)
    b, c = a + 1, a * 2
    order = topological_order(b, c)
    assert order.index(b) < order.index(c)
    assert order.count(a) == 1


def test_a_diamond_of_any_depth_is_walked_once():
    x = Value(1.0)
    for _ in range(2000):
        x = x + x
    assert len(topological_order(x)) == 2001


@pytest.mark.parametrize("limit", range(6))
def test_more_nodes_than_a_limit_are_told_at_the_limit(limit):
    x = Value(1.0)
    root = (x.tanh() + x).exp()
    assert has_more_nodes_than(limit, root) == (len(topological_order(root)) > limit)


def test_names_are_labels_or_positions_and_never_alike():
    a = Value(1.0, label="x")
    b = Value(2.0, label="x")
    c = a + b
    d = c * Value(3.0, label="v2")
    e = d - Value(4.0, label="x_2")
    names = node_names(topological_order(e))
    assert [names[node] for node in (a, b, c, d)] == ["x", "x_3", "v2_2", "v4"]
    assert len(set(names.values())) == len(names)


def test_a_name_that_a_position_took_is_not_given_again():
    a, b = Value(1.0, "v2"), Value(2.0)
    c = a + b
    e = c * Value(3.0, "v2")
    names = list(node_names(topological_order(e)).values())
    assert names == ["v2", "v1", "v2_2", "v2_3", "v4"]


def test_control_characters_do_not_reach_a_name():
    x = Value(1.0, label="a\nb\x1b[31m\ud800")
    assert node_names([x])[x] == "a\ufffdb\ufffd[31m\ufffd"


PROGRAM = """
import tinygrad_edu
from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.names import node_names
from tinygrad_edu import Value, MLP
model = MLP(3, [4, 1], seed=1)
root = model([1.0, 2.0, 3.0]) ** 2 + model([0.5, 0.1, -1.0]).exp()
root.backward()
order = topological_order(root)
print([node_names(order)[n] for n in order])
print([n.grad.hex() for n in order])
from tinygrad_edu import draw_dot
print(draw_dot(root).source)
"""


@pytest.mark.machine
def test_order_gradients_and_picture_are_the_same_in_every_process():
    outputs = set()
    for seed in ("0", "1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        outputs.add(run.stdout)
    assert len(outputs) == 1
    assert outputs.pop().count("\n") > 100


def test_dot_lists_weights_then_inputs():
    w = [Value(1.0), Value(2.0)]
    x = [Value(3.0), Value(4.0)]
    assert dot(w, x).parents == (*w, *x)
