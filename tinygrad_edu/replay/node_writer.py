"""Writes a graph as statements node by node: forward, and back by the chain rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tinygrad_edu.engine.worlds import World
from tinygrad_edu.replay.choice import chosen, handed_back, is_choice
from tinygrad_edu.replay.tape import WRITING, Tape, Term, times


class NodeWriter:
    """Writes a graph down for floats, in any language that a world has the words of.

    Args:
        recorded: The nodes, parents first, with the number of each.
        inputs: The term of each leaf that it is a function of.
        tape: What the statements are added to.
        world: The world of its terms, in which the rules run.
    """

    def __init__(
        self,
        recorded: Mapping[Any, Any],
        inputs: Mapping[Any, Term],
        tape: Tape,
        world: World = WRITING,
    ) -> None:
        self.tape = tape
        self.world = world
        # What no input reaches keeps the number that it was recorded with.
        self.terms: dict[Any, Any] = dict(inputs)
        self._recorded: Mapping[Any, Any] = recorded
        self._handed: dict[Any, list[Any]] = {node: [] for node in inputs}

    def forward(self) -> None:
        """Write the forward pass: each operator's own rule, on terms."""
        terms, handed, world = self.terms, self._handed, self.world
        for node, number in self._recorded.items():
            if node in terms:
                continue
            parents = node.parents
            if handed.keys().isdisjoint(parents):
                terms[node] = number
                continue
            handed[node] = []
            arguments = [terms[x] for x in parents]
            if is_choice(node):
                elements = [terms[x] for x in parents[1].parents]
                terms[node] = chosen(self.tape, arguments[0], elements)
            else:
                terms[node] = node.op.forward(world, *arguments)

    def backward(self, root: Any) -> None:
        """Write the backward pass from a root: each node hands to its operands."""
        terms, handed, world = self.terms, self._handed, self.world
        if root in handed:
            handed[root].append(1.0)
        for node in reversed(self._recorded):
            if not node.parents or not handed.get(node):
                continue
            upstream = self.gradient(node)
            arguments = [terms[x] for x in node.parents]
            if is_choice(node):
                self._hand_back(node, arguments[0], upstream)
                continue
            partials = node.op.partials(world, terms[node], *arguments)
            for parent, partial in zip(node.parents, partials):
                if parent in handed:
                    contribution = times(partial, upstream)
                    if contribution is not None:
                        handed[parent].append(contribution)

    def _hand_back(self, node: Any, index: Any, upstream: Any) -> None:
        elements = node.parents[1].parents
        parts = handed_back(self.tape, index, len(elements), upstream)
        for element, part in zip(elements, parts):
            if element in self._handed:
                self._handed[element].append(part)

    def gradient(self, node: Any) -> Any:
        """Return the sum of what a node was handed, as one term."""
        parts = self._handed.get(node)
        return WRITING.sum(parts) if parts else 0.0
