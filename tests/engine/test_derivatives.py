"""Derivatives as graphs: right to the third order."""

import re

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings, strategies as st
from records import RECORDS, arity, inside, moderate, oracle_second_partials, record_id

from tinygrad_edu import Value, grad, hessian, jacobian, logsumexp, maximum, where
from tinygrad_edu.engine.derivatives import VALUES
from tinygrad_edu.engine.value import apply
from tinygrad_edu.engine.worlds import FLOATS, World

every_record = pytest.mark.parametrize("record", RECORDS, ids=record_id)


def test_grad_writes_no_gradient():
    x = Value(2.0)
    y = x**3
    assert grad(y, x).data == 12.0
    assert (x.grad, y.grad) == (0.0, 0.0)


def test_an_input_that_the_output_does_not_depend_on_gives_zero():
    x, y = Value(2.0), Value(3.0)
    assert [g.data for g in grad(x * 2, [x, y])] == [2.0, 0.0]


def test_an_interior_node_can_be_an_input():
    x = Value(2.0)
    square = x * x
    y = square.sin() * x
    by_square, by_x = grad(y, [square, x])
    y.backward()
    assert by_square.data == square.grad
    assert by_x.data == pytest.approx(x.grad, rel=1e-15)


@pytest.mark.parametrize("arguments", [("x", ["a"]), ([1], [2]), (1.0, [2.0])])
def test_what_is_no_value_is_refused(arguments):
    with pytest.raises(TypeError, match="differentiates a Value by Values"):
        grad(*arguments)
    with pytest.raises(TypeError, match="'L' is not one"):
        grad(Value(1.0), ["L"])


def test_the_output_itself_is_an_input_with_slope_one():
    x = Value(2.0)
    assert grad(x, x).data == 1.0


@every_record
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_grad_equals_backward_and_its_own_slopes_equal_mpmath_s(record, data):
    count = arity(record)
    values = data.draw(st.lists(moderate, min_size=count, max_size=count))
    if record.name in ("asin", "acos"):
        values = [value / 9 for value in values]
    assume(inside(record, values))
    inputs = [Value(value) for value in values]
    node = apply(record, inputs)
    first = grad(node, inputs)
    assert [g.data for g in first] == pytest.approx(node.local_derivatives, rel=1e-13)
    expected = oracle_second_partials(record, values)
    for slope, row in zip(first, expected, strict=True):
        second = [g.data for g in grad(slope, inputs)]
        assert second == pytest.approx([float(e) for e in row], rel=1e-8, abs=1e-9)


FUNCTIONS = [
    ("x**3 * y + sin(x*y)", lambda x, y: x**3 * y + (x * y).sin()),
    ("exp(x*y) / (1 + x**2)", lambda x, y: (x * y).exp() / (1 + x**2)),
    ("tanh(x - y)**2", lambda x, y: (x - y).tanh() ** 2),
    ("log(1 + exp(x))*y", lambda x, y: x.softplus() * y),
    ("y/(1 + exp(-x))", lambda x, y: y * x.sigmoid()),
    ("x*y/(1 + exp(-x))", lambda x, y: x.silu() * y),
    ("log(exp(x) + exp(y))", lambda x, y: logsumexp([x, y])),
    ("sqrt(x**2 + y**2)", lambda x, y: (x * x + y * y).sqrt()),
    ("erf(x)*atan(y)", lambda x, y: x.erf() * y.atan()),
]


@pytest.mark.parametrize(("text", "function"), FUNCTIONS, ids=[t for t, _ in FUNCTIONS])
@pytest.mark.parametrize("point", [(0.7, -0.4), (0.0, 1.0), (-1.2, 0.3)])
def test_orders_one_to_three_agree_with_sympy(text, function, point):
    sx, sy = sympy.symbols("x y")
    expression = sympy.sympify(text)
    at = dict(zip((sx, sy), map(sympy.Float, point)))
    x, y = Value(point[0]), Value(point[1])
    output = function(x, y)
    for variables in ("x", "y", "xx", "xy", "yy", "xxx", "xxy", "xyy"):
        node, exact = output, expression
        for name in variables:
            node = grad(node, {"x": x, "y": y}[name])
            exact = sympy.diff(exact, {"x": sx, "y": sy}[name])
        expected = float(exact.subs(at))
        assert node.data == pytest.approx(expected, rel=1e-10, abs=1e-12), variables


def test_double_backward_agrees_with_pytorch(torch):
    x = [0.3, -0.8, 1.1]
    values = [Value(v) for v in x]
    output = maximum(values[0], values[1]).gelu() * logsumexp(values) ** 3
    first = grad(output, values)
    tensor = torch.tensor(x, requires_grad=True)
    expected = torch.nn.functional.gelu(torch.maximum(tensor[0], tensor[1]))
    expected = expected * torch.logsumexp(tensor, 0) ** 3
    (slopes,) = torch.autograd.grad(expected, tensor, create_graph=True)
    for i in range(3):
        (row,) = torch.autograd.grad(slopes[i], tensor, retain_graph=True)
        assert [g.data for g in grad(first[i], values)] == pytest.approx(row.tolist())


def test_infinite_slopes_are_infinite_here_too():
    x = Value(0.0)
    assert grad(x.sqrt(), x).data == float("inf")
    y = Value(1.0)
    assert grad(y.acos(), y).data == float("-inf")


def test_both_worlds_know_every_word():
    for word in World._fields:
        assert callable(getattr(VALUES, word))
        assert callable(getattr(FLOATS, word))
        assert re.search(rf"\b{word}\b", World.__doc__)


def test_the_jacobian_agrees_with_pytorch(torch):
    def function(x, y, exp, sin):
        return [x * y, exp(x) - y, sin(x * x)]

    x, y = Value(0.3), Value(-1.2)
    outputs = function(x, y, Value.exp, Value.sin)
    ours = [[entry.data for entry in row] for row in jacobian(outputs, [x, y])]
    theirs = torch.autograd.functional.jacobian(
        lambda t: torch.stack(function(t[0], t[1], torch.exp, torch.sin)),
        torch.tensor([0.3, -1.2]),
    )
    assert ours == [pytest.approx(row) for row in theirs.tolist()]


def test_the_hessian_agrees_with_pytorch_is_symmetric_and_goes_on(torch):
    def function(x, y, z):
        return x**3 * y + (y * z) ** 2 + x * y * z

    values = [Value(v) for v in (0.5, -1.5, 2.0)]
    ours = hessian(function(*values), values)
    theirs = torch.autograd.functional.hessian(
        lambda t: function(*t), torch.tensor([0.5, -1.5, 2.0])
    )
    numbers = [[entry.data for entry in row] for row in ours]
    assert numbers == [pytest.approx(row) for row in theirs.tolist()]
    assert numbers == [list(column) for column in zip(*numbers)]
    assert grad(ours[0][0], values[0]).data == 6 * -1.5


@pytest.mark.parametrize("x", [-700.0, -37.0, 0.0, 2.0, 37.0, 40.0, 700.0])
def test_the_second_derivative_of_softplus_keeps_its_digits_in_the_tails(x):
    leaf = Value(x)
    second = grad(grad(leaf.softplus(), leaf), leaf)
    with mpmath.workdps(700):
        share = 1 / (1 + mpmath.exp(-mpmath.mpf(x)))
        exact = float(share * (1 - share))
    assert second.data == pytest.approx(exact, rel=1e-14, abs=0)


@pytest.mark.parametrize("x", [0.0, -0.5, 0.5])
def test_the_second_derivative_of_elu_is_pytorch_s_also_at_its_kink(torch, x):
    tensor = torch.tensor(x, requires_grad=True)
    output = torch.nn.functional.elu(tensor, alpha=1.5)
    (first,) = torch.autograd.grad(output, tensor, create_graph=True)
    (second,) = torch.autograd.grad(first, tensor)
    leaf = Value(x)
    slope = grad(leaf.elu(1.5), leaf)
    assert slope.data == pytest.approx(first.item(), rel=1e-15)
    assert grad(slope, leaf).data == pytest.approx(second.item(), rel=1e-15)


def test_a_function_in_place_of_a_node_is_told_how_to_ask():
    with pytest.raises(TypeError, match=r"y = f\(x\), and then grad\(y, x\)"):
        grad(Value.tanh)(2.0)
    with pytest.raises(TypeError, match="by nodes"):
        grad(Value(2.0))


def test_what_pytorch_says_of_graphs_changes_nothing():
    x = Value(2.0)
    slope = grad(x**3, x, create_graph=True, retain_graph=True)
    assert grad(slope, x, create_graph=False).data == 12.0


def test_what_a_rule_says_never_flows_costs_no_node():
    test, x = Value(1.0), Value(2.0)
    for slope in (grad(test.sign(), test), grad(where(test, x, 3.0), test)):
        assert slope.data == 0.0
        assert slope.parents == ()
