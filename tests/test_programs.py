"""Programs written for micrograd run here when its name is replaced in their text.

They are the files of `programs`, written as students and lectures write them; each
imports micrograd. Four are run on micrograd itself, too, and must print the same.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import tinygrad_edu
from tinygrad_edu import nn

FOLDER = Path(__file__).parent / "programs"

#: What each program prints here.
PRINTED = {
    "adam_by_parameter": "True 150",
    "bigram": "True\nTrue True",
    "binary_classifier": "True\n[1, -1, -1, 1]",
    "convolution": "36 True",
    "data_loader": "7 1.000 -2.000 0.000",
    "draw_dot": None,
    "dropout": "True True 33",
    "expression": "24.7040816327\n138.833819242\n645.577259475",
    "finite_differences": "True True\nTrue",
    "gpt": "248 True",
    "lecture_by_hand": "-1.5000 1.0000 0.5000 0.0000\n-1.5000 1.0000 0.5000 0.0000",
    "moons": None,
    "tanh_taken_apart": "0.707107 0.500000\nslope -3.0000 True",
    "tracer": None,
}

#: What micrograd itself can run.
ON_BOTH = ["draw_dot", "expression", "moons", "tracer"]

pytestmark = pytest.mark.machine


def run(name, replaced):
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    if replaced:
        text = text.replace("micrograd", "tinygrad_edu")
    return subprocess.run(
        [sys.executable, "-c", text],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


def test_every_program_is_run():
    files = {path.stem for path in FOLDER.glob("*.py")}
    assert files == {*PRINTED, "own_operator"}
    assert len(files) >= 12


@pytest.mark.parametrize("name", PRINTED)
def test_a_program_for_micrograd_runs_when_the_name_is_replaced(name):
    result = run(name, replaced=True)
    assert result.returncode == 0, result.stderr
    if PRINTED[name] is not None:
        assert result.stdout.strip() == PRINTED[name]


@pytest.mark.usefixtures("micrograd")
@pytest.mark.parametrize("name", ON_BOTH)
def test_it_prints_what_it_prints_on_micrograd(name):
    theirs, ours = run(name, replaced=False), run(name, replaced=True)
    assert theirs.returncode == 0, theirs.stderr
    assert ours.stdout == theirs.stdout
    assert theirs.stdout.strip()


def test_the_modules_of_micrograd_are_the_same_things_here():
    for name in ("Module", "Neuron", "Layer", "MLP"):
        assert getattr(tinygrad_edu, name) is getattr(nn, name)
    assert tinygrad_edu.engine.Value is tinygrad_edu.Value


def test_an_operator_made_by_hand_is_refused_with_the_way_out():
    result = run("own_operator", replaced=True)
    assert result.returncode == 1
    *_, last = result.stderr.strip().splitlines()
    assert last.startswith("TypeError: The label of a Value is a string, not (Value(")
    assert "write the operation, such as a * b" in last
