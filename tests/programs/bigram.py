"""A character model: one layer of logits, cross-entropy by hand, sampling."""

import math
import random

from micrograd.engine import Value

random.seed(2)
words = ["emma", "olivia", "ava", "isabella", "sophia"]
chars = ["."] + sorted(set("".join(words)))
stoi = {s: i for i, s in enumerate(chars)}
W = [[Value(random.gauss(0, 1)) for _ in chars] for _ in chars]
pairs = [
    (stoi[a], stoi[b]) for w in words for a, b in zip(["."] + list(w), list(w) + ["."])
]
for k in range(20):
    nll = Value(0.0)
    for i, j in pairs:
        counts = [w.exp() for w in W[i]]
        nll += -(counts[j] / sum(counts)).log()
    loss = nll / len(pairs)
    for row in W:
        for w in row:
            w.grad = 0.0
    loss.backward()
    for row in W:
        for w in row:
            w.data += -5.0 * w.grad
print(loss.data < 0.6 * math.log(len(chars)))
counts = [w.exp() for w in W[0]]
probs = [c.data / sum(counts).data for c in counts]
print(random.choices(chars, weights=probs)[0] in chars, abs(sum(probs) - 1) < 1e-9)
