"""What an editor knows of the package: documentation, completion, types."""

import html
import importlib
import inspect
import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import typing
import venv

import pytest
import stubs
from language_server import LanguageServer
from records import RECORDS
from under_test import HOME

import tinygrad_edu
from tinygrad_edu import Value
from tinygrad_edu.draw.graphs import dot
from tinygrad_edu.engine import functions
from tinygrad_edu.engine.primitives import ACTIVATIONS
from tinygrad_edu.engine.value import ActivationName
from tinygrad_edu.training import fitting, replaying

pytestmark = pytest.mark.machine


def functions_of(home):
    """Return the functions that a class or a module defines itself, by name."""
    module = getattr(home, "__module__", home.__name__)
    return {
        name: member
        for name, member in vars(home).items()
        if inspect.isfunction(member)
        and member.__module__ == module
        and stubs.is_public(name)
    }


#: Every operator as a file names it, with its documentation when a program runs.
OPERATORS = {
    f"{home.__name__.rpartition('.')[2]}.{name}": inspect.getdoc(member)
    for home in (Value, functions)
    for name, member in functions_of(home).items()
    # One makes a leaf, the other a part of three operators: they have no rule.
    if name not in ("as_node", "centred")
}

LESSON = """\
from tinygrad_edu import MLP, Value, draw_dot, fit
from tinygrad_edu.engine import functions

v = Value(2.0)
twice = v * 2
reflected = 2 * v
larger = functions.maximum(v, 0)
rules = [step.rule for step in v.backward_steps()]
(v * 2).
(2 / v).
v.exp().
MLP(2, [1], activation="")
fit(v, [], [], optimiser="")
fit(v, [], [], engine="")
draw_dot(v, drawn_by="")
"""
TEXT = LESSON + "\n".join(OPERATORS)
LINES = TEXT.splitlines()


def end_of(line):
    """Return the place of the last letter of a line, before what closes it."""
    return LINES.index(line), len(line.rstrip('")'))


def required():
    return os.environ.get("TINYGRAD_EDU_REQUIRE_ORACLES")


def oracle(name):
    return importlib.import_module(name) if required() else pytest.importorskip(name)


@pytest.fixture(scope="module")
def editor(tmp_path_factory):
    oracle("pyright")
    path = tmp_path_factory.mktemp("lesson") / "lesson.py"
    with LanguageServer(path, TEXT) as server:
        yield server


def test_every_record_documents_an_operator_that_editors_are_asked_for():
    told = set(OPERATORS.values())
    for record in RECORDS:
        # A power's own text tells of both its forms.
        if record.name != "power":
            assert any(record.summary in text for text in told), record
    assert len(OPERATORS) > 45


def assert_shown(text, documentation):
    """Assert that each line of a docstring is in what an editor shows of it."""
    shown = html.unescape(re.sub(r"\\([^\w\s])", r"\1", text))
    shown = shown.replace("\\_", "_").replace("\xa0", " ")
    assert "∂" in documentation
    assert ">>> " in documentation
    for line in documentation.splitlines():
        assert line.strip() in shown


@pytest.mark.parametrize("operator", OPERATORS)
def test_pyright_shows_the_rule_domain_and_example_of_every_operator(editor, operator):
    row, column = end_of(operator)
    assert_shown(editor.hover(row, column - 1), OPERATORS[operator])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("twice", "Value"),
        ("reflected", "Value"),
        ("larger", "Value"),
        ("rules", "list[str]"),
    ],
)
def test_pyright_knows_what_an_expression_is(editor, name, shown):
    (row,) = [i for i, line in enumerate(LINES) if line.startswith(f"{name} =")]
    assert f"(variable) {name}: {shown}" in editor.hover(row, 0)


METHODS = {name for name in functions_of(Value) if not name.startswith("_")}


@pytest.mark.parametrize("line", ["(v * 2).", "(2 / v).", "v.exp()."])
def test_pyright_completes_after_an_operator(editor, line):
    offered = editor.completions(LINES.index(line), len(line))
    assert offered > METHODS | {"backward", "data", "grad"}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('MLP(2, [1], activation="")', ACTIVATIONS),
        ('fit(v, [], [], optimiser="")', fitting.OPTIMISERS),
        ('fit(v, [], [], engine="")', replaying.ENGINES),
        ('draw_dot(v, drawn_by="")', dot.ENGINES),
    ],
)
def test_pyright_offers_the_names_that_an_argument_may_have(editor, line, names):
    offered = editor.completions(LINES.index(line), len(line) - 2)
    assert offered == {f'"{name}"' for name in names}


@pytest.fixture(scope="module")
def script():
    jedi = oracle("jedi")
    return jedi.Script(TEXT, project=jedi.Project(HOME))


# Editors ask it in one of these two ways.
@pytest.mark.parametrize("way", ["help", "infer"])
@pytest.mark.parametrize("operator", [name for name in OPERATORS if "__" not in name])
def test_jedi_shows_the_rule_domain_and_example_of_what_has_a_name(
    script, operator, way
):
    row, column = end_of(operator)
    (found,) = getattr(script, way)(row + 1, column - 1)
    assert_shown(found.docstring(), OPERATORS[operator])


@pytest.mark.parametrize("name", sorted(METHODS))
def test_jedi_documents_what_it_offers(script, name):
    line = "v.exp()."
    row = LINES.index(line) + 1
    (found,) = [c for c in script.complete(row, len(line)) if c.name == name]
    assert_shown(found.docstring(), OPERATORS[f"Value.{name}"])


# It gives up on `2 / v`: of reflected operators it knows nothing.
@pytest.mark.parametrize("line", ["(v * 2).", "v.exp()."])
def test_jedi_completes_after_an_operator(script, line):
    offered = script.complete(LINES.index(line) + 1, len(line))
    assert {completion.name for completion in offered} > METHODS | {"backward", "data"}


def test_the_stubs_say_what_the_records_say():
    assert stubs.old_stubs() == [], "write them anew: python tests/stubs.py"


def test_the_names_that_a_type_lists_are_those_that_are_accepted():
    assert set(typing.get_args(ActivationName)) == set(ACTIVATIONS)
    assert set(typing.get_args(fitting.OptimiserName)) == set(fitting.OPTIMISERS)


def public_callables():
    """Yield every public function, class and method of the package, by its name."""
    for info in pkgutil.walk_packages(tinygrad_edu.__path__, "tinygrad_edu."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for name, member in vars(module).items():
            if getattr(member, "__module__", "") != info.name or name.startswith("_"):
                continue
            if inspect.isclass(member):
                yield f"{info.name}.{name}", member
                for own, method in vars(member).items():
                    function = getattr(method, "fget", None) or method
                    function = getattr(function, "__func__", function)
                    if inspect.isfunction(function):
                        yield f"{info.name}.{name}.{own}", function
            elif inspect.isfunction(member):
                yield f"{info.name}.{name}", member


def test_every_hint_resolves_when_a_program_runs():
    checked = 0
    for name, member in public_callables():
        try:
            typing.get_type_hints(member)
        except (NameError, TypeError) as error:
            pytest.fail(f"{name}: {error}")
        checked += 1
    assert checked > 400


def test_pyright_knows_99_percent_of_the_types(tmp_path):
    oracle("pyright")
    # It looks at installed packages alone: the one under test is installed here.
    venv.create(tmp_path / "env", with_pip=False, symlinks=os.name != "nt")
    folder = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    (place,) = (tmp_path / "env").rglob("site-packages")
    shutil.copytree(HOME / "tinygrad_edu", place / "tinygrad_edu")
    (place / "others.pth").write_text("\n".join(sys.path), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--ignoreexternal"]
    run = subprocess.run(
        [*command, "--verifytypes", "tinygrad_edu"],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(run.stdout)["typeCompleteness"]
    unknown = [symbol["name"] for symbol in report["symbols"] if not is_known(symbol)]
    assert report["exportedSymbolCounts"]["withKnownType"] > 1000
    assert report["completenessScore"] >= 0.99, unknown


def is_known(symbol):
    return symbol["isTypeKnown"] and not symbol["isTypeAmbiguous"]
