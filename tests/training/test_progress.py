"""How far a training is, in a terminal, a pipe and a notebook."""

import importlib
import io
import os
import sys
import types
import warnings

import pytest

from tinygrad_edu import MLP, Value, fit
from tinygrad_edu.training.progress import progress_bar


def test_what_is_not_shown_writes_nothing(capsys):
    with progress_bar(3, shown=False) as bar:
        bar.set_postfix_str("loss 1")
        bar.update(1)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("epochs", [1, 3])
def test_what_is_shown_ends_with_all_epochs_and_the_last_words(capsys, epochs):
    with progress_bar(epochs, shown=True) as bar:
        for epoch in range(epochs):
            bar.set_postfix_str(f"loss {epoch}")
            bar.update(1)
    told = capsys.readouterr().err
    assert f"{epochs}/{epochs}" in told
    assert f"loss {epochs - 1}" in told


def test_before_the_first_epoch_there_is_nothing_to_tell(capsys):
    with progress_bar(3, shown=True):
        pass
    assert capsys.readouterr() == ("", "")


def test_each_line_tells_the_losses_of_its_epoch(capsys):
    rows = ([[1.0], [2.0]], [1.0, 3.0])
    history = fit(MLP(1, [1], seed=0), *rows, validation=rows, epochs=3, seed=0)
    losses = zip(history.losses, history.validation_losses)
    assert capsys.readouterr().err.splitlines() == [
        f"epoch {epoch}/3, loss {loss:.4f}, validation loss {unseen:.4f}"
        for epoch, (loss, unseen) in enumerate(losses, start=1)
    ]


class Screen(io.StringIO):
    """What a terminal is to a program."""

    def isatty(self):
        return True


def test_in_a_terminal_progress_is_one_line_without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setattr(sys, "stderr", Screen())
    fit(MLP(1, [1], seed=0), [[1.0]], [Value(1.0)], epochs=30)
    lines = sys.stderr.getvalue()
    assert "\repoch 30/30, loss " in lines
    assert lines.count("\n") == 1


def test_in_a_terminal_progress_is_tqdm_s_bar_where_it_is_installed(monkeypatch):
    pytest.importorskip("tqdm")
    monkeypatch.setattr(sys, "stderr", Screen())
    fit(MLP(1, [1], seed=0), [[1.0]], [1.0], epochs=3)
    assert "3/3" in sys.stderr.getvalue()
    assert "epoch/s" in sys.stderr.getvalue()


@pytest.mark.parametrize(
    ("epochs", "stop", "told"),
    [
        (3, 3, [1, 2, 3]),
        (10, 10, [*range(1, 11)]),
        (25, 25, [3, 5, 8, 10, 13, 15, 18, 20, 23, 25]),
        (1000, 1000, [*range(100, 1001, 100)]),
        (1000, 250, [100, 200, 250]),
        (1000, 200, [100, 200]),
    ],
)
def test_in_a_pipe_progress_is_ten_lines_at_most_and_the_last_epoch_is_told(
    epochs, stop, told, capsys
):
    fit(
        MLP(1, [1], seed=0),
        [[1.0]],
        [1.0],
        epochs=epochs,
        callbacks=[lambda epoch, history: epoch == stop],
    )
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        f"epoch {epoch}/{epochs}" for epoch in told
    ]


def test_without_standard_error_nothing_is_shown_and_nothing_breaks(monkeypatch):
    def press(epoch, history):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stderr", None)
    history = fit(MLP(1, [1], seed=0), [[1.0]], [1.0], epochs=3, callbacks=[press])
    assert history.interrupted


def test_without_progress_nothing_is_shown(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Screen())
    fit(MLP(1, [1], seed=0), [[1.0]], [1.0], epochs=3, progress=False)
    assert sys.stderr.getvalue() == ""


class Shell:
    """What IPython says that it runs in."""

    kernel = None


class TerminalInteractiveShell(Shell):
    """What it says in a terminal."""


class Bar:
    """What stands for tqdm's bar."""

    def __init__(self, *, total, unit, file):
        self.words = f"of {total} {unit}s"
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.write(f"{self.count} {self.words}: {self.postfix}")

    def set_postfix_str(self, postfix):
        self.postfix = postfix

    def update(self, count):
        self.count = count


class Auto:
    """What stands for the module that has it for notebooks, and warns."""

    @property
    def tqdm(self):
        warnings.warn("IProgress not found: install ipywidgets", stacklevel=2)
        return Bar


@pytest.mark.parametrize(
    ("shell", "watched", "place", "is_bar"),
    [
        (Shell, None, "stdout", True),
        (Shell, True, "stdout", True),
        (Shell, False, "stdout", False),
        (TerminalInteractiveShell, None, "stderr", False),
        (lambda: None, None, "stderr", False),
    ],
)
@pytest.mark.parametrize("has_tqdm", [True, False])
def test_where_ipython_runs_decides_where_progress_is_shown_and_how(
    monkeypatch, shell, watched, place, is_bar, has_tqdm
):
    ipython = types.SimpleNamespace(get_ipython=lambda: found)
    found = shell()
    if watched is not None:
        found.kernel = types.SimpleNamespace(_allow_stdin=watched)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "tqdm.auto", Auto() if has_tqdm else None)
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.StringIO())
    with progress_bar(3, shown=True) as bar:
        bar.set_postfix_str("loss 1")
        bar.update(1)
    told = {name: getattr(sys, name).getvalue() for name in ("stdout", "stderr")}
    line = "epoch 1/3, loss 1\n"
    if is_bar:
        line = "1 of 3 epochs: loss 1" if has_tqdm else f"\r{line}"
    assert told.pop(place) == line
    assert set(told.values()) == {""}


CELL = """
from tinygrad_edu import MLP, fit
fit(MLP(1, [1], seed=0), [[1.0]], [1.0], epochs=40)
"""


@pytest.fixture(scope="module")
def jupyter():
    """The tools that run a notebook; CI requires them."""
    modules = []
    for name in ("ipykernel", "nbformat", "nbclient"):
        if not os.environ.get("TINYGRAD_EDU_REQUIRE_ORACLES"):
            pytest.importorskip(name)
        modules.append(importlib.import_module(name))
    return modules[1], modules[2]


def run_cell(jupyter, cell, watched):
    """Return the streams that a notebook shows, as (name, text) pairs."""
    nbformat, nbclient = jupyter
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    client = nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3")
    with client.setup_kernel():
        # What a browser says of itself, and a program that runs a notebook does not.
        client.kc.allow_stdin = watched
        client.execute_cell(notebook.cells[0], 0)
    outputs = notebook.cells[0].outputs
    return [(out.name, out.text) for out in outputs if out.output_type == "stream"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_notebook_that_a_program_runs_gets_ten_lines_and_none_in_red(jupyter):
    streams = run_cell(jupyter, CELL, watched=False)
    assert {name for name, _ in streams} == {"stdout"}
    lines = "".join(text for _, text in streams).splitlines()
    assert len(lines) == 10
    assert lines[-1].startswith("epoch 40/40, loss ")


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("has_tqdm", [True, False])
def test_a_notebook_before_a_person_gets_a_bar_and_nothing_in_red(jupyter, has_tqdm):
    hidden = "" if has_tqdm else "import sys; sys.modules['tqdm.auto'] = None\n"
    streams = run_cell(jupyter, hidden + CELL, watched=True)
    assert {name for name, _ in streams} <= {"stdout"}
    text = "".join(text for _, text in streams)
    assert "\n" not in text.strip()
    if not has_tqdm:
        assert "epoch 40/40, loss " in text
