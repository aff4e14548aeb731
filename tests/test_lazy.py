"""Names that load their module when they are first used."""

import subprocess
import sys

import pytest

import tinygrad_edu
from tinygrad_edu import nn
from tinygrad_edu.lazy import lazy_names


@pytest.mark.parametrize("package", [tinygrad_edu, nn], ids=["tinygrad_edu", "nn"])
def test_every_public_name_is_found_and_is_what_its_module_has(package):
    load = lazy_names(package.__name__)
    found = 0
    for name in package.__all__:
        try:
            value = load(name)
        except AttributeError:
            # Not lazy: imported at once.
            assert name in vars(package)
            continue
        assert value is getattr(package, name)
        found += 1
    assert found > 10


def test_a_name_that_is_not_there_is_an_attribute_error_as_python_has_it():
    with pytest.raises(
        AttributeError, match="module 'tinygrad_edu' has no attribute 'x'"
    ):
        lazy_names("tinygrad_edu")("x")


@pytest.mark.machine
def test_a_module_is_loaded_when_its_name_is_used_and_not_before():
    program = (
        "import sys, tinygrad_edu as tg\n"
        "module = 'tinygrad_edu.explaining.explanation'\n"
        "print(module in sys.modules)\n"
        "tg.explain\n"
        "print(module in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["False", "True"]
