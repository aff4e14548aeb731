"""A student steps through the backward pass: in pdb, and in an editor's debugger."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dap import Debugger

import tinygrad_edu

pytestmark = pytest.mark.machine

PACKAGE = Path(tinygrad_edu.__file__).parent

LESSON = """\
from tinygrad_edu import Value

a = Value(2.0, label="a")
b = Value(-3.0, label="b")
c = a * b
c.label = "c"
c.backward()
print("done")
"""

LOOP = """\
from tinygrad_edu import Value

a = Value(2.0, label="a")
b = Value(-3.0, label="b")
c = a * b
c.label = "c"
for step in c.backward_steps():
    told = str(step)
print("done")
"""


def line_of(text, source):
    return source[: source.index(text)].count("\n") + 1


NODE_FILE = PACKAGE / "engine" / "node.py"
NODE = NODE_FILE.read_text(encoding="utf-8")
FIRST = line_of("order = self.topological_order()\n        clear", NODE)
CONTRIBUTION = line_of("contribution = local * upstream", NODE)


@pytest.fixture
def lesson(tmp_path):
    script = tmp_path / "lesson.py"
    script.write_text(LESSON)
    return script


def pdb(script, *commands):
    result = subprocess.run(
        [sys.executable, "-m", "pdb", str(script)],
        input="\n".join([*commands, "q", ""]),
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return result.stdout


def test_pdb_passes_helpers_in_one_go_and_shows_the_chain_rule_line_by_line(lesson):
    output = pdb(lesson, f"b {NODE_FILE}:{FIRST}", "c", *["n"] * 11)
    lines = re.findall(r"^-> (.*)$", output, flags=re.MULTILINE)
    assert lines[1:] == [
        "order = self.topological_order()",
        "clear_interior_gradients(order)",
        "self.grad += 1.0",
        "for node in reversed(order):",
        "upstream = node.grad",
        "for parent, local in zip(node.parents, node.local_derivatives):",
        "contribution = local * upstream",
        "parent.grad += contribution",
        "for parent, local in zip(node.parents, node.local_derivatives):",
        "contribution = local * upstream",
        "parent.grad += contribution",
        "for parent, local in zip(node.parents, node.local_derivatives):",
    ]


def test_pdb_shows_every_number_of_a_contribution(lesson):
    output = pdb(
        lesson,
        f"b {NODE_FILE}:{CONTRIBUTION}",
        "c",
        "p node",
        "p parent",
        "p local, upstream",
        "n",
        "p contribution",
        "n",
        "p parent",
    )
    for words in (
        "Value(data=-6.0, grad=1.0, label='c')",
        "Value(data=2.0, grad=0.0, label='a')",
        "(-3.0, 1.0)",
        "(Pdb) -3.0",
        "Value(data=2.0, grad=-3.0, label='a')",
    ):
        assert words in output


@pytest.fixture
def debugpy():
    if not os.environ.get("TINYGRAD_EDU_REQUIRE_ORACLES"):
        pytest.importorskip("debugpy")


def install(folder):
    """Copy the package to a folder; one called site-packages is a library's."""
    shutil.copytree(
        PACKAGE, folder / "tinygrad_edu", ignore=shutil.ignore_patterns("__pycache__")
    )
    return folder / "tinygrad_edu" / "engine" / "node.py"


def check_contribution(debugger, stop):
    path, line, variables = stop
    assert path.endswith("node.py")
    assert line == CONTRIBUTION
    assert variables["node"]["value"] == "Value(data=-6.0, grad=1.0, label='c')"
    assert variables["parent"]["value"] == "Value(data=2.0, grad=0.0, label='a')"
    assert (variables["local"]["value"], variables["upstream"]["value"]) == (
        "-3.0",
        "1.0",
    )
    pane = debugger.variables(variables["node"]["variablesReference"])
    assert pane["local_derivatives"]["value"] == "(-3.0, 2.0)"
    assert pane["parents"]["value"].startswith(
        "(Value(data=2.0, grad=0.0, label='a'), "
    )
    assert pane["data"]["value"] == "-6.0"
    _, line, variables = debugger.next()
    assert line == CONTRIBUTION + 1
    assert variables["contribution"]["value"] == "-3.0"
    _, _, variables = debugger.next()
    assert variables["parent"]["value"] == "Value(data=2.0, grad=-3.0, label='a')"


@pytest.mark.usefixtures("debugpy")
def test_an_editor_stops_in_backward_of_an_editable_install(lesson, tmp_path):
    # What `pip install -e` does is to put the folder of the source on the path.
    value = install(tmp_path / "checkout")
    with Debugger(lesson, value.parents[2], [(value, CONTRIBUTION)]) as debugger:
        check_contribution(debugger, debugger.stop())


@pytest.mark.usefixtures("debugpy")
@pytest.mark.parametrize(
    "options",
    [
        {"justMyCode": False},
        {"rules": [{"module": "tinygrad_edu", "include": True}]},
    ],
    ids=["justMyCode off", "a rule"],
)
def test_an_editor_stops_in_an_installed_package_when_told_to(
    lesson, tmp_path, options
):
    value = install(tmp_path / "site-packages")
    path = value.parents[2]
    with Debugger(lesson, path, [(value, CONTRIBUTION)], **options) as debugger:
        check_contribution(debugger, debugger.stop())


@pytest.mark.usefixtures("debugpy")
def test_by_default_an_editor_does_not_stop_in_an_installed_package(lesson, tmp_path):
    value = install(tmp_path / "site-packages")
    with Debugger(lesson, value.parents[2], [(value, CONTRIBUTION)]) as debugger:
        assert debugger.stop() is None


@pytest.mark.usefixtures("debugpy")
def test_in_a_loop_over_steps_the_default_settings_show_everything(tmp_path):
    script = tmp_path / "loop.py"
    script.write_text(LOOP)
    value = install(tmp_path / "site-packages")
    line = line_of("told = str(step)", LOOP)
    with Debugger(script, value.parents[2], [(script, line)]) as debugger:
        told = []
        stop = debugger.stop()
        while stop is not None:
            path, stopped_at, variables = stop
            assert (path, stopped_at) == (str(script), line)
            step = variables["step"]
            told.append(step["value"])
            pane = debugger.variables(step["variablesReference"])
            stop = debugger.go_on()
    assert told == [
        "Step 0/2: c.grad = dc/dc = 1.0",
        "Step 1/2: a.grad += ∂c/∂a · c.grad = 0 + (-3.0) · 1.0 = -3.0",
        "Step 2/2: b.grad += ∂c/∂b · c.grad = 0 + 2.0 · 1.0 = 2.0",
    ]
    assert pane["local_derivative"]["value"] == "2.0"
    assert pane["rule"]["value"] == "'∂c/∂b = a = 2.0'"
    assert pane["before"]["value"] == "0.0"
    assert pane["after"]["value"] == "2.0"


@pytest.mark.usefixtures("debugpy")
def test_stepping_into_the_generator_stays_in_the_student_s_loop(tmp_path):
    script = tmp_path / "loop.py"
    script.write_text(LOOP)
    value = install(tmp_path / "site-packages")
    line = line_of("told = str(step)", LOOP)
    with Debugger(script, value.parents[2], [(script, line)]) as debugger:
        debugger.stop()
        for _ in range(4):
            path, _, _ = debugger.step_in()
            assert path == str(script)
