"""Programs in the style of micrograd, its lectures and microgpt run here unchanged.

Each program below is text with the import left open, so that the very same lines run on
micrograd and on this package.
"""

import random

import pytest

from tinygrad_edu import MLP, Value, nn

MANY_OPERATORS = """
a = Value(-4.0)
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
g.backward()
results = [a.data, a.grad, b.grad, c.data, g.data]
"""


def execute(program, **names):
    exec(program, names)
    return names


def test_an_expression_of_many_operators_gives_micrograd_s_numbers(micrograd):
    theirs = execute(MANY_OPERATORS, Value=micrograd.Value)["results"]
    ours = execute(MANY_OPERATORS, Value=Value)["results"]
    assert ours == pytest.approx(theirs, rel=1e-13)
    assert f"{ours[4]:.4f} {ours[1]:.4f} {ours[2]:.4f}" == "24.7041 138.8338 645.5773"


TRAINING = """
random.seed(1337)
points = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(20)]
labels = [1 if x * y > 0 else -1 for x, y in points]
model = MLP(2, [8, 8, 1])
losses = []
for k in range(10):
    inputs = [list(map(Value, row)) for row in points]
    scores = list(map(model, inputs))
    margins = [(1 + -label * score).relu() for label, score in zip(labels, scores)]
    data_loss = sum(margins) * (1.0 / len(margins))
    reg_loss = 1e-4 * sum((p * p for p in model.parameters()))
    total_loss = data_loss + reg_loss
    model.zero_grad()
    total_loss.backward()
    learning_rate = 1.0 - 0.9 * k / 100
    for p in model.parameters():
        p.data -= learning_rate * p.grad
    accuracy = [(label > 0) == (score.data > 0) for label, score in zip(labels, scores)]
    losses.append(total_loss.data)
"""


def test_a_training_loop_gives_micrograd_s_trajectory(micrograd):
    from micrograd.nn import MLP as TheirMLP  # noqa: N811

    theirs = execute(TRAINING, Value=micrograd.Value, MLP=TheirMLP, random=random)
    ours = execute(TRAINING, Value=Value, MLP=MLP, random=random)
    assert ours["losses"] == pytest.approx(theirs["losses"], rel=1e-9)
    assert ours["accuracy"] == theirs["accuracy"]


LECTURE = """
x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
b = Value(6.8813735870195432, label="b")
x1w1 = x1 * w1; x1w1.label = "x1*w1"
x2w2 = x2 * w2; x2w2.label = "x2*w2"
n = x1w1 + x2w2 + b; n.label = "n"
o = n.tanh(); o.label = "o"
o.backward()
e = (2 * n).exp()
o2 = (e - 1) / (e + 1)

def trace(root):
    nodes, edges = set(), set()
    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)
    build(root)
    return nodes, edges

nodes, edges = trace(o)
texts = ["{ %s | data %.4f | grad %.4f }" % (v.label, v.data, v.grad) for v in nodes]
ops = sorted(v._op for v in nodes if v._op)
"""


def test_lecture_code_draws_and_decomposes_tanh():
    names = execute(LECTURE, Value=Value)
    assert (len(names["nodes"]), len(names["edges"])) == (10, 9)
    assert names["ops"] == ["*", "*", "+", "+", "tanh"]
    assert "{ w1 | data -3.0000 | grad 1.0000 }" in names["texts"]
    assert names["o2"].data == pytest.approx(names["o"].data, rel=1e-12)


GPT = """
random.seed(42)
n_embd, n_head, vocab, block = 4, 2, 5, 4
head_dim = n_embd // n_head
matrix = lambda nout, nin: [
    [Value(random.gauss(0, 0.5)) for _ in range(nin)] for _ in range(nout)
]
state = {name: matrix(*shape) for name, shape in {
    "wte": (vocab, n_embd), "wpe": (block, n_embd), "head": (vocab, n_embd),
    "wq": (n_embd, n_embd), "wk": (n_embd, n_embd), "wv": (n_embd, n_embd),
    "wo": (n_embd, n_embd), "up": (4 * n_embd, n_embd), "down": (n_embd, 4 * n_embd),
}.items()}
params = [p for m in state.values() for row in m for p in row]

def linear(x, w):
    return [sum(wi * xi for wi, xi in zip(wo, x)) for wo in w]

def softmax(logits):
    peak = max(val.data for val in logits)
    exps = [(val - peak).exp() for val in logits]
    norm = sum(exps)
    return [e / norm for e in exps]

def rmsnorm(x):
    ms = sum(xi * xi for xi in x) / len(x)
    scale = (ms + 1e-5) ** -0.5
    return [xi * scale for xi in x]

def gpt(token, pos, keys, values):
    x = rmsnorm([t + p for t, p in zip(state["wte"][token], state["wpe"][pos])])
    q, k, v = (linear(x, state[n]) for n in ("wq", "wk", "wv"))
    keys.append(k)
    values.append(v)
    mixed = []
    for h in range(0, n_embd, head_dim):
        scores = [
            sum(q[h + j] * kt[h + j] for j in range(head_dim)) / head_dim**0.5
            for kt in keys
        ]
        weights = softmax(scores)
        mixed += [
            sum(w * vt[h + j] for w, vt in zip(weights, values))
            for j in range(head_dim)
        ]
    x = [a + b for a, b in zip(linear(mixed, state["wo"]), x)]
    hidden = [xi.relu() for xi in linear(rmsnorm(x), state["up"])]
    x = [a + b for a, b in zip(linear(hidden, state["down"]), x)]
    return linear(x, state["head"])

m, v = [0.0] * len(params), [0.0] * len(params)
history = []
tokens = [0, 3, 1, 4, 0]
for step in range(8):
    keys, values, losses = [], [], []
    for pos in range(4):
        probs = softmax(gpt(tokens[pos], pos, keys, values))
        losses.append(-probs[tokens[pos + 1]].log())
    loss = (1 / len(losses)) * sum(losses)
    loss.backward()
    for i, p in enumerate(params):
        m[i] = 0.85 * m[i] + 0.15 * p.grad
        v[i] = 0.99 * v[i] + 0.01 * p.grad**2
        m_hat, v_hat = m[i] / (1 - 0.85 ** (step + 1)), v[i] / (1 - 0.99 ** (step + 1))
        p.data -= 0.05 * m_hat / (v_hat**0.5 + 1e-8)
        p.grad = 0
    history.append(loss.data)
"""


def test_a_program_in_the_style_of_microgpt_learns():
    history = execute(GPT, Value=Value, random=random)["history"]
    assert history[-1] < 0.5 * history[0]


def test_the_names_of_micrograd_s_modules_are_here():
    import tinygrad_edu.nn

    for name in ("Module", "Neuron", "Layer", "MLP"):
        assert getattr(tinygrad_edu.nn, name) is getattr(nn, name)
