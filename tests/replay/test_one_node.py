"""A node in place of a graph says so wherever the graph is asked for."""

import copy
import pickle

import pytest

from tinygrad_edu import (
    Value,
    draw_dot,
    explain,
    grad,
    language,
    play,
    record,
    replayed,
)

pytest.importorskip("numpy")


def node():
    w = Value(2.0, label="w")

    @replayed
    def loss(x):
        return (w * x) ** 2

    return [loss(float(x)) for x in range(5)][-1], w


@pytest.mark.parametrize(
    "ask",
    [
        lambda root, w: grad(root, w),
        lambda root, w: record(root, [w]),
        lambda root, w: record([2 * root + w], [w]),
        lambda root, w: explain(w, root),
        lambda root, w: play(root),
    ],
)
def test_what_needs_the_graph_says_how_to_get_it(ask):
    with pytest.raises(TypeError, match=r"This node was replayed.*f\.graph\(\.\.\.\)"):
        ask(*node())


def test_a_picture_says_it_too():
    root, _ = node()
    assert "f.graph(...) in place of f(...)" in draw_dot(root).source
    assert "replayed" in repr(root)
    assert "f.graph" not in draw_dot(Value(2.0) * 3).source
    with language("zh"):
        assert "用 f.graph(...) 代替 f(...)" in draw_dot(root).source


def test_steps_and_copies_are_those_of_any_node():
    root, w = node()
    assert root.grad == 0.0
    assert root.op.argument_names(2) == ["x0", "x1"]
    steps = list(root.backward_steps())
    assert [step.contribution for step in steps[1:]] == [64.0]
    for twin in (copy.deepcopy(root), pickle.loads(pickle.dumps(root))):
        w.zero_grad()
        twin.zero_grad()
        twin.backward()
        assert (twin.parents[0].grad, w.grad) == (64.0, 0.0)
