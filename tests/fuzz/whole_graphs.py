"""Random graphs in every way that the package can run them, beside PyTorch."""

import json
import math
import random
import subprocess
import tempfile
from collections import defaultdict
from importlib import import_module
from pathlib import Path

from mpmath import mp, mpf
from one_operator import judge, well_inside
from plans import Plan
from records import oracle, oracle_partials, partials_of, second_partials_of
from scripts import EDGES, SUMS, bundle, spelled
from torch_operators import call

from tinygrad_edu import DomainError, Value, dot, grad
from tinygrad_edu.engine.primitives import MEAN
from tinygrad_edu.engine.value import apply

SERVER = """
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => console.log(JSON.stringify(ask(...JSON.parse(line)))));
"""


#: Added to each size: where PyTorch rounds σ(x) to 0, and nothing is divided by 0.
TINY = 1e-290

#: Reasons for another value, where others are for another slope.
OF_VALUES = ("a root of -inf", "a sum that overflows")


class TamePlan(Plan):
    """A plan whose root is the mean of all its nodes, so that slopes reach each."""

    def __init__(self, seed):
        super().__init__(seed)
        self.choose_root()

    def choose_root(self):
        self.steps.append((MEAN, list(range(len(self.nodes[0])))))
        for nodes in self.nodes:
            nodes.append(apply(MEAN, nodes))
        self.root = self.outputs[0] = len(self.nodes[0]) - 1


class WildPlan(TamePlan):
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
        self.choose_root()

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
    plan = TamePlan(seed)
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
    """Compare the ways of one graph at its edges, beside PyTorch."""
    plan = WildPlan(seed)
    where = f"wild graph {seed}"
    nodes = plan.nodes[0]
    leaves = nodes[: plan.leaf_count]
    root = nodes[plan.root]
    gradient = check_passes(tally, root, leaves, where)
    of_values, of_slopes = sizes(root)
    recording = plan.recording([plan.root])
    value, slopes = recording.value_and_gradient(*plan.rows[0])
    tally.compare("wild recordings on floats", [value], [root.data], where, 0.0)
    tally.compare(
        "wild recorded gradients on floats",
        slopes,
        gradient,
        where,
        known="product with a known 0",
        sizes=[of_slopes[leaf] for leaf in leaves],
    )
    tensors = [torch.tensor([x], requires_grad=True) for x in plan.rows[0]]
    twins = plan.run(tensors, lambda x: torch.full((1,), x), call)
    theirs = twins[plan.root]
    firsts = _slopes(torch, theirs, tensors, create_graph=True)
    known = why_not(root)
    tally.compare(
        "wild graphs, PyTorch",
        [node.data for node in nodes],
        [twin.item() for twin in twins],
        where,
        known=known if known in OF_VALUES else None,
        sizes=[of_values[node] for node in nodes],
    )

    def exact(xs):
        return plan.run(xs, mpf, oracle)[plan.root]

    tally.compare(
        "wild gradients, PyTorch",
        gradient,
        [slope.item() for slope in firsts],
        where,
        1e-7,
        known=known,
        judge=judge(exact, plan.rows[0], gradient, partials_of),
        sizes=[of_slopes[leaf] for leaf in leaves],
    )
    weights = [math.cos(k) for k in range(len(leaves))]
    try:
        found = grad(root, leaves)
        again = dot(weights, found)
        seconds = [s.data for s in grad(again, leaves)]
    except DomainError:
        tally.counts["wild derivatives refused"] += 1
        return root
    tally.compare(
        "wild grad, backward",
        [s.data for s in found],
        gradient,
        where,
        known="infinite derivative",
        sizes=[of_slopes[leaf] for leaf in leaves],
    )

    def mixed(function, xs, step):
        rows = second_partials_of(function, xs, step)
        return [sum(w * s for w, s in zip(weights, row)) for row in rows]

    theirs = sum(w * s for w, s in zip(weights, firsts))
    of_slopes = sizes(again)[1]
    tally.compare(
        "wild second derivatives, PyTorch",
        seconds,
        [slope.item() for slope in _slopes(torch, theirs, tensors)],
        where,
        1e-6,
        known=known,
        judge=judge(exact, plan.rows[0], seconds, mixed),
        # PyTorch's 1 - σ(x) rounds to a multiple of 1e-16.
        sizes=[of_slopes[leaf] + 1e-9 for leaf in leaves],
    )
    return root


def why_not(root):
    """Return why PyTorch may have other numbers of a graph, or None."""
    known = None
    for node in root.topological_order():
        numbers = [p.data for p in node.parents]
        name = getattr(node.op, "name", "")
        if name == "power" and numbers == [-math.inf]:
            return "a root of -inf"
        edges = zip(numbers, node.local_derivatives)
        terms = [abs(x) * max(1.0, abs(local)) for x, local in edges]
        if name in SUMS and sum(x for x in terms if x < math.inf) == math.inf:
            known = known if known == "a slope at nan" else "a sum that overflows"
        if any(map(math.isnan, numbers)):
            known = "a slope at nan"
        numbers += [node.data, *node.local_derivatives]
        if known is None and not all(map(math.isfinite, numbers)):
            known = "infinite derivative"
    return known


def sizes(root):
    """Return how large a value and its slopes are before anything cancels.

    Each is the sum of the absolute values of what is added up: rounding is a part of
    that, however little is left of it.
    """
    order = root.topological_order()
    of_values = {}
    of_slopes = defaultdict(lambda: TINY, {root: 1.0})
    for node in order:
        of_values[node] = TINY + abs(node.data)
        for parent, local in zip(node.parents, node.local_derivatives):
            of_values[node] += size_of_product(local, of_values[parent])
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local_derivatives):
            of_slopes[parent] += size_of_product(local, of_slopes[node])
    return of_values, of_slopes


def size_of_product(local, size):
    return 0.0 if local == 0 else abs(local) * size


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
        of_values, of_slopes = sizes(root)
        tally.compare(
            "graphs in JavaScript",
            _read(answer["values"]),
            numbers,
            where,
            sizes=[of_values[node] for node in order],
        )
        tally.compare(
            "gradients in JavaScript",
            _read(answer["gradients"]),
            [node.grad for node in order],
            where,
            sizes=[of_slopes[node] for node in order],
        )


def _read(texts):
    return [float(text.replace("Infinity", "inf")) for text in texts]


def _check_second(tally, leaves, slopes, weights, expected, where):
    root = dot(weights, slopes)
    ours = [s.data for s in grad(root, leaves)]
    expected = [x.item() for x in expected]
    tally.compare("second derivatives, PyTorch", ours, expected, where, 1e-8)


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
