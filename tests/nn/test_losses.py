"""Each loss equals the PyTorch function that it names, gradients included."""

import math

import pytest

from tinygrad_edu import ShapeError, Value, nn


def gradients(loss, nodes):
    loss.backward()
    return [node.grad for node in nodes]


@pytest.mark.oracle("mse")
def test_mse_equals_mse_loss(torch):
    y, t = [0.5, -1.0, 2.0], [1.0, 0.0, 2.5]
    nodes = [Value(v) for v in y]
    tensor = torch.tensor(y, requires_grad=True)
    expected = torch.nn.functional.mse_loss(tensor, torch.tensor(t))
    expected.backward()
    loss = nn.mse(nodes, t)
    assert loss.data == pytest.approx(expected.item(), rel=1e-15)
    assert gradients(loss, nodes) == pytest.approx(tensor.grad.tolist(), rel=1e-15)
    rows = nn.mse([nodes[:1], nodes[1:2]], [[1.0], [0.0]])
    assert rows.data == nn.mse(nodes[:2], t[:2]).data
    assert nn.mse(nodes[0], 1.0).data == 0.25


@pytest.mark.parametrize("target", [0, 1, 2])
@pytest.mark.oracle("cross_entropy")
def test_cross_entropy_equals_pytorch_s(torch, target):
    y = [1000.0, -1000.0, 998.0]
    nodes = [Value(v) for v in y]
    tensor = torch.tensor([y], requires_grad=True)
    expected = torch.nn.functional.cross_entropy(tensor, torch.tensor([target]))
    expected.backward()
    loss = nn.cross_entropy(nodes, target)
    assert loss.data == pytest.approx(expected.item(), rel=1e-14)
    assert gradients(loss, nodes) == pytest.approx(tensor.grad[0].tolist(), abs=1e-12)
    one_hot = [float(i == target) for i in range(3)]
    assert nn.cross_entropy(nodes, one_hot).data == pytest.approx(loss.data)


def test_cross_entropy_takes_probabilities_and_batches(torch):
    rows = [[0.1, 0.7], [1.5, -0.2], [0.0, 0.3]]
    soft = [[0.3, 0.7], [0.9, 0.1], [0.5, 0.5]]
    for targets in ([1, 0, 1], soft):
        expected = torch.nn.functional.cross_entropy(
            torch.tensor(rows), torch.tensor(targets)
        )
        ours = nn.cross_entropy(rows, targets)
        assert ours.data == pytest.approx(expected.item(), rel=1e-14)


EDGES = [-1000.0, -40.0, -1.0, -0.5, 0.0, 0.25, 1.0, 40.0, 1000.0]


@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
@pytest.mark.oracle("binary_cross_entropy")
def test_binary_cross_entropy_equals_the_one_on_logits(torch, target):
    nodes = [Value(v) for v in EDGES]
    tensor = torch.tensor(EDGES, requires_grad=True)
    targets = [target] * len(EDGES)
    expected = torch.nn.functional.binary_cross_entropy_with_logits(
        tensor, torch.tensor(targets)
    )
    expected.backward()
    loss = nn.binary_cross_entropy(nodes, targets)
    assert loss.data == pytest.approx(expected.item(), rel=1e-14)
    assert gradients(loss, nodes) == pytest.approx(tensor.grad.tolist(), abs=1e-15)


def test_binary_cross_entropy_keeps_the_digits_of_a_small_loss():
    # -ln σ(40) = ln(1 + e⁻⁴⁰), which softplus(40) - 40 rounds to 0.
    assert nn.binary_cross_entropy(Value(40.0), 1).data == pytest.approx(
        4.248354255291589e-18, rel=1e-12
    )
    assert nn.binary_cross_entropy(Value(-40.0), 0).data == pytest.approx(
        4.248354255291589e-18, rel=1e-12
    )


@pytest.mark.oracle("mae", "l1")
def test_l1_equals_l1_loss_at_its_kink_too(torch):
    nodes = [Value(v) for v in EDGES]
    tensor = torch.tensor(EDGES, requires_grad=True)
    expected = torch.nn.functional.l1_loss(tensor, torch.full([len(EDGES)], 0.25))
    expected.backward()
    loss = nn.mae(nodes, [0.25] * len(EDGES))
    assert loss.data == pytest.approx(expected.item(), rel=1e-15)
    assert gradients(loss, nodes) == pytest.approx(tensor.grad.tolist(), rel=1e-15)


@pytest.mark.parametrize("delta", [1.0, 0.5, 40])
@pytest.mark.oracle("huber")
def test_huber_equals_huber_loss_at_its_joins_too(torch, delta):
    nodes = [Value(v) for v in EDGES]
    tensor = torch.tensor(EDGES, requires_grad=True)
    zeros = torch.zeros(len(EDGES))
    expected = torch.nn.functional.huber_loss(tensor, zeros, delta=delta)
    expected.backward()
    loss = nn.huber(nodes, [0.0] * len(EDGES), delta)
    assert loss.data == pytest.approx(expected.item(), rel=1e-15)
    assert gradients(loss, nodes) == pytest.approx(tensor.grad.tolist(), rel=1e-15)


def test_losses_take_a_number_a_list_or_rows_and_targets_that_are_values(torch):
    for loss in (nn.mse, nn.mae, nn.huber, nn.binary_cross_entropy):
        row = loss([0.3, -2.0], [1.0, 0.25])
        assert loss([Value(0.3), -2.0], [Value(1.0), Value(0.25)]).data == row.data
        assert loss([[0.3], [-2.0]], [[1.0], [0.25]]).data == row.data
        assert loss(0.3, 1.0).data == loss([0.3], [1]).data


def test_a_target_that_is_a_value_is_an_input_of_the_graph(torch):
    t = [Value(v) for v in (0.2, 0.5, 0.3)]
    y = [Value(v) for v in (1.0, -1.0, 0.5)]
    tensors = [torch.tensor([[n.data for n in k]], requires_grad=True) for k in (y, t)]
    torch.nn.functional.cross_entropy(*tensors).backward()
    found = gradients(nn.cross_entropy(y, t), y + t)
    expected = torch.cat([tensor.grad[0] for tensor in tensors]).tolist()
    assert found == pytest.approx(expected, rel=1e-13)


@pytest.mark.oracle("hinge")
def test_hinge_equals_its_definition(torch):
    y, t = [0.5, 2.0, -0.3, 1.0], [1, 1, -1, 1]
    nodes = [Value(v) for v in y]
    tensor = torch.tensor(y, requires_grad=True)
    expected = torch.relu(1 - torch.tensor(t) * tensor).mean()
    expected.backward()
    loss = nn.hinge(nodes, t)
    assert loss.data == expected.item()
    assert gradients(loss, nodes) == tensor.grad.tolist()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.mse([Value(1.0)], [1.0, 2.0]), ShapeError, "a list of 2"),
        (lambda: nn.mse([Value(1.0)], 1.0), ShapeError, "a single number"),
        (lambda: nn.hinge([1.0], [0]), ValueError, "classes -1 and 1"),
        (lambda: nn.huber([1.0], [0.0], 0.0), ValueError, "delta must be a positive"),
        (lambda: nn.huber([1.0], [0.0], float("inf")), ValueError, "not inf"),
        (lambda: nn.mae([1.0], [0.0, 1.0]), ShapeError, "a list of 2"),
        (lambda: nn.binary_cross_entropy(1.0, -1), ValueError, r"\(k \+ 1\) / 2"),
        (lambda: nn.binary_cross_entropy(1.0, 1.5), ValueError, "from 0 to 1"),
        (lambda: nn.cross_entropy(Value(1.0), 0), ShapeError, "two logits or more"),
        (lambda: nn.cross_entropy([1.0], 0), ShapeError, "two logits or more"),
        (lambda: nn.cross_entropy([1.0, 2.0], 2), ValueError, "no class 2 among 2"),
        (lambda: nn.cross_entropy([1.0, 2.0], -1), ValueError, "no class -1"),
        (lambda: nn.cross_entropy([1.0, 2.0], 0.5), ShapeError, "an int from 0 to 1"),
        (lambda: nn.cross_entropy([1.0, 2.0], [1.0]), ShapeError, "2 probabilities"),
        (lambda: nn.cross_entropy([[1.0, 2.0]], [0, 1]), ShapeError, "1 rows"),
    ],
)
def test_targets_that_do_not_fit_are_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("targets", [1, [0, 1, 1]])
def test_each_row_of_logits_needs_a_target(targets):
    rows = [[Value(0.0), Value(1.0)], [Value(2.0), Value(3.0)]]
    with pytest.raises(ShapeError, match=r"There are 2 rows .* one target for each"):
        nn.cross_entropy(rows, targets)


def test_texts_are_no_numbers():
    for pair in (("ab", [1.0, 2.0]), ([Value(1.0), Value(2.0)], "ab")):
        with pytest.raises(TypeError, match=r"A loss compares numbers, not .*'ab'"):
            nn.mse(*pair)


def test_the_old_name_of_the_mean_absolute_error_is_kept():
    assert nn.l1 is nn.mae


@pytest.mark.parametrize("targets", [[-1, 5], [0.5, 1.5], [math.nan, 1.0]])
def test_probabilities_outside_0_and_1_are_no_target(targets):
    with pytest.raises(ValueError, match=r"A probability lies between 0 and 1, and "):
        nn.cross_entropy([Value(0.0), Value(1.0)], targets)


def test_a_hinge_loss_of_plain_numbers_is_a_value():
    assert nn.hinge(2.0, 1).data == 0.0
    assert nn.hinge([0.5, 2.0], [1, -1]).data == 1.75


@pytest.mark.parametrize(
    "loss", [nn.mse, nn.mae, nn.huber, nn.hinge, nn.binary_cross_entropy]
)
@pytest.mark.parametrize("wrong", [None, object()])
def test_what_is_neither_a_number_nor_a_list_is_no_output_and_no_target(loss, wrong):
    for pair in ((wrong, 1), (Value(1.0), wrong), ([Value(1.0)], [wrong])):
        with pytest.raises(TypeError, match="A loss compares numbers, or lists"):
            loss(*pair)
