"""Sums that were written out, found again: Σ wᵢ·xᵢ as one `dot`, other sums as one too.

A program like `sum(w * x for w, x in zip(ws, xs))` records a chain of sums, each a step
deeper than the one before. As one operation they all have one depth, so that those of a
layer become a product of matrices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tinygrad_edu.engine.primitives import ADD, DOT, MUL, TOTAL
from tinygrad_edu.engine.record import Primitive


class Sum:
    """A node that stands for others: an operator and its operands.

    Attributes:
        op: The operator.
        parents: The operands.
    """

    __slots__ = ("op", "parents")

    def __init__(self, op: Primitive, parents: Iterable[Any]) -> None:
        self.op: Primitive = op
        self.parents: tuple[Any, ...] = tuple(parents)


def with_sums(
    recorded: Mapping[Any, float],
    outputs: Sequence[Any],
    shared: Sequence[Any],
    rows: Sequence[Any],
) -> tuple[dict[Any, float], list[Any]]:
    """Return a graph with one node for each sum that was written out, and its outputs.

    Args:
        recorded: The nodes, parents first, with the number of each.
        outputs: Some of them.
        shared: The inputs that are the same for all rows.
        rows: The inputs that differ from row to row.

    >>> from tinygrad_edu import Value
    >>> a, b, c = Value(1.0), Value(2.0), Value(3.0)
    >>> root = sum([a * a, b * b, c * c])
    >>> nodes = {node: node.data for node in root.topological_order()}
    >>> [node.op for node in with_sums(nodes, [root], [a], [b, c])[0] if node.op]
    [<primitive dot()>]
    """
    # Python's own `sum` begins with a 0.
    zeros = {x for x, number in recorded.items() if x.op is None and number == 0.0}
    zeros.difference_update(shared, rows)
    terms_of, absorbed = _written_out(recorded, outputs, zeros)
    differs = set(rows)
    found: dict[Any, float] = {}
    now: dict[Any, Any] = {}
    for node, number in recorded.items():
        if not differs.isdisjoint(node.parents):
            differs.add(node)
        if node in absorbed:
            continue
        if node in terms_of:
            terms = terms_of[node]
            products = [x.parents for x in terms if x in absorbed]
            parts = [now.get(x, x) for x in terms if x not in absorbed]
            if products:
                # What all rows share comes first, as weights do.
                pairs = [sorted(pair, key=differs.__contains__) for pair in products]
                operands = [now.get(x, x) for side in zip(*pairs) for x in side]
                half = len(pairs)
                parts.append(Sum(DOT, operands))
                found[parts[-1]] = sum(
                    found[x] * found[y] for x, y in zip(operands, operands[half:])
                )
            if len(parts) > 1:
                parts = [Sum(ADD if len(parts) == 2 else TOTAL, parts)]
            (now[node],) = parts
        elif not now.keys().isdisjoint(node.parents):
            now[node] = Sum(node.op, [now.get(x, x) for x in node.parents])
        found[now.get(node, node)] = number
    return found, [now.get(node, node) for node in outputs]


def _written_out(
    recorded: Mapping[Any, float], outputs: Sequence[Any], zeros: set[Any]
) -> tuple[dict[Any, list[Any]], set[Any]]:
    # The terms of each such sum, by its last node; and the nodes that are then no more.
    used = Counter([parent for node in recorded for parent in node.parents])
    used.update(outputs)
    sums = [node for node in recorded if node.op is ADD]
    inner = {
        parent
        for node in sums
        for parent in node.parents
        if parent.op is ADD and used[parent] == 1
    }
    terms_of: dict[Any, list[Any]] = {}
    absorbed: set[Any] = set()
    for root in sums:
        if root in inner:
            continue
        terms = []
        within = []
        stack = list(reversed(root.parents))
        while stack:
            node = stack.pop()
            if node in inner:
                within.append(node)
                stack.extend(reversed(node.parents))
            elif node not in zeros:
                terms.append(node)
        products = [x for x in terms if x.op is MUL and used[x] == 1]
        if len(products) < 2:
            products = []
        if products or len(terms) > 2:
            terms_of[root] = terms
            absorbed.update(within, products)
    return terms_of, absorbed
