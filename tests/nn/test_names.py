"""The public names of `nn` are there, and the later layers load when they are used."""

import subprocess
import sys

import pytest

from tinygrad_edu import nn


def test_public_names_are_sorted_documented_and_there():
    constants = [n for n in nn.__all__ if n.isupper()]
    classes = [n for n in nn.__all__ if n[0].isupper() and not n.isupper()]
    functions = [n for n in nn.__all__ if n[0].islower()]
    assert nn.__all__ == sorted(constants) + sorted(classes) + sorted(functions)
    assert dir(nn) == sorted(nn.__all__)
    for name in nn.__all__:
        assert getattr(nn, name).__doc__, name


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Conv3d'"):
        nn.Conv3d  # noqa: B018


@pytest.mark.machine
def test_the_package_loads_none_of_the_later_layers():
    program = (
        "import sys, tinygrad_edu\n"
        "print(*sys.modules)\n"
        "from tinygrad_edu.nn import Linear\n"
        "print(Linear(1, 1))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded, model = run.stdout.splitlines()
    later = {f"tinygrad_edu.nn.{name}" for name in ("shapes", "linear", "attention")}
    assert "tinygrad_edu.nn.mlp" in loaded.split()
    assert not later & set(loaded.split())
    assert model == "Linear(1 -> 1; 2 parameters)"
