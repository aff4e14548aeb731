"""What a history holds agrees with PyTorch and with hand numbers."""

import math
import statistics

import pytest

from tinygrad_edu import MLP, fit, nn
from tinygrad_edu.training import History

ROWS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
XOR = [0, 1, 1, 0]


def test_gradient_norms_are_those_of_each_layer_before_clipping(torch):
    model = MLP(2, [3, 1], activation="tanh", seed=0)
    t = torch.tensor([p.data for p in model.parameters()], requires_grad=True)
    hidden = torch.tanh(torch.tensor(ROWS) @ t[:9].view(3, 3)[:, :2].T + t[2:9:3])
    loss = torch.nn.functional.mse_loss(hidden @ t[9:12] + t[12], torch.tensor(XOR))
    loss.backward()
    history = fit(
        model,
        ROWS,
        XOR,
        epochs=1,
        batch_size=4,
        clip_norm=1e-9,
        learning_rate=1e-9,
        progress=False,
    )
    assert list(history.gradient_norms) == ["layer0", "layer1"]
    assert history.gradient_norms["layer0"] == pytest.approx([t.grad[:9].norm().item()])
    assert history.gradient_norms["layer1"] == pytest.approx([t.grad[9:].norm().item()])


def test_gradient_norms_are_averaged_over_the_steps_of_an_epoch():
    rows, targets = [[1.0], [3.0]], [3.0, 7.0]
    norms = []
    for row, target in zip(rows, targets):
        model = MLP(1, [1], seed=0)
        nn.mse(model(row), target).backward()
        norms.append(math.hypot(*[p.grad for p in model.parameters()]))
    history = fit(
        MLP(1, [1], seed=0),
        rows,
        targets,
        epochs=1,
        batch_size=1,
        learning_rate=1e-12,
        progress=False,
    )
    assert history.gradient_norms["layer0"] == pytest.approx([statistics.mean(norms)])


def test_a_history_is_one_short_line():
    model = MLP(2, [4, 1], seed=0)
    history = fit(model, ROWS, XOR, validation=(ROWS, XOR), epochs=3, progress=False)
    text = repr(history)
    assert text.startswith("History(3 epochs, loss ")
    assert ", validation loss " in text
    assert len(text) < 80
    history = History()
    assert repr(history) == "History(no epochs)"
    history.losses = [3.0, 2.0, 1.0]
    history.validation_losses = [4.0, 5.0, 6.0]
    history.interrupted = True
    words = "History(3 epochs, loss 3 -> 1, validation loss 6, interrupted)"
    assert repr(history) == words
