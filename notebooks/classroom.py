"""Build a classroom that needs no installation: a JupyterLite site with the course.

    pip install build jupyterlite-core jupyterlite-pyodide-kernel jupyter-server
    python notebooks/classroom.py site
    python -m http.server --directory site

Python runs in the browser, by Pyodide. The site holds all that the notebooks need, so
that it works without any other network. npm brings Pyodide; pip brings the wheels.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

HERE = Path(__file__).parent

#: The kernel of JupyterLite.
KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}

#: Words in a lesson that ask for what is not there, and what that is.
ABSENT = {
    "matplotlib": "matplotlib",
    "plot_": "matplotlib",
    "numpy": "NumPy",
    "subprocess": "other processes",
}

#: What the kernel needs before the first cell runs, and what the notebooks show.
WANTED = ["micropip", "packaging", "ipython", "jedi"]


def main() -> None:
    """Build the site in the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="the folder to write")
    site = parser.parse_args().site.resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        pyodide = _pyodide(work)
        lock = json.loads((pyodide / "pyodide-lock.json").read_text(encoding="utf-8"))
        packages = _closure(lock["packages"], WANTED)
        pins = [f"{name}=={packages[name]['version']}" for name in packages]
        python = lock["info"]["python"]
        _run(
            *["-m", "pip", "download", "--quiet", "--no-deps"],
            *["--only-binary", ":all:", "--python-version", python],
            *["--dest", work / "wheels"],
            *[*pins, "comm", "graphviz"],
        )
        _run(
            *["-m", "build", "--quiet", "--wheel"],
            *["--outdir", work / "wheels", HERE.parent],
        )
        lock["packages"] = {}
        for wheel in sorted((work / "wheels").glob("*.whl")):
            shutil.copy(wheel, pyodide)
            entry = _entry(wheel, packages)
            lock["packages"][entry["name"]] = entry
        (pyodide / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
        _write_lessons(work / "lessons")
        _build(work, site)
        shutil.copytree(pyodide, site / "static" / "pyodide", dirs_exist_ok=True)


def _pyodide(work: Path) -> Path:
    command = ["npm", "pack", "--silent", "pyodide"]
    name = subprocess.run(command, cwd=work, check=True, capture_output=True, text=True)
    with tarfile.open(work / name.stdout.strip()) as archive:
        archive.extractall(work, filter="data")
    return work / "package"


def _closure(packages: dict, wanted: list[str]) -> dict:
    found = {}
    queue = list(wanted)
    while queue:
        name = _normal(queue.pop())
        if name in packages and name not in found:
            found[name] = packages[name]
            queue += packages[name]["depends"]
    return found


def _normal(name: str) -> str:
    # A package goes by one name, however it is spelt.
    return name.lower().replace("_", "-")


def _entry(wheel: Path, packages: dict) -> dict:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        fields = HeaderParser().parsestr(archive.read(metadata).decode("utf-8"))
    name = _normal(fields["Name"])
    known = packages.get(name, {})
    depends = known.get("depends", ["graphviz"] if name == "tinygrad-edu" else [])
    return {
        "depends": [_normal(one) for one in depends],
        "file_name": wheel.name,
        "imports": known.get("imports", [fields["Name"]]),
        "install_dir": "site",
        "name": name,
        "package_type": "package",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "unvendored_tests": False,
        "version": fields["Version"],
    }


def _write_lessons(folder: Path) -> None:
    folder.mkdir()
    for path in sorted(HERE.glob("*.ipynb")):
        lesson = json.loads(path.read_text(encoding="utf-8"))
        lesson["metadata"]["kernelspec"] = KERNEL
        source = "".join(
            "".join(cell["source"])
            for cell in lesson["cells"]
            if cell["cell_type"] == "code"
        )
        absent = list(dict.fromkeys(w for word, w in ABSENT.items() if word in source))
        if absent:
            lesson["cells"].insert(1, _note(absent))
        text = json.dumps(lesson, ensure_ascii=False, indent=1)
        (folder / path.name).write_text(text, encoding="utf-8")
    shutil.copytree(HERE / "images", folder / "images")


def _note(absent: list[str]) -> dict:
    return {
        "cell_type": "markdown",
        "id": "absent",
        "metadata": {},
        "source": f"*This lesson needs {' and '.join(absent)}, which this classroom in "
        "the browser does not have: read the stored outputs, or run it on a machine "
        "with Python.*",
    }


def _build(work: Path, site: Path) -> None:
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,
    }
    settings = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
    config = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {"litePluginSettings": settings},
    }
    lite = work / "lite"
    lite.mkdir()
    (lite / "jupyter-lite.json").write_text(json.dumps(config), encoding="utf-8")
    _run(
        *["-m", "jupyter", "lite", "build", "--lite-dir", lite],
        *["--contents", work / "lessons", "--output-dir", site],
        folder=work,  # JupyterLite leaves a database where it is run.
    )


def _run(*arguments: object, folder: Path | None = None) -> None:
    subprocess.run([sys.executable, *map(str, arguments)], check=True, cwd=folder)


if __name__ == "__main__":
    main()
