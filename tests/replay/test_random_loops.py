"""Loops over random programs, replayed and by graphs: the same gradients."""

import math
import random

import pytest

from tinygrad_edu import Value, dot, replayed, where
from tinygrad_edu.engine.functions import pick, take

pytest.importorskip("numpy")

CALLS = 40


def number(x):
    return x.data if isinstance(x, Value) else x


class Program:
    """A function of two or three floats and two ints, by operations drawn by a seed.

    They look at data and parameters, choose by ints and count by them, and reach what
    changes between calls.
    """

    def __init__(self, seed):
        source = random.Random(seed)
        self.w = [Value(source.uniform(-1, 1)) for _ in range(4)]
        self.table = [[Value(source.uniform(-1, 1))] * 2 for _ in range(4)]
        self.scale = 1.0
        self.flag = False
        self.operations = [
            (source.choice(OPERATIONS), *[source.random() for _ in range(3)])
            for _ in range(source.randint(3, 9))
        ]
        self.parameters = [*self.w, *[row[0] for row in self.table]]

    def __call__(self, xs, k, m):
        found = [*self.w, *xs, xs[0] * self.w[0]]
        for operation, at, other, constant in self.operations:
            x, y = found[int(at * len(found))], found[int(other * len(found))]
            found.append(operation(self, x, y, constant, found, k, m))
        root = found[-1] * self.w[1] + found[-2] * 0.5 + sum(found[-3:])
        return root * root if isinstance(root, Value) else Value(root) * self.w[0]


OPERATIONS = [
    lambda self, x, y, c, found, k, m: x + y,
    lambda self, x, y, c, found, k, m: x * y - c,
    lambda self, x, y, c, found, k, m: (self.w[0] * x).tanh(),
    lambda self, x, y, c, found, k, m: x * x if number(x) > c - 0.5 else y,
    lambda self, x, y, c, found, k, m: max(x, y),
    lambda self, x, y, c, found, k, m: max(number(z) for z in found),
    lambda self, x, y, c, found, k, m: min([number(x), number(y), c]),
    lambda self, x, y, c, found, k, m: min(x, y, key=number),
    lambda self, x, y, c, found, k, m: sorted([number(x), number(y), 0.1])[1],
    lambda self, x, y, c, found, k, m: take(self.table, k)[0] * x,
    lambda self, x, y, c, found, k, m: pick(found[:4], k) * y,
    lambda self, x, y, c, found, k, m: sum(x for _ in range(m)) * 1.0,
    lambda self, x, y, c, found, k, m: x * 2 if k == m else x * k + m,
    lambda self, x, y, c, found, k, m: [x, y, c][k % 3] if c < 0.2 else x,
    lambda self, x, y, c, found, k, m: x * self.scale if self.flag else y,
    lambda self, x, y, c, found, k, m: (self.w[2] * x).detach() * y,
    lambda self, x, y, c, found, k, m: self.w[3].data * x + Value(number(y)),
    lambda self, x, y, c, found, k, m: dot(found[:3], found[2:5]),
    lambda self, x, y, c, found, k, m: sum(a * b for a, b in zip(found, found[2:])),
    lambda self, x, y, c, found, k, m: where(self.w[1] * x, y, c),
    lambda self, x, y, c, found, k, m: x + math.floor(number(y)) if c < 0.1 else y,
]


def outcome(function, program, arguments):
    for p in program.parameters:
        p.grad = 0.0
    root = function(*arguments)
    root.backward()
    return [root.data, *[p.grad for p in program.parameters]]


def test_random_programs_take_the_course_of_graphs():
    replays = 0
    for seed in range(25):
        program = Program(seed)
        function = replayed(program)
        source = random.Random(seed + 1000)
        for _ in range(CALLS):
            xs = [source.uniform(-1, 1) for _ in range(source.choice([2, 3]))]
            arguments = xs, source.randrange(4), source.randrange(1, 4)
            program.scale = source.choice([program.scale] * 30 + [1.0, 2.0])
            program.flag ^= source.random() < 0.03
            found = outcome(function, program, arguments)
            expected = outcome(program, program, arguments)
            # Numbers of about 1, which may cancel.
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-12), seed
            for p in program.parameters:
                p.data -= 0.02 * max(-1.0, min(1.0, p.grad))
        replays += function.engine == "replay"
    assert replays > 20
