"""Run the suite on other Pythons than this one: `python tests/pythons.py [3.13 ...]`.

3.12, 3.13 and 3.14 come as Pyodide from npm and run under Node.js, without the tests
that are marked `machine` and those that need NumPy. For 3.10 there is mypy, and vermin,
which knows when each word of Python came. Needs npm and `pip install vermin mypy`.
"""

import argparse
import re
import resource
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: The Pyodide of each Python.
PYODIDES = {"3.12": "0.27.7", "3.13": "0.29.4", "3.14": "314.0.7"}

#: What the tests need there. This Hypothesis is the last that is Python alone.
WHEELS = [
    "graphviz==0.21",
    "hypothesis==6.155.0",
    "iniconfig==2.3.1",
    "mpmath==1.3.0",
    "packaging==26.4",
    "pluggy==1.7.0",
    "pygments==2.21.0",
    "pytest==9.2.0",
    "sortedcontainers==2.4.0",
    "sympy==1.14.0",
]

#: Bytes of stack for Node.js. By itself it has 1 MB, on which Python 3.13 and 3.14 die
#: when a chain of some 2,000 nodes is freed.
STACK = 1024**3

#: Node.js starts Python, gives it the wheels and the project, and runs a program.
START = """
const [pyodide, wheels, project, program] = process.argv.slice(2);
const { loadPyodide } = await import(`${pyodide}/pyodide.mjs`);
const python = await loadPyodide({ indexURL: pyodide });
for (const [name, root] of Object.entries({ wheels, project })) {
  python.FS.mkdirTree(`/${name}`);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, `/${name}`);
}
process.exitCode = python.runPython(program);
"""

#: What Python runs there. The value of the last line is the exit code of pytest.
PROGRAM = """
import os, pathlib, sys, zipfile

for wheel in pathlib.Path("/wheels").glob("*.whl"):
    zipfile.ZipFile(wheel).extractall("/packages")
sys.path[:0] = ["/packages", "/project"]
os.chdir("/project")
sys.dont_write_bytecode = True
import pytest

options = ["-q", "-m", "not machine", "--capture=sys", "--tb=short"]
plugins = ["-p", "no:cacheprovider", "-p", "no:faulthandler"]
outside = ["--ignore=tests/browser", "--ignore=tests/benchmarks"]
int(pytest.main([*options, *plugins, *outside, "tests"]))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    choices = ["3.10", *PYODIDES]
    parser.add_argument("python", nargs="*", choices=[*choices, []], default=choices)
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        for python in parser.parse_args().python:
            print(f"== Python {python}", flush=True)
            if python == "3.10":
                counts[python] = read_as_3_10()
            else:
                counts[python] = run_under_node(python, Path(folder))
    for python, words in counts.items():
        print(f"Python {python}: {words}")


def read_as_3_10():
    """Ask two readers whether the package is Python 3.10; a test that is not stops."""
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.10"]
    subprocess.run([*mypy, "tinygrad_edu"], cwd=ROOT, check=True)
    vermin = ["-c", "from vermin import main; main()", "--target=3.10-", "--no-tips"]
    subprocess.run([sys.executable, *vermin, "tinygrad_edu"], cwd=ROOT, check=True)
    return "mypy and vermin find nothing newer"


def run_under_node(python, folder):
    """Run the tests in Pyodide, and return pytest's last line."""
    pyodide, wheels = fetched(PYODIDES[python], folder)
    start = folder / "start.mjs"
    start.write_text(START, encoding="utf-8")
    kilobytes = f"--stack-size={STACK * 9 // 10 // 1024}"
    command = ["node", kilobytes, start, pyodide, wheels, ROOT, PROGRAM]
    run = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        preexec_fn=deepen_stack,
    )
    # Should Python die, Node.js prints a whole file of its own.
    lines = [line for line in run.stdout.splitlines() if len(line) < 1000]
    print("\n".join(lines), flush=True)
    found = re.findall(r"\d+ passed.* in [\d.]+s.*", run.stdout)
    if run.returncode or not found:
        raise SystemExit(f"Python {python}: exit code {run.returncode}")
    return found[-1]


def deepen_stack():
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (STACK, most))


def fetched(version, folder):
    """Fetch a Pyodide and the wheels into a folder; return where they are."""
    place = folder / version
    place.mkdir()
    wheels = folder / "wheels"
    pack = ["npm", "pack", "--silent", f"pyodide@{version}"]
    name = subprocess.run(pack, cwd=place, check=True, capture_output=True, text=True)
    with tarfile.open(place / name.stdout.strip()) as archive:
        archive.extractall(place, filter="data")
    if not wheels.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        # Wheels of Python alone run anywhere, and so under any Python.
        pure = ["--only-binary", ":all:", "--python-version", "3.12"]
        pure += ["--platform", "any", "--dest", str(wheels)]
        subprocess.run([*pip, *pure, *WHEELS], check=True)
    return place / "package", wheels


if __name__ == "__main__":
    main()
