"""Models of text: the recurrent one is PyTorch's, and draws follow the softmax."""

import random
from collections import Counter

import pytest
from twins import assert_close, data, gradients, linear_pairs, objective

from tinygrad_edu import nn


@pytest.mark.oracle("CharRNN")
def test_a_char_rnn_is_pytorch_s_embedding_cell_and_linear_in_a_row(torch):
    model = nn.CharRNN(5, size=2, hidden_size=3, cell="rnn", seed=0)
    token = torch.nn.Embedding(5, 2, dtype=torch.float64)
    update = torch.nn.Linear(5, 3, dtype=torch.float64)
    logits = torch.nn.Linear(3, 5, dtype=torch.float64)
    pairs = [
        (model.token.w, token.weight),
        *linear_pairs(model.update.update, update),
        *linear_pairs(model.logits, logits),
    ]
    for weights, tensor in pairs:
        with torch.no_grad():
            tensor.copy_(torch.tensor(data(weights)).reshape(tensor.shape))
    symbols = [0, 3, 1, 3]
    h = torch.zeros(3, dtype=torch.float64)
    rows = []
    for symbol in symbols:
        h = torch.tanh(update(torch.cat([token.weight[symbol], h])))
        rows.append(logits(h))
    expected = torch.stack(rows)
    outputs = model(symbols)
    assert_close(data(outputs), expected)
    objective(outputs).backward()
    weights = torch.cos(torch.arange(20, dtype=torch.float64))
    (weights * expected.flatten()).sum().backward()
    for ours, tensor in pairs:
        assert_close(gradients(ours), tensor.grad)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("rnn", nn.RNNCell), ("lstm", nn.LSTMCell), ("gru", nn.GRUCell)],
)
def test_the_cell_is_the_one_that_was_named(cell, kind):
    model = nn.CharRNN(3, size=2, hidden_size=2, cell=cell, seed=0)
    assert type(model.update) is kind
    assert len(model([0, 1])) == 2


def test_an_unknown_cell_is_refused():
    with pytest.raises(ValueError, match="Choose one of: rnn, lstm, gru"):
        nn.CharRNN(3, cell="elman")


def fixed(*logits):
    def model(symbols):
        return [[9.0] * len(logits)] * (len(symbols) - 1) + [list(logits)]

    return model


@pytest.mark.parametrize(("temperature", "share"), [(1.0, 0.731), (0.5, 0.881)])
def test_symbols_are_drawn_with_the_probabilities_of_the_softmax(temperature, share):
    # softmax(0, 1) = 0.269, 0.731;  softmax(0, 2) = 0.119, 0.881
    symbols = nn.continue_symbols(
        fixed(-99.0, 0.0, 1.0), [1], 0, 4001, temperature=temperature, seed=0
    )
    assert Counter(symbols[1:])[2] / 4000 == pytest.approx(share, abs=0.03)


def test_a_text_ends_at_its_end_mark_or_at_the_longest():
    assert nn.continue_symbols(fixed(99.0, 0.0), [1], end=0, longest=9) == [1]
    assert nn.continue_symbols(fixed(0.0, 99.0), [1], end=0, longest=3) == [1, 1, 1]
    assert nn.continue_symbols(fixed(0.0, 99.0), [1] * 5, end=0, longest=3) == [1] * 5


def test_the_model_is_asked_with_all_that_came_before():
    asked = []

    def model(symbols):
        asked.append(list(symbols))
        return [[0.0, 0.0, 99.0]] * len(symbols)

    nn.continue_symbols(model, [0, 1], end=0, longest=4)
    assert asked == [[0, 1], [0, 1, 2]]


def test_the_same_seed_draws_the_same_symbols():
    model = nn.CharRNN(5, size=2, hidden_size=3, seed=0)
    first = nn.continue_symbols(model, [0], end=0, longest=30, seed=3)
    assert first == nn.continue_symbols(
        model, [0], end=0, longest=30, seed=random.Random(3)
    )


@pytest.mark.parametrize("change", [{"longest": 0}, {"temperature": 0.0}])
def test_bad_arguments_are_refused(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        nn.continue_symbols(fixed(0.0, 1.0), [0], **{"end": 0, "longest": 3, **change})


def test_a_text_begins_with_a_symbol():
    with pytest.raises(ValueError, match="one at least to begin with"):
        nn.continue_symbols(fixed(0.0, 1.0), [], end=0, longest=3)
