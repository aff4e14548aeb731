"""Each loss equals the PyTorch function that it names, gradients included."""

import pytest

from tinygrad_edu import ShapeError, Value, nn


def gradients(loss, nodes):
    loss.backward()
    return [node.grad for node in nodes]


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
