"""The house rules that a machine can check."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import tinygrad_edu
from tinygrad_edu.primitives import FAMILIES, PRIMITIVES

PACKAGE = Path(tinygrad_edu.__file__).parent

LEVELS = [
    "errors",
    "ranges",
    "worlds",
    "primitive",
    "primitives",
    "graph",
    "symbols",
    "formulas",
    "steps",
    "paths",
    "explanation",
    "nudging",
    "value",
    "functions",
    "derivatives",
    "checking",
    "expression",
    "nn.module",
    "nn.initialisers",
    "nn.mlp",
    "nn.losses",
    "nn.metrics",
    "nn.shapes",
    "nn.linear",
    "nn.containers",
    "nn.convolution",
    "nn.pooling",
    "nn.dropout",
    "nn.embedding",
    "nn.recurrent",
    "nn.language",
    "nn.normalisation",
    "nn.attention",
    "nn.transformer",
    "nn",
    "optim.optimiser",
    "optim.sgd",
    "optim.adam",
    "optim.clipping",
    "optim",
    "schedules",
    "history",
    "progress",
    "early_stopping",
    "modes",
    "trainer",
    "replay.tape",
    "replay.array_worlds",
    "replay.groups",
    "replay.product",
    "replay.writer",
    "replay.programs",
    "replay.compiled",
    "replay.inputs",
    "replay.recording",
    "replay.rows",
    "replay.training",
    "replay.prediction",
    "replay",
    "engines",
    "training",
    "architecture",
    "saving",
    "data.dataset",
    "data.iris",
    "data.digits",
    "data.points",
    "data.names",
    "data.vocabulary",
    "data",
    "draw.theme",
    "draw.diagram",
    "draw.programs",
    "draw.image",
    "draw.layered",
    "draw.svg_parts",
    "draw.svg",
    "draw.dot",
    "draw.collapse",
    "draw.graph_diagram",
    "draw.computation",
    "draw.notebook",
    "draw.curve",
    "draw.page",
    "draw.player",
    "draw.neurons",
    "draw.network",
    "draw.decision_map",
    "draw.figure",
    "draw.plots",
    "draw.loss_curve",
    "draw.film",
    "draw",
    "",
    "commands",
    "commands.explain",
    "commands.gallery",
    "commands.exhibits",
    "commands.iris",
    "commands.training_run",
    "commands.train_iris",
    "commands.train_moons",
    "commands.train_digits",
    "commands.train_names",
    "cli",
    "__main__",
]


def module_name(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path):
    """Yield (module of the package, is it at the top of the file)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [node.module] + [f"{node.module}.{a.name}" for a in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "tinygrad_edu":
                module = name.removeprefix("tinygrad_edu").removeprefix(".")
                if module in LEVELS:
                    yield module, id(node) in top


def test_every_module_has_its_level():
    assert {module_name(path) for path in PACKAGE.rglob("*.py")} == set(LEVELS)


def test_imports_go_down_the_levels():
    checked = 0
    for path in PACKAGE.rglob("*.py"):
        level = LEVELS.index(module_name(path))
        for module, at_top in imports(path):
            # The package itself stands above the engine, and hands its names on.
            if at_top and module:
                checked += 1
                assert LEVELS.index(module) < level, f"{path.name} imports {module}"
    assert checked > 30


def test_no_globals_no_setattr_and_lambdas_in_the_table_alone():
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        nodes = list(ast.walk(ast.parse(source)))
        assert not any(isinstance(node, ast.Global) for node in nodes), path
        assert "setattr" not in source, path
        if path.stem not in ("primitive", "primitives"):
            code = [node for node in nodes if isinstance(node, ast.Lambda)]
            assert code == [], path


HEAVY = {"graphviz", "numpy", "torch", "matplotlib", "tqdm", "sympy", "dataclasses"}


def test_importing_the_package_loads_nothing_heavy():
    program = "import sys, tinygrad_edu; print(*sorted(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-I", "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(run.stdout.split())
    assert "tinygrad_edu.value" in loaded
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


def test_the_version_is_that_of_the_installed_package():
    from importlib.metadata import version

    assert tinygrad_edu.__version__ == version("tinygrad_edu")
