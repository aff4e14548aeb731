"""How fast a recorded graph is beside its peers: `python tests/benchmarks/replay.py`.

One process, in which all take turns; every figure is a median, and the ratios are what
counts. A peer that is not installed is left out, with a word.
"""

import argparse
import importlib
import random
import statistics
import time
from functools import partial
from itertools import pairwise

import numpy
from table import fit_seconds, in_turns, ratio, seconds_of

from tinygrad_edu import MLP, Value, record
from tinygrad_edu.nn import hinge

ROWS = 100
SIZES = [16, 16, 1]


def optional(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"({name} is not installed, and is left out)")
        return None


def points():
    source = random.Random(0)
    inputs = [[source.gauss(0, 1), source.gauss(0, 1)] for _ in range(ROWS)]
    return inputs, [1 if x * y > 0 else -1 for x, y in inputs]


def model():
    return MLP(2, SIZES, activation="relu", seed=0)


def loss_of_a_row(network):
    x = [Value(0.5, label="x"), Value(-0.5, label="y"), Value(1.0, label="t")]
    return hinge(network(x[:2]), x[2]), x


def recorded(world):
    """Return the recorded loss and gradient, and what it is called with."""
    network = model()
    loss, x = loss_of_a_row(network)
    recording = record(loss, [*network.parameters(), *x])
    step = recording.function(world, "xyt", gradient="shared")
    inputs, signs = points()
    p = numpy.array([[parameter.data] for parameter in network.parameters()])
    return step, p, numpy.array([[*row, sign] for row, sign in zip(inputs, signs)]).T


# ------------------------------------------------------------------ the training step


def micrograd_step(micrograd):
    nn = importlib.import_module("micrograd.nn")
    network = nn.MLP(2, SIZES)
    inputs, signs = points()

    def step():
        losses = []
        for row, sign in zip(inputs, signs):
            x = [micrograd.engine.Value(number) for number in row]
            losses.append((1 + -sign * network(x)).relu())
        loss = sum(losses) * (1.0 / ROWS)
        network.zero_grad()
        loss.backward()
        for parameter in network.parameters():
            parameter.data -= 0.1 * parameter.grad

    return step


def fit_step(engine):
    inputs, signs = points()
    return partial(fit_seconds, model, inputs, signs, ROWS, loss=hinge, engine=engine)


def numpy_step():
    step, p, x = recorded("numpy")

    def run():
        nonlocal p
        p = p - 0.1 * step(p, x, 1 / ROWS)[1]

    return run


def jax_step(jax):
    step, p, x = recorded("jax")

    def move(p, x):
        return p - 0.1 * step(p, x, 1 / ROWS)[1]

    compiled = jax.jit(move)
    start = time.process_time()
    compiled(p, x).block_until_ready()
    print(
        f"(jax.jit compiled the recorded step in {time.process_time() - start:.1f} s)"
    )
    x = jax.numpy.asarray(x)

    def run():
        nonlocal p
        p = compiled(p, x)
        p.block_until_ready()

    return run


def jax_by_hand(jax):
    inputs, signs = points()
    x, t = numpy.array(inputs), numpy.array(signs)
    generator = numpy.random.default_rng(0)
    sizes = [2, *SIZES]
    weights = [
        (generator.normal(size=(n, m)), numpy.zeros(m)) for n, m in pairwise(sizes)
    ]

    def loss(weights):
        h = x
        for w, b in weights[:-1]:
            h = jax.nn.relu(h @ w + b)
        w, b = weights[-1]
        return jax.nn.relu(1 - t * (h @ w + b)[:, 0]).mean()

    @jax.jit
    def move(weights):
        slopes = jax.grad(loss)(weights)
        return jax.tree_util.tree_map(lambda p, g: p - 0.1 * g, weights, slopes)

    move(weights)

    def run():
        nonlocal weights
        weights = move(weights)
        weights[0][0].block_until_ready()

    return run


def torch_by_hand(torch):
    torch.set_num_threads(1)
    inputs, signs = points()
    x = torch.tensor(inputs, dtype=torch.float64)
    t = torch.tensor(signs, dtype=torch.float64)
    layers = []
    for n, m in zip([2, *SIZES], SIZES):
        layers += [torch.nn.Linear(n, m, dtype=torch.float64), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1])
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1)

    def run():
        optimiser.zero_grad()
        torch.relu(1 - t * network(x)[:, 0]).mean().backward()
        optimiser.step()

    return run


def training(repeats):
    runs = {}

    def timed(name, step):
        runs[name] = partial(seconds_of, step)

    micrograd, jax, torch = map(optional, ["micrograd.engine", "jax", "torch"])
    if micrograd:
        timed("micrograd 0.1.0", micrograd_step(importlib.import_module("micrograd")))
    runs["here, by graphs: fit(engine='eager')"] = fit_step("eager")
    runs["here, replayed: fit(engine='replay')"] = fit_step("replay")
    timed("here, the recorded step in NumPy", numpy_step())
    if torch:
        timed("PyTorch, tensors by hand", torch_by_hand(torch))
    if jax:
        jax.config.update("jax_enable_x64", True)
        timed("here, the recorded step by jax.jit", jax_step(jax))
        timed("jax.jit, matrices by hand", jax_by_hand(jax))
    print(f"\nA training step, MLP 2-16-16-1, {ROWS} points, in float64")
    table(runs, repeats)


def table(runs, repeats):
    found = in_turns(runs, repeats)
    first = next(iter(found.values()))
    for name, seconds in found.items():
        print(
            f"{name:<44}{1e6 * statistics.median(seconds):>14,.1f} µs"
            f"{ratio(first, seconds):>11,.1f} x"
        )


# -------------------------------------------------------- the scalar graph, and growth


def evaluation(repeats):
    """Forward alone and with the gradient, on floats: the graph of one row's loss."""
    network = MLP(2, SIZES, activation="tanh", seed=0, expanded=True)
    loss, x = loss_of_a_row(network)
    leaves = [*network.parameters(), *x]
    numbers = [leaf.data for leaf in leaves]
    recording = record(loss, leaves)

    def eager():
        again, _ = loss_of_a_row(network)
        again.backward()

    runs = {
        "here, by its graph": lambda: seconds_of(eager),
        "here, recorded": lambda: seconds_of(lambda: recording(*numbers)),
        "here, recorded, with the gradient": lambda: seconds_of(
            lambda: recording.value_and_gradient(*numbers)
        ),
    }
    casadi = optional("casadi")
    if casadi:
        symbols = casadi.SX.sym("x", len(leaves))
        place = {leaf: symbols[i] for i, leaf in enumerate(leaves)}
        root = casadi_of(casadi, loss, place)
        value = casadi.Function("f", [symbols], [root])
        both = casadi.Function("g", [symbols], [root, casadi.gradient(root, symbols)])
        vector = casadi.DM(numbers)
        runs["CasADi SX function"] = lambda: seconds_of(lambda: value(vector))
        runs["CasADi SX function, with the gradient"] = lambda: seconds_of(
            lambda: both(vector)
        )
    print(f"\nOne row's loss, a graph of {recording.size:,} nodes, on floats")
    table(runs, repeats)


def casadi_of(casadi, root, place):
    """Return the same graph in CasADi's symbols."""
    words = {"add": "+", "mul": "*", "sub": "-"}
    for node in root.topological_order():
        if node in place:
            continue
        arguments = [place[parent] for parent in node.parents]
        if node.op is None:
            place[node] = node.data
        elif node.op.name in words:
            x, y = arguments
            place[node] = {"+": x + y, "*": x * y, "-": x - y}[words[node.op.name]]
        elif node.op.name in ("total", "mean"):
            whole = sum(arguments[1:], arguments[0])
            place[node] = whole / (len(arguments) if node.op.name == "mean" else 1)
        elif node.op.name == "relu":
            place[node] = casadi.fmax(arguments[0], 0)
        else:
            place[node] = getattr(casadi, node.op.name)(*arguments)
    return place[root]


def growth():
    print("\nNodes: build and backward, then a replay on floats, for each node")
    for count in (100, 1_000, 10_000, 100_000, 1_000_000):
        start = time.process_time()
        root = mixed(count)
        root.backward()
        eager = (time.process_time() - start) / count
        line = f"{count:>12,}{1e9 * eager:>12,.0f} ns"
        if count <= 10_000:
            leaves = [node for node in root.topological_order() if not node.parents]
            recording = record(root, leaves)
            numbers = [leaf.data for leaf in leaves]
            each = seconds_of(partial(recording.value_and_gradient, *numbers)) / count
            line += f"{1e9 * each:>12,.0f} ns"
        print(line)
    print("\nBatch: the recorded step in NumPy, for each node and row")
    network = model()
    step, p, x = recorded("numpy")
    loss, leaves = loss_of_a_row(network)
    size = record(loss, [*network.parameters(), *leaves]).size
    for rows in (1, 10, 100, 1_000, 10_000, 100_000):
        wide = numpy.tile(x, (1, rows // ROWS + 1))[:, :rows]
        each = seconds_of(partial(step, p, wide, 1 / rows)) / (rows * size)
        print(f"{rows:>12,}{1e9 * each:>12,.1f} ns")
    print("\nDepth: an MLP of layers of 8, the recorded step in NumPy, for each layer")
    for depth in (1, 3, 10, 30, 100):
        network = MLP(2, [8] * depth + [1], activation="tanh", seed=0)
        loss, leaves = loss_of_a_row(network)
        recording = record(loss, [*network.parameters(), *leaves])
        step = recording.function("numpy", "xyt", gradient="shared")
        p = numpy.array([[parameter.data] for parameter in network.parameters()])
        each = seconds_of(partial(step, p, x, 1 / ROWS)) / depth
        print(f"{depth:>12,}{1e6 * each:>12,.1f} µs")


def mixed(count):
    """Return a root over about so many nodes."""
    source = random.Random(0)
    nodes = [Value(source.uniform(0.5, 1.5)) for _ in range(10)]
    for i in range(count - 10):
        x, y = nodes[-1], nodes[source.randrange(len(nodes))]
        nodes.append([x * 0.5 + y, x * y, x.tanh(), y - x][i % 4])
    return nodes[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="turns of each")
    parser.add_argument("--no-growth", action="store_true", help="skip the growth")
    options = parser.parse_args()
    training(options.repeats)
    evaluation(options.repeats)
    if not options.no_growth:
        growth()


if __name__ == "__main__":
    main()
