"""The built-in layout: boxes never overlap, arrows go forward, however deep."""

import itertools
import random
import statistics
from types import SimpleNamespace

import pytest

from tinygrad_edu.draw.graphs.layered import NEIGHBOUR_GAP, _separate, lay_out


def random_graph(seed, count=40):
    source = random.Random(seed)
    boxes = [(source.uniform(20, 200), source.uniform(20, 80)) for _ in range(count)]
    arrows = []
    for head in range(1, count):
        for _ in range(source.choice([1, 1, 2, 3])):
            arrows.append((source.randrange(head), head))
    labels = [(source.uniform(0, 60), 16.0) for _ in arrows]
    return boxes, arrows, labels


def overlap(one, other):
    (x, y, width, height), (u, v, other_width, other_height) = one, other
    return (
        abs(x - u) < (width + other_width) / 2 - 1e-9
        and abs(y - v) < (height + other_height) / 2 - 1e-9
    )


@pytest.mark.parametrize("seed", range(8))
def test_no_box_or_label_overlaps_another_and_all_are_on_the_sheet(seed):
    boxes, arrows, labels = random_graph(seed)
    layout = lay_out(boxes, arrows, labels)
    placed = [(*p, *size) for p, size in zip(layout.boxes, boxes)]
    placed += [(*p, *size) for p, size in zip(layout.labels, labels)]
    for i, one in enumerate(placed):
        x, y, width, height = one
        assert width / 2 <= x + 1e-9
        assert x + width / 2 <= layout.size[0] + 1e-9
        assert height / 2 <= y + 1e-9
        assert y + height / 2 <= layout.size[1] + 1e-9
        assert not any(overlap(one, other) for other in placed[:i])


@pytest.mark.parametrize("seed", range(8))
def test_every_arrow_goes_forward_from_border_to_border(seed):
    boxes, arrows, labels = random_graph(seed)
    layout = lay_out(boxes, arrows, labels)
    for (tail, head), route in zip(arrows, layout.routes):
        xs = [x for x, _ in route]
        assert xs == sorted(xs)
        (x, y), (u, v) = layout.boxes[tail], layout.boxes[head]
        assert route[0] == pytest.approx((x + boxes[tail][0] / 2, y))
        assert route[-1][0] == pytest.approx(u - boxes[head][0] / 2)
        assert abs(route[-1][1] - v) <= boxes[head][1] / 2


@pytest.mark.parametrize("seed", range(20))
def test_neighbours_lie_as_near_to_their_wishes_as_can_be(seed):
    source = random.Random(seed)
    heights = [source.uniform(10, 90) for _ in range(12)]
    wishes = [80 * i + source.uniform(-200, 200) for i in range(12)]
    items = [SimpleNamespace(height=height, y=0.0) for height in heights]
    _separate(items, wishes)
    # Least squares of what is in order, by its formula of largest and least means.
    offsets = [0.0]
    for one, other in itertools.pairwise(heights):
        offsets.append(offsets[-1] + (one + other) / 2 + NEIGHBOUR_GAP)
    left = [wish - offset for wish, offset in zip(wishes, offsets)]
    count = range(len(left))
    for i, item in enumerate(items):
        wanted = max(
            min(statistics.fmean(left[j : k + 1]) for k in count[i:])
            for j in count[: i + 1]
        )
        assert item.y == pytest.approx(wanted + offsets[i], abs=1e-9)


def test_no_arrow_runs_through_a_box_of_another():
    boxes, arrows, labels = random_graph(3)
    layout = lay_out(boxes, arrows, labels)
    for (tail, head), route in zip(arrows, layout.routes):
        for i, ((x, y), (width, height)) in enumerate(zip(layout.boxes, boxes)):
            for u, v in route[1:-1]:
                inside = abs(u - x) < width / 2 - 1e-6 and abs(v - y) < height / 2
                assert not inside or i in (tail, head)


def test_the_same_graph_has_the_same_layout():
    assert lay_out(*random_graph(1)) == lay_out(*random_graph(1))


def test_an_arrow_that_points_back_is_drawn_backwards():
    sizes = [(50.0, 20.0), (50.0, 20.0)]
    layout = lay_out(sizes, [(0, 1), (1, 0)], [(0.0, 0.0)] * 2)
    forward, back = layout.routes
    assert forward[0][0] < forward[-1][0]
    assert back[0][0] > back[-1][0]


def test_a_chain_of_five_thousand_boxes_needs_no_recursion():
    count = 5000
    arrows = [(i, i + 1) for i in range(count - 1)]
    layout = lay_out([(50.0, 20.0)] * count, arrows, [(10.0, 10.0)] * len(arrows))
    xs = [x for x, _ in layout.boxes]
    assert xs == sorted(xs)
    assert len({y for _, y in layout.boxes}) == 1


def test_a_tree_is_drawn_without_crossings():
    # Leaves 0 to 7, in an order in which the plain sequence would cross.
    arrows = [(0, 8), (4, 8), (1, 9), (5, 9), (2, 10), (6, 10), (3, 11), (7, 11)]
    arrows += [(8, 12), (9, 12), (10, 13), (11, 13), (12, 14), (13, 14)]
    layout = lay_out([(40.0, 20.0)] * 15, arrows, [(0.0, 0.0)] * len(arrows))
    for i, (tail, head) in enumerate(arrows):
        for other_tail, other_head in arrows[:i]:
            same = layout.boxes[tail][0] == layout.boxes[other_tail][0]
            if same and head != other_head:
                starts = layout.boxes[tail][1] - layout.boxes[other_tail][1]
                ends = layout.boxes[head][1] - layout.boxes[other_head][1]
                assert starts * ends > 0


def test_arrows_that_could_cross_do_not():
    boxes = [(40.0, 30.0)] * 4
    layout = lay_out(boxes, [(0, 3), (1, 2)], [(10.0, 10.0)] * 2)
    (_, a), (_, b), (_, c), (_, d) = layout.boxes
    assert (a < b) == (d < c)


def test_an_arrow_that_passes_a_box_goes_around_it():
    boxes = [(40.0, 30.0)] * 3
    layout = lay_out(boxes, [(0, 1), (1, 2), (0, 2)], [(10.0, 10.0)] * 3)
    (x, y), passing = layout.boxes[1], layout.routes[2]
    level = [v for u, v in passing if abs(u - x) <= 20.0 + 1e-9]
    assert len(level) == 2
    assert all(abs(v - y) > 15.0 for v in level)


def test_arrows_meet_in_a_box_around_its_middle():
    boxes = [(40.0, 30.0)] * 4
    layout = lay_out(boxes, [(0, 3), (1, 3), (2, 3)], [(10.0, 10.0)] * 3)
    ends = [route[-1][1] - layout.boxes[3][1] for route in layout.routes]
    assert sum(ends) == pytest.approx(0.0, abs=1e-9)
    assert len(set(ends)) == 3
