"""Re-rolling: nodes that do the same become one operation on arrays.

Two nodes belong to one group when they have the same operator and their operands come
from the same groups, position by position. So the neurons of a layer are found again,
and their weighted sums are one product of a matrix: why networks are written with
matrices, seen from below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tinygrad_edu.engine.primitives import DOT
from tinygrad_edu.engine.record import Primitive


class Operand(NamedTuple):
    """One operand of all members of a group: where in another group each is found."""

    group: Group
    places: list[int]


class Group:
    """Nodes that one operation computes.

    Attributes:
        op: Their operator; None for inputs and constants.
        members: The nodes; their order is that of the rows of the array.
        batched: Whether they differ from row to row of the batch.
        numbers: The numbers of constants, otherwise None.
        operands: One for each position of the operator's arguments.
    """

    def __init__(self, op: Primitive | None, batched: bool) -> None:
        self.op = op
        self.batched = batched
        self.members: list[Any] = []
        self.numbers: list[float] | None = None
        self.operands: list[Operand] = []


def group_nodes(
    recorded: Mapping[Any, float],
    leaves: Sequence[Sequence[Any]],
    batched: Sequence[bool],
    *,
    together: bool,
) -> tuple[list[Group], dict[Any, tuple[Group, int]]]:
    """Return the groups of a graph, and where in them each node is found.

    A group comes after those that it needs.

    Args:
        recorded: The nodes, parents first, with the number of each.
        leaves: The members of the groups to begin with: the inputs.
        batched: Whether each of those groups is batched.
        together: Whether nodes are grouped at all; otherwise each is its own group.
    """
    groups = [Group(None, flag) for flag in batched]
    place: dict[Any, tuple[Group, int]] = {}
    for group, members in zip(groups, leaves):
        group.members = list(members)
        for i, node in enumerate(members):
            place[node] = (group, i)
    constants = Group(None, False)
    constants.numbers = []
    by_key: dict[Any, Group] = {}
    for node, number in recorded.items():
        if node in place:
            continue
        if all(place[parent][0] is constants for parent in node.parents):
            # What no input reaches keeps the number it was recorded with.
            place[node] = (constants, len(constants.members))
            constants.members.append(node)
            constants.numbers.append(number)
            continue
        sources = [place[parent][0] for parent in node.parents]
        key: Any = (node.op, *map(id, sources)) if together else node
        if key not in by_key:
            by_key[key] = Group(node.op, any(source.batched for source in sources))
            groups.append(by_key[key])
        group = by_key[key]
        place[node] = (group, len(group.members))
        group.members.append(node)
    for group in groups:
        if group.op is DOT:
            _arrange(group, place)
    for group in groups:
        if group.op is not None:
            columns = zip(*[[place[p] for p in node.parents] for node in group.members])
            group.operands = [
                Operand(column[0][0], [i for _, i in column]) for column in columns
            ]
    return groups, place


def _arrange(group: Group, place: dict[Any, tuple[Group, int]]) -> None:
    # By their weights first and then by their inputs, the rows of a matrix product.
    def key(node: Any) -> tuple[list[int], list[int]]:
        places = [place[parent][1] for parent in node.parents]
        half = len(places) // 2
        return places[:half], places[half:]

    group.members.sort(key=key)
    for i, node in enumerate(group.members):
        place[node] = (group, i)
