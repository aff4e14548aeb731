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

#: The list of what there is, and the files that Python itself is.
LOCK = "pyodide-lock.json"
CORE = ["pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"]

#: What the kernel needs before the first cell runs, and what the notebooks show.
WANTED = ["micropip", "packaging", "ipython", "jedi", "comm", "graphviz"]

#: What a full distribution brings besides, which is loaded with the project.
PLOTS = ["numpy", "matplotlib"]

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


def check_distribution(folder: Path) -> None:
    """Refuse a folder that is not the full distribution of the pinned Pyodide.

    Args:
        folder: Where it was unpacked.
    """
    path = folder / LOCK
    if not path.is_file():
        raise SystemExit(f"There is no Pyodide in {folder}: it has no {path.name}.")
    lock = json.loads(path.read_text(encoding="utf-8"))
    found = lock["info"]["version"]
    if found != PYODIDE:
        raise SystemExit(
            f"The Pyodide in {folder} is {found}, and the classroom is made with "
            f"{PYODIDE}: later ones bring a Python that dies in the browser."
        )
    files = [lock["packages"][name]["file_name"] for name in PLOTS]
    missing = [name for name in files if not (folder / name).is_file()]
    if missing:
        raise SystemExit(
            f"The Pyodide in {folder} is not the full one: it lacks "
            f"{' and '.join(missing)}. Take the large archive of its release, not the "
            "core."
        )


def write_browser_python(
    folder: Path, project: Path, work: Path, full: Path | None = None
) -> None:
    """Write Pyodide to a folder, with the project's wheel and all that it needs.

    Args:
        folder: Where it is to stand.
        project: The root of the project, of which a wheel is built.
        work: A folder for what comes between.
        full: A full distribution of Pyodide; without it npm's, which has no NumPy.
    """
    core = _fetch(work) if full is None else full
    lock = json.loads((core / LOCK).read_text(encoding="utf-8"))
    known = lock["packages"]
    more = [] if full is None else PLOTS
    packages = _needed(
        {**known, **{x: known.get(x, {}) | NEWER[x] for x in NEWER}}, [*WANTED, *more]
    )
    here = [
        name
        for name, package in packages.items()
        if name not in NEWER and (core / package["file_name"]).is_file()
    ]
    folder.mkdir(parents=True)
    for name in CORE:
        shutil.copy(core / name, folder)
    elsewhere = {name: packages[name] for name in packages if name not in here}
    _download(elsewhere, lock["info"]["python"], folder)
    _python("-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, project)
    for name in ABSENT:
        _write_empty_wheel(folder, name)
    packages["tinygrad-edu"] = {
        "depends": ["graphviz", *more],
        "imports": ["tinygrad_edu"],
    }
    entries = [_entry(wheel, packages) for wheel in sorted(folder.glob("*.whl"))]
    for name in here:
        shutil.copy(core / packages[name]["file_name"], folder)
        entries.append(packages[name])
    lock["packages"] = {_normal(entry["name"]): entry for entry in entries}
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")


def _fetch(work: Path) -> Path:
    command = ["npm", "pack", "--silent", f"pyodide@{PYODIDE}"]
    name = subprocess.run(command, cwd=work, check=True, capture_output=True, text=True)
    with tarfile.open(work / name.stdout.strip()) as archive:
        archive.extractall(work, filter="data")
    return work / "package"


def _needed(known: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    """Return what is wanted and what that depends on, by its one name each."""
    found: dict[str, Any] = {}
    queue = list(wanted)
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
