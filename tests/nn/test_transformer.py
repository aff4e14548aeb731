"""A block is PyTorch's encoder layer, and a small GPT learns what follows what."""

import pytest
from twins import assert_twins, data, linear_pairs, numbers

from tinygrad_edu import SGD, ShapeError, mean, nn


@pytest.mark.parametrize(("causal", "activation"), [(True, "relu"), (False, "gelu")])
@pytest.mark.oracle("TransformerBlock")
def test_a_block_equals_the_encoder_layer_that_normalises_first(
    torch, causal, activation
):
    block = nn.TransformerBlock(4, 2, causal, hidden=6, activation=activation, seed=0)
    for norm in (block.attention_norm, block.mlp_norm):
        for parameter, number in zip(norm.parameters(), numbers(8, seed=1)):
            parameter.data = number
    twin = torch.nn.TransformerEncoderLayer(
        4, 2, dim_feedforward=6, dropout=0.0, activation=activation, norm_first=True
    )
    inner = block.attention
    maps = [inner.query, inner.key, inner.value]
    pairs = [
        ([n.w for m in maps for n in m.neurons], twin.self_attn.in_proj_weight),
        ([n.b for m in maps for n in m.neurons], twin.self_attn.in_proj_bias),
        *linear_pairs(inner.output, twin.self_attn.out_proj),
        *linear_pairs(block.mlp.layers[0], twin.linear1),
        *linear_pairs(block.mlp.layers[2], twin.linear2),
        (block.attention_norm.gain, twin.norm1.weight),
        (block.attention_norm.shift, twin.norm1.bias),
        (block.mlp_norm.gain, twin.norm2.weight),
        (block.mlp_norm.shift, twin.norm2.bias),
    ]
    mask = torch.full((3, 3), -torch.inf).triu(1) if causal else None

    def theirs(x):
        return twin(x, src_mask=mask)

    assert_twins(torch, block, theirs, numbers(3, 4), pairs)


@pytest.mark.oracle("GPT")
def test_gpt_is_the_sum_of_its_parts():
    model = nn.GPT(5, context=4, size=4, heads=2, depth=2, seed=0)
    symbols = [3, 1, 3]
    rows = [
        [t + p for t, p in zip(model.token(symbol), model.position(place), strict=True)]
        for place, symbol in enumerate(symbols)
    ]
    for block in model.blocks:
        rows = block(rows)
    expected = [model.logits(model.norm(row)) for row in rows]
    assert data(model(symbols)) == data(expected)
    assert model.blocks[1].mlp.layers[0].neurons[0].w[0].label == (
        "block1.mlp.layer0.neuron0.w0"
    )


def test_gpt_sees_the_past_alone_and_tells_places_apart():
    model = nn.GPT(3, context=3, size=4, seed=0)
    full = data(model([0, 1, 2]))
    assert data(model([0, 1])) == full[:2]
    repeated = data(model([1, 1]))
    assert repeated[0] != repeated[1]


def test_gpt_learns_to_count():
    model = nn.GPT(3, context=4, size=4, seed=0)
    optimiser = SGD(model.parameters(), learning_rate=0.3)
    sequences = [([0, 1, 2, 0], [1, 2, 0, 1]), ([2, 0, 1, 2], [0, 1, 2, 0])]
    losses = []
    for _ in range(30):
        loss = mean(nn.cross_entropy(model(x), t) for x, t in sequences)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.data)
    assert losses[0] > 0.8
    assert losses[-1] < 0.2


def test_sequences_that_do_not_fit_are_refused():
    model = nn.GPT(3, context=2, size=2, seed=0)
    with pytest.raises(ShapeError, match=r"3 symbols.*context of 1 to 2.*the last 2"):
        model([0, 1, 2])
    with pytest.raises(ShapeError, match="0 symbols"):
        model([])
    with pytest.raises(ValueError, match="no row 3"):
        model([3])


@pytest.mark.parametrize("argument", ["count", "context", "size", "heads", "depth"])
def test_impossible_sizes_are_refused_by_name(argument):
    sizes = {"count": 3, "context": 2, "size": 2, "heads": 1, "depth": 1, argument: 0}
    with pytest.raises(ValueError, match=f"{argument} must be an int of at least 1"):
        nn.GPT(**sizes)
    with pytest.raises(ValueError, match="hidden must be an int"):
        nn.TransformerBlock(2, hidden=0)
