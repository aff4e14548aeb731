"""A loop of one's own, replayed: `python tests/benchmarks/loops.py`.

A transformer out of scalars that learns names, in the form and the sizes of microgpt:
1 layer, 16 wide, 4 heads, 16 places, a `loss.backward()` and an Adam by hand for each
name. It runs on an engine of its own kind, as small as such programs bring along, and
on the package's Value with `@replayed` above its loss: once with its sums of products
written out, once with `dot`. All take turns on the same names, and have to lose the
same; processor time, with the parameters' loop in it.
"""

import math
import random
import statistics
import time

import tinygrad_edu
from tinygrad_edu.data import load_names

WIDE, HEADS, PLACES, HIDDEN = 16, 4, 16, 64
SIZE = WIDE // HEADS
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BEGIN = len(LETTERS)


class Small:
    """The engine that such a program brings along: slots, and recursion."""

    __slots__ = ("children", "data", "grad", "slopes")

    def __init__(self, data, children=(), slopes=()):
        self.data = data
        self.grad = 0
        self.children = children
        self.slopes = slopes

    def __add__(self, other):
        other = other if isinstance(other, Small) else Small(other)
        return Small(self.data + other.data, (self, other), (1, 1))

    def __mul__(self, other):
        other = other if isinstance(other, Small) else Small(other)
        return Small(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, power):
        return Small(self.data**power, (self,), (power * self.data ** (power - 1),))

    def exp(self):
        return Small(math.exp(self.data), (self,), (math.exp(self.data),))

    def log(self):
        return Small(math.log(self.data), (self,), (1 / self.data,))

    def relu(self):
        return Small(max(0, self.data), (self,), (float(self.data > 0),))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __truediv__(self, other):
        return self * other**-1

    __radd__ = __add__
    __rmul__ = __mul__

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for child in node.children:
                    visit(child)
                order.append(node)

        visit(self)
        self.grad = 1
        for node in reversed(order):
            for child, slope in zip(node.children, node.slopes):
                child.grad += slope * node.grad


def written_out(weights, inputs):
    return sum(w * x for w, x in zip(weights, inputs))


def element(values, index):
    return values[index]


class Program:
    """The program, on an engine: `losses`, and the seconds of each step.

    Args:
        value: Its class of numbers.
        weighted: Σ wᵢ·xᵢ.
        take: A row of a table by its number; `pick`, an element of a list.
        above: What stands above the loss of a name.
    """

    def __init__(
        self, value, weighted=written_out, take=element, pick=element, above=None
    ):
        source = random.Random(42)

        def matrix(count, size):
            return [
                [value(source.gauss(0, 0.08)) for _ in range(size)]
                for _ in range(count)
            ]

        symbols, places = matrix(BEGIN + 1, WIDE), matrix(PLACES, WIDE)
        query, key, given, out = [matrix(WIDE, WIDE) for _ in range(4)]
        up, down = matrix(HIDDEN, WIDE), matrix(WIDE, HIDDEN)
        head = matrix(BEGIN + 1, WIDE)
        tables = [symbols, places, query, key, given, out, up, down, head]
        self.parameters = [p for table in tables for row in table for p in row]
        self.m = [0.0] * len(self.parameters)
        self.v = [0.0] * len(self.parameters)
        self.losses = []
        self.seconds = []

        def linear(x, w):
            return [weighted(row, x) for row in w]

        def softmax(logits):
            largest = max(logit.data for logit in logits)
            powers = [(logit - largest).exp() for logit in logits]
            total = sum(powers)
            return [power / total for power in powers]

        def normed(x):
            scale = (weighted(x, x) / len(x) + 1e-5) ** -0.5
            return [xi * scale for xi in x]

        def transformer(symbol, place, keys, values):
            x = [a + b for a, b in zip(take(symbols, symbol), places[place])]
            x = normed(x)
            before = x
            x = normed(x)
            q = linear(x, query)
            keys.append(linear(x, key))
            values.append(linear(x, given))
            found = []
            for begin in range(0, WIDE, SIZE):
                end = begin + SIZE
                logits = [
                    weighted(q[begin:end], k[begin:end]) / SIZE**0.5 for k in keys
                ]
                attention = softmax(logits)
                found += [
                    weighted(attention, [v[j] for v in values])
                    for j in range(begin, end)
                ]
            x = [a + b for a, b in zip(linear(found, out), before)]
            before = x
            x = [xi.relu() for xi in linear(normed(x), up)]
            x = [a + b for a, b in zip(linear(x, down), before)]
            return linear(x, head)

        def loss(symbols):
            keys, values, losses = [], [], []
            count = min(PLACES, len(symbols) - 1)
            for place in range(count):
                logits = transformer(symbols[place], place, keys, values)
                right = pick(softmax(logits), symbols[place + 1])
                losses.append(-right.log())
            return (1 / count) * sum(losses)

        self.loss = loss if above is None else above(loss)

    def step(self, name):
        """Learn from a name."""
        begin = time.process_time()
        symbols = [BEGIN, *map(LETTERS.index, name), BEGIN]
        loss = self.loss(symbols)
        loss.backward()
        parameters, m, v = self.parameters, self.m, self.v
        number = len(self.losses) + 1
        for i, p in enumerate(parameters):
            m[i] = 0.85 * m[i] + 0.15 * p.grad
            v[i] = 0.99 * v[i] + 0.01 * p.grad**2
            m_hat = m[i] / (1 - 0.85**number)
            v_hat = v[i] / (1 - 0.99**number)
            p.data -= 0.01 * m_hat / (v_hat**0.5 + 1e-8)
            p.grad = 0
        self.losses.append(loss.data)
        self.seconds.append(time.process_time() - begin)


def replayed_programs():
    from tinygrad_edu.engine.functions import pick, take

    kinds = {"as written": written_out, "with dot": tinygrad_edu.dot}
    return {
        text: Program(tinygrad_edu.Value, weighted, take, pick, tinygrad_edu.replayed)
        for text, weighted in kinds.items()
    }


if __name__ == "__main__":
    names = [name for name in load_names() if len(name) == 6][:12]
    small = Program(Small)
    ours = Program(tinygrad_edu.Value)
    for name in names[:4]:
        small.step(name)
        ours.step(name)
    print(small.losses, ours.losses, small.seconds, ours.seconds)
    t = time.process_time()
    for i, p in enumerate(ours.parameters):
        ours.m[i] = 0.85 * ours.m[i] + 0.15 * p.grad
        ours.v[i] = 0.99 * ours.v[i] + 0.01 * p.grad**2
        m_hat = ours.m[i] / (1 - 0.85**3)
        v_hat = ours.v[i] / (1 - 0.99**3)
        p.data -= 0.01 * m_hat / (v_hat**0.5 + 1e-8)
        p.grad = 0
    print("adam", time.process_time() - t, len(ours.parameters))
    from tinygrad_edu.engine.record import Primitive
    from tinygrad_edu.engine.primitives import TOTAL

    n = tinygrad_edu.total(ours.parameters)
    for _ in range(3):
        t = time.process_time()
        n.backward()
        print("backward", time.process_time() - t)
