"""The map of what a model says: its places, its scores, and each row where it lies."""

import math

import pytest

from tinygrad_edu import MLP, Value
from tinygrad_edu.draw.decision_map import FINEST, PLACES, SHADES, DecisionMap, packed
from tinygrad_edu.draw.theme import LIGHT, SHAPES

ROWS = [[0.0, -1.0], [10.0, 1.0]]


def test_places_go_row_by_row_from_the_top_with_room_around_the_rows():
    places = DecisionMap(ROWS, [0, 1], 0.0, LIGHT).places
    assert len(places) == PLACES**2
    # A tenth of room on each side: x from -1 to 11, y from -1.2 to 1.2.
    assert places[0] == pytest.approx([-1, 1.2])
    assert places[PLACES - 1] == pytest.approx([11, 1.2])
    assert places[-1] == pytest.approx([11, -1.2])


def test_one_output_has_shades_of_two_colours_around_the_threshold():
    plan = DecisionMap(ROWS, [0, 6], 5.0, LIGHT)
    (scores,) = plan.scores(lambda row: Value(row[0]))
    assert scores == pytest.approx([x - 5.0 for x, _ in plan.places])
    colours = plan.colours()
    assert len(colours) == 2 * SHADES + 1
    assert colours[0] == LIGHT.negative
    assert colours[SHADES] == LIGHT.neutral
    assert colours[-1] == LIGHT.positive
    assert [plan.kind(x) for x in (4.9, 5.0, 5.1)] == [0, 0, 1]
    points = plan.described()["points"]
    assert [colour for _, _, colour, _ in points] == [LIGHT.negative, LIGHT.positive]


def test_of_classes_what_each_lacks_to_the_best_counts():
    plan = DecisionMap(ROWS, [0, 1], 0.0, LIGHT)
    scores = plan.scores(lambda row: [-row[1], row[1], -5.0])
    best = [max(range(3), key=lambda k: scores[k][i]) for i in range(len(plan.places))]
    expected = [int(y > 0) for _, y in plan.places]
    # Where both are equal either may win.
    assert all(
        b == e for b, e, (_, y) in zip(best, expected, plan.places) if abs(y) > 1e-9
    )
    assert all(max(column) == 0 for column in zip(*scores))
    told = plan.described()
    assert told["colours"] == list(LIGHT.classes)
    assert [colour for _, _, colour, _ in told["points"]] == list(LIGHT.classes[:2])


def test_each_class_has_a_shape_of_its_own():
    rows = [[float(i), float(i)] for i in range(9)]
    plan = DecisionMap(rows, list(range(9)), 0.0, LIGHT)
    plan.scores(lambda row: [row[0]] * 9)
    shapes = [shape for *_, shape in plan.described()["points"]]
    assert shapes == [*SHAPES, SHAPES[0]]
    assert len(set(shapes)) == 8


def test_a_module_predicts_all_places_and_anything_else_is_called():
    model = MLP(2, [3], seed=0)
    plan = DecisionMap(ROWS, [0, 1], 0.0, LIGHT)
    predicted = plan.scores(model)
    called = plan.scores(lambda row: model(row))
    for one, other in zip(predicted, called, strict=True):
        assert one == pytest.approx(other, abs=1e-12)


def test_a_row_lies_where_its_numbers_are_between_the_ends():
    told = DecisionMap(ROWS, [0, 1], 0.0, LIGHT).described()
    (x0, y0, *_), (x1, y1, *_) = told["points"]
    assert (x0, y0) == pytest.approx((1 / 12, 1 - 1 / 12), abs=1e-4)
    assert (x1, y1) == pytest.approx((11 / 12, 1 / 12), abs=1e-4)
    assert told["ranges"] == [["-1", "11"], ["-1.2", "1.2"]]


def test_packed_scores_are_near_their_numbers_and_finite():
    numbers = [0.1 * i - 3.0 for i in range(60)]
    told = packed([numbers, [-x for x in numbers]])
    for field, expected in zip(told["scores"], (numbers, [-x for x in numbers])):
        found = [x * told["unit"] for x in field]
        assert found == pytest.approx(expected, abs=3.0 / FINEST)
    told = packed([[math.nan, math.inf, -math.inf, 2.0]])
    assert told["scores"] == [[0, FINEST, -FINEST, FINEST]]
    assert packed([[0.0, 0.0]]) == {"unit": 1.0, "scores": [[0, 0]]}
