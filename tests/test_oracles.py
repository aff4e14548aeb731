"""Nothing that learns is added without an oracle: each has a test that is marked so.

@pytest.mark.oracle("mse")
def test_mse_equals_mse_loss(torch):
"""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

from tinygrad_edu import nn
from tinygrad_edu.nn import initialisers, losses
from tinygrad_edu.optim import Optimiser, schedules
from tinygrad_edu.training.fitting import OPTIMISERS

#: What a marked test may ask: a library, or the definition where none has it.
LIBRARY = "torch"
DEFINITIONS = {
    "uniform": "the spread of its formula",
    "zeros": "the spread of its formula",
    "normal": "the spread of its formula",
    "large": "the spread of its formula",
    "Activation": "the operator of that name, which has an oracle of its own",
    "Dropout": "the share that is dropped, and the mean, which stays",
    "GPT": "its parts, which have oracles of their own",
}


def marked():
    """Return {name: the tests that are marked as its oracle}, by the tests' text."""
    found = {}
    for path in Path(__file__).parent.rglob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for mark in getattr(node, "decorator_list", []):
                if ast.unparse(mark).startswith("pytest.mark.oracle("):
                    for name in mark.args:
                        found.setdefault(name.value, []).append(node)
    return found


MARKED = marked()


def functions_of(module):
    return [
        name
        for name, member in vars(module).items()
        if inspect.isfunction(member)
        and member.__module__ == module.__name__
        and not name.startswith("_")
    ]


def subclasses(base, package):
    """Return the public classes of a package that derive from a base, by name."""
    found = set()
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        for name, member in vars(module).items():
            if (
                inspect.isclass(member)
                and issubclass(member, base)
                and member is not base
                and not name.startswith("_")
            ):
                found.add(name)
    return found


LOSSES = [
    name for name in functions_of(losses) if name not in ("find_loss", "is_number")
]
OPTIMISER_NAMES = subclasses(Optimiser, importlib.import_module("tinygrad_edu.optim"))
LAYERS = subclasses(nn.Module, nn)
EVERYTHING = [
    *LOSSES,
    *sorted(OPTIMISER_NAMES),
    *initialisers.INITIALISERS,
    *functions_of(schedules),
    *sorted(LAYERS),
]


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_is_compared_with_an_oracle(name):
    assert name in MARKED, f'{name} has no test marked @pytest.mark.oracle("{name}")'
    for test in MARKED[name]:
        asks = {argument.arg for argument in test.args.args}
        assert LIBRARY in asks or name in DEFINITIONS, f"{test.name} asks no oracle"


def test_each_kind_was_found():
    assert set(LOSSES) > {"mse", "cross_entropy"}
    assert {kind.__name__ for kind in OPTIMISERS.values()} == OPTIMISER_NAMES
    assert {"MLP", "Conv2d", "GPT"} < LAYERS
    assert len(EVERYTHING) > 40
    assert set(MARKED) == set(EVERYTHING), "a mark names what is not there"


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_can_be_had_from_nn(loss):
    assert loss in nn.__all__
