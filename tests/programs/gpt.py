"""A transformer in the form of microgpt: lists of lists, softmax, RMS norm, Adam."""

import random

from micrograd.engine import Value

random.seed(42)
n_embd, n_head, vocab, block = 4, 2, 5, 4
head_dim = n_embd // n_head


def matrix(nout, nin):
    return [[Value(random.gauss(0, 0.5)) for _ in range(nin)] for _ in range(nout)]


shapes = {
    "wte": (vocab, n_embd),
    "wpe": (block, n_embd),
    "head": (vocab, n_embd),
    "wq": (n_embd, n_embd),
    "wk": (n_embd, n_embd),
    "wv": (n_embd, n_embd),
    "wo": (n_embd, n_embd),
    "up": (4 * n_embd, n_embd),
    "down": (n_embd, 4 * n_embd),
}
state_dict = {name: matrix(*shape) for name, shape in shapes.items()}
params = [p for mat in state_dict.values() for row in mat for p in row]


def linear(x, w):
    return [sum(wi * xi for wi, xi in zip(wo, x)) for wo in w]


def softmax(logits):
    max_val = max(val.data for val in logits)
    exps = [(val - max_val).exp() for val in logits]
    total = sum(exps)
    return [e / total for e in exps]


def rmsnorm(x):
    ms = sum(xi * xi for xi in x) / len(x)
    scale = (ms + 1e-5) ** -0.5
    return [xi * scale for xi in x]


def gpt(token_id, pos_id, keys, values):
    x = [t + p for t, p in zip(state_dict["wte"][token_id], state_dict["wpe"][pos_id])]
    x = rmsnorm(x)
    q, k, v = (linear(x, state_dict[name]) for name in ("wq", "wk", "wv"))
    keys.append(k)
    values.append(v)
    x_attn = []
    for hs in range(0, n_embd, head_dim):
        logits = [
            sum(q[hs + j] * kt[hs + j] for j in range(head_dim)) / head_dim**0.5
            for kt in keys
        ]
        weights = softmax(logits)
        x_attn += [
            sum(w * vt[hs + j] for w, vt in zip(weights, values))
            for j in range(head_dim)
        ]
    x = [a + b for a, b in zip(linear(x_attn, state_dict["wo"]), x)]
    hidden = [xi.relu() for xi in linear(rmsnorm(x), state_dict["up"])]
    x = [a + b for a, b in zip(linear(hidden, state_dict["down"]), x)]
    return linear(x, state_dict["head"])


m, v = [0.0] * len(params), [0.0] * len(params)
tokens = [0, 3, 1, 4, 0]
history = []
for step in range(8):
    keys, values, losses = [], [], []
    for pos_id in range(4):
        probs = softmax(gpt(tokens[pos_id], pos_id, keys, values))
        losses.append(-probs[tokens[pos_id + 1]].log())
    loss = (1 / len(losses)) * sum(losses)
    loss.backward()
    for i, p in enumerate(params):
        m[i] = 0.85 * m[i] + 0.15 * p.grad
        v[i] = 0.99 * v[i] + 0.01 * p.grad**2
        m_hat = m[i] / (1 - 0.85 ** (step + 1))
        v_hat = v[i] / (1 - 0.99 ** (step + 1))
        p.data -= 0.05 * m_hat / (v_hat**0.5 + 1e-8)
        p.grad = 0
    history.append(loss.data)
print(len(params), history[-1] < 0.5 * history[0])
