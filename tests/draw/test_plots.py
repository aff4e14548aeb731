"""What the plots show, against numbers computed another way."""

import itertools
import math
import warnings

import pytest

from tinygrad_edu import (
    MLP,
    ShapeError,
    Value,
    fit,
    language,
    plot_decision_boundary,
    plot_gradient_flow,
    plot_history,
    total,
)
from tinygrad_edu.draw import number_shades
from tinygrad_edu.draw.theme import DARK, LIGHT
from tinygrad_edu.nn import Activation, Linear, Sequential, accuracy, cross_entropy, mse
from tinygrad_edu.optim import schedules
from tinygrad_edu.speech import spoken

pytestmark = pytest.mark.usefixtures("matplotlib")

BLUE, ORANGE = LIGHT.positive, LIGHT.negative
ROWS = [[0.0, 0.0], [1.0, 0.5], [2.0, -1.0]]


class Plane:
    """Says how far a row lies above the line x1 = 1."""

    def __call__(self, row):
        return Value(10.0 * (row[1] - 1.0))


def test_the_curves_are_the_history():
    model = MLP(2, [3], seed=0)
    history = fit(
        model,
        ROWS,
        [0, 1, 2],
        loss=cross_entropy,
        metric=accuracy,
        validation=(ROWS[:2], [0, 1]),
        patience=3,
        epochs=6,
        progress=False,
        seed=0,
    )
    losses, metrics, norms = plot_history(history, theme="dark").axes
    shown = [list(line.get_ydata()) for line in losses.lines]
    assert shown[:2] == [history.losses, history.validation_losses]
    assert list(losses.lines[0].get_xdata()) == [1, 2, 3, 4, 5, 6]
    assert set(losses.lines[2].get_xdata()) == {history.best_epoch}
    shown = [list(line.get_ydata()) for line in metrics.lines]
    assert shown[:2] == [history.metrics, history.validation_metrics]
    assert list(norms.lines[0].get_ydata()) == history.gradient_norms["layer0"]
    assert [text.get_text() for text in losses.get_legend().get_texts()] == [
        "while learning",
        "unseen rows",
    ]


def _pixel(figure, x, y):
    """Return the colour of the map at a place, before it is made pale."""
    (image,) = figure.axes[0].images
    left, right, low, high = image.get_extent()
    pixels = image.get_array()
    i = int((high - y) / (high - low) * len(pixels))
    j = int((x - left) / (right - left) * len(pixels[0]))
    channels = [round(255 * float(channel)) for channel in pixels[i][j]]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def test_the_map_is_blue_above_the_threshold_and_orange_below():
    rows = [[-2.0, -2.0], [3.0, 3.0]]
    figure = plot_decision_boundary(Plane(), rows, [-1, 1])
    assert _pixel(figure, 0.0, 2.0) == BLUE
    assert _pixel(figure, 0.0, 0.0) == ORANGE
    figure = plot_decision_boundary(Plane(), rows, [-1, 1], threshold=-20.0)
    assert _pixel(figure, 0.0, 0.0) == BLUE
    assert _pixel(figure, 0.0, -2.0) == ORANGE


def test_the_other_features_stay_at_their_mean():
    class Second:
        def __call__(self, row):
            assert row[1] == pytest.approx(4.0)
            return [Value(0.0), Value(row[2]), Value(row[0])]

    rows = [[0.0, 3.0, 0.0], [4.0, 5.0, 4.0]]
    figure = plot_decision_boundary(Second(), rows, [1, 2], features=(2, 0))
    axis = figure.axes[0]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("x2", "x0")
    assert _pixel(figure, 3.9, 0.1) == LIGHT.class_colour(1)
    assert _pixel(figure, 0.1, 3.9) == LIGHT.class_colour(2)


def is_of_points(collection):
    """Say whether a collection is points: a border has no sizes."""
    return len(getattr(collection, "get_sizes", list)()) > 0


def test_points_lie_at_their_rows_and_each_class_has_a_shape_and_a_name():
    model = MLP(2, [3], seed=0)
    names = ["one", "two", "three"]
    figure = plot_decision_boundary(
        model, ROWS, [0, 1, 2], feature_names=["long", "wide"], class_names=names
    )
    (axis,) = figure.axes
    points = [c for c in axis.collections if is_of_points(c)]
    assert [list(place) for c in points for place in c.get_offsets()] == ROWS
    shapes = {c.get_paths()[0].vertices.tobytes() for c in points}
    assert len(shapes) == 3
    assert [text.get_text() for text in axis.get_legend().get_texts()] == names
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("long", "wide")


class Ring:
    """Says how far a row lies outside a circle of radius 1."""

    def __call__(self, row):
        return Value((row[0] ** 2 + row[1] ** 2) ** 0.5 - 1.0)


def test_the_border_is_smooth_and_lies_where_the_model_changes_its_mind():
    rows = [[-2.0, -2.0], [2.0, 2.0]]
    figure = plot_decision_boundary(Ring(), rows, [-1, 1])
    (border,) = [c for c in figure.axes[0].collections if not is_of_points(c)]
    places = border.get_paths()[0].vertices
    assert len(places) > 200
    for x, y in places:
        assert math.hypot(x, y) == pytest.approx(1.0, abs=0.02)
    steps = itertools.pairwise(places)
    assert all(math.dist(one, other) < 0.1 for one, other in steps)


def test_lines_are_told_apart_without_colour():
    model = MLP(2, [3, 3, 2, 3], seed=0)
    history = fit(
        model, ROWS, [0, 1, 2], loss=cross_entropy, epochs=2, progress=False, seed=0
    )
    lines = plot_history(history).axes[-1].lines
    assert len(lines) == len({str(line._unscaled_dash_pattern) for line in lines}) == 4


@pytest.mark.parametrize("scale", [1e-9, 0.03, 1.0, 7.0])
def test_labels_of_decades_do_not_overlap(scale):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    model = MLP(2, [3, 2], activation="tanh", seed=0)
    figure = plot_gradient_flow(
        model, ROWS, loss=lambda y, t: scale * total(y), targets=[0] * len(ROWS)
    )
    FigureCanvasAgg(figure).draw()
    axis = figure.axes[0].yaxis
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    boxes = [t.label1.get_window_extent() for t in ticks if t.label1.get_text()]
    inside = figure.axes[0].get_window_extent()
    boxes = [box for box in boxes if inside.y0 - 5 <= box.y0 <= inside.y1 + 5]
    assert len(boxes) >= 2
    boxes.sort(key=lambda box: box.y0)
    assert all(one.y1 < other.y0 for one, other in itertools.pairwise(boxes))


def test_chinese_letters_are_drawn_where_a_font_has_them():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from tinygrad_edu.draw.figure import CHINESE, families

    if not set(CHINESE) & set(families()):
        pytest.skip("no Chinese font is installed")
    figure = plot_gradient_flow(MLP(2, [1], seed=0), ROWS)
    figure.axes[0].set_title("梯度")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a letter it has not.
        FigureCanvasAgg(figure).draw()


def test_a_plot_is_in_english_where_no_font_has_chinese_letters(monkeypatch):
    from tinygrad_edu.draw import figure

    with language("zh"):
        monkeypatch.setattr(figure, "families", lambda: ["Noto Sans CJK SC"])
        (left, _) = plot_gradient_flow(MLP(2, [1], seed=0), ROWS).axes
        assert left.get_title() == "各层 |∂L/∂p| 的平均值"
        monkeypatch.setattr(figure, "families", lambda: ["DejaVu Sans"])
        (left, _) = plot_gradient_flow(MLP(2, [1], seed=0), ROWS).axes
        assert left.get_title() == "Mean |∂L/∂p| of each layer"
        assert spoken() == "zh"


def test_a_picture_of_dots_is_sharp(tmp_path):
    figure = plot_gradient_flow(MLP(2, [1], seed=0), ROWS)
    figure.savefig(tmp_path / "sharp.png")
    figure.savefig(tmp_path / "coarse.png", dpi=50)
    data, shown = figure._repr_png_()
    inches = figure.get_size_inches()[0]
    widths = [
        int.from_bytes(png[16:20], "big") / inches
        for png in (
            (tmp_path / "sharp.png").read_bytes(),
            (tmp_path / "coarse.png").read_bytes(),
            data,
        )
    ]
    assert widths == [192, 50, 192]
    assert shown["width"] == 72 * inches


def test_bars_are_mean_gradients_and_spreads():
    model = MLP(2, [2, 2, 1], activation="tanh", seed=3)
    targets = [0.5, -1.0, 2.0]
    figure = plot_gradient_flow(model, ROWS, loss=mse, targets=targets)
    left, right = figure.axes
    # ∂L/∂p by central differences, the loss by hand.
    parameters = model.parameters()

    def loss():
        return sum((model(x).data - t) ** 2 for x, t in zip(ROWS, targets)) / 3

    slopes = []
    for parameter in parameters:
        before = parameter.data
        parameter.data = before + 1e-6
        above = loss()
        parameter.data = before - 1e-6
        slopes.append(abs(above - loss()) / 2e-6)
        parameter.data = before
    first, second, third = slopes[:6], slopes[6:12], slopes[12:]
    expected = [sum(part) / len(part) for part in (first, second, third)]
    heights = [bar.get_height() for bar in left.patches]
    assert heights == pytest.approx(expected, rel=1e-5)
    assert all(parameter.grad == 0 for parameter in parameters)
    columns = zip(*[[node.data for node in model.layers[0](x)] for x in ROWS])
    spread = 0.0
    for column in columns:
        middle = sum(column) / 3
        spread += (sum((x - middle) ** 2 for x in column) / 3) ** 0.5 / 2
    assert right.patches[0].get_height() == pytest.approx(spread)


def test_vanishing_gradients_are_seen():
    model = MLP(2, [4] * 6, activation="sigmoid", seed=0)
    heights = [b.get_height() for b in plot_gradient_flow(model, ROWS).axes[0].patches]
    assert heights[0] < 0.01 * heights[-1]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 10.0, 3e4])
def test_the_axis_of_the_gradients_spans_whole_decades(scale):
    model = MLP(2, [3, 2], activation="tanh", seed=0)
    axes = plot_gradient_flow(
        model, ROWS, loss=lambda y, t: scale * total(y), targets=[0] * len(ROWS)
    ).axes[0]
    heights = [bar.get_height() for bar in axes.patches]
    bottom, top = axes.get_ylim()
    for end in (bottom, top):
        assert math.log10(end) == pytest.approx(round(math.log10(end)))
    assert bottom < min(heights) <= 10 * bottom * (1 + 1e-9)
    assert top / 10 * (1 - 1e-9) <= max(heights) < top


def test_a_sequential_shows_parameters_only_where_there_are_any():
    model = Sequential(Linear(2, 3, seed=0), Activation("tanh"), Linear(3, 1, seed=1))
    left, right = plot_gradient_flow(model, ROWS).axes
    assert (len(left.patches), len(right.patches)) == (2, 3)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plot_decision_boundary(Plane(), ROWS, [1]), ShapeError, "3 rows"),
        (lambda: plot_decision_boundary(Plane(), [], []), ShapeError, "0 rows"),
        (
            lambda: plot_decision_boundary(Plane(), ROWS, [1, 1, 1], features=(0, 2)),
            ShapeError,
            "features",
        ),
        (
            lambda: plot_decision_boundary(Plane(), ROWS, [1, 1, 1], features=(1, 1)),
            ShapeError,
            "two different places",
        ),
        (
            lambda: plot_decision_boundary(
                Plane(), ROWS, [1, 1, 1], feature_names=["one"]
            ),
            ShapeError,
            "1 feature_names for rows of 2",
        ),
        (
            lambda: plot_decision_boundary(
                Plane(), ROWS, [1, 1, 1], class_names=["no", "yes", "perhaps"]
            ),
            ShapeError,
            "tells 2 classes apart: there are 3 class_names",
        ),
        (
            lambda: plot_decision_boundary(MLP(2, [2], seed=0), ROWS, [0, 1, 2]),
            ShapeError,
            "the targets go up to 2",
        ),
        (
            lambda: plot_decision_boundary(Plane(), ROWS, [1, 1, 1], theme="pink"),
            ValueError,
            "theme",
        ),
        (lambda: plot_gradient_flow(Plane(), ROWS), TypeError, "no layers"),
        (lambda: plot_gradient_flow(MLP(2, [1]), []), ShapeError, "0 rows"),
        (
            lambda: plot_gradient_flow(MLP(2, [1]), ROWS, loss=mse),
            ShapeError,
            "0 targets",
        ),
    ],
)
def test_what_cannot_be_plotted_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_an_empty_history_is_refused():
    with pytest.raises(ValueError, match="no epoch"):
        plot_history(type("History", (), {"losses": []})())


def test_no_setting_of_matplotlib_changes():
    import matplotlib
    import matplotlib.pyplot

    before = dict(matplotlib.rcParams)
    plot_gradient_flow(MLP(2, [1], seed=0), ROWS, theme="dark")
    assert dict(matplotlib.rcParams) == before
    assert matplotlib.pyplot.get_fignums() == []


def test_what_matplotlib_itself_calls_may_be_deprecated_and_what_we_call_may_not():
    # As matplotlib 3.7.0 does with pyparsing 3.3.
    def warn(module):
        text = "'parseString' deprecated - use 'parse_string'"
        warnings.warn_explicit(text, DeprecationWarning, "file.py", 1, module=module)

    warn("matplotlib._fontconfig_pattern")
    for ours in ("tinygrad_edu.draw.plots", __name__):
        with pytest.raises(DeprecationWarning):
            warn(ours)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"threshold": "0.5"}, "threshold must be a number"),
        ({"threshold": None}, "threshold must be a number"),
        ({"features": 1}, "features must be a pair"),
        ({"features": (0, 1, 2)}, "features must be a pair"),
    ],
)
def test_options_of_another_type_are_refused_by_name(options, words):
    with pytest.raises(TypeError, match=words):
        plot_decision_boundary(Plane(), [[0.0, 1.0], [1.0, 2.0]], [0, 1], **options)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_colours_of_numbers_are_those_of_the_lines(theme):
    colours = number_shades(theme="light" if theme is LIGHT else "dark")
    found = [
        "#" + "".join(f"{round(255 * float(c)):02x}" for c in colours(x)[:3])
        for x in (0.0, 1.0)
    ]
    assert found == [theme.negative_line, theme.positive_line]
    assert max(abs(float(a) - b) for a, b in zip(colours(0.5), colours(0.51))) < 0.05


def test_a_learning_rate_that_changes_is_a_curve_and_one_that_does_not_is_none():
    axes = {}
    for rate in (0.1, schedules.linear(0.1, 4)):
        model = MLP(2, [1], seed=0)
        history = fit(
            model,
            ROWS,
            [0.0, 1.0, 2.0],
            epochs=3,
            learning_rate=rate,
            progress=False,
        )
        axes[rate] = {a.get_ylabel(): a for a in plot_history(history).axes}
    without, with_schedule = axes.values()
    assert set(with_schedule) - set(without) == {"learning rate"}
    (line,) = with_schedule["learning rate"].lines
    assert list(line.get_ydata()) == history.learning_rates
    assert line.get_ydata()[0] > line.get_ydata()[-1]
    assert with_schedule["learning rate"].get_legend() is None


def test_a_class_that_the_model_never_says_has_no_border():
    class First:
        def __call__(self, row):
            return [Value(1.0), Value(0.0)]

    axis = plot_decision_boundary(First(), ROWS, [0, 1, 0]).axes[0]
    assert {type(c).__name__ for c in axis.collections} == {"PathCollection"}


def test_where_all_gradients_are_zero_the_bars_are_too():
    figure = plot_gradient_flow(
        MLP(2, [2, 1], seed=0), ROWS, loss=lambda y, t: y * 0.0, targets=[0] * 3
    )
    left, _ = figure.axes
    assert [bar.get_height() for bar in left.patches] == [0.0, 0.0]
    assert left.get_yscale() == "linear"


def test_what_is_no_history_is_refused():
    with pytest.raises(TypeError, match="what fit returned"):
        plot_history([0.5, 0.25])
