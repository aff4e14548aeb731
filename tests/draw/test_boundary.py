"""Decision boundaries: the colour of a place is the class that the model gives it."""

import math

import pytest

from tinygrad_edu import MLP, ShapeError, Value, plot_decision_boundary
from tinygrad_edu.draw.theme import DARK, LIGHT

SQUARE = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]


def colour_at(figure, point):
    """Return the colour, as #rrggbb, that the rendered figure has at a point."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    x, y = figure.axes[0].transData.transform(point)
    pixels = canvas.buffer_rgba()
    # Rows of pixels are counted from the top.
    row = pixels.shape[0] - 1 - int(y)
    return "#" + "".join(f"{pixels[row, int(x), channel]:02x}" for channel in range(3))


@pytest.mark.parametrize(("name", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_a_score_above_the_threshold_has_the_colour_of_the_second_class(
    matplotlib, name, theme
):
    def model(row):
        return Value(row[0]) - 0.25

    figure = plot_decision_boundary(model, SQUARE, [-1, -1, 1, 1], theme=name)
    assert colour_at(figure, (0.2, 0.5)) == theme.region(0)
    assert colour_at(figure, (0.3, 0.5)) == theme.region(1)
    raised = plot_decision_boundary(
        model, SQUARE, [0, 0, 1, 1], threshold=0.5, theme=name
    )
    assert colour_at(raised, (0.7, 0.5)) == theme.region(0)
    assert colour_at(raised, (0.8, 0.5)) == theme.region(1)


def test_of_several_outputs_the_largest_wins(matplotlib):
    # Three sectors around the origin.
    angles = [0.0, 2 * math.pi / 3, -2 * math.pi / 3]

    def model(row):
        return [row[0] * math.cos(a) + row[1] * math.sin(a) for a in angles]

    rows = [[math.cos(a), math.sin(a)] for a in angles]
    figure = plot_decision_boundary(model, rows, [0, 1, 2])
    for label, (x, y) in enumerate(rows):
        assert colour_at(figure, (x / 2, y / 2)) == LIGHT.region(label)
    assert len({LIGHT.region(label) for label in range(6)}) == 6


def test_inputs_that_are_not_shown_have_their_mean(matplotlib):
    # Class 1 where x1 + x2 > 0, and the mean of x1 is 3.
    rows = [[0.0, 2.0, -1.0], [0.0, 4.0, 1.0], [1.0, 3.0, -8.0]]

    def model(row):
        return row[1] + row[2]

    figure = plot_decision_boundary(model, rows, [1, 1, 0], features=(0, 2))
    assert colour_at(figure, (0.5, -2.7)) == LIGHT.region(1)
    assert colour_at(figure, (0.5, -3.3)) == LIGHT.region(0)
    assert figure.axes[0].get_ylabel() == "x2"
    assert figure.axes[0].get_title() == "3 of 3 points in their own region"


def test_every_row_is_a_point_of_its_class_and_errors_are_counted(matplotlib):
    figure = plot_decision_boundary(lambda row: row[0], SQUARE, [0, 1, 1, 1])
    groups = {
        points.get_label(): sorted(points.get_offsets().tolist())
        for points in figure.axes[0].collections
        if points.get_label() in ("0", "1")
    }
    assert groups == {"0": SQUARE[:1], "1": SQUARE[1:]}
    assert figure.axes[0].get_title() == "3 of 4 points in their own region"


def test_plotting_changes_no_gradient_and_no_number(matplotlib):
    model = MLP(2, [3, 2], seed=0)
    sum(model([1.0, 2.0])).backward()
    before = [(p.data, p.grad) for p in model.parameters()]
    plot_decision_boundary(model, SQUARE, [0, 0, 1, 1], resolution=5)
    assert [(p.data, p.grad) for p in model.parameters()] == before


def test_one_region_alone_is_drawn_without_a_line(matplotlib):
    figure = plot_decision_boundary(lambda row: 1.0, SQUARE, [0, 0, 1, 1])
    assert colour_at(figure, (0.1, 0.1)) == LIGHT.region(1)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"targets": [0, 1]}, ShapeError, "4 rows and 2 targets"),
        ({"targets": [0, 1, 2, 3]}, ShapeError, "tell 2 classes apart"),
        ({"inputs": [], "targets": []}, ValueError, "no rows"),
        ({"features": (0, 2)}, ValueError, "two of the 2 inputs"),
        ({"features": (0,)}, ValueError, "two of the 2 inputs"),
        ({"class_names": ["one"]}, ShapeError, "1 class_names"),
        ({"resolution": 1}, ValueError, "resolution"),
        ({"theme": "pink"}, ValueError, "theme"),
    ],
)
def test_what_does_not_fit_is_refused(options, error, words):
    arguments = {"inputs": SQUARE, "targets": [0, 0, 1, 1], **options}
    with pytest.raises(error, match=words):
        plot_decision_boundary(lambda row: row[0], **arguments)
