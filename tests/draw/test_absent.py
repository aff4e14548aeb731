"""Without matplotlib a lesson goes on, and is told once what is missing."""

import copy
import pickle
import subprocess
import sys

import pytest

from tinygrad_edu import (
    MLP,
    fit,
    language,
    plot_decision_boundary,
    plot_gradient_flow,
    plot_history,
)
from tinygrad_edu.draw import number_shades, plots, pyplot
from tinygrad_edu.draw.absent import Absent, absent

LESSON = """
import sys; sys.modules["matplotlib"] = None
import tinygrad_edu as t
from tinygrad_edu.draw import pyplot as plt
plt.rcParams["figure.dpi"] = 80
figure, (left, right) = plt.subplots(1, 2)
for axis in plt.subplots(2, 8)[1].flat:
    axis.imshow([[1.0]])
line, = left.plot([1, 2], label="loss")
right.set(title="nothing")
plt.show()
model = t.MLP(2, [1], seed=0)
history = t.fit(model, [[0, 0]], [1], epochs=2, progress=False)
t.plot_history(history)
t.plot_decision_boundary(model, [[0, 0], [1, 1]], [-1, 1])
figure = t.plot_gradient_flow(model, [[0, 0]])
print("the lesson went on with", figure)
try: figure.savefig("nothing.png")
except ImportError as error: print(error)
"""


@pytest.mark.machine
def test_without_matplotlib_a_lesson_goes_on_and_is_told_once(tmp_path):
    command = [sys.executable, "-c", LESSON]
    result = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert "went on with <no plot: matplotlib is not installed>" in result.stdout
    assert "pip install matplotlib numpy" in result.stdout.splitlines()[-1]
    assert result.stderr.count("matplotlib, which is not installed") == 1
    assert "pip install matplotlib numpy" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("shape", "lengths"),
    [((), None), ((1, 3), 3), ((3, 1), 3), ((2, 8), 2), ((2, 2), 2)],
)
def test_there_are_as_many_axes_as_were_asked_for(shape, lengths):
    _, axes = Absent().subplots(*shape, figsize=(9, 2))
    if lengths is None:
        assert isinstance(axes, Absent)
    else:
        assert len(axes) == lengths
        assert len(axes.flat) == (shape[0] * shape[1])


def test_it_is_copied_and_written_down_as_any_object():
    assert isinstance(copy.deepcopy(Absent()), Absent)
    assert isinstance(pickle.loads(pickle.dumps(Absent())), Absent)
    assert not hasattr(Absent(), "_repr_html_")


def test_what_a_lesson_writes_goes_on_and_draws_nothing():
    plt = Absent()
    plt.rcParams["figure.dpi"] = 80
    assert plt.rcParams["figure.dpi"].no.such("thing", even=True)[0] is plt
    (line,) = plt.plot([1, 2], label="loss")
    assert repr(line) == "<no plot: matplotlib is not installed>"
    with pytest.raises(ImportError, match="pip install matplotlib numpy"):
        plt.savefig("nothing.png")


@pytest.fixture
def no_matplotlib(monkeypatch):
    for name in ("matplotlib", "matplotlib.pyplot", "matplotlib.colors"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "tinygrad_edu.draw.figure", raising=False)
    absent.cache_clear()
    yield
    absent.cache_clear()


def test_every_plot_is_a_stand_in_and_the_first_says_what_is_missing(no_matplotlib):
    model = MLP(2, [1], seed=0)
    rows, targets = [[0.0, 0.0], [1.0, 1.0]], [-1, 1]
    history = fit(model, rows, targets, epochs=2, progress=False)
    with pytest.warns(UserWarning, match="pip install matplotlib numpy") as caught:
        shown = [
            plot_history(history),
            plot_decision_boundary(model, rows, targets),
            plot_gradient_flow(model, rows),
            number_shades(),
            pyplot.subplots()[0],
        ]
    assert len(caught) == 1
    assert {type(figure) for figure in shown} == {Absent}
    # A sentence in another language needs no font where nothing is drawn.
    with language("zh"):
        assert plots.say("epoch") != "epoch"


def test_what_only_looks_at_a_module_loads_no_matplotlib(no_matplotlib):
    # Doctest and the like ask for `__wrapped__`; a warning would be an error here.
    assert not hasattr(pyplot, "__wrapped__")
