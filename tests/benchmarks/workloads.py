"""The work that is timed: `python workloads.py ENGINE WORK` prints seconds or bytes.

One process does one piece of work on one engine, so that no engine leaves anything
behind for the next. The collector is on, as users have it. Seconds are those of the
processor, for other programs may run beside.
"""

import importlib
import random
import statistics
import sys
import threading
import time
import tracemalloc


def engine(name):
    """Return the classes Value and MLP of an engine."""
    if name == "micrograd":
        value = importlib.import_module("micrograd.engine").Value
        return value, importlib.import_module("micrograd.nn").MLP
    package = importlib.import_module(name)
    return package.Value, package.MLP


OPERATIONS = 20_000


def mixed_operations(value):
    """Return the root of a graph of 20,000 operations, in branches of 100."""
    a, b = value(0.7), value(1.3)
    branches = []
    for i in range(OPERATIONS // 100):
        x = value(0.01 * i)
        for _ in range(9):
            x = x * a
            x = x + b
            x = x - a
            x = x / b
            x = x.relu()
            y = x * x
            z = y + a
            u = z**-1
            w = u * b
            t = w - a
            x = t + b
        branches.append(x + b)
    while len(branches) > 1:
        branches = [x + y for x, y in zip(branches[::2], branches[1::2])] + (
            branches[-1:] if len(branches) % 2 else []
        )
    return branches[0]


def points():
    source = random.Random(1)
    rows = [[source.uniform(-1, 1), source.uniform(-1, 1)] for _ in range(100)]
    return rows, [1 if x * y > 0 else -1 for x, y in rows]


def training_step(value, model):
    """One step of an MLP 2-16-16-1 on 100 points, as micrograd's demonstration."""
    rows, signs = points()
    scores = [model([value(x) for x in row]) for row in rows]
    losses = [(1 + -sign * score).relu() for sign, score in zip(signs, scores)]
    loss = sum(losses) * (1.0 / len(losses))
    loss = loss + 1e-4 * sum(p * p for p in model.parameters())
    model.zero_grad()
    loss.backward()
    for p in model.parameters():
        p.data -= 0.1 * p.grad


def seconds(work):
    start = time.process_time()
    kept = work()
    elapsed = time.process_time() - start
    del kept
    return elapsed


def warm_seconds(work):
    """Return the median time of three runs after a first one that does not count."""
    seconds(work)
    return statistics.median(seconds(work) for _ in range(3))


def measure(name, work):
    if work == "import":
        return seconds(lambda: engine(name))
    value, mlp = engine(name)
    if work == "mixed":
        return warm_seconds(lambda: mixed_operations(value).backward())
    if work == "memory":
        tracemalloc.start()
        root = mixed_operations(value)
        root.backward()
        return tracemalloc.get_traced_memory()[0] / OPERATIONS
    if work == "chain":
        return seconds(lambda: chain(value, 1_000_000)) / 1_000_000
    if work == "link":
        return warm_seconds(lambda: chain(value, 900)) / 900
    if work == "training":
        arguments = {"expanded": True} if name == "tinygrad_edu" else {}
        model = mlp(2, [16, 16, 1], **arguments)
        return warm_seconds(lambda: training_step(value, model))
    if work == "nn" and name == "micrograd":
        return measure(name, "training")
    if work == "nn":
        return own_training_step(mlp)
    raise SystemExit(f"There is no work called {work!r}.")


def chain(value, length):
    x = value(0.5)
    for _ in range(length):
        x = x + 1e-6
    x.backward()


def own_training_step(mlp):
    """Return the seconds of the same step in the words of the package."""
    from table import fit_seconds

    from tinygrad_edu import nn

    rows, signs = points()
    options = {"loss": nn.hinge, "engine": "eager", "l2": 1e-4}
    return fit_seconds(lambda: mlp(2, [16, 16, 1]), rows, signs, len(rows), **options)


def main():
    name, work = sys.argv[1:]
    # micrograd recurses once a node.
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=lambda: print(measure(name, work)))
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
