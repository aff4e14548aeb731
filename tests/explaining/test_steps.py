"""The backward pass by steps: the same bits, a step an edge, and every number told."""

import pytest
from graphs import leaf_values, lesson, programs, run
from hypothesis import given, settings

from tinygrad_edu import MLP, Neuron, Step, Value, largest, nn
from tinygrad_edu.explaining.steps import gradients, rehearse


def test_each_step_reads_as_a_line_that_can_be_checked_by_hand():
    assert [str(step) for step in lesson().backward_steps()] == [
        "Step 0/6: L.grad = dL/dL = 1.0",
        "Step 1/6: d.grad += ∂L/∂d · L.grad = 0 + (-2.0) · 1.0 = -2.0",
        "Step 2/6: f.grad += ∂L/∂f · L.grad = 0 + 4.0 · 1.0 = 4.0",
        "Step 3/6: e.grad += ∂d/∂e · d.grad = 0 + 1.0 · (-2.0) = -2.0",
        "Step 4/6: c.grad += ∂d/∂c · d.grad = 0 + 1.0 · (-2.0) = -2.0",
        "Step 5/6: a.grad += ∂e/∂a · e.grad = 0 + (-3.0) · (-2.0) = 6.0",
        "Step 6/6: b.grad += ∂e/∂b · e.grad = 0 + 2.0 · (-2.0) = -4.0",
    ]


def test_rules_are_told_in_words_and_in_latex():
    steps = list(lesson().backward_steps())
    assert [step.rule for step in steps[1:4]] == [
        "∂L/∂d = f = -2.0",
        "∂L/∂f = d = 4.0",
        "∂d/∂e = 1.0",
    ]
    assert steps[0].latex == r"\frac{d L}{d L} = 1"
    assert steps[5].latex == (
        r"\frac{d L}{d a} \mathrel{+}= \frac{\partial e}{\partial a} \cdot "
        r"\frac{d L}{d e} = b \cdot \frac{d L}{d e} = "
        r"(-3.0) \cdot (-2.0) = 6.0"
    )


def test_the_rule_of_a_sigmoid_is_its_record_s():
    y = Neuron(1, activation="sigmoid", seed=0)([Value(0.0, "x0")])
    y.label = "y"
    _, step, *_ = y.backward_steps()
    assert step.rule == "∂y/∂v4 = y·(1 - y) = 0.25"


@settings(max_examples=100, deadline=None)
@given(program=programs(), values=leaf_values)
def test_gradients_are_bit_identical_to_backward_and_steps_match_edges(program, values):
    def build():
        leaves = [Value(value) for value in values]
        return run(program, leaves, lambda name, x: getattr(x, name)())

    plain, stepped = build(), build()
    for _ in range(2):
        plain.backward()
        steps = list(stepped.backward_steps())
    plain_order, order = plain.topological_order(), stepped.topological_order()
    assert [n.grad.hex() for n in order] == [n.grad.hex() for n in plain_order]
    edges = [(n, p) for n in reversed(order) for p in n.parents]
    assert [(s.node, s.parent) for s in steps[1:]] == edges
    assert [s.index for s in steps] == list(range(len(edges) + 1))
    assert all(s.count == len(edges) for s in steps)
    for step in steps:
        assert step.contribution == step.local_derivative * step.upstream
        assert step.after == step.before + step.contribution


def test_a_step_is_yielded_when_it_is_done_and_not_before():
    loss = lesson()
    steps = loss.backward_steps()
    assert loss.grad == 0.0
    next(steps)
    assert loss.grad == 1.0
    step = next(steps)
    assert step.parent.grad == step.after == -2.0


def test_an_abandoned_pass_keeps_what_leaves_got_and_the_next_starts_interiors_afresh():
    loss = lesson()
    d, f = loss.parents
    steps = loss.backward_steps()
    for _ in range(3):
        next(steps)
    steps.close()
    assert (d.grad, f.grad) == (-2.0, 4.0)
    loss.backward()
    assert (d.grad, f.grad) == (-2.0, 8.0)
    loss.zero_grad()
    assert f.grad == 0.0


def test_a_leaf_alone_has_the_seed_and_accumulates():
    x = Value(3.0, "x")
    assert [step.operand for step in Value(1.0).backward_steps()] == [0]
    assert [str(s) for s in x.backward_steps()] == ["Step 0/0: x.grad = dx/dx = 1.0"]
    assert [str(s) for s in x.backward_steps()] == ["Step 0/0: x.grad += dx/dx = 1.0"]


def test_an_operand_used_twice_takes_two_steps():
    x = Value(3.0, "x")
    _, first, second = (x * x).backward_steps()
    assert (first.operand, second.operand) == (0, 1)
    assert (first.before, second.before, second.after) == (0.0, 3.0, 6.0)


def test_a_step_is_frozen():
    step = next(lesson().backward_steps())
    assert isinstance(step, Step)
    with pytest.raises(AttributeError):
        step.after = 0.0


def test_gradients_writes_none():
    model = MLP(2, [3, 2], seed=0)
    loss = nn.cross_entropy(model([1.0, -1.0]), 0)
    known = gradients(loss)
    assert all(node.grad == 0.0 for node in loss.topological_order())
    loss.backward()
    assert [known[p] for p in model.parameters()] == [
        p.grad for p in model.parameters()
    ]


def test_a_rehearsal_takes_the_steps_from_zero_and_writes_no_gradient():
    loss = lesson()
    loss.backward()
    before = [node.grad for node in loss.topological_order()]
    rehearsed = rehearse(loss)
    assert [node.grad for node in loss.topological_order()] == before
    fresh = list(lesson().backward_steps())
    assert [str(step) for step in rehearsed] == [str(step) for step in fresh]


def test_the_rule_of_an_operator_with_many_operands_stays_short():
    z = largest([Value(float(i), f"x{i}") for i in range(1500)])
    assert all(len(step.rule) < 40 for step in z.backward_steps())
