"""Writes a graph as statements: forward, and backward by the chain rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tinygrad_edu.engine.primitives import DOT
from tinygrad_edu.replay.groups import Group, Operand
from tinygrad_edu.replay.product import Product
from tinygrad_edu.replay.tape import WRITING, Tape, Term


class Part(NamedTuple):
    """What some members of a group are handed: their places, and the term."""

    places: list[int]
    term: Any


class Writer:
    """Writes a graph down, node by node for floats or group by group for arrays.

    On arrays, every group is one of shape (members, rows of the batch), with one column
    where it does not differ from row to row.

    Args:
        groups: The groups, each after those that it needs.
        places: In which group, and where in it, a node is found.
        on_arrays: Whether they are arrays.
    """

    def __init__(
        self,
        groups: Sequence[Group],
        places: dict[Any, tuple[Group, int]],
        *,
        on_arrays: bool,
    ) -> None:
        self.groups = groups
        self.places = places
        self.on_arrays = on_arrays
        self.tape = Tape()
        self.terms: dict[Group, Any] = {}
        self.parts: dict[Group, list[Part]] = {group: [] for group in groups}

    def forward(self) -> None:
        """Write the forward pass: each operator's own rule, on terms."""
        for group in self.groups:
            if group.op is None:
                continue
            product = self._product(group)
            if product is not None:
                factors = self.gather(product.w), self.gather(product.x)
                self.terms[group] = product.forward(self.tape, *factors)
            else:
                arguments = [self.gather(operand) for operand in group.operands]
                self.terms[group] = group.op.forward(WRITING, *arguments)

    def backward(self) -> None:
        """Write the backward pass: each group hands to its operands what they get."""
        for group in reversed(self.groups):
            if group.op is None or not self.parts[group]:
                continue
            upstream = self.gradient(group)
            product = self._product(group)
            if product is not None:
                factors = self.gather(product.w), self.gather(product.x)
                for handed in product.backward(self.tape, *factors, upstream):
                    self.hand(*handed)
                continue
            arguments = [self.gather(operand) for operand in group.operands]
            z = self.terms[group]
            partials = group.op.partials(WRITING, z, *arguments)
            for operand, partial in zip(group.operands, partials):
                contribution = _times(partial, upstream)
                if contribution is not None:
                    self.hand(operand, contribution, group.batched)

    def output(self, node: Any) -> Any:
        """Return the term of a node."""
        group, i = self.places[node]
        return self.gather(Operand(group, [i]))

    def array_output(self, node: Any) -> Any:
        """Return the term of a node; an array also where it is a constant."""
        z = self.output(node)
        if isinstance(z, Term):
            return z
        return Term(self.tape.constant([z]), self.tape)

    def seed(self, node: Any, term: Any, batched: bool) -> None:
        """Hand a node, the root, the gradient that the backward pass begins with."""
        group, i = self.places[node]
        self.hand(Operand(group, [i]), term, batched)

    def gather(self, operand: Operand) -> Any:
        """Return the term of an operand: the rows of its group that are asked for."""
        group, places = operand
        if group.numbers is not None:
            numbers = [group.numbers[i] for i in places]
            if len(set(map(repr, numbers))) == 1:
                return numbers[0]
            return Term(self.tape.constant(numbers), self.tape)
        return self.rows(self.terms[group], places, len(group.members))

    def rows(self, term: Any, places: list[int], count: int) -> Any:
        """Return some of the rows of an array of `count`; all of them as they are."""
        if not self.on_arrays:
            return term
        first, length = places[0], len(places)
        # The last place first: a short list in a long array is no long comparison.
        last = first + length - 1
        if places[-1] == last and places == list(range(first, last + 1)):
            if length == count:
                return term
            return self.tape.write(f"{{}}[{first}:{last + 1}]", term)
        return self.tape.write(f"{{}}[{self.tape.constant(places)}]", term)

    def hand(self, operand: Operand, contribution: Any, batched: bool) -> None:
        """Hand a contribution to an operand; summed over the batch if it has none."""
        if operand.group.numbers is not None:
            return
        if self.on_arrays and batched and not operand.group.batched:
            contribution = self.tape.write("sum_rows({})", contribution)
        self.parts[operand.group].append(Part(operand.places, contribution))

    def gradient(self, group: Group) -> Any:
        """Return the sum of what a group was handed, as one term."""
        alike: dict[tuple[int, ...], list[Any]] = {}
        for part in self.parts[group]:
            alike.setdefault(tuple(part.places), []).append(part.term)
        parts = [Part(list(p), WRITING.sum(terms)) for p, terms in alike.items()]
        count = len(group.members)
        if not parts and not self.on_arrays:
            return 0.0
        if not parts:
            return self.tape.write("zeros_like({})", self.terms[group])
        if len(parts) == 1 and parts[0].places == list(range(count)):
            return parts[0].term
        return self._summed(parts, count)

    def _summed(self, parts: list[Part], count: int) -> Any:
        # By a table of where in the parts each member finds its contributions, and a
        # row of zeros for those that have fewer: a product with zeros would turn an
        # infinite contribution to one member into nan for all.
        joined = parts[0].term
        if len(parts) > 1:
            pattern = ", ".join("{}" for _ in parts)
            joined = self.tape.write(f"joined(({pattern}))", *[p.term for p in parts])
        found: list[list[int]] = [[] for _ in range(count)]
        length = 0
        for part in parts:
            for i, member in enumerate(part.places):
                found[member].append(length + i)
            length += len(part.places)
        most = max(map(len, found))
        if min(map(len, found)) < most:
            joined = self.tape.write("joined(({0}, zeros_like({0}[:1])))", joined)
        sums = []
        for i in range(most):
            column = [places[i] if i < len(places) else length for places in found]
            sums.append(self.rows(joined, column, -1))
        return WRITING.sum(sums)

    def _product(self, group: Group) -> Product | None:
        if not (self.on_arrays and group.op is DOT):
            return None
        half = len(group.operands) // 2
        weights, inputs = group.operands[:half], group.operands[half:]
        sources = ({o.group for o in weights}, {o.group for o in inputs})
        if any(len(found) > 1 for found in sources):
            return None
        if any(o.group.numbers is not None for o in group.operands):
            return None
        return Product(group, weights, inputs)


def _times(partial: Any, upstream: Any) -> Any:
    # A rule that gives a plain 0 hands nothing on, one that gives 1 all of it.
    if not isinstance(upstream, Term) and upstream == 1:
        return partial
    if not isinstance(partial, Term):
        if partial == 0:
            return None
        if partial == 1:
            return upstream
        if partial == -1:
            return -upstream
    return partial * upstream
