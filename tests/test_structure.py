"""The house rules that a machine can check."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tinygrad_edu
from tinygrad_edu.engine.primitives import FAMILIES, PRIMITIVES

PACKAGE = Path(tinygrad_edu.__file__).parent

#: The rooms in the order in which they are read: each imports from those above it.
ROOMS = [
    "errors",
    "ranges",
    "randomness",
    "elsewhere",
    "speech",
    "lazy",
    "engine",
    "explaining",
    "nn",
    "optim",
    "data",
    "replay",
    "training",
    "saving",
    "draw",
    "course",
    "cli",
]

#: Imports that go up, or in a circle, each inside a function or for types alone.
UPWARD = {
    ("engine.node", "explaining.steps"): "a student asks a node for its steps",
    ("engine.node", "draw.graphs.notebook"): "a node shows itself in Jupyter",
    ("nn.module", "training.prediction"): "a model predicts",
    ("nn.module", "draw.notebook"): "a model shows itself in Jupyter",
    ("optim.optimiser", "draw.notebook"): "an optimiser shows itself in Jupyter",
    ("data.dataset", "draw.notebook"): "a data set shows itself in Jupyter",
    ("replay.recording", "draw.notebook"): "a recording shows itself in Jupyter",
    ("training.history", "draw.notebook"): "a history shows itself in Jupyter",
}


def module_name(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


def imports(name):
    """Yield (module of the package, is it imported at the top of the file)."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [x if short(x) in MODULES else node.module for x in full]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for module in map(short, names):
            if module in MODULES and module != name:
                yield module, id(node) in top


def short(module):
    return module.removeprefix("tinygrad_edu").removeprefix(".")


def room(module):
    return module.partition(".")[0]


def test_the_rooms_are_those_of_the_list_and_of_the_readme():
    assert {room(name) for name in MODULES} - {"", "__main__"} == set(ROOMS)
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## Reading the source")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(\w+)(?:/|\.py)`", table, flags=re.MULTILINE)
    assert told == ROOMS


def test_a_room_imports_only_from_rooms_above_it():
    checked, upward = 0, set()
    for name in MODULES:
        for module, at_top in imports(name):
            # The package itself hands on what its rooms hold.
            if "" in (name, module) or "__main__" in (name, module):
                continue
            checked += 1
            if ROOMS.index(room(module)) > ROOMS.index(room(name)):
                assert not at_top, f"{name} imports {module}"
                upward.add((name, module))
    assert checked > 100
    assert upward == set(UPWARD)


def test_no_two_files_know_each_other():
    # Imports for types are edges too; those of the list above, inside functions, not.
    edges = {name: set() for name in MODULES}
    for name in MODULES:
        for module, at_top in imports(name):
            if (name, module) not in UPWARD and not (name == "" and not at_top):
                edges[name].add(module)
    done, path = set(), []

    def walk(name):
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name in done:
            return
        path.append(name)
        for module in sorted(edges[name]):
            walk(module)
        done.add(path.pop())

    for name in sorted(edges):
        walk(name)


def test_no_globals_no_setattr_and_lambdas_in_the_table_alone():
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        nodes = list(ast.walk(ast.parse(source)))
        assert not any(isinstance(node, ast.Global) for node in nodes), path
        assert "setattr" not in source, path
        if path.stem not in ("record", "primitives"):
            code = [node for node in nodes if isinstance(node, ast.Lambda)]
            assert code == [], path


HEAVY = {"graphviz", "numpy", "torch", "matplotlib", "tqdm", "sympy", "dataclasses"}


@pytest.mark.machine
def test_importing_the_package_loads_nothing_heavy():
    program = "import sys, tinygrad_edu; print(*sorted(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-s", "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(run.stdout.split())
    assert "tinygrad_edu.engine.value" in loaded
    assert not HEAVY & loaded


def test_public_names_are_sorted_documented_and_there():
    names = tinygrad_edu.__all__
    constants = [n for n in names if n.isupper()]
    classes = [n for n in names if n[0].isupper() and not n.isupper()]
    assert names == sorted(constants) + sorted(classes) + sorted(
        n for n in names if n[0].islower()
    )
    for name in names:
        assert getattr(tinygrad_edu, name).__doc__, name
    assert set(names) <= set(dir(tinygrad_edu))


def test_every_operator_of_value_has_the_docstring_of_its_record():
    methods = [n for n in (*PRIMITIVES, *FAMILIES) if hasattr(tinygrad_edu.Value, n)]
    assert len(methods) > 20
    for name in (*methods, "__add__", "__rsub__", "__mul__", "__truediv__", "__neg__"):
        text = getattr(tinygrad_edu.Value, name).__doc__
        assert re.search(r"z = .*∂z/∂x", text), name
        assert ">>> " in text, name


@pytest.mark.machine
def test_the_version_is_that_of_the_installed_package():
    from importlib.metadata import version

    assert tinygrad_edu.__version__ == version("tinygrad_edu")


def test_the_test_of_a_file_is_found_by_its_name():
    tests = Path(__file__).parent
    missing = []
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        if not place.stem.startswith("__"):
            # The exercises of all lessons have one test.
            name = re.sub(r"^lesson\d+", "lessons", place.name)
            test = place.with_name(f"test_{name}")
            if not (tests / test).exists():
                missing.append(str(test))
    assert missing == [], "files of the package without a test of their name"
