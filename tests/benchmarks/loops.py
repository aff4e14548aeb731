"""A loop of one's own, replayed: `python tests/benchmarks/loops.py`.

A transformer out of scalars that learns names, in the form and the sizes of microgpt:
1 layer, 16 wide, 4 heads, 16 places, a `loss.backward()` and an Adam by hand for each
name. It runs on an engine of its own kind, as small as such programs bring along, and
on the package's Value with `@replayed` above its loss: once with its sums of products
written out, once with `dot`. All take turns on the same names, and have to lose the
same; processor time, with the parameters' loop in it.
"""

import gc
import math
import random
import statistics
import time

from tinygrad_edu import Value, dot, replayed
from tinygrad_edu.data import load_names
from tinygrad_edu.engine.functions import pick, take

WIDE, HEADS, PLACES, HIDDEN = 16, 4, 16, 64
SIZE = WIDE // HEADS
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BEGIN = len(LETTERS)

#: So many steps come before those that are timed.
FIRST = 5


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

    def learn(self, names):
        """Learn from each name; a loss lives until the next one, as in a program."""
        parameters, m, v = self.parameters, self.m, self.v
        for number, name in enumerate(names, start=1):
            begin = time.process_time()
            symbols = [BEGIN, *map(LETTERS.index, name), BEGIN]
            loss = self.loss(symbols)
            loss.backward()
            middle = time.process_time()
            for i, p in enumerate(parameters):
                m[i] = 0.85 * m[i] + 0.15 * p.grad
                v[i] = 0.99 * v[i] + 0.01 * p.grad**2
                m_hat = m[i] / (1 - 0.85**number)
                v_hat = v[i] / (1 - 0.99**number)
                p.data -= 0.01 * m_hat / (v_hat**0.5 + 1e-8)
                p.grad = 0
            self.losses.append(loss.data)
            end = time.process_time()
            self.seconds.append((end - begin, middle - begin))
            yield


def programs():
    """Return the program on its own engine, and twice on the package's."""
    made = {"its own Value, 40 lines": Program(Small)}
    for text, weighted in {"as written": written_out, "with dot": dot}.items():
        made[f"@replayed, {text}"] = Program(Value, weighted, take, pick, replayed)
    return made


def main(steps=12, letters=6):
    """Print how fast the program is, and that it loses the same."""
    names = [name for name in load_names() if len(name) == letters]
    made = programs()
    loops = [program.learn(names) for program in made.values()]
    # The first calls build graphs, record one and compare with it.
    for _ in range(FIRST):
        list(map(next, loops))
    # What the others keep must not cost the first one's collector its time.
    gc.collect()
    gc.freeze()
    for _ in range(steps):
        list(map(next, loops))
    gc.unfreeze()
    small, *others = made.values()
    print(
        f"A transformer of {len(small.parameters):,} scalars in the form of microgpt, "
        f"a name of {letters} letters:"
    )
    print(f"{'':28}{'step':>10}{'':>8}{'without Adam':>16}{'':>8}{'first calls':>14}")
    slow = None
    for text, program in made.items():
        later = zip(*program.seconds[FIRST:])
        whole, part = [1e3 * statistics.median(column) for column in later]
        first = sum(whole for whole, _ in program.seconds[:FIRST])
        slow = slow or (whole, part)
        print(
            f"{text:28}{whole:7.2f} ms{slow[0] / whole:6.1f} x"
            f"{part:13.2f} ms{slow[1] / part:6.1f} x{first:12.1f} s"
        )
    for program in others:
        assert program.loss.engine == "replay", program.loss.engine_note
        worst = max(abs(x - y) for x, y in zip(program.losses, small.losses))
        print(
            f"losses differ by {worst:.1e} at most; the last is {small.losses[-1]:.3f}"
        )


if __name__ == "__main__":
    main()
