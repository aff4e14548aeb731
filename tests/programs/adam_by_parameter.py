"""Adam by hand, its memory in dictionaries that are keyed by the parameter."""

import random

from micrograd.nn import MLP


class Adam:
    def __init__(self, params, lr=0.01, b1=0.9, b2=0.999, eps=1e-8):
        self.params, self.lr, self.b1, self.b2, self.eps = params, lr, b1, b2, eps
        self.m = {p: 0.0 for p in params}
        self.v = {p: 0.0 for p in params}
        self.t = 0

    def step(self):
        self.t += 1
        for p in self.params:
            self.m[p] = self.b1 * self.m[p] + (1 - self.b1) * p.grad
            self.v[p] = self.b2 * self.v[p] + (1 - self.b2) * p.grad**2
            m_hat = self.m[p] / (1 - self.b1**self.t)
            v_hat = self.v[p] / (1 - self.b2**self.t)
            p.data -= self.lr * m_hat / (v_hat**0.5 + self.eps)


random.seed(1)
model = MLP(2, [8, 1])
optimizer = Adam(model.parameters(), lr=0.05)
rows = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
losses = []
for _ in range(150):
    loss = sum((model(x) - t) ** 2 for x, t in rows)
    model.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.data)
print(losses[-1] < 0.1 * losses[0], optimizer.t)
