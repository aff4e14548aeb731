"""The command line, as a new user runs it."""

import csv
import importlib.metadata
import io
import os
import re
import signal
import subprocess
import sys
import time
import types
import xml.etree.ElementTree as ET
from typing import NamedTuple

import pytest

from tinygrad_edu import __main__, cli
from tinygrad_edu.cli import explain, options
from tinygrad_edu.cli.options import main

pytestmark = pytest.mark.machine


def run(*arguments, cwd, **environment):
    return subprocess.run(
        [sys.executable, "-m", "tinygrad_edu", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


class Told(NamedTuple):
    """What a call of the command line gives, as a process does."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Return a function that runs the command line in this process, in a new folder."""
    monkeypatch.chdir(tmp_path)

    def told(*arguments):
        try:
            code = main(arguments)
        except SystemExit as end:
            code = end.code
        return Told(code, *capsys.readouterr())

    return told


def test_the_main_job_trains_reports_and_writes(tmp_path):
    result = run(cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "Iris: 150 flowers of 3 species, 105 to learn from" in result.stdout
    assert "MLP(4 -> 8 tanh -> 3 linear; 67 parameters)" in result.stdout
    report = dict(
        line.split(maxsplit=2)[0::2] for line in result.stdout.splitlines()[3:6]
    )
    right, _, total = report["Unseen"].split()[:3]
    assert total == "45"
    assert int(right) >= 42
    before, _, after, _ = report["Training"].split()
    assert float(after) < 0.2 < float(before)
    folder = tmp_path / "tinygrad_edu_output"
    with (folder / "iris-loss.csv").open() as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert len(losses) == 60
    assert losses[-1] < losses[0]
    assert "digraph" in (folder / "expression.dot").read_text()
    assert "tanh" in (folder / "neuron.dot").read_text()
    index = (folder / "index.html").read_text()
    files = {path.name for path in folder.iterdir()} - {"index.html"}
    assert {name for name in files if f'href="{name}"' in index} == files
    assert "60/60" in result.stderr


def test_options_are_obeyed_and_seeds_repeat(tmp_path):
    arguments = ["--epochs", "3", "--hidden", "5", "--activation", "relu", "--quiet"]
    runs = []
    for name in ("one", "two"):
        result = run(*arguments, "--seed", "7", "--output", name, cwd=tmp_path)
        assert result.returncode == 0
        assert result.stderr == ""
        assert "MLP(4 -> 5 relu -> 3 linear; 43 parameters)" in result.stdout
        runs.append((tmp_path / name / "iris-loss.csv").read_bytes())
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--epochs", "0"], "'0' is not a whole number"),
        (["--epochs", "many"], "'many' is not a whole number"),
        (["--learning-rate", "-1"], "'-1' is not above 0"),
        (["--learning-rate", "nan"], "not a finite number"),
        (["--l2", "-1"], "'-1' is below 0"),
        (["--test-fraction", "1.5"], "not between"),
        (["--activation", "step"], "invalid choice: 'step'"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["--output", "file/folder"], "cannot write to file/folder"),
        (["--output", "/proc/nowhere"], "cannot write to /proc/nowhere"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(tmp_path, call, arguments, words):
    (tmp_path / "file").write_text("")
    result = call(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert words in result.stderr


def test_training_that_explodes_is_one_clear_line_and_exit_code_1(call):
    result = call("--learning-rate", "1e200", "--quiet")
    assert result.returncode == 1
    assert result.stderr.startswith("tinygrad_edu: ")
    assert "Traceback" not in result.stderr


def test_help_explains_every_option_and_what_it_is_if_it_is_not_given(call):
    result = call("--help")
    assert result.returncode == 0
    words = " ".join(result.stdout.partition("options:")[2].split())
    options = dict(
        re.findall(r"(--[a-z0-9-]+) (?:(?!--)[^(])*\(default: ([^)]*)\)", words)
    )
    assert options == {
        "--epochs": "60",
        "--seed": "0",
        "--test-fraction": "0.3",
        "--learning-rate": "0.1",
        "--batch-size": "16",
        "--l2": "0.001",
        "--hidden": "8",
        "--activation": "tanh",
        "--output": "tinygrad_edu_output",
        "--quiet": "False",
    }


def test_a_graphviz_that_is_broken_is_told_of_and_pictures_are_drawn_without(tmp_path):
    result = run(
        "--epochs",
        "1",
        "--quiet",
        cwd=tmp_path,
        TINYGRAD_EDU_DOT=str(tmp_path / "nothing"),
        PATH="",
    )
    assert result.returncode == 0
    assert "nothing did not run" in result.stderr
    folder = tmp_path / "tinygrad_edu_output"
    assert "<svg" in (folder / "expression.svg").read_text(encoding="utf-8")
    assert "chain rule on L" in (folder / "expression.html").read_text(encoding="utf-8")


def test_explain_prints_graph_steps_and_gradients(tmp_path, call):
    result = call("explain", "(a*b + c)*f", "a=2", "b=-3", "c=10", "f=-2")
    assert result.returncode == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert "v2     = a·b = 2.0·(-3.0) = -6.0" in lines
    assert (
        "Step 5/6: a.grad += ∂v2/∂a · v2.grad = 0 + (-3.0) · (-2.0) = 6.0    "
        "for ∂v2/∂a = b = -3.0"
    ) in lines
    assert lines[-4:] == [
        "a      : 6.0",
        "b      : -4.0",
        "c      : -2.0",
        "f      : 4.0",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["(a).__class__", "a=2"], "(a).__class__ (at character 5)"),
        (["a +", "a=2"], "not an expression: invalid syntax. a + (at character "),
        (["log(a*b)", "a=2", "b=-1"], "go negative? log(a*b) (at character 1)"),
        (["a", "a=2", "b=1"], "The expression has no name 'b': a\n"),
        ([""], "This is not an expression"),
        (["a*b", "a=2"], "'b' has no number"),
        (["a", "a=2", "a=3"], "'a' is given twice"),
        (["a", "a"], "not of the form NAME=NUMBER"),
        (["a", "a=two"], "'two' is not a finite number"),
        (["a", "2=a"], "not of the form NAME=NUMBER"),
        ([], "the following arguments are required: expression"),
    ],
)
def test_explain_refuses_with_exit_code_2(call, arguments, words):
    result = call("explain", *arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert result.stderr.startswith("tinygrad_edu: ")
    assert result.stderr.count("\n") == 1


def test_an_expression_may_begin_with_a_minus(call):
    result = call("explain", "-log(p)", "p=0.5")
    assert result.returncode == 0
    assert "result = -v1 = -(-0.693147) = 0.693147" in result.stdout
    assert call("explain", "--help").returncode == 0


def test_a_terminal_without_the_letters_gets_escapes(tmp_path):
    result = run("explain", "a*b", "a=1", "b=2", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert result.returncode == 0
    assert "\\u2202result/\\u2202a" in result.stdout


def test_a_reader_that_has_had_enough_is_no_error(tmp_path):
    command = [
        sys.executable,
        "-m",
        "tinygrad_edu",
        "explain",
        "+".join("x" * 250),
        "x=1",
    ]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


def test_the_console_script_is_the_command(tmp_path):
    (script,) = importlib.metadata.entry_points(
        group="console_scripts", name="tinygrad_edu"
    )
    assert script.load() is __main__.main
    words = "import sys; sys.argv = ['tinygrad_edu', '--help']"
    program = f"{words}; from {script.module} import {script.attr} as main"
    result = subprocess.run(
        [sys.executable, "-c", f"{program}; sys.exit(main())"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.startswith("usage: tinygrad_edu [-h]")
    by_module = run("--help", cwd=tmp_path)
    assert by_module.stdout.startswith("usage: python -m tinygrad_edu [-h]")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--picture", "x.svg", "-a*b", "a=2", "b=3"],
        ["-a*b", "--picture=x.svg", "a=2", "b=3"],
        ["-a*b", "a=2", "b=3", "--picture", "x.svg"],
        ["--picture", "x.svg", "--", "-a*b", "a=2", "b=3"],
    ],
)
def test_explain_draws_the_graph_with_its_gradients(tmp_path, call, arguments):
    result = call("explain", *arguments)
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("The picture is in x.svg\n")
    svg = ET.parse(tmp_path / "x.svg").getroot()
    texts = ["".join(element.itertext()).strip() for element in svg.iter()]
    assert "grad -3" in texts
    assert "grad not yet" not in texts


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["explain", "a", "a=1", "--picture", "x.txt"], "ends in .svg, .png, .pdf"),
        (["explain", "a", "a=1", "--picture", "no/x.svg"], "cannot write to no/x.svg"),
        (["explain", "a", "a=1", "--picture"], "expected one argument"),
        (["explain", "a", "a=1", "--picture", "folder.svg"], "is not a file"),
        (["explain"], "required: expression"),
        (["explain", "--picture", "x.svg"], "required: expression"),
        (["explain", "a" * 1001, "a=1"], "has 1001 characters"),
        (["train"], "required: TASK"),
        (["train", "chess"], "invalid choice: 'chess'"),
        (["train", "iris", "--save", "no/model.json"], "cannot write to no/model.json"),
        (["train", "names", "--start", "Ma"], "'Ma' is not up to 9 letters"),
        (["nothing"], "invalid choice: 'nothing'"),
        (["--epochs"], "expected one argument"),
        (["--epochs", "9" * 5000], "--epochs"),
        (["--seed", "zero"], "invalid int value: 'zero'"),
    ],
)
def test_no_misuse_is_met_by_a_traceback(tmp_path, call, arguments, words):
    (tmp_path / "folder.svg").mkdir()
    result = call(*arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert result.stderr.startswith("tinygrad_edu: ")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["folder.svg"]


def test_a_picture_that_no_program_draws_is_exit_code_2(tmp_path):
    arguments = ["explain", "a*b", "a=1", "b=2", "--picture", "x.pdf"]
    hide = "import importlib.metadata as m; m.files = lambda name: []"
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{hide}\nfrom tinygrad_edu.cli.options import main\n"
            f"raise SystemExit(main({arguments}))",
        ],
        cwd=tmp_path,
        env={**os.environ, "PATH": "", "TINYGRAD_EDU_DOT": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr.startswith("tinygrad_edu: There is no program that draws")
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has it")  # noqa: PTH110
def test_a_full_disk_is_one_clear_line(tmp_path):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        result = subprocess.run(
            [sys.executable, "-m", "tinygrad_edu", "explain", "a*b", "a=1", "b=2"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert result.returncode == 2
    assert result.stderr.startswith("tinygrad_edu: cannot write to standard output: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--epochs", "100000", "--quiet", "--output", "drawn"],
        ["train", "iris", "--epochs", "100000", "--quiet", "--save", "model.json"],
    ],
)
def test_ctrl_c_is_one_line_and_exit_code_130_and_what_was_learnt_is_kept(
    tmp_path, arguments
):
    with subprocess.Popen(
        [sys.executable, "-m", "tinygrad_edu", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        # The heading and the model are told before the training begins.
        process.stdout.readline()
        process.stdout.readline()
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=120)
    assert process.returncode == 130
    assert error.startswith("Interrupted in epoch ")
    assert error.count("\n") == 1
    assert "Unseen" in out
    assert {path.name for path in tmp_path.iterdir()} in ({"drawn"}, {"model.json"})


@pytest.mark.parametrize("stream", [io.StringIO, lambda: None], ids=["text", "none"])
def test_where_nothing_is_a_terminal_it_works_too(monkeypatch, stream):
    # A notebook has streams of its own, and a program with a window may have none.
    out, error = stream(), stream()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", error)
    assert main(["explain", "a*b", "a=2", "b=3"]) == 0
    assert out is None or "result = a·b = 2.0·3.0 = 6.0" in out.getvalue()
    assert main(["explain", "a*b", "a=2"]) == 2
    assert error is None or "'b' has no number" in error.getvalue()


@pytest.mark.parametrize("module", ["tinygrad_edu.cli.options", explain.__name__])
def test_ctrl_c_outside_of_a_training_is_one_line_and_exit_code_130(
    capsys, monkeypatch, module
):
    class Pressed(types.ModuleType):
        def __getattr__(self, name):
            raise KeyboardInterrupt

    # The first of them while the command line loads.
    name = "options" if module.endswith("options") else "explain"
    owner = cli if name == "options" else options
    monkeypatch.setattr(owner, name, Pressed(name))
    monkeypatch.setattr(sys, "argv", ["tinygrad_edu", "explain", "a", "a=1"])
    assert __main__.main() == 130
    assert capsys.readouterr().err == "tinygrad_edu: interrupted.\n"


class Closed(io.StringIO):
    """A stream that fails as a closed pipe or a full disk does."""

    def __init__(self, error, place):
        super().__init__()
        self.error = error
        self.place = place

    def flush(self):
        raise self.error

    def fileno(self):
        return self.place


@pytest.mark.machine
@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (BrokenPipeError(), 0, ""),
        (
            OSError(28, "No space left on device"),
            2,
            "cannot write to standard output: No space left on device.",
        ),
    ],
)
def test_a_stream_that_takes_no_more_is_written_to_no_more(
    monkeypatch, capsys, tmp_path, error, code, words
):
    path = tmp_path / "output"
    with path.open("w") as file:
        monkeypatch.setattr(sys, "stdout", Closed(error, file.fileno()))
        assert main(["explain", "a*b", "a=1", "b=2"]) == code
        os.write(file.fileno(), b"what Python writes at its end")
    assert path.read_text() == ""
    assert words in capsys.readouterr().err
