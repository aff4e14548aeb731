"""Writes a graph as statements on arrays: forward, and back by the chain rule."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from tinygrad_edu.engine.primitives import DOT
from tinygrad_edu.replay.choice import LIST, Choice, is_choice
from tinygrad_edu.replay.groups import Column, Group, Places, joined
from tinygrad_edu.replay.product import Product
from tinygrad_edu.replay.tape import (
    WRITING,
    Lane,
    Tape,
    Term,
    array_of,
    by_itself,
    times,
)


class Part(NamedTuple):
    """What some members of a group are handed: their places, and the term."""

    places: list[int]
    term: Any


class Writer:
    """Writes a graph down, group by group.

    Every group is an array of shape (members, rows of the batch), with one column where
    it does not differ from row to row.

    Args:
        groups: The groups, each after those that it needs.
        places: In which group, and where in it, a node is found.
    """

    def __init__(self, groups: Sequence[Group], places: Places) -> None:
        self.groups = groups
        self.places = places
        self.tape: Tape = Tape()
        self.terms: dict[Group, Any] = {}
        self.parts: dict[Group, list[Part]] = {group: [] for group in groups}

    def forward(self) -> None:
        """Write the forward pass: each operator's own rule, on terms."""
        for group in self.groups:
            if group.op is None or group.op is LIST:
                continue
            whole = self._whole(group)
            if whole is not None:
                self.terms[group] = whole.forward(self.tape, *self._factors(whole))
            else:
                z = group.op.forward(WRITING, *self._arguments(group))
                self.terms[group] = by_itself(z)

    def backward(self) -> None:
        """Write the backward pass: each group hands to its operands what they get."""
        for group in reversed(self.groups):
            if group.op is None or not self.parts[group]:
                continue
            upstream = self.gradient(group)
            whole = self._whole(group)
            if whole is not None:
                factors = self._factors(whole)
                for handed in whole.backward(self.tape, *factors, upstream):
                    self.hand(*handed)
                continue
            z = self.terms[group]
            partials = group.op.partials(WRITING, z, *self._arguments(group))
            array = array_of(partials)
            if array is not None:
                shape = f"{len(partials) * len(group.members)}, -1"
                rows = self.tape.write(
                    f"({{}} * {{}}).reshape({shape})", array, upstream
                )
                self.hand(joined(group.operands), rows, group.batched)
                continue
            for operand, partial in zip(group.operands, partials):
                contribution = times(by_itself(partial), upstream)
                if contribution is not None:
                    self.hand(operand, contribution, group.batched)

    def _arguments(self, group: Group) -> list[Any]:
        operands = group.operands
        count = len(operands)
        if not (group.op and group.op.variadic and count > 1):
            return [self.gather(operand) for operand in operands]
        # Many operands are one array with an axis for them.
        rows = self.gather_array(joined(operands))
        shape = f"{count}, {len(group.members)}, -1"
        array = self.tape.write(f"{{}}.reshape({shape})", rows)
        return [Lane(array, i, count) for i in range(count)]

    def output(self, node: Any) -> Any:
        """Return the term of a node."""
        return self.gather(Column.of([self.places[node]]))

    def array_output(self, node: Any) -> Any:
        """Return the term of a node; an array also where it is a constant."""
        return self._as_array(self.output(node), 1)

    def seed(self, node: Any, term: Any, batched: bool) -> None:
        """Hand a node, the root, the gradient that the backward pass begins with."""
        self.hand(Column.of([self.places[node]]), term, batched)

    def gather(self, column: Column) -> Any:
        """Return the term of a column: from each source the rows that it asks for."""
        parts = column.by_source()
        if len(parts) == 1:
            return self._found(column.sources[0], column.places)
        pieces = []
        where: dict[tuple[Group, int], int] = {}
        for source, members in parts:
            # A row that is asked for several times, such as padding, is joined once.
            places = sorted({column.places[i] for i in members})
            found = self._found(source, places)
            piece = self._as_array(found, len(places))
            if column.is_batched() and not source.batched:
                piece = self.tape.write("{} * ones_like(X[:1])", piece)
            pieces.append(piece)
            where.update(((source, i), len(where)) for i in places)
        back = [where[pair] for pair in column.pairs()]
        return self.rows(self._joined(pieces), back, len(where))

    def gather_array(self, column: Column) -> Any:
        """Return the term of a column; an array also where it is all one constant."""
        return self._as_array(self.gather(column), len(column.places))

    def _as_array(self, term: Any, count: int) -> Term:
        if isinstance(term, Term):
            return term
        return Term(self.tape.constant([term] * count), self.tape)

    def _found(self, group: Group, places: list[int]) -> Any:
        if group.numbers is not None:
            numbers = [group.numbers[i] for i in places]
            if len(set(map(repr, numbers))) == 1:
                return numbers[0]
            return Term(self.tape.constant(numbers), self.tape)
        return self.rows(self.terms[group], places, len(group.members))

    def _joined(self, terms: list[Any]) -> Any:
        pattern = ", ".join("{}" for _ in terms)
        return self.tape.write(f"joined(({pattern}))", *terms)

    def rows(self, term: Any, places: list[int], count: int) -> Any:
        """Return some of the rows of an array of `count`; all of them as they are."""
        first, last = places[0], places[-1]
        step = max(1, (last - first) // max(1, len(places) - 1))
        # The last place first: a short list in a long array is no long comparison.
        if places == list(range(first, last + 1, step)):
            if len(places) == count:
                return term
            by = f":{step}" if step > 1 else ""
            return self.tape.write(f"{{}}[{first}:{last + 1}{by}]", term)
        return self.tape.write(f"rows({{}}, {self.tape.constant(places)})", term)

    def hand(self, column: Column, contribution: Any, batched: bool) -> None:
        """Hand a contribution to a column; summed over the batch where it has none."""
        for source, members in column.by_source():
            if source.numbers is not None:
                continue
            piece = contribution
            if len(members) < len(column.places):
                piece = self.rows(contribution, members, len(column.places))
            if batched and not source.batched:
                piece = self.tape.write("sum_rows({})", piece)
            places = [column.places[i] for i in members]
            self.parts[source].append(Part(places, piece))

    def gradient(self, group: Group) -> Any:
        """Return the sum of what a group was handed, as one term."""
        alike: dict[tuple[int, ...], list[Any]] = {}
        for part in self.parts[group]:
            alike.setdefault(tuple(part.places), []).append(part.term)
        parts = [Part(list(p), WRITING.sum(terms)) for p, terms in alike.items()]
        count = len(group.members)
        if not parts:
            return self.tape.write("zeros_like({})", self.terms[group])
        if len(parts) == 1 and parts[0].places == list(range(count)):
            return parts[0].term
        return self._summed(parts, count)

    def _summed(self, parts: list[Part], count: int) -> Any:
        # By a table of where in the parts each member finds its contributions, or a row
        # of zeros: a product with zeros would turn an infinite contribution to one
        # member into nan for all.
        joined = parts[0].term
        if len(parts) > 1:
            joined = self._joined([part.term for part in parts])
        found: list[list[int]] = [[] for _ in range(count)]
        length = 0
        for part in parts:
            for i, member in enumerate(part.places):
                found[member].append(length + i)
            length += len(part.places)
        if not all(found):
            joined = self.tape.write("joined(({0}, zeros_like({0}[:1])))", joined)
        table = [i for places in found for i in places or [length]]
        terms = self.rows(joined, table, length)
        if len(table) == count:
            return terms
        ends = accumulate([len(places) or 1 for places in found])
        starts = self.tape.constant([0, *ends][:-1])
        return self.tape.write(f"sum_segments({{}}, {starts})", terms)

    def _whole(self, group: Group) -> Product | Choice | None:
        # What is more than a rule that is run on each operand.
        if group.op is not DOT:
            return Choice(group, self.places) if is_choice(group) else None
        half = len(group.operands) // 2
        return Product(group, group.operands[:half], group.operands[half:])

    def _factors(self, whole: Product | Choice) -> tuple[Any, Any]:
        if isinstance(whole, Product):
            return self.gather_array(whole.w), self.gather_array(whole.x)
        return self.gather_array(whole.index), self.gather_array(whole.values)
