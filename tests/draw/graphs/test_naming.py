"""The names of inputs and outputs: in order, row by row, and for both ways to draw."""

import pytest

from tinygrad_edu import MLP, ShapeError, Value, draw_dot, total
from tinygrad_edu.nn import cross_entropy, mse


def test_names_of_features_begin_anew_with_each_row_and_must_fit():
    model = MLP(2, [3, 2], seed=0)
    rows = [[1.0, 2.0], [3.0, 4.0]]
    loss = total([cross_entropy(model(row), 0) for row in rows])
    names = {"feature_names": ["age", "size"], "class_names": ["no", "yes"]}
    boxes = draw_dot(loss, collapse=True, **names).diagram.boxes
    ages = [box for box in boxes if box.name == "age"]
    assert len(ages) == 2
    assert {box.name for box in boxes} >= {"age", "size", "no", "yes"}
    with pytest.raises(ShapeError, match="feature_names has 3 names"):
        draw_dot(loss, feature_names=["a", "b", "c"])
    with pytest.raises(ShapeError, match="has 0 inputs"):
        draw_dot(Value(1.0) * 2.0, feature_names=["a"])


def test_a_plain_graph_has_the_names_too():
    model = MLP(2, [1], seed=0)
    y = model([1.0, 2.0])
    boxes = draw_dot(
        y, feature_names=["age", "size"], class_names=["rent"]
    ).diagram.boxes
    assert [box.name for box in boxes if box.name in ("age", "size")] == ["age", "size"]
    assert boxes[-1].name == "rent"


def test_what_meets_no_parameter_is_no_input():
    model = MLP(2, [1], seed=0)
    loss = mse(model([1.0, 2.0]), 5.0)
    boxes = draw_dot(loss, feature_names=["age", "size"], class_names=["rent"]).diagram
    assert [box.lines[0] for box in boxes.boxes if box.name == "age"] == ["data 1"]
    assert sum(box.name in ("age", "size", "rent") for box in boxes.boxes) == 3
