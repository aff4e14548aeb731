"""The Python of the classroom: Pyodide, and the wheels that it loads in the browser."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from email.parser import HeaderParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

#: Later ones have Python 3.13 or 3.14, and kill it without a word when a chain of some
#: 2,000 nodes is freed: Python believes in a deeper stack than a browser's worker has.
PYODIDE = "0.27.7"

#: What the kernel needs before the first cell runs, and what the notebooks show.
WANTED = ["micropip", "packaging", "ipython", "jedi", "comm", "graphviz"]

#: Packages that this Pyodide does not know, or knows in another form. Its own IPython
#: cannot be imported without sqlite3.
NEWER: dict[str, dict[str, Any]] = {
    "comm": {"version": "0.2.3", "depends": []},
    "graphviz": {"version": "0.21", "depends": []},
    "ipython-pygments-lexers": {"version": "1.1.1", "depends": ["pygments"]},
    "ipython": {
        "version": "9.12.0",
        "depends": [
            "asttokens",
            "decorator",
            "executing",
            "ipython-pygments-lexers",
            "jedi",
            "matplotlib-inline",
            "prompt-toolkit",
            "pure-eval",
            "pygments",
            "six",
            "stack-data",
            "traitlets",
            "wcwidth",
        ],
    },
}

#: Parts of Python that the kernel asks for and that npm's Pyodide does not bring. With
#: nothing in the package of that name, an import fails as it should.
ABSENT = ["sqlite3", "ssl"]


def write_browser_python(folder: Path, project: Path, work: Path) -> None:
    """Write Pyodide to a folder, with the project's wheel and all that it needs.

    Args:
        folder: Where it is to stand.
        project: The root of the project, of which a wheel is built.
        work: A folder for what comes between.
    """
    _fetch(folder, work)
    path = folder / "pyodide-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    known = lock["packages"]
    packages = _needed({**known, **{x: known.get(x, {}) | NEWER[x] for x in NEWER}})
    _download(packages, lock["info"]["python"], folder)
    _python("-m", "build", "--quiet", "--wheel", "--outdir", folder, project)
    for name in ABSENT:
        _write_empty_wheel(folder, name)
    packages["tinygrad-edu"] = {"depends": ["graphviz"], "imports": ["tinygrad_edu"]}
    entries = [_entry(wheel, packages) for wheel in sorted(folder.glob("*.whl"))]
    lock["packages"] = {entry["name"]: entry for entry in entries}
    path.write_text(json.dumps(lock), encoding="utf-8")


def _fetch(folder: Path, work: Path) -> None:
    command = ["npm", "pack", "--silent", f"pyodide@{PYODIDE}"]
    name = subprocess.run(command, cwd=work, check=True, capture_output=True, text=True)
    with tarfile.open(work / name.stdout.strip()) as archive:
        archive.extractall(work, filter="data")
    shutil.move(work / "package", folder)


def _needed(known: dict[str, Any]) -> dict[str, Any]:
    """Return what is wanted and what that depends on, by its one name each."""
    found: dict[str, Any] = {}
    queue = list(WANTED)
    while queue:
        name = _normal(queue.pop())
        if name not in found:
            found[name] = known[name]
            queue += known[name]["depends"]
    return found


def _normal(name: str) -> str:
    # A package goes by one name, however it is spelt.
    return name.lower().replace("_", "-")


def _download(packages: dict[str, Any], python: str, folder: Path) -> None:
    _python(
        *["-m", "pip", "download", "--quiet", "--no-deps"],
        *["--only-binary", ":all:", "--python-version", python],
        *["--dest", folder],
        *[f"{name}=={package['version']}" for name, package in packages.items()],
    )


def _write_empty_wheel(folder: Path, name: str) -> None:
    about = f"{name}-1.0.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n"
    with ZipFile(folder / f"{name}-1.0.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{about}/METADATA", metadata)
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")


def _entry(wheel: Path, packages: dict[str, Any]) -> dict[str, Any]:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        fields = HeaderParser().parsestr(archive.read(metadata).decode("utf-8"))
    name = _normal(fields["Name"])
    known = packages.get(name, {"depends": []})
    return {
        "depends": [_normal(one) for one in known["depends"]],
        "file_name": wheel.name,
        "imports": known.get("imports", [fields["Name"]]),
        "install_dir": "site",
        "name": name,
        "package_type": "package",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "unvendored_tests": False,
        "version": fields["Version"],
    }


def _python(*arguments: object) -> None:
    subprocess.run([sys.executable, *map(str, arguments)], check=True)
