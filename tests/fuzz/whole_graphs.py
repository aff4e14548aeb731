"""Random graphs in every way that the package can run them, beside PyTorch."""

import json
import math
import random
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path

from mpmath import mp, mpf
from one_operator import well_inside
from plans import Plan
from records import oracle, oracle_partials
from scripts import EDGES, bundle, spelled
from torch_operators import call

from tinygrad_edu import DomainError, Value, dot, grad
from tinygrad_edu.engine.value import apply

SERVER = """
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => console.log(JSON.stringify(ask(...JSON.parse(line)))));
"""


class WildPlan(Plan):
    """A plan of one row whose leaves are edges, and whose nodes may have any size."""

    def __init__(self, seed):
        super().__init__(seed)
        self.row_count = 1
        tame = [lambda: self.random.uniform(-4, 4)] * 2
        draws = [lambda: self.random.choice(EDGES), *tame]
        self.rows = [tuple(self.random.choice(draws)() for _ in self.rows[0])]
        wished, self.steps = self.steps, []
        self.nodes = [[Value(x) for x in self.rows[0]]]
        for step in wished:
            self.add_anyway(step)
        self.choose_outputs()

    def add_anyway(self, step):
        nodes = self.nodes[0]
        try:
            if isinstance(step, float):
                node = Value(step)
            else:
                op, positions = step
                node = apply(op, [nodes[i % len(nodes)] for i in positions])
                step = (op, [i % len(nodes) for i in positions])
        except DomainError:
            return
        self.steps.append(step)
        nodes.append(node)


def check(torch, tally, seed, with_jax):
    """Compare one tame graph: eager, steps, grad, recordings, PyTorch, 50 digits."""
    plan = Plan(seed)
    where = f"tame graph {seed}"
    columns = list(zip(*plan.rows))
    tensors = [torch.tensor(column, requires_grad=True) for column in columns]
    twins = plan.run(tensors, lambda x: torch.full((plan.row_count,), x), call)
    root = twins[plan.root]
    firsts = _slopes(torch, root, tensors, create_graph=True)
    weights = [math.cos(k) for k in range(len(tensors))]
    sum_of_firsts = sum(w * s for w, s in zip(weights, firsts))
    seconds = _slopes(torch, sum_of_firsts, tensors)
    several, single = plan.recording(plan.outputs), plan.recording([plan.root])
    for r, nodes in enumerate(plan.nodes):
        leaves = nodes[: plan.leaf_count]
        slopes = [slope[r].item() for slope in firsts]
        outputs = [twins[i][r].item() for i in plan.outputs]
        ours = [nodes[i].data for i in plan.outputs]
        tally.compare("graphs, PyTorch", ours, outputs, where)
        gradient = check_passes(tally, nodes[plan.root], leaves, where)
        tally.compare("gradients, PyTorch", gradient, slopes, where)
        found = grad(nodes[plan.root], leaves)
        tally.compare("grad, backward", [s.data for s in found], gradient, where)
        _check_second(tally, leaves, found, weights, [s[r] for s in seconds], where)
        tally.compare("recordings on floats", several(*plan.rows[r]), outputs, where)
        value, slopes_of_recording = single.value_and_gradient(*plan.rows[r])
        tally.compare(
            "recorded gradients on floats",
            [value, *slopes_of_recording],
            [outputs[0], *slopes],
            where,
        )
    for world in ["numpy", "torch", *(["jax"] if with_jax else [])]:
        _check_arrays(tally, plan, world, several, single, twins, firsts, where)
    _check_digits(tally, plan, where)
    return plan.nodes[0][plan.root]


def check_wild(torch, tally, seed):
    """Compare the ways of one graph at its edges with one another."""
    plan = WildPlan(seed)
    where = f"wild graph {seed}"
    nodes = plan.nodes[0]
    leaves = nodes[: plan.leaf_count]
    root = nodes[plan.root]
    gradient = check_passes(tally, root, leaves, where)
    numbers = [node.data for node in root.topological_order()]
    numbers += [x for node in root.topological_order() for x in node.local_derivatives]
    regular = all(abs(x) < 1e100 for x in numbers)
    known = None if regular else "product with a known 0"
    recording = plan.recording([plan.root])
    value, slopes = recording.value_and_gradient(*plan.rows[0])
    tally.compare("wild recordings on floats", [value], [root.data], where)
    size = max(1.0, *map(abs, numbers)) if regular else 1.0
    tally.compare(
        "wild recorded gradients on floats",
        [x / size for x in slopes],
        [x / size for x in gradient],
        where,
        1e-9,
        known,
    )
    try:
        second = [s.data for s in grad(root, leaves)]
    except DomainError:
        tally.counts["wild derivatives refused"] += 1
        return root
    tally.compare(
        "wild grad, backward",
        [x / size for x in second],
        [x / size for x in gradient],
        where,
        1e-9,
        None if regular else "infinite derivative",
    )
    return root


def check_passes(tally, root, leaves, where):
    """Compare `backward` and `backward_steps` to the last bit; return the gradient."""
    root.zero_grad()
    for leaf in leaves:
        leaf.grad = 0.0
    list(root.backward_steps())
    by_steps = [leaf.grad for leaf in leaves]
    root.zero_grad()
    for leaf in leaves:
        leaf.grad = 0.0
    root.backward()
    gradient = [leaf.grad for leaf in leaves]
    tally.compare("steps, backward", by_steps, gradient, where, 0.0)
    return gradient


def check_javascript(tally, node_program, roots):
    """Compare graphs with the pages' own JavaScript, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "graphs.js")
        file.write_text(bundle(roots) + SERVER, "utf-8")
        questions = "".join(
            json.dumps([i, spelled({})]) + "\n" for i in range(len(roots))
        )
        run = subprocess.run(
            [node_program, str(file)],
            input=questions,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    for root, line in zip(roots, run.stdout.splitlines(), strict=True):
        answer = json.loads(line)
        order = root.topological_order()
        root.zero_grad()
        root.backward()
        where = f"a graph of {len(order)} nodes"
        numbers = [node.data for node in order]
        tally.compare("graphs in JavaScript", _read(answer["values"]), numbers, where)
        gradients = [node.grad for node in order]
        tally.compare(
            "gradients in JavaScript", _read(answer["gradients"]), gradients, where
        )


def _read(texts):
    return [float(text.replace("Infinity", "inf")) for text in texts]


def _check_second(tally, leaves, slopes, weights, expected, where):
    ours = [s.data for s in grad(dot(weights, slopes), leaves)]
    expected = [x.item() for x in expected]
    # Constants are often equal, and so are ties and kinks.
    tally.compare(
        "second derivatives, PyTorch",
        ours,
        expected,
        where,
        1e-8,
        "second derivative at a kink",
    )


def _check_arrays(tally, plan, world, several, single, twins, firsts, where):
    module = import_module("jax.numpy" if world == "jax" else world)
    make = module.tensor if world == "torch" else module.array
    arguments = [
        make(list(column)) if flag else column[0]
        for flag, column in zip(plan.is_batched, zip(*plan.rows))
    ]
    count = plan.row_count if any(plan.is_batched) else 1
    for z, i in zip(several(*arguments, world=world), plan.outputs):
        expected = twins[i].tolist()[:count]
        tally.compare(f"recordings on {world}", z, expected, where)
    value, gradient = single.value_and_gradient(*arguments, world=world)
    expected = [twins[plan.root].mean().item()]
    tally.compare(f"recordings on {world}", [value], expected, where)
    for flag, slope, first in zip(plan.is_batched, gradient, firsts):
        mean = [x / plan.row_count for x in first.tolist()]
        what = f"recorded gradients on {world}"
        if flag:
            tally.compare(what, slope, mean, where)
        else:
            tally.compare(what, [slope], [math.fsum(mean)], where)


def _check_digits(tally, plan, where):
    # A pass of its own, forward and backward, on numbers of 50 digits.
    with mp.workdps(50):
        numbers = [mpf(x) for x in plan.rows[0]]
        partials = [() for _ in numbers]
        for step in plan.steps:
            if isinstance(step, float):
                numbers.append(mpf(step))
                partials.append(())
                continue
            op, positions = step
            xs = [numbers[i] for i in positions]
            if not well_inside(op, xs):
                return
            numbers.append(oracle(op, xs))
            partials.append(list(zip(positions, oracle_partials(op, xs))))
        gradient = [mpf(0)] * len(numbers)
        gradient[plan.root] = mpf(1)
        for i in reversed(range(len(numbers))):
            for parent, local in partials[i]:
                gradient[parent] += local * gradient[i]
    nodes = plan.nodes[0]
    ours = [node.data for node in nodes]
    tally.compare("graphs, 50 digits", ours, numbers, where)
    slopes = check_passes(tally, nodes[plan.root], nodes[: plan.leaf_count], where)
    expected = gradient[: plan.leaf_count]
    tally.compare("gradients, 50 digits", slopes, expected, where)


def _slopes(torch, output, tensors, create_graph=False):
    zeros = [torch.zeros_like(x) for x in tensors]
    if not torch.is_tensor(output) or not output.requires_grad:
        return zeros
    found = torch.autograd.grad(
        output.sum(), tensors, create_graph=create_graph, allow_unused=True
    )
    return [zero if slope is None else slope for slope, zero in zip(found, zeros)]


def seeds(start):
    """Yield the seeds of graphs, for ever."""
    source = random.Random(start)
    while True:
        yield source.randrange(10**9)
