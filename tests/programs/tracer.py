"""A graph walked by `_prev` and `_op`, as a notebook of the lecture draws it."""

import random

from micrograd import nn
from micrograd.engine import Value


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


random.seed(1337)
n = nn.Neuron(2)
x = [Value(1.0), Value(-2.0)]
y = n(x) + x[0] * x[0]
y.backward()
nodes, edges = trace(y)
texts = [
    "{ data %.4f | grad %.4f }" % (v.data, v.grad) for v in [*x, *n.parameters(), y]
]
print("\n".join(texts))
print(y._op, "relu" in {v._op.lower() for v in nodes})
print(len(nodes) > 8, len(edges) >= len(nodes) - 1)
