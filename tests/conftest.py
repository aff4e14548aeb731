"""Oracles that a student need not have; CI requires them."""

import importlib
import os
import re
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings
from under_test import HOME

# What a test starts imports the package under test too, not whichever is installed.
_FOLDERS = [str(HOME), os.environ.get("PYTHONPATH")]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, _FOLDERS))

# What a learner reads is tested in English, whatever this machine speaks.
os.environ.pop("TINYGRAD_EDU_LANGUAGE", None)

# A shell starts what runs in the background deaf to Ctrl-C, and so would be what it
# starts in turn: tests that press it would wait for a training to end.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples in every run: a failure is a change of the code, never of the dice.
settings.register_profile("seeded", derandomize=True, deadline=None)
settings.load_profile("seeded")

# Without NumPy, as in a browser, files that import it (or what does, or what else is
# not there) are left out.
NEEDS_NUMPY = re.compile(
    r"^(from|import) (numpy|torch|twins|torch_operators|venv)\b", re.M
)
FOLDER = Path(__file__).parent
collect_ignore = [
    str(path)
    for path in FOLDER.rglob("test_*.py")
    if find_spec("numpy") is None
    if NEEDS_NUMPY.search(path.read_text(encoding="utf-8"))
]


def _oracle(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        if os.environ.get("TINYGRAD_EDU_REQUIRE_ORACLES"):
            pytest.fail(f"{name} is required here: pip install '.[oracles]'")
        pytest.skip(f"{name} is not installed: pip install '.[oracles]'")


@pytest.fixture(scope="session")
def torch():
    module = _oracle("torch")
    module.set_default_dtype(module.float64)
    module.set_num_threads(1)
    return module


@pytest.fixture(scope="session")
def micrograd():
    return _oracle("micrograd.engine")


@pytest.fixture(scope="session")
def matplotlib():
    return _oracle("matplotlib")


@pytest.fixture(scope="session")
def jax():
    module = _oracle("jax")
    module.config.update("jax_enable_x64", True)
    return module


@pytest.fixture
def numpy_array():
    numpy = _oracle("numpy")
    return numpy.array


@pytest.fixture
def torch_array(torch):
    return torch.tensor


@pytest.fixture
def jax_array(jax):
    return jax.numpy.array


@pytest.fixture(scope="session")
def node_program():
    """The path of node, which runs JavaScript without a browser."""
    program = shutil.which("node")
    if program is None:
        words = "node is needed to run JavaScript: apt-get install nodejs"
        if os.environ.get("TINYGRAD_EDU_REQUIRE_ORACLES"):
            pytest.fail(words)
        pytest.skip(words)
    return program


@pytest.fixture
def jupyter():
    """The tools that run a notebook; CI requires them."""
    modules = []
    for name in ("ipykernel", "nbformat", "nbclient", "matplotlib"):
        if not os.environ.get("TINYGRAD_EDU_REQUIRE_ORACLES"):
            pytest.importorskip(name)
        modules.append(importlib.import_module(name))
    return modules[1], modules[2]
