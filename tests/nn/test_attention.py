"""Attention is PyTorch's, masked or not, in one head or several."""

import pytest
from twins import assert_twins, data, gradients, nodes, numbers

from tinygrad_edu import ShapeError, nn, total


@pytest.mark.parametrize("causal", [False, True])
def test_attend_equals_scaled_dot_product_attention(torch, causal):
    def ours(qkv):
        return nn.attend(*qkv, causal=causal)

    def theirs(qkv):
        q, k, v = (part[None] for part in qkv)
        scaled = torch.nn.functional.scaled_dot_product_attention
        return scaled(q, k, v, is_causal=causal)[0]

    assert_twins(torch, ours, theirs, numbers(3, 5, 4), [])


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("heads", [1, 2, 4])
@pytest.mark.oracle("SelfAttention")
def test_self_attention_equals_multihead_attention(torch, heads, causal):
    attention = nn.SelfAttention(4, heads, causal, seed=0)
    twin = torch.nn.MultiheadAttention(4, heads)
    maps = [attention.query, attention.key, attention.value]
    pairs = [
        ([neuron.w for m in maps for neuron in m.neurons], twin.in_proj_weight),
        ([neuron.b for m in maps for neuron in m.neurons], twin.in_proj_bias),
        ([neuron.w for neuron in attention.output.neurons], twin.out_proj.weight),
        ([neuron.b for neuron in attention.output.neurons], twin.out_proj.bias),
    ]
    mask = torch.full((5, 5), -torch.inf).triu(1) if causal else None

    def theirs(x):
        return twin(x, x, x, attn_mask=mask, need_weights=False)[0]

    assert_twins(torch, attention, theirs, numbers(5, 4), pairs)


def test_weights_are_probabilities_that_favour_the_key_like_the_query():
    query, *keys = nodes([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    weights = data(nn.attention_weights(query, keys))
    assert sum(weights) == pytest.approx(1.0)
    assert weights == sorted(weights, reverse=True)
    assert weights[0] / weights[2] == pytest.approx(2.718281828459045 ** (2 / 2**0.5))


def test_a_causal_place_depends_on_none_that_comes_later():
    sequence = nodes(numbers(4, 2))
    attention = nn.SelfAttention(2, seed=0)
    total(attention(sequence)[1]).backward()
    row_gradients = gradients(sequence)
    assert all(all(row) for row in row_gradients[:2])
    assert row_gradients[2:] == [[0.0, 0.0], [0.0, 0.0]]


def test_biases_can_be_left_out():
    attention = nn.SelfAttention(4, heads=2, causal=False, bias=False, seed=0)
    assert repr(attention) == "SelfAttention(4, heads 2; 64 parameters)"


def test_queries_keys_and_values_must_match():
    with pytest.raises(ShapeError, match="1 weights and 2 inputs"):
        nn.attend([[1.0]], [[1.0, 2.0]], [[1.0]])
    for values in ([[1.0]], [[1.0]] * 3):
        for causal in (True, False):
            with pytest.raises(ShapeError, match=r"2 keys and [13] values"):
                nn.attend([[1.0]], [[1.0], [2.0]], values, causal)


def test_impossible_heads_and_sequences_are_refused():
    with pytest.raises(ValueError, match=r"3 heads cannot share 4 .*such as 6"):
        nn.SelfAttention(4, heads=3)
    with pytest.raises(ValueError, match="heads must be an int"):
        nn.SelfAttention(4, heads=0)
    with pytest.raises(ShapeError, match="expects places x 4 numbers, but was given 4"):
        nn.SelfAttention(4)([1.0, 2.0, 3.0, 4.0])
