"""Two moons told apart by a network with the loss of a support vector machine."""

import math
import random

from micrograd.nn import MLP

random.seed(1337)
X, y = [], []
for i in range(20):
    t = math.pi * i / 19
    X.append([math.cos(t) + random.gauss(0, 0.1), math.sin(t) + random.gauss(0, 0.1)])
    y.append(1)
    X.append([1 - math.cos(t), 0.5 - math.sin(t)])
    y.append(-1)

model = MLP(2, [8, 8, 1])
print(len(model.parameters()), "parameters")


def loss():
    scores = list(map(model, X))
    losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(y, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = 1e-4 * sum(p * p for p in model.parameters())
    accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(y, scores)]
    return data_loss + reg_loss, sum(accuracy) / len(accuracy)


for k in range(12):
    total_loss, acc = loss()
    model.zero_grad()
    total_loss.backward()
    learning_rate = 0.5 - 0.3 * k / 12
    for p in model.parameters():
        p.data -= learning_rate * p.grad
    print(f"step {k} loss {total_loss.data:.9f}, accuracy {acc * 100:.0f}%")
