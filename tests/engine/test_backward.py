"""The backward pass: exact, repeatable, of any depth, and without a trace in memory."""

import gc
import math
import subprocess
import sys

import pytest
from graphs import leaf_values, programs, run
from hypothesis import given, settings

from tinygrad_edu import MLP, Value, nn


def test_the_lecture_s_expression():
    a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)
    e = a * b
    d = e + c
    loss = d * f
    loss.backward()
    grads = [node.grad for node in (a, b, c, f, e, d, loss)]
    assert grads == [6.0, -4.0, -2.0, 4.0, -2.0, -2.0, 1.0]


def test_a_node_used_twice_gets_the_sum():
    a = Value(3.0)
    (a + a).backward()
    assert a.grad == 2.0


def test_topological_order_is_needed():
    a = Value(1.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad) == (4.0, 2.0)


def test_a_second_backward_doubles_leaves_exactly_and_sets_interiors_afresh():
    x = Value(3.0)
    square = x * x
    cube = square * x
    cube.backward()
    assert (x.grad, square.grad) == (27.0, 3.0)
    cube.backward()
    assert (x.grad, square.grad, cube.grad) == (54.0, 3.0, 1.0)


def test_two_roots_that_share_an_interior_add_up():
    x = Value(2.0)
    shared = x * x
    first, second = shared * 3, shared.exp()
    first.backward()
    second.backward()
    assert x.grad == 4.0 * 3 + 4.0 * math.exp(4.0)


def test_backward_from_an_interior_leaves_the_rest_alone():
    x = Value(2.0)
    inner = x * 3
    outer = inner * 5
    inner.backward()
    assert (x.grad, outer.grad) == (3.0, 0.0)


def test_backward_on_a_leaf_accumulates_as_in_pytorch(torch):
    leaf = Value(2.0)
    tensor = torch.tensor(2.0, requires_grad=True)
    for _ in range(2):
        leaf.backward()
        tensor.backward()
    assert leaf.grad == tensor.grad.item() == 2.0


def test_zero_grad_clears_the_whole_graph():
    a = Value(2.0)
    b = a * a
    c = b + a
    c.backward()
    c.zero_grad()
    assert [node.grad for node in (a, b, c)] == [0.0, 0.0, 0.0]


def test_integer_gradients_of_lecture_code_are_fine():
    a = Value(2.0)
    a.grad = 0
    (a * 3).backward()
    assert a.grad == 3.0


TORCH_NAMES = {"softplus": "softplus", "silu": "silu"}


@settings(max_examples=150, deadline=None)
@given(program=programs(), values=leaf_values)
def test_gradients_of_random_graphs_equal_pytorch_s(torch, program, values):
    def torch_call(name, x):
        if name in TORCH_NAMES:
            return getattr(torch.nn.functional, name)(x)
        return getattr(torch, name)(x)

    ours = [Value(value) for value in values]
    root = run(program, ours, lambda name, x: getattr(x, name)())
    theirs = [torch.tensor(value, requires_grad=True) for value in values]
    expected = run(program, theirs, torch_call)
    assert root.data == pytest.approx(expected.item(), rel=1e-10, abs=1e-12)
    root.backward()
    expected.backward()
    for leaf, tensor in zip(ours, theirs, strict=True):
        gradient = 0.0 if tensor.grad is None else tensor.grad.item()
        assert leaf.grad == pytest.approx(gradient, rel=1e-8, abs=1e-9)


@pytest.mark.machine
def test_a_chain_of_a_million_is_built_walked_back_and_freed():
    x = Value(0.5)
    node = x
    for _ in range(1_000_000):
        node = node + 1e-6
    node.backward()
    assert x.grad == 1.0
    assert node.data == pytest.approx(1.5)
    del node
    assert gc.collect() == 0


CYCLE_HUNT = """
import gc
gc.collect()
gc.disable()
gc.set_debug(gc.DEBUG_SAVEALL)
from tinygrad_edu import Value, MLP, nn, grad, softmax, fit
import tinygrad_edu.nn
gc.collect()
gc.garbage.clear()
model = MLP(2, [4, 3], seed=0)
for expanded in (False, True):
    loss = nn.cross_entropy(MLP(2, [4, 3], seed=0, expanded=expanded)([1.0, -2.0]), 1)
    loss.backward()
    loss.backward()
    repr(loss), loss._prev, loss.topological_order()
    slope = grad(loss, [loss.topological_order()[0]])
    softmax(model([0.1, 0.2]))[0].backward()
    del loss, slope
try:
    Value(-1.0).log()
except ValueError:
    pass
rows = [[0.0, 1.0], [1.0, 0.0]]
fit(model, rows, [0, 1], loss=nn.cross_entropy, progress=False, engine="eager")
del model
gc.collect()
print([type(x).__name__ for x in gc.garbage if "tinygrad" in repr(type(x))])
print(len([x for x in gc.garbage if type(x).__module__.startswith("tinygrad_edu")]))
"""


@pytest.mark.machine
def test_no_graph_holds_a_reference_cycle():
    run = subprocess.run(
        [sys.executable, "-c", CYCLE_HUNT], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["[]", "0"], run.stdout


def test_a_graph_is_freed_with_its_root_while_the_collector_sleeps():
    def alive():
        return sum(type(x) is Value for x in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = alive()
        root = nn.mse(MLP(3, [5, 2], seed=0)([1.0, 2.0, 3.0]), [0.0, 1.0])
        root.backward()
        assert alive() > before + 50
        del root
        assert alive() == before
    finally:
        gc.enable()


def lecture():
    """Return the neuron of the lecture, each node by its name."""
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    x1w1, x2w2 = x1 * w1, x2 * w2
    s = x1w1 + x2w2
    n = s + b
    o = n.tanh()
    return o, [o, n, s, b, x2w2, x1w1], [x1, w1, x2, w2, b]


def test_backward_by_hand_node_after_node_is_the_backward_pass():
    o, inner, leaves = lecture()
    o.grad = 1.0
    for node in inner:
        node._backward()
    by_hand = [leaf.grad for leaf in leaves]
    assert by_hand == pytest.approx([-1.5, 1.0, 0.5, 0.0, 0.5])
    root, _, others = lecture()
    root.backward()
    assert by_hand == [leaf.grad for leaf in others]


def test_backward_of_a_node_hands_its_gradient_on_once_for_each_operand():
    a = Value(3.0)
    b = a * a + a
    b.grad = 2.0
    b._backward()
    assert (b.parents[0].grad, a.grad) == (2.0, 2.0)
    b.parents[0]._backward()
    assert a.grad == 2.0 + 2.0 * 3.0 * 2.0
    a._backward()
    assert a.grad == 14.0


def test_a_closure_assigned_to_a_node_is_told_how_operators_are_made():
    node = Value(1.0) + 1.0
    with pytest.raises(AttributeError, match="an operator is a record"):
        node._backward = lambda: None
    node.backward()


def test_none_for_a_gradient_counts_as_zero_and_is_read_as_none():
    a, b = Value(2.0), Value(-3.0)
    a.grad = b.grad = None
    assert a.grad is None
    c = a * b
    c.grad = None
    c.backward()
    assert (a.grad, b.grad, c.grad) == (-3.0, 2.0, 1.0)
    a.grad = None
    list(c.backward_steps())
    assert (a.grad, b.grad) == (-3.0, 4.0)
    a.grad = c.grad = None
    c._backward()
    assert a.grad == 0.0
    a.grad = None
    a.backward()
    assert a.grad == 1.0


def test_retain_graph_changes_nothing_and_create_graph_would():
    a = Value(2.0)
    c = a * a
    c.backward(retain_graph=True)
    c.backward(retain_graph=False)
    assert a.grad == 8.0
    with pytest.raises(TypeError, match="create_graph"):
        c.backward(create_graph=True)
    assert a.grad == 8.0
