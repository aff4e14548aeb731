"""The backward pass, one step at a time, in the student's own loop."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass

from tinygrad_edu.engine.graph import clear_interior_gradients, topological_order
from tinygrad_edu.engine.names import name_in_derivative, node_names
from tinygrad_edu.engine.node import Node
from tinygrad_edu.engine.wording import factor, number
from tinygrad_edu.explaining.formulas import local_derivative_formulas
from tinygrad_edu.explaining.symbols import Symbol, as_symbol, latex_fraction
from tinygrad_edu.ranges import said
from tinygrad_edu.speech import say


@dataclass(frozen=True)
class Step:
    """What one edge carried back: the chain rule, once, with its numbers.

    parent.grad ← before + contribution,  contribution = ∂node/∂parent · node.grad

    The first step, with the index 0, is the seed: droot/droot = 1. It has no parent.

    Attributes:
        index: The number of this step, counted from 0 for the seed.
        count: How many edges the graph has, and so the index of the last step.
        node: The node that hands its gradient on.
        parent: The operand of it that is handed a contribution; None for the seed.
        operand: The position of the parent among the node's parents.
        local_derivative: ∂node/∂parent.
        upstream: The gradient of the node, droot/dnode.
        contribution: local_derivative · upstream.
        before: The parent's gradient before this step.
        after: The parent's gradient after it.
        root_name: The name of the root, which `backward` started from.
        node_name: The node's name in pictures and messages.
        parent_names: The names of all parents of the node.
    """

    index: int
    count: int
    node: Node
    parent: Node | None
    operand: int
    local_derivative: float
    upstream: float
    contribution: float
    before: float
    after: float
    root_name: str
    node_name: str
    parent_names: tuple[str, ...]

    @property
    def parent_name(self) -> str:
        """The parent's name; for the seed, the root's own."""
        if self.parent is None:
            return self.node_name
        return name_in_derivative(self.parent, self.parent_names[self.operand])

    @property
    def rule(self) -> str:
        """The local derivative in words: as its rule has it, and as a number.

        >>> from tinygrad_edu import Value
        >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
        >>> seed, step, _ = (a * b).backward_steps()
        >>> step.rule
        '∂v2/∂a = b = -3.0'
        """
        formula = self._formula()
        return rule(self.node_name, self.parent_name, formula, self.local_derivative)

    @property
    def latex(self) -> str:
        """The whole step in LaTeX, without dollar signs."""
        gradient = latex_fraction("d", self.root_name, self.parent_name)
        if self.parent is None:
            return f"{gradient} = 1"
        upstream = latex_fraction("d", self.root_name, self.node_name)
        local = latex_fraction(r"\partial", self.node_name, self.parent_name)
        return (
            rf"{gradient} \mathrel{{+}}= {local} \cdot {upstream} = "
            rf"{self._formula().latex_factor()} \cdot {upstream} = "
            rf"{factor(self.local_derivative)} \cdot {factor(self.upstream)} = "
            rf"{number(self.contribution)}"
        )

    def _formula(self) -> Symbol:
        if self.parent is None:
            return Symbol("1")
        formulas = local_derivative_formulas(
            self.node, self.node_name, self.parent_names
        )
        return formulas[self.operand]

    def __repr__(self) -> str:
        place = say("Step {index}/{count}: ", index=self.index, count=self.count)
        head = f"{place}{self.parent_name}.grad"
        if self.parent is None:
            seed = f"d{self.root_name}/d{self.root_name}"
            return f"{head} {'+=' if self.before else '='} {seed} = 1.0"
        local = f"∂{self.node_name}/∂{self.parent_name}"
        before = number(self.before) if self.before else "0"
        return (
            f"{head} += {local} · {self.node_name}.grad = {before} + "
            f"{factor(self.local_derivative)} · {factor(self.upstream)} = "
            f"{number(self.after)}"
        )


def backward_steps(root: Node) -> Iterator[Step]:
    """Walk the graph back as `Value.backward` does, and yield each step once done.

    Args:
        root: The node to start from.

    Yields:
        The seed, then one step for each edge.
    """
    order = topological_order(root)
    names = node_names(order)
    count = sum(len(node.parents) for node in order)
    clear_interior_gradients(order)
    before = root.grad
    root.grad += 1.0
    yield Step(
        index=0,
        count=count,
        node=root,
        parent=None,
        operand=0,
        local_derivative=1.0,
        upstream=1.0,
        contribution=1.0,
        before=before,
        after=root.grad,
        root_name=names[root],
        node_name=names[root],
        parent_names=(),
    )
    index = 0
    for node in reversed(order):
        upstream = node.grad
        parent_names = tuple([names[parent] for parent in node.parents])
        edges = zip(node.parents, node.local_derivatives)
        for operand, (parent, local) in enumerate(edges):
            contribution = local * upstream
            before = parent.grad
            parent.grad += contribution
            index += 1
            yield Step(
                index=index,
                count=count,
                node=node,
                parent=parent,
                operand=operand,
                local_derivative=local,
                upstream=upstream,
                contribution=contribution,
                before=before,
                after=parent.grad,
                root_name=names[root],
                node_name=names[node],
                parent_names=parent_names,
            )


def rehearse(root: Node) -> list[Step]:
    """Return the steps of a backward pass that starts from zero, and write no gradient.

    The steps hold twins of the nodes, which share their data and local derivatives.

    >>> from tinygrad_edu import Value
    >>> a = Value(3.0, label="a")
    >>> rehearse(a * a)[-1].after, a.grad
    (6.0, 0.0)
    """
    twins: dict[Node, Node] = {}
    for node in topological_order(root):
        twin = copy(node)
        twin.grad = 0.0
        twin.parents = tuple([twins[parent] for parent in node.parents])
        twins[node] = twin
    return list(backward_steps(twins[root]))


def check_nodes(function: str, *nodes: object) -> None:
    """Raise a TypeError, in the name of a function, unless all are nodes of a graph."""
    for node in nodes:
        if not isinstance(node, Node):
            raise TypeError(
                f"{function} takes Values, the nodes of a graph, and {said(node)} is "
                "not one."
            )


def gradients(root: Node) -> dict[Node, float]:
    """Return the gradient of each node below the root, and write none.

    >>> from tinygrad_edu import Value
    >>> a = Value(3.0)
    >>> gradients(a * a)[a], a.grad
    (6.0, 0.0)
    """
    order = topological_order(root)
    known = dict.fromkeys(order, 0.0)
    known[root] = 1.0
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local_derivatives):
            known[parent] += local * known[node]
    return known


def rule(node_name: str, parent_name: str, formula: Symbol, local: float) -> str:
    """Return a local derivative in words: by its formula, unless that is the number.

    >>> rule("L", "a", Symbol("b"), -3.0), rule("L", "a", Symbol("1"), 1.0)
    ('∂L/∂a = b = -3.0', '∂L/∂a = 1.0')
    """
    derivative = f"∂{node_name}/∂{parent_name}"
    if str(formula) in (str(as_symbol(local)), number(local)):
        return f"{derivative} = {number(local)}"
    return f"{derivative} = {formula} = {number(local)}"
