"""A data loader of one's own, and mini-batches."""

import random

from micrograd.engine import Value
from micrograd.nn import MLP


class DataLoader:
    def __init__(self, X, y, batch_size, shuffle=True):
        self.X, self.y = X, y
        self.batch_size = batch_size
        self.shuffle = shuffle

    def __len__(self):
        return (len(self.X) + self.batch_size - 1) // self.batch_size

    def __iter__(self):
        order = list(range(len(self.X)))
        if self.shuffle:
            random.shuffle(order)
        for start in range(0, len(order), self.batch_size):
            rows = order[start : start + self.batch_size]
            yield [self.X[i] for i in rows], [self.y[i] for i in rows]


random.seed(0)
X = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(50)]
y = [a - 2 * b for a, b in X]
loader = DataLoader(X, y, batch_size=8)
model = MLP(2, [1])
for epoch in range(40):
    for xb, yb in loader:
        inputs = [list(map(Value, row)) for row in xb]
        predictions = list(map(model, inputs))
        loss = sum((p - t) ** 2 for p, t in zip(predictions, yb)) / len(yb)
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.1 * p.grad
print(len(loader), " ".join(f"{p.data:.3f}" for p in model.parameters()))
