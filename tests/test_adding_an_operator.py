"""An operator is one record and one line: added to a copy, it is found everywhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from language_server import LanguageServer
from under_test import HOME

pytestmark = pytest.mark.machine

TESTS = Path(__file__).parent

RECORDS = """\
MISH = Primitive(
    name="mish",
    symbol="mish",
    forward=lambda xp, x: x * xp.tanh(_softplus(xp, x)),
    partials=lambda xp, z, x: (
        xp.tanh(_softplus(xp, x))
        + x * (1 - xp.power(xp.tanh(_softplus(xp, x)), 2.0)) * xp.sigmoid(x),
    ),
    summary="Return x·tanh(ln(1 + eˣ)), a smooth ReLU.",
    formula="z = x·tanh(ζ(x)),  ∂z/∂x = tanh ζ(x) + x·(1 - tanh² ζ(x))·σ(x)",
    example=("x.mish()", (0.0,), (0.6,)),
    activation=True,
)


def _softplus(xp, x):
    return xp.maximum(x, 0.0) + xp.log1p(xp.exp(-xp.abs(x)))


SOFTSIGN = Primitive(
    name="softsign",
    symbol="softsign",
    forward=lambda xp, x: x / (1 + xp.abs(x)),
    partials=lambda xp, z, x: (1 / ((1 + xp.abs(x)) * (1 + xp.abs(x))),),
    summary="Return x/(1 + |x|).",
    formula="z = x/(1 + |x|),  ∂z/∂x = 1/(1 + |x|)²",
    example=("x.softsign()", (1.0,), (0.25,)),
)

"""
LINES = (
    "    mish = _unary(primitives.MISH)\n    softsign = _unary(primitives.SOFTSIGN)\n"
)

ADDED = ["mish", "softsign"]

PROOF = "test_sympy_proves_that_the_rule_is_the_derivative_of_forward"
WORDS = "test_every_rule_keeps_to_the_words_of_the_worlds"
LESSON = """\
from tinygrad_edu import MLP, Value
v = Value(1.0)
v.mish()
MLP(2, [1], activation="")
"""


def add(file, before, text):
    source = file.read_text(encoding="utf-8")
    assert source.count(before) == 1
    file.write_text(source.replace(before, text + before), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the package and its tests, with two operators more."""
    folder = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(HOME / "tinygrad_edu", folder / "tinygrad_edu", ignore=ignored)
    shutil.copytree(TESTS, folder / "tests", ignore=ignored)
    shutil.copy(TESTS.parent / "pyproject.toml", folder)
    engine = folder / "tinygrad_edu" / "engine"
    add(engine / "primitives.py", "# " + "-" * 69 + " the table\n", RECORDS)
    add(engine / "value.py", "    sign = _unary(primitives.SIGN)\n", LINES)
    return folder


def run(copy, *arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def told(copy, program):
    """Return what a program prints that runs on the copy."""
    done = run(copy, "-c", f"from tinygrad_edu import *\n{program}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_copy_is_what_runs_and_what_its_tests_start(copy):
    program = "import tinygrad_edu; print(tinygrad_edu.__file__)"
    assert told(copy, program).strip() == str(copy / "tinygrad_edu" / "__init__.py")
    done = run(copy, "-m", "pytest", "-q", "tests/test_new_processes.py")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ADDED)
def test_it_works_eagerly_and_its_gradient_can_be_differentiated(copy, name):
    program = f"""
x = Value(0.7, label="x")
z = x.{name}()
z.backward()
slope = grad(z, x)
above, below = Value(0.7 + 1e-6), Value(0.7 - 1e-6)
rise = (above.{name}().data - below.{name}().data) / 2e-6
rises = (grad(above.{name}(), above).data - grad(below.{name}(), below).data) / 2e-6
print(abs(x.grad - rise), abs(slope.data - rise), abs(grad(slope, x).data - rises))
"""
    assert max(map(float, told(copy, program).split())) < 1e-8


@pytest.mark.parametrize("name", ADDED)
def test_it_is_replayed_on_floats_and_on_arrays(copy, name):
    pytest.importorskip("numpy")
    program = f"""
import numpy
x = Value(0.7)
z = record((x * 2).{name}(), [x])
expected = [(Value(v) * 2).{name}().data for v in (-1.5, 0.25)]
print(*[abs(z(v) - e) for v, e in zip((-1.5, 0.25), expected)])
print(*numpy.abs(z(numpy.array([-1.5, 0.25])) - expected))
"""
    assert max(map(float, told(copy, program).split())) < 1e-15


@pytest.mark.parametrize("name", ADDED)
def test_it_is_explained_stepped_through_drawn_and_written_as_javascript(copy, name):
    program = f"""
from tinygrad_edu.explaining.expression import parse_expression
from tinygrad_edu.replay.javascript import graph_script
x = Value(0.7, label="x")
z = x.{name}()
print(explain(z, z))
print(list(z.backward_steps())[1].rule)
print(draw_dot(z).source)
print(graph_script(z))
print(parse_expression("{name}(x) + 1", {{"x": 0.7}}).parents[0].op)
"""
    text = told(copy, program)
    assert f"{name}(x)" in text
    assert "∂v1/∂x = " in text
    assert f"&#160;=&#160;{name}<br" in text
    assert f'name: "{name}"' in text
    assert f"<primitive {name}()>" in text


def test_an_activation_is_in_every_list_of_them(copy):
    program = """
import typing
from tinygrad_edu.engine import primitives, value

print("mish" in nn.ACTIVATIONS, "softsign" not in nn.ACTIVATIONS)
print("mish" in typing.get_args(value.ActivationName))
print(nn.Activation("mish")([0.7])[0].data == Value(0.7).mish().data)
model = MLP(2, [40, 1], activation="mish", seed=0)
print(model.layers[0].neurons[0]([1.0, 2.0]).op is primitives.MISH)
# Each neuron is one box, its activation inside.
print("mish" not in draw_dot(model([1.0, 2.0]), collapse=True).source)
"""
    assert set(told(copy, program).split()) == {"True"}
    shown = run(copy, "-m", "tinygrad_edu", "--help").stdout
    lists = re.findall(r"--activation \{([^}]*)\}", shown)
    assert lists
    assert all("mish" in choices.split(",") for choices in lists)


def test_sympy_proves_it_and_its_missing_oracle_is_noticed_by_name(copy):
    file = "tests/engine/test_primitives.py"
    proofs = [f"{file}::{PROOF}[{name}]" for name in ADDED]
    oracles = f"{file}::test_every_record_has_an_oracle"
    done = run(copy, "-m", "pytest", "-q", "-rA", *proofs, oracles)
    for proof in proofs:
        assert f"PASSED {proof}" in done.stdout
    assert f"FAILED {oracles}" in done.stdout
    assert all(f"'{name}'" in done.stdout for name in ADDED)


def test_a_wrong_rule_is_not_proved(copy):
    done = with_rule(copy, "1 / ((2 + xp.abs(x)) * (1 + xp.abs(x)))", PROOF)
    assert done.returncode == 1


def test_a_rule_with_a_word_that_no_world_has_is_told_so(copy):
    done = with_rule(copy, "1 / (1 + xp.abs(x)) ** 2", WORDS)
    assert done.returncode == 1
    assert "xp.power(x, 2) or x * x for x ** 2" in done.stdout


def with_rule(copy, rule, test):
    """Run a test on the operator softsign with another rule."""
    file = copy / "tinygrad_edu" / "engine" / "primitives.py"
    source = file.read_text(encoding="utf-8")
    right = "1 / ((1 + xp.abs(x)) * (1 + xp.abs(x)))"
    assert right in source
    file.write_text(source.replace(right, rule), encoding="utf-8")
    try:
        place = "worlds" if test == WORDS else "primitives"
        name = f"tests/engine/test_{place}.py::{test}[softsign]"
        return run(copy, "-m", "pytest", "-q", name)
    finally:
        file.write_text(source, encoding="utf-8")


def test_editors_are_told_of_it_by_one_command_which_a_test_asks_for(copy):
    pytest.importorskip("pyright")
    told_already = run(copy, "tests/stubs.py", "--check")
    assert told_already.returncode == 1
    assert "_operators.pyi" in told_already.stderr
    assert run(copy, "tests/stubs.py").returncode == 0
    assert run(copy, "tests/stubs.py", "--check").returncode == 0
    with LanguageServer(copy / "lesson.py", LESSON, home=copy) as editor:
        assert "z = x·tanh(ζ(x))" in editor.hover(2, 3)
        assert '"mish"' in editor.completions(3, 24)
