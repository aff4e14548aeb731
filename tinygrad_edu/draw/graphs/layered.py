"""A layered layout: where the boxes of a graph go, and how arrows run between them.

After K. Sugiyama, S. Tagawa & M. Toda, Methods for Visual Understanding of Hierarchical
System Structures, IEEE Trans. SMC 11 (1981): give each box a layer, order the layers so
that few arrows cross, then shift the boxes so that arrows run straight. Pure geometry,
from left to right; lengths are in points.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

Point: TypeAlias = "tuple[float, float]"
Size: TypeAlias = "tuple[float, float]"

#: Between layers, and between neighbours in a layer.
LAYER_GAP = 20.0
NEIGHBOUR_GAP = 16.0

#: How often the order and the heights are improved.
SWEEPS = 12


@dataclass(frozen=True)
class Layout:
    """Where everything goes: centres of boxes and labels, and the points of arrows."""

    boxes: list[Point]
    labels: list[Point]
    routes: list[list[Point]]
    size: Size


class _Item:
    """A box, a label, or a point where an arrow passes a layer."""

    def __init__(self, layer: int, size: Size) -> None:
        self.layer = layer
        self.width, self.height = size
        self.before: list[_Item] = []
        self.after: list[_Item] = []
        self.place = 0
        self.x = 0.0
        self.y = 0.0
        self.column = 0.0


def lay_out(
    boxes: Sequence[Size], arrows: Sequence[tuple[int, int]], labels: Sequence[Size]
) -> Layout:
    """Return a layout from left to right.

    Args:
        boxes: The width and height of each, in an order in which arrows point forward;
            an arrow that points back is drawn, too.
        arrows: The positions of the two boxes of each.
        labels: The width and height of the label of each arrow.
    """
    ranks = _ranks(len(boxes), arrows)
    items = [_Item(2 * rank, size) for rank, size in zip(ranks, boxes)]
    chains = [_chain(items, arrow, label) for arrow, label in zip(arrows, labels)]
    layers = _layers(items, chains)
    _order(layers)
    _straighten(layers)
    width = _set_columns(layers)
    height = _move_to_zero(layers)
    return Layout(
        boxes=[(item.x, item.y) for item in items],
        labels=[(chain[-2].x, chain[-2].y) for chain in chains],
        routes=[_route(chain, arrow) for chain, arrow in zip(chains, arrows)],
        size=(width, height),
    )


def _ranks(count: int, arrows: Sequence[tuple[int, int]]) -> list[int]:
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for tail, head in arrows:
        first, last = min(tail, head), max(tail, head)
        before[last].append(first)
        after[first].append(last)
    ranks = [0] * count
    for i in range(count):
        ranks[i] = max([ranks[j] + 1 for j in before[i]], default=0)
    for i in reversed(range(count)):
        # As near as can be to the first node that uses it: arrows are short.
        ranks[i] = min([ranks[j] - 1 for j in after[i]], default=ranks[i])
    return ranks


def _chain(items: list[_Item], arrow: tuple[int, int], label: Size) -> list[_Item]:
    # The items that an arrow runs through. Boxes have the even layers; the label is in
    # the odd layer before the last box, so that it has room of its own.
    first, last = items[min(arrow)], items[max(arrow)]
    chain = [first]
    for layer in range(first.layer + 1, last.layer):
        at_label = layer == last.layer - 1
        chain.append(_Item(layer, label if at_label else (0.0, 2.0)))
    chain.append(last)
    for one, other in pairwise(chain):
        one.after.append(other)
        other.before.append(one)
    return chain


def _layers(items: list[_Item], chains: list[list[_Item]]) -> list[list[_Item]]:
    layers: list[list[_Item]] = [[] for _ in range(1 + max(i.layer for i in items))]
    for item in items:
        layers[item.layer].append(item)
    for chain in chains:
        for item in chain[1:-1]:
            layers[item.layer].append(item)
    return layers


# ------------------------------------------------------------- the order in a layer


def _order(layers: list[list[_Item]]) -> None:
    _number(layers)
    best = [list(layer) for layer in layers]
    fewest = _count_crossings(layers)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for layer in layers if forward else reversed(layers):
            centres = {item: _centre(item, forward) for item in layer}
            layer.sort(key=centres.__getitem__)
            for place, item in enumerate(layer):
                item.place = place
        crossings = _count_crossings(layers)
        if crossings < fewest:
            fewest = crossings
            best = [list(layer) for layer in layers]
    layers[:] = best
    _number(layers)


def _number(layers: list[list[_Item]]) -> None:
    for layer in layers:
        for place, item in enumerate(layer):
            item.place = place


def _centre(item: _Item, forward: bool) -> float:
    neighbours = item.before if forward else item.after
    if not neighbours:
        return item.place
    return sum(neighbour.place for neighbour in neighbours) / len(neighbours)


def _count_crossings(layers: list[list[_Item]]) -> int:
    crossings = 0
    for layer in layers:
        # Two arrows cross where the one that starts lower ends higher.
        ends: list[int] = []
        for item in layer:
            places = sorted(other.place for other in item.after)
            for place in places:
                crossings += len(ends) - bisect_right(ends, place)
            for place in places:
                insort(ends, place)
    return crossings


# ----------------------------------------------------------------------- coordinates


def _straighten(layers: list[list[_Item]]) -> None:
    for layer in layers:
        _separate(layer, [0.0] * len(layer))
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wishes = []
            for item in layer:
                heights = [other.y for other in (*item.before, *item.after)]
                wishes.append(sum(heights) / len(heights) if heights else item.y)
            _separate(layer, wishes)


def _separate(layer: list[_Item], wishes: list[float]) -> None:
    # As near to the wishes as can be (least squares) without a clash: where neighbours
    # would overlap, they are put together into a block around the mean of their wishes.
    offsets = [0.0]
    for one, other in pairwise(layer):
        offsets.append(
            offsets[-1] + (one.height + other.height) / 2 + NEIGHBOUR_GAP,
        )
    blocks: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets):
        total, count = wish - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            previous_total, previous_count = blocks.pop()
            total += previous_total
            count += previous_count
        blocks.append((total, count))
    starts = [total / count for total, count in blocks for _ in range(count)]
    for item, start, offset in zip(layer, starts, offsets):
        item.y = start + offset


def _set_columns(layers: list[list[_Item]]) -> float:
    x = 0.0
    for layer in layers:
        width = max(item.width for item in layer)
        for item in layer:
            item.x = x + width / 2
            item.column = width
        x += width + LAYER_GAP
    return x - LAYER_GAP


def _move_to_zero(layers: list[list[_Item]]) -> float:
    items = [item for layer in layers for item in layer]
    top = min(item.y - item.height / 2 for item in items)
    for item in items:
        item.y -= top
    return max(item.y + item.height / 2 for item in items)


def _route(chain: list[_Item], arrow: tuple[int, int]) -> list[Point]:
    first, last = chain[0], chain[-1]
    points = [(first.x + first.width / 2, first.y)]
    for item in chain[1:-1]:
        if item.layer % 2:
            points.append((item.x, item.y))
        else:
            # Straight through the column, so that the line misses the boxes in it.
            half = item.column / 2
            points += [(item.x - half, item.y), (item.x + half, item.y)]
    points.append((last.x - last.width / 2, last.y + _port(chain[-2], last)))
    points_back = arrow[0] > arrow[1]
    return points[::-1] if points_back else points


def _port(item: _Item, box: _Item) -> float:
    # Arrows that meet in a box end side by side, in the order in which they come.
    arriving = sorted(box.before, key=_place)
    step = min(NEIGHBOUR_GAP, 0.8 * box.height / len(arriving))
    return (arriving.index(item) - (len(arriving) - 1) / 2) * step


def _place(item: _Item) -> int:
    return item.place
