"""The map of what a model says: each square by its middle, each row in its place."""

import pytest

from tinygrad_edu import Value
from tinygrad_edu.draw.decision_map import SHADES, SQUARES, DecisionMap
from tinygrad_edu.draw.theme import LIGHT

ROWS = [[0.0, -1.0], [10.0, 1.0]]


def test_squares_go_row_by_row_from_the_top_with_room_around_the_rows():
    places = DecisionMap(ROWS, [0, 1], 0.0, LIGHT).places
    assert len(places) == SQUARES**2
    # A tenth of room on each side: x from -1 to 11, y from -1.2 to 1.2.
    half = 12.0 / SQUARES / 2, 2.4 / SQUARES / 2
    assert places[0] == pytest.approx([-1 + half[0], 1.2 - half[1]])
    assert places[SQUARES - 1] == pytest.approx([11 - half[0], 1.2 - half[1]])
    assert places[-1] == pytest.approx([11 - half[0], -1.2 + half[1]])


def test_one_output_has_shades_of_two_colours_around_the_threshold():
    plan = DecisionMap(ROWS, [0, 1], 5.0, LIGHT)
    found = plan.decisions(lambda row: Value(row[0]))
    assert found[0] < SHADES < found[SQUARES - 1]
    assert min(found) == 0
    assert max(found) == 2 * SHADES
    assert len(plan.described()["colours"]) == 2 * SHADES + 1


def test_classes_have_the_colour_of_the_largest_output():
    plan = DecisionMap(ROWS, [0, 1], 0.0, LIGHT)
    found = plan.decisions(lambda row: [-row[1], row[1]])
    assert found[0] == 1
    assert found[-1] == 0
    told = plan.described()
    assert told["colours"] == list(LIGHT.classes)
    assert [colour for _, _, colour in told["points"]] == [0, 1]


def test_a_row_lies_where_its_numbers_are_between_the_ends():
    told = DecisionMap(ROWS, [0, 1], 0.0, LIGHT).described()
    (x0, y0, _), (x1, y1, _) = told["points"]
    assert (x0, y0) == pytest.approx((1 / 12, 1 - 1 / 12), abs=1e-4)
    assert (x1, y1) == pytest.approx((11 / 12, 1 / 12), abs=1e-4)
    assert told["ranges"] == [["-1", "11"], ["-1.2", "1.2"]]
