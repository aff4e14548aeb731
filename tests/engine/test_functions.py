"""The operators of many operands: right, stable, and PyTorch's at ties."""

import math
import sys

import mpmath
import pytest
from hypothesis import given, settings, strategies as st

from tinygrad_edu import (
    ShapeError,
    Value,
    dot,
    largest,
    log_softmax,
    logsumexp,
    maximum,
    mean,
    minimum,
    softmax,
    total,
    where,
)
from tinygrad_edu.engine.functions import pick, take
from tinygrad_edu.engine.primitives import LARGEST
from tinygrad_edu.nn import cross_entropy

numbers = st.lists(st.floats(-1000, 1000), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(values=numbers)
def test_softmax_family_equals_pytorch_up_to_a_thousand(torch, values):
    tensor = torch.tensor(values, requires_grad=True)
    nodes = [Value(value) for value in values]
    theirs = torch.logsumexp(tensor, 0)
    ours = logsumexp(nodes)
    assert ours.data == pytest.approx(theirs.item(), rel=1e-14)
    ours.backward()
    theirs.backward()
    # PyTorch's exp(x - z) is off by the rounding of z; ours is not.
    assert [n.grad for n in nodes] == pytest.approx(tensor.grad.tolist(), abs=1e-12)
    probabilities = [p.data for p in softmax(values)]
    assert probabilities == pytest.approx(torch.softmax(tensor, 0).tolist(), abs=1e-12)
    logs = [p.data for p in log_softmax(values)]
    assert logs == pytest.approx(torch.log_softmax(tensor, 0).tolist(), abs=1e-12)


@pytest.mark.parametrize(
    "values",
    [
        [1.0, math.inf],
        [1000.0, math.inf],
        [math.inf, math.inf],
        [-math.inf, -math.inf],
        [math.inf, -math.inf],
        [0.0, -math.inf],
        [math.nan, 1.0],
        [math.nan, math.inf],
        [1.7e308, 1.7e308],
        [-sys.float_info.max, -math.inf],
        [sys.float_info.max, 1.0],
    ],
)
def test_logsumexp_of_infinities_and_of_the_largest_floats_is_pytorch_s(torch, values):
    expected = torch.logsumexp(torch.tensor(values, dtype=torch.float64), 0).item()
    for run in (values, values[::-1]):
        assert repr(logsumexp(run).data) == repr(expected)


@pytest.mark.parametrize("size", [999.0, 1e3, -1e5, 1e10, 1e16, -1e16, 1e300])
def test_probabilities_losses_and_gradients_of_large_logits_keep_their_digits(size):
    values = [size, size, size - 1, size + 2]
    with mpmath.workdps(400):
        powers = [mpmath.exp(mpmath.mpf(x) - mpmath.mpf(size)) for x in values]
        exact = [power / mpmath.fsum(powers) for power in powers]
        logs = [float(mpmath.log(share)) for share in exact]
        shares = [float(share) for share in exact]
    nodes = [Value(x) for x in values]

    def slopes(node):
        for x in nodes:
            x.grad = 0.0
        node.backward()
        return [x.grad for x in nodes]

    assert slopes(logsumexp(nodes)) == pytest.approx(shares, rel=1e-14)
    of_class = [shares[0], shares[1] - 1, *shares[2:]]
    for target in (1, [0.0, 1.0, 0.0, 0.0]):
        loss = cross_entropy(nodes, target)
        assert loss.data == pytest.approx(-logs[1], rel=3e-13)
        assert slopes(loss) == pytest.approx(of_class, rel=1e-14)
    assert [x.data for x in log_softmax(nodes)] == pytest.approx(logs, abs=3e-13)
    probabilities = softmax(nodes)
    assert [p.data for p in probabilities] == pytest.approx(shares, rel=3e-13)
    expected = [shares[0] * ((i == 0) - share) for i, share in enumerate(shares)]
    assert slopes(probabilities[0]) == pytest.approx(expected, rel=3e-13)


def test_near_zero_a_softmax_has_no_node_more():
    nodes = [Value(0.5), Value(900.0)]
    assert [p.parents[0].parents[0] for p in softmax(nodes)] == nodes
    assert cross_entropy(nodes, 1).parents[1] is nodes[1]


def test_softmax_backpropagates_as_pytorch_s(torch):
    values = [0.5, -1.0, 2.0]
    nodes = [Value(value) for value in values]
    dot([1.0, -2.0, 3.0], softmax(nodes)).backward()
    tensor = torch.tensor(values, requires_grad=True)
    (torch.softmax(tensor, 0) @ torch.tensor([1.0, -2.0, 3.0])).backward()
    assert [n.grad for n in nodes] == pytest.approx(tensor.grad.tolist(), rel=1e-12)


@pytest.mark.parametrize("name", ["elu", "leaky_relu"])
def test_what_an_activation_is_not_told_is_pytorch_s(torch, name):
    x = torch.tensor(-1.5, dtype=torch.float64)
    expected = getattr(torch.nn.functional, name)(x).item()
    assert getattr(Value(-1.5), name)().data == pytest.approx(expected, rel=1e-14)


def test_masked_scores_get_no_probability():
    assert [p.data for p in softmax([0.0, -math.inf])] == [1.0, 0.0]


def test_what_is_certain_costs_infinitely_much_where_it_is_denied():
    assert cross_entropy([math.inf, 0.0], 1).data == math.inf


TIES = [
    ("relu", lambda x: x.relu(), lambda t, x: t.relu(x), 0.0),
    ("abs", lambda x: abs(x), lambda t, x: t.abs(x), 0.0),
    ("sign", lambda x: x.sign(), lambda t, x: t.sign(x), 0.0),
    (
        "leaky",
        lambda x: x.leaky_relu(),
        lambda t, x: t.nn.functional.leaky_relu(x),
        0.0,
    ),
    ("elu", lambda x: x.elu(1.5), lambda t, x: t.nn.functional.elu(x, 1.5), 0.0),
    ("clip at low", lambda x: x.clip(-1, 2), lambda t, x: t.clamp(x, -1, 2), -1.0),
    ("clip at high", lambda x: x.clip(-1, 2), lambda t, x: t.clamp(x, -1, 2), 2.0),
    ("clip to one", lambda x: x.clip(1, 1), lambda t, x: t.clamp(x, 1, 1), 1.0),
    ("x**0", lambda x: x**0, lambda t, x: x**0, 0.0),
    ("x**1", lambda x: x**1, lambda t, x: x**1, 0.0),
    ("x**1.5", lambda x: x**1.5, lambda t, x: x**1.5, 0.0),
    ("x**0.5", lambda x: x**0.5, lambda t, x: x**0.5, 0.0),
    ("sqrt", lambda x: x.sqrt(), lambda t, x: t.sqrt(x), 0.0),
]


@pytest.mark.parametrize(
    ("name", "ours", "theirs", "at"), TIES, ids=[t[0] for t in TIES]
)
def test_at_a_kink_the_convention_is_pytorch_s(torch, name, ours, theirs, at):
    x = Value(at)
    z = ours(x)
    z.backward()
    tensor = torch.tensor(at, requires_grad=True)
    expected = theirs(torch, tensor)
    expected.backward()
    assert (z.data, x.grad) == (expected.item(), tensor.grad.item())


@pytest.mark.parametrize("pair", [(1.0, 1.0), (1.0, 2.0), (math.inf, math.inf)])
def test_maximum_and_minimum_split_a_tie_as_pytorch_does(torch, pair):
    for ours, theirs in ((maximum, torch.maximum), (minimum, torch.minimum)):
        x, y = Value(pair[0]), Value(pair[1])
        ours(x, y).backward()
        a, b = (torch.tensor(v, requires_grad=True) for v in pair)
        theirs(a, b).backward()
        assert (x.grad, y.grad) == (a.grad.item(), b.grad.item())


def test_largest_gives_a_tie_to_the_first_as_max_pooling_does(torch):
    values = [1.0, 3.0, 3.0, 2.0]
    nodes = [Value(value) for value in values]
    z = largest(nodes)
    z.backward()
    tensor = torch.tensor([[values]], requires_grad=True)
    torch.nn.functional.max_pool1d(tensor, 4).sum().backward()
    assert [n.grad for n in nodes] == tensor.grad.flatten().tolist()
    assert z.data == 3.0


def test_the_largest_of_one_is_that_one_and_is_nowhere_near_a_kink():
    x = Value(3.0)
    z = largest([x])
    z.backward()
    assert (z.data, x.grad) == (3.0, 1.0)
    assert LARGEST.kink.distance(3.0) == math.inf
    assert LARGEST.kink.distance(3.0, 5.0, 1.0) == 2.0


def test_where_takes_y_at_zero_and_sends_no_gradient_to_the_test():
    test, x, y = Value(0.0), Value(2.0), Value(3.0)
    z = where(test, x, y)
    z.backward()
    assert (z.data, test.grad, x.grad, y.grad) == (3.0, 0.0, 0.0, 1.0)


def test_many_operands_make_one_node():
    values = [Value(float(i)) for i in range(5)]
    for function in (total, mean, largest, logsumexp):
        assert function(values).parents == tuple(values)
        assert function(iter(values)).parents == tuple(values)
    assert total(values).data == 10.0
    assert mean(values).data == 2.0


@pytest.mark.parametrize("function", [total, mean, largest, logsumexp, softmax])
def test_nothing_at_all_is_refused(function):
    with pytest.raises(ValueError, match="at least one value"):
        function([])


def test_dot_needs_as_many_weights_as_inputs():
    with pytest.raises(ShapeError, match="2 weights and 1 inputs"):
        dot([1.0, 2.0], [3.0])


def test_a_value_used_twice_in_dot_gets_both_parts():
    x = Value(3.0)
    dot([x], [x]).backward()
    assert x.grad == 6.0


class Late:
    """An index that is known when a list is there, as one of a recording is."""

    def __init__(self, number):
        self.number = number

    def element_of(self, values):
        return values[self.number]


def test_pick_and_take_leave_the_choice_to_an_index_that_makes_it():
    assert pick("abc", Late(1)) == "b"
    assert take([[1.0, 2.0], [3.0, 4.0]], Late(1)) == [3.0, 4.0]
    assert take([[1.0, 2.0], [3.0, 4.0]], 1) == [3.0, 4.0]
    with pytest.raises(ValueError, match="shorter"):
        take([[1.0, 2.0], [3.0]], Late(1))


def test_pick_is_the_element_and_hands_its_gradient_to_that_alone():
    values = [Value(1.0), Value(2.0), Value(3.0)]
    picked = pick(values, 1)
    assert picked is values[1]
    (picked * 5.0).backward()
    assert [x.grad for x in values] == [0.0, 5.0, 0.0]
    assert pick([1.0, 2.0], -1) == 2.0
    with pytest.raises(IndexError):
        pick(values, 3)


def test_take_is_the_row_itself():
    rows = [[Value(1.0)], [Value(2.0), Value(3.0)]]
    assert take(rows, 1) is rows[1]
    assert take(rows, -2) is rows[0]
    with pytest.raises(IndexError):
        take(rows, 2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: dot(1.0, [1.0]),
        lambda: dot([1.0], Value(2.0)),
        lambda: total(3.0),
        lambda: mean(None),
        lambda: softmax(2.0),
    ],
)
def test_what_is_no_list_is_refused_by_name(call):
    with pytest.raises(TypeError, match=r"^(What|The) .* must be a list, not "):
        call()


def test_what_a_generator_raises_is_its_own():
    with pytest.raises(TypeError, match="unsupported operand"):
        total(x + "a" for x in [1.0])
    with pytest.raises(TypeError, match="unsupported operand"):
        dot([1.0], (x + "a" for x in [1.0]))


@pytest.mark.parametrize("choose", [pick, take])
def test_what_is_not_there_cannot_be_chosen(choose):
    with pytest.raises(IndexError, match="A list of 1 has no element number 3: give"):
        choose([[1.0]], 3)
    with pytest.raises(TypeError, match="What is chosen from must be a list"):
        choose(2.0, 0)


@pytest.mark.machine
def test_a_number_of_numpy_chooses_as_an_int_does():
    number = pytest.importorskip("numpy").int64
    numbers = [3.0, 5.0]
    assert pick(numbers, number(-1)) is numbers[1]
    assert take([numbers, []], number(0)) is numbers
