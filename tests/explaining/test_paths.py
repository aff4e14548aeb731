"""The ways from a root to a node, counted and listed."""

import pytest
from graphs import leaf_values, programs, run
from hypothesis import given

from tinygrad_edu import Value
from tinygrad_edu.engine.names import node_names
from tinygrad_edu.explaining.paths import MOST_COUNTED, Path, count_paths, find_paths
from tinygrad_edu.explaining.steps import gradients


def paths_of(node, root):
    order = root.topological_order()
    return find_paths(node, root, node_names(order), count_paths(node, order))


def test_the_ways_go_from_left_to_right_with_their_derivatives():
    x = Value(2.0, label="x")
    y = x * x + x
    y.label = "y"
    names = [path.names for path in paths_of(x, y)]
    assert names == [("y", "v1", "x"), ("y", "v1", "x"), ("y", "x")]
    assert [path.product for path in paths_of(x, y)] == [2.0, 2.0, 1.0]


@given(programs(), leaf_values)
def test_the_products_of_all_ways_sum_to_the_gradient(program, numbers):
    leaves = [Value(x) for x in numbers]
    root = run(program, leaves, lambda name, node: getattr(node, name)())
    order = root.topological_order()
    known = gradients(root)
    for leaf in leaves:
        count = count_paths(leaf, order)[root] if leaf in known else 0
        if 0 < count < 2000:
            found = paths_of(leaf, root)
            assert len(found) == count
            products = sum(path.product for path in found)
            assert products == pytest.approx(known[leaf], rel=1e-9, abs=1e-9)


def test_the_way_from_a_root_to_itself_has_no_edge():
    x = Value(2.0, label="x")
    assert paths_of(x, x) == [Path(("x",), ())]
    assert paths_of(x, x)[0].product == 1.0


def test_ways_that_double_a_hundred_times_are_counted_up_to_a_limit():
    x = y = Value(1.0)
    for _ in range(100):
        y = y + y
    assert count_paths(x, y.topological_order())[y] == MOST_COUNTED
