"""Random graphs as plans, which can be carried out in any world of numbers."""

import random

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
