"""The names of nodes: labels where there are some, else the place in the order."""

from hypothesis import given, strategies as st

from tinygrad_edu import Value, draw_dot, explain
from tinygrad_edu.engine.names import node_names

LABELS = st.sampled_from(["", "a", "a_2", "v0", "v1", "v1_2", "b"])


@given(st.lists(LABELS, min_size=1, max_size=12))
def test_no_two_names_are_alike_and_a_label_used_once_is_kept(labels):
    nodes = [Value(0.0, label=label) for label in labels]
    names = node_names(nodes)
    assert len(set(names.values())) == len(nodes)
    for node in nodes:
        if node.label and labels.count(node.label) == 1:
            assert names[node] == node.label


def test_a_node_without_a_label_is_called_by_its_place():
    nodes = [Value(0.0), Value(0.0, label="x"), Value(0.0)]
    assert list(node_names(nodes).values()) == ["v0", "x", "v2"]


def test_a_name_is_the_same_in_pictures_steps_and_explanations():
    x = Value(2.0, label="x")
    y = x * x + Value(1.0, label="x")
    names = set(node_names(y.topological_order()).values())
    assert names == {"x", "v1", "x_2", "v3"}
    source = draw_dot(y).source
    assert all(f"<b>{name}</b>" in source for name in names)
    y.label = ""
    assert {step.parent_name for step in y.backward_steps()} == names
    assert repr(explain(x, y)).startswith("x = ")
