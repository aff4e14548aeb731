"""What an engine by hand can do: slots, an operation a method, no records, no checks.

It has the operators that the work of `workloads` asks for, and micrograd's networks.
Nothing in it is made to be read, stepped through or told: a bound for the engine.
"""

import random


class Value:
    __slots__ = ("children", "data", "grad", "slopes")

    def __init__(self, data, children=(), slopes=()):
        self.data = data
        self.grad = 0.0
        self.children = children
        self.slopes = slopes

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        x, y = self.data, other.data
        return Value(x * y, (self, other), (y, x))

    def __truediv__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        y = other.data
        z = self.data / y
        return Value(z, (self, other), (1.0 / y, -z / y))

    def __pow__(self, power):
        x = self.data
        return Value(x**power, (self,), (power * x ** (power - 1),))

    def relu(self):
        x = self.data
        return Value(x if x > 0 else 0.0, (self,), (1.0 if x > 0 else 0.0,))

    __radd__ = __add__
    __rmul__ = __mul__

    def backward(self):
        order, seen, stack = [], set(), [self]
        while stack:
            node = stack.pop()
            if node is None:
                order.append(stack.pop())
            elif node not in seen:
                seen.add(node)
                if node.children:
                    stack += (node, None)
                    stack += node.children
                else:
                    order.append(node)
        for node in order:
            if node.children:
                node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            upstream = node.grad
            for child, slope in zip(node.children, node.slopes):
                child.grad += slope * upstream


class Neuron:
    def __init__(self, count, bends):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(count)]
        self.b = Value(0.0)
        self.bends = bends

    def __call__(self, x):
        z = sum((w * y for w, y in zip(self.w, x)), self.b)
        return z.relu() if self.bends else z


class MLP:
    def __init__(self, count, sizes):
        self.layers = []
        for size in sizes:
            bends = size != sizes[-1]
            self.layers.append([Neuron(count, bends) for _ in range(size)])
            count = size

    def __call__(self, x):
        for layer in self.layers:
            x = [neuron(x) for neuron in layer]
        return x[0] if len(x) == 1 else x

    def parameters(self):
        return [
            p
            for layer in self.layers
            for neuron in layer
            for p in (*neuron.w, neuron.b)
        ]

    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0
