"""Plots of a training: every line is the history, and nothing of the user's changes."""

import subprocess
import sys

import pytest

from tinygrad_edu import MLP, RenderError, fit, plot_history
from tinygrad_edu.history import History
from tinygrad_edu.nn import accuracy, cross_entropy
from tinygrad_edu.schedules import cosine

ROWS = [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [-1.0, -1.0]]
LABELS = [0, 1, 1, 0]


@pytest.fixture(scope="module")
def history():
    return fit(
        MLP(2, [3, 2], activation="tanh", seed=0),
        ROWS,
        LABELS,
        loss=cross_entropy,
        metric=accuracy,
        validation=(ROWS, LABELS),
        learning_rate=cosine(0.5, 12),
        epochs=12,
        patience=11,
        seed=0,
        progress=False,
    )


def lines(panel):
    return {
        line.get_label(): (list(line.get_xdata()), list(line.get_ydata()))
        for line in panel.get_lines()
        if not line.get_label().startswith("_")
    }


def test_every_line_is_a_list_of_the_history(matplotlib, history):
    panels = {p.get_ylabel(): lines(p) for p in plot_history(history).axes}
    epochs = list(range(1, len(history.losses) + 1))
    assert panels == {
        "loss": {
            "training": (epochs, history.losses),
            "validation": (epochs, history.validation_losses),
        },
        "metric": {
            "training": (epochs, history.metrics),
            "validation": (epochs, history.validation_metrics),
        },
        "gradient norm": {
            name: (epochs, norms) for name, norms in history.gradient_norms.items()
        },
        "learning rate": {"learning rate": (epochs, history.learning_rates)},
    }


def test_the_epoch_that_early_stopping_took_is_marked(matplotlib, history):
    for panel in plot_history(history).axes:
        (mark,) = [line for line in panel.get_lines() if line.get_linestyle() == ":"]
        assert set(mark.get_xdata()) == {history.best_epoch}


def test_what_a_training_lacks_has_no_panel(matplotlib):
    bare = fit(MLP(2, [1], seed=0), ROWS, LABELS, epochs=3, progress=False)
    figure = plot_history(bare)
    assert [p.get_ylabel() for p in figure.axes] == ["loss", "gradient norm"]
    assert list(lines(figure.axes[0])) == ["training"]


def test_a_history_without_epochs_is_refused():
    with pytest.raises(ValueError, match="no epochs"):
        plot_history(History())


def test_a_theme_that_is_none_is_refused(history):
    with pytest.raises(ValueError, match="theme"):
        plot_history(history, theme="pink")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read_on_the_background(matplotlib, history, theme):
    figure = plot_history(history, theme=theme)
    bright = [sum(figure.get_facecolor()[:3]) > 1.5]
    bright += [sum(panel.get_facecolor()[:3]) > 1.5 for panel in figure.axes]
    assert set(bright) == {theme == "light"}
    for text in figure.findobj(matplotlib.text.Text):
        if text.get_text():
            colour = matplotlib.colors.to_rgb(text.get_color())
            assert (sum(colour) > 1.5) != (theme == "light"), text


def test_jupyter_gets_one_picture_of_the_size_on_the_page(matplotlib, history):
    from io import BytesIO

    from matplotlib.image import imread

    figure = plot_history(history)
    data, size = figure._repr_png_()
    height, width, _ = imread(BytesIO(data)).shape
    assert (width, height) == (2 * size["width"], 2 * size["height"])
    assert size["width"] <= 1200
    assert not hasattr(figure, "_repr_mimebundle_")
    assert figure._repr_html_() is None


def test_a_plot_changes_no_setting_and_chooses_no_backend(matplotlib):
    program = (
        "import sys, matplotlib\n"
        "def settings():\n"
        "    # To read the backend would choose one.\n"
        "    names = matplotlib.rcParams.keys() - {'backend'}\n"
        "    return {name: matplotlib.rcParams[name] for name in names}\n"
        "before = settings()\n"
        "from tinygrad_edu import *\n"
        "import tinygrad_edu.draw\n"
        "model = MLP(2, [2, 1], seed=0)\n"
        "rows, targets = [[0.0, 1.0], [1.0, 0.0]], [-1, 1]\n"
        "history = fit(model, rows, targets, epochs=2, progress=False)\n"
        "plot_history(history)._repr_png_()\n"
        "plot_decision_boundary(model, rows, targets, resolution=5)._repr_png_()\n"
        "plot_gradient_flow(model, rows, targets)._repr_png_()\n"
        "assert settings() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


def test_without_matplotlib_the_error_says_how_to_get_it(history, monkeypatch):
    monkeypatch.delitem(sys.modules, "tinygrad_edu.draw.figure", raising=False)
    for name in [name for name in sys.modules if name.startswith("matplotlib")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(RenderError, match=r'pip install "tinygrad_edu\[plots\]"'):
        plot_history(history)
