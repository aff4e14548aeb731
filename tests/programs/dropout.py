"""Dropout written by hand between two layers."""

import random

from micrograd.engine import Value
from micrograd.nn import Layer, Module


class Dropout(Module):
    def __init__(self, p):
        self.p = p

    def __call__(self, x):
        if not self.training:
            return x
        return [xi * (random.random() > self.p) / (1 - self.p) for xi in x]


class Net(Module):
    def __init__(self):
        self.l1 = Layer(2, 8)
        self.drop = Dropout(0.5)
        self.l2 = Layer(8, 1, nonlin=False)

    def __call__(self, x):
        return self.l2(self.drop(self.l1(x)))

    def parameters(self):
        return self.l1.parameters() + self.l2.parameters()


random.seed(3)
net = Net()
x = [Value(1.0), Value(-0.5)]
noisy = {round(net(x).data, 9) for _ in range(20)}
net.eval()
calm = {round(net(x).data, 9) for _ in range(20)}
print(len(noisy) > 5, len(calm) == 1, len(net.parameters()))
