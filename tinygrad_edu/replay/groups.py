"""Re-rolling: nodes that do the same become one operation on arrays.

Nodes of the same depth and operator, with as many operands, are one group, whatever
their operands come from. So the neurons of a layer are found again, and their weighted
sums are one product of a matrix: why networks are written with matrices, seen from
below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tinygrad_edu.engine.primitives import DOT
from tinygrad_edu.engine.record import Primitive


class Column:
    """One operand of all members of a group, or any other list of nodes.

    Attributes:
        sources: The group in which each is found.
        places: Where in it.
    """

    def __init__(self, sources: list[Group], places: list[int]) -> None:
        self.sources = sources
        self.places = places

    @classmethod
    def of(cls, pairs: Iterable[tuple[Group, int]]) -> Column:
        """Return the column of nodes that are found at these places of these groups."""
        found = list(pairs)
        return cls([group for group, _ in found], [i for _, i in found])

    def pairs(self) -> Iterator[tuple[Group, int]]:
        """Return the group of each with its place there."""
        return zip(self.sources, self.places)

    def is_batched(self) -> bool:
        """Return whether any of them differs from row to row."""
        return any(source.batched for source in dict.fromkeys(self.sources))

    def by_source(self) -> list[tuple[Group, list[int]]]:
        """Return each source with the positions of those that are found there."""
        found: dict[Group, list[int]] = {}
        for i, source in enumerate(self.sources):
            found.setdefault(source, []).append(i)
        return list(found.items())


def joined(columns: Iterable[Column]) -> Column:
    """Return several columns as one, the first first."""
    return Column.of(pair for column in columns for pair in column.pairs())


class Group:
    """Nodes that one operation computes.

    Attributes:
        op: Their operator; None for inputs and constants.
        members: The nodes; their order is that of the rows of the array.
        batched: Whether they differ from row to row of the batch.
        numbers: The numbers of constants, otherwise None.
        operands: One for each position of the operator's arguments.
    """

    def __init__(
        self, op: Primitive | None, batched: bool, members: Sequence[Any] = ()
    ) -> None:
        self.op = op
        self.batched = batched
        self.members: list[Any] = list(members)
        self.numbers: list[float] | None = None
        self.operands: list[Column] = []


#: In which group, and where in it, each node is found.
Places = dict[Any, tuple[Group, int]]


def group_nodes(
    recorded: Mapping[Any, float],
    leaves: Sequence[Sequence[Any]],
    batched: Sequence[bool],
) -> tuple[list[Group], Places]:
    """Return the groups of a graph, and where in them each node is found.

    A group comes after those that it needs.

    Args:
        recorded: The nodes, parents first, with the number of each.
        leaves: The members of the groups to begin with: the inputs.
        batched: Whether each of those groups is batched.
    """
    groups = [Group(None, flag, x) for flag, x in zip(batched, leaves)]
    constants = Group(None, False)
    constants.numbers = []
    place: Places = {}
    rank = {group: i for i, group in enumerate([constants, *groups])}
    for group in groups:
        place.update((node, (group, i)) for i, node in enumerate(group.members))
    depth = dict.fromkeys(place, 0)
    differs = {node for node in place if place[node][0].batched}
    families: dict[Any, list[Any]] = {}
    for node, number in recorded.items():
        if node in place:
            continue
        deepest = max([depth[x] for x in node.parents if x in depth], default=None)
        if deepest is None:
            # What no input reaches keeps the number it was recorded with.
            place[node] = (constants, len(constants.numbers))
            constants.numbers.append(number)
            continue
        depth[node] = deepest + 1
        if not differs.isdisjoint(node.parents):
            differs.add(node)
        key = (deepest, id(node.op), len(node.parents), node in differs)
        families.setdefault(key, []).append(node)
    for key in sorted(families, key=_first_of):
        family = families[key]
        op, is_batched = family[0].op, family[0] in differs
        for members in _arranged(family, place, rank):
            group = Group(op, is_batched, members)
            groups.append(group)
            rank[group] = len(groups)
            place.update((node, (group, i)) for i, node in enumerate(members))
            for parents in zip(*[node.parents for node in members]):
                group.operands.append(Column.of(place[parent] for parent in parents))
    return groups, place


def _first_of(key: tuple[int, ...]) -> int:
    return key[0]


def _arranged(
    family: list[Any], place: Places, rank: dict[Group, int]
) -> list[list[Any]]:
    # One list of nodes, or several, in an order in which operands from one group stand
    # side by side.
    if len(family) == 1:
        return [family]

    def where(node: Any) -> tuple[int, int]:
        group, i = place[node]
        return rank[group], i

    if family[0].op is not DOT:
        sources = {node: [where(x)[0] for x in node.parents] for node in family}
        return [sorted(family, key=sources.__getitem__)]
    # Weighted sums go by weights and then by inputs, the rows of a matrix product, each
    # in the order in which they are met, for what reads the sums meets them so too.
    half = len(family[0].parents) // 2
    vectors = {}
    met: dict[Any, dict[Any, None]] = {}
    known: dict[Any, int] = {}
    for node in family:
        places = tuple([where(parent) for parent in node.parents])
        vectors[node] = places[:half], places[half:]
        met.setdefault(places[:half], {})[places[half:]] = None
        known.setdefault(places[half:], len(known))
    order = {weights: i for i, weights in enumerate(met)}
    turn = {node: (order[w], known[x]) for node, (w, x) in vectors.items()}
    family = sorted(family, key=turn.__getitem__)
    if any(place[x][0].batched for x in family[0].parents[:half]):
        return [family]
    # Apart from each other where other weights meet other inputs; what meets nothing
    # in common is no product of matrices.
    blocks: dict[Any, list[Any]] = {}
    for node in family:
        blocks.setdefault(frozenset(met[vectors[node][0]]), []).append(node)
    single = [node for block in blocks.values() if len(block) == 1 for node in block]
    whole = [block for block in blocks.values() if len(block) > 1]
    return [*whole, single] if single else whole
