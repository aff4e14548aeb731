"""Random graphs, replayed everywhere: as the engine has them, and as PyTorch does."""

import math
import random

import pytest
from records import RECORDS

from tinygrad_edu import DomainError, Value
from tinygrad_edu.engine.primitives import DOT
from tinygrad_edu.engine.value import apply
from tinygrad_edu.replay import record

#: 0, 1 and 2 may be mistaken for places in an array.
CONSTANTS = [0.0, 1.0, 2.0, 0.5, -1.5]


class Plan:
    """A random graph as instructions, which can be carried out in any world.

    `steps` are numbers (constants) or (operator, positions of its operands); the first
    positions are the leaves.
    """

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.row_count = self.random.choice([1, 1, 2, 3, 5])
        self.leaf_count = self.random.randint(1, 7)
        kind = self.random.choice(["mixed", "mixed", "mixed", "shared", "rows"])
        self.is_batched = [
            kind == "rows" or (kind == "mixed" and self.random.random() < 0.5)
            for _ in range(self.leaf_count)
        ]
        columns = []
        for flag in self.is_batched:
            numbers = [self.random.uniform(-2, 2) for _ in range(self.row_count)]
            columns.append(numbers if flag else numbers[:1] * self.row_count)
        self.rows = list(zip(*columns))
        self.steps = []
        # What the engine makes of each row, to see that a step keeps to its domain.
        self.nodes = [[Value(x) for x in row] for row in self.rows]
        for x in CONSTANTS:
            self.add(x)
        for _ in range(self.random.randint(1, 6)):
            self.add_layer()
        self.choose_outputs()

    def add(self, step):
        try:
            made = [carry_out(step, nodes, Value, apply) for nodes in self.nodes]
        except DomainError:
            return
        slopes = [abs(slope) for node in made for slope in node.local_derivatives]
        # Far from poles and overflow, where rounding stays small.
        if all(abs(node.data) < 30 for node in made) and all(s < 100 for s in slopes):
            self.steps.append(step)
            for nodes, node in zip(self.nodes, made):
                nodes.append(node)

    def add_layer(self):
        """Add nodes that may be one group: one operator, operands from near places."""
        pick = self.random.choice
        op = pick([DOT] * 8 + RECORDS)
        pool = range(len(self.nodes[0]))
        if self.random.random() < 0.5:
            pool = pool[-6:]
        if op is DOT:
            n = pick([1, 2, 3])
            shared = self.leaves_that_differ(False)
            from_w = pick([pool, shared]) or pool
            from_x = pick([pool, self.leaves_that_differ(True)]) or pool
            rows = [[pick(from_w) for _ in range(n)] for _ in range(pick([1, 2, 3]))]
            columns = [[pick(from_x) for _ in range(n)] for _ in range(pick([1, 2]))]
            # The same sum may be there twice.
            rows += rows[: pick([0, 0, 1])]
            for weights in rows:
                for inputs in columns:
                    if self.random.random() < 0.9:
                        self.add((op, [*weights, *inputs]))
            return
        if op.arguments == ("x", "y") and self.random.random() < 0.5:
            members = self.leaves_that_differ(pick([True, False]))[:3]
            for i, leaf in enumerate(members):
                if i != 1:
                    # A leaf and the constant that is equal to its place.
                    self.add((op, [leaf, self.leaf_count + i]))
            return
        count = pick([1, 2, 4]) if op.variadic else len(op.arguments)
        for _ in range(pick([1, 2, 4])):
            self.add((op, [pick(pool) for _ in range(count)]))

    def leaves_that_differ(self, from_row_to_row):
        return [i for i, flag in enumerate(self.is_batched) if flag is from_row_to_row]

    def choose_outputs(self):
        """Take the last node as root, and any others, some of them twice."""
        count = len(self.nodes[0])
        self.root = count - 1
        if self.random.random() < 0.2:
            self.root = self.random.randrange(count)
        others = self.random.choices(range(count), k=3)
        self.outputs = [self.root, *others, others[0]]

    def recording(self, outputs):
        leaves = [Value(x) for x in self.rows[0]]
        nodes = self.run(leaves, Value, apply)
        return record([nodes[i] for i in outputs], leaves)

    def run(self, leaves, constant, call):
        nodes = list(leaves)
        for step in self.steps:
            nodes.append(carry_out(step, nodes, constant, call))
        return nodes


def carry_out(step, nodes, constant, call):
    if isinstance(step, float):
        return constant(step)
    op, positions = step
    return call(op, [nodes[i] for i in positions])


def expected_of(torch, plan):
    """Return outputs and slopes of the mean root by PyTorch, and check the engine's.

    The slopes of a shared leaf are spread over the rows: those of the rows alone.
    """
    from torch_operators import call

    leaves = [torch.tensor(c, requires_grad=True) for c in zip(*plan.rows)]

    def constant(x):
        return torch.full((plan.row_count,), x)

    nodes = plan.run(leaves, constant, call)
    outputs = [nodes[i].tolist() for i in plan.outputs]
    root = nodes[plan.root]
    slopes = [torch.zeros(plan.row_count)] * len(leaves)
    if root.requires_grad:
        found = torch.autograd.grad(root.sum(), leaves, allow_unused=True)
        slopes = [
            torch.zeros_like(x) if s is None else s for x, s in zip(leaves, found)
        ]
    slopes = [s.tolist() for s in slopes]
    for r, row in enumerate(plan.nodes):
        assert [row[i].data for i in plan.outputs] == close([z[r] for z in outputs])
        row[plan.root].backward()
        engine = [leaf.grad for leaf in row[: plan.leaf_count]]
        assert engine == close([s[r] for s in slopes])
    return outputs, slopes


def close(numbers):
    size = max([1.0, *map(abs, numbers)])
    return pytest.approx(numbers, rel=1e-9, abs=1e-10 * size)


@pytest.mark.parametrize("chunk", range(8))
def test_random_graphs_give_on_floats_what_pytorch_gives(torch, chunk):
    for seed in range(chunk * 40, chunk * 40 + 40):
        plan = Plan(seed)
        outputs, slopes = expected_of(torch, plan)
        several, single = plan.recording(plan.outputs), plan.recording([plan.root])
        for r, row in enumerate(plan.rows):
            assert several(*row) == close([z[r] for z in outputs]), seed
            value, gradient = single.value_and_gradient(*row)
            assert [value, *gradient] == close([outputs[0][r], *[s[r] for s in slopes]])


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("chunk", range(8))
def test_random_graphs_give_on_arrays_what_pytorch_gives(torch, world, chunk, request):
    make = request.getfixturevalue(f"{world}_array")
    length = 3 if world == "jax" else 40
    for seed in range(chunk * 40, chunk * 40 + length):
        plan = Plan(seed)
        outputs, slopes = expected_of(torch, plan)
        columns = list(zip(*plan.rows))
        arguments = [
            make(list(column)) if flag else column[0]
            for flag, column in zip(plan.is_batched, columns)
        ]
        found = plan.recording(plan.outputs)(*arguments, world=world)
        count = plan.row_count if any(plan.is_batched) else 1
        for z, wanted in zip(found, outputs):
            assert [float(x) for x in z] == close(wanted[:count]), seed
        value, gradient = plan.recording([plan.root]).value_and_gradient(
            *arguments, world=world
        )
        assert [float(value)] == close([math.fsum(outputs[0]) / plan.row_count]), seed
        for flag, slope, wanted in zip(plan.is_batched, gradient, slopes):
            mean = [s / plan.row_count for s in wanted]
            if flag:
                assert [float(s) for s in slope] == close(mean), seed
            else:
                assert [float(slope)] == close([math.fsum(mean)]), seed
