"""What a test starts is the package under test, whichever else is installed."""

import subprocess
import sys

import pytest

import tinygrad_edu

pytestmark = pytest.mark.machine


@pytest.mark.parametrize("way", [["-c"], ["-s", "-c"]])
def test_a_new_process_imports_the_package_under_test(tmp_path, way):
    program = "import tinygrad_edu; print(tinygrad_edu.__file__)"
    run = subprocess.run(
        [sys.executable, *way, program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == tinygrad_edu.__file__


def test_the_command_line_is_that_of_the_package_under_test(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "tinygrad_edu", "explain", "a*b", "a=2", "b=3"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "result = a·b" in run.stdout
