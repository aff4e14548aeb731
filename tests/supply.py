"""What is handed out: wheel, sdist, the bare wheel, the lowest versions of each extra.

`python tests/supply.py [EXTRA ...]` builds both, and looks at what they hold; runs the
wheel with no extra under `-W error`; and installs each extra (or those that are named)
in an environment of its own, in the lowest versions that pyproject.toml allows, and
uses it: with `test`, all tests of the sdist are run. Needs a network, git, npm and
`pip install build uv`.
"""

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: What is run where nothing but the wheel is installed.
BARE = """
from tinygrad_edu import MLP, Value, draw_dot, draw_network, explain, fit, load, play
from tinygrad_edu import playground, record, save
from tinygrad_edu.data import load_digits, load_iris, load_names, make_xor
from tinygrad_edu.cli.options import main

x = Value(2.0, "x")
y = (x * 3).tanh()
y.backward()
draw_dot(y).save("graph.svg")
play(y).save("player.html")
print(explain(x, y))
xor = make_xor()
model = MLP(2, [4, 1], "tanh", seed=0)
fit(model, *xor, epochs=3, progress=False)
save(model, "model.json")
draw_network(load("model.json")).save("network.svg")
playground(model, *xor).save("page.html")
assert record(y, [x])(2.0) == y.data
assert [len(load()) for load in (load_iris, load_digits, load_names)]
assert main(["train", "iris", "--epochs", "2", "--quiet"]) == 0
assert main(["explain", "a*b", "a=1", "b=2"]) == 0
"""

#: How each extra is used.
USES = {
    "dot": """
from tinygrad_edu import Value
from tinygrad_edu.draw import dot_programs, draw_dot
assert dot_programs()
assert b"<svg" in draw_dot(Value(1.0) * 2, drawn_by="dot").pipe(format="svg")
""",
    "replay": """
from tinygrad_edu import MLP, fit
rows = [[i / 50] for i in range(100)]
targets = [x for (x,) in rows]
history = fit(MLP(1, [4, 1], seed=0), rows, targets, epochs=3, engine="replay")
assert history.engine == "replay", history.engine_note
""",
    "plots": """
import matplotlib
matplotlib.use("Agg")
from tinygrad_edu import MLP, fit, plot_decision_boundary, plot_gradient_flow
from tinygrad_edu import plot_history
from tinygrad_edu.data import make_moons
model = MLP(2, [4, 1], seed=0)
moons = make_moons(40, noise=0.1, seed=0)
plot_history(fit(model, *moons, epochs=3)).savefig("history.png")
plot_decision_boundary(model, *moons).savefig("boundary.png")
plot_gradient_flow(model, moons.features).savefig("flow.png")
""",
    "jax": """
import jax
jax.config.update("jax_enable_x64", True)
from tinygrad_edu import Value, record
x = Value(3.0)
value, (slope,) = record(x * x, [x]).value_and_gradient(
    jax.numpy.array([3.0, 5.0]), world="jax"
)
assert (float(value), slope.tolist()) == (17.0, [3.0, 5.0])
""",
    "notebooks": """
import json, pathlib, subprocess, sys
cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
cell["source"] = "from tinygrad_edu import Value\\nValue(2.0) * 3"
notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
pathlib.Path("n.ipynb").write_text(json.dumps(notebook))
command = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "n.ipynb"]
subprocess.run(command, check=True)
assert "data:image/svg+xml" in pathlib.Path("n.html").read_text()
""",
    "classroom": """
import pathlib, subprocess, sys
command = [sys.executable, "notebooks/classroom", "site"]
subprocess.run(command, cwd="source", check=True)
assert list(pathlib.Path("source/site/static/pyodide").glob("tinygrad_edu-*.whl"))
""",
    # The program, for `python -m pytest` would import the sources beside the tests.
    "test": """
import pathlib, subprocess, sys
program = pathlib.Path(sys.executable).with_name("pytest")
subprocess.run([program, "-q"], cwd="source", check=True)
""",
}


def run(*words, **options):
    print("$", *[Path(str(word)).name[:60] for word in words[:8]], flush=True)
    return subprocess.run([str(word) for word in words], check=True, **options)


def build(folder):
    """Build the wheel and the sdist, and return their paths."""
    run(sys.executable, "-m", "build", "-q", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    return wheel, sdist


def check_contents(wheel, sdist):
    """Compare what wheel and sdist hold with what git has."""
    listed = run("git", "ls-files", cwd=ROOT, capture_output=True, text=True).stdout
    files = set(listed.splitlines())
    package = {name for name in files if name.startswith("tinygrad_edu/")}
    held = set(zipfile.ZipFile(wheel).namelist())
    extra = {name for name in held - package if ".dist-info/" not in name}
    assert package <= held, package - held
    assert not extra, extra
    text = "\n".join(
        zipfile.ZipFile(wheel).read(name).decode()
        for name in held
        if name.endswith(".dist-info/METADATA")
    )
    assert "License-Expression: MIT AND CC-BY-4.0" in text
    assert {name.rpartition("/")[2] for name in held} >= {"LICENSE", "LICENCES.md"}
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    hidden = (".ci/", ".gitignore")
    wanted = {name for name in files if not name.startswith(hidden)}
    assert wanted <= inside, wanted - inside
    print(f"the wheel holds {len(held)} files, the sdist {len(wanted)}")


def environment(folder, wheel, extras):
    """Make an environment with the wheel and extras, in their lowest versions."""
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv = [sys.executable, "-m", "uv", "pip", "install", "-q", "--python", python]
    wanted = ["-r", ROOT / "pyproject.toml"]
    wanted += [word for extra in extras for word in ("--extra", extra)]
    run(*uv, *wanted, "--resolution", "lowest-direct", "--only-binary", ":all:")
    run(*uv, "--no-deps", wheel)
    listed = [*uv[:-4], "freeze", "--python", python]
    print(run(*listed, capture_output=True, text=True).stdout.replace("\n", " "))
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extras", nargs="*", metavar="EXTRA", default=list(USES))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        wheel, sdist = build(work)
        check_contents(wheel, sdist)
        with tarfile.open(sdist) as archive:
            archive.extractall(work, filter="data")
        (work / sdist.name.removesuffix(".tar.gz")).rename(work / "source")
        python = environment(work / "bare", wheel, [])
        run(python, "-W", "error", "-c", BARE, cwd=work, stdout=subprocess.DEVNULL)
        print("the wheel runs with no extra under -W error")
        for extra in options.extras:
            python = environment(work / extra, wheel, [extra])
            run(python, "-c", USES[extra], cwd=work, stdout=subprocess.DEVNULL)
            print(f"the lowest versions of [{extra}] work")


if __name__ == "__main__":
    main()
