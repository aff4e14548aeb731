"""Build a classroom that needs no installation: the course, in the browser.

    pip install ".[classroom]"
    python notebooks/classroom site
    python -m http.server --directory site

The site is JupyterLite with the lessons, a first page and the reference. Python runs in
the browser, by Pyodide. The site holds all that it needs, so that it works without any
other network. npm brings Pyodide; pip brings the wheels.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import reference
from browser_python import PYODIDE, write_browser_python
from lessons import first_page, write_lessons

import tinygrad_edu

NOTEBOOKS = Path(__file__).parent.parent

#: The kernel that knows Pyodide 0.27, and the JupyterLite that knows this kernel.
VERSIONS = {"jupyterlite-core": "0.6.4", "jupyterlite-pyodide-kernel": "0.6.1"}

#: The kernel's settings. It loads `pyodide.js`; it cannot load `pyodide.mjs`.
SETTINGS = {"pyodideUrl": "./static/pyodide/pyodide.js", "disablePyPIFallback": True}


def main() -> None:
    """Build the site in the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="the folder to write")
    site = parser.parse_args().site.resolve()
    _check_versions()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        lessons = write_lessons(NOTEBOOKS, work / "lessons")
        _build_jupyterlite(work, site)
        write_browser_python(site / "static" / "pyodide", NOTEBOOKS.parent, work)
    reference.build(site / "reference")
    page = first_page(lessons, tinygrad_edu.__version__, PYODIDE)
    (site / "index.html").write_text(page, encoding="utf-8")


def _check_versions() -> None:
    for name, wanted in VERSIONS.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "not there"
        if found != wanted:
            raise SystemExit(
                f"The classroom is made with {name} {wanted}, and here it is {found}: "
                "others bring a Python that dies in the browser. Run  pip install "
                "'.[classroom]'  at the root of the project, in an environment of its "
                "own."
            )


def _build_jupyterlite(work: Path, site: Path) -> None:
    settings = {"@jupyterlite/pyodide-kernel-extension:kernel": SETTINGS}
    config = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {"litePluginSettings": settings},
    }
    lite = work / "lite"
    lite.mkdir()
    (lite / "jupyter-lite.json").write_text(json.dumps(config), encoding="utf-8")
    command = [
        *[sys.executable, "-m", "jupyter", "lite", "build", "--lite-dir", lite],
        *["--contents", work / "lessons", "--output-dir", site],
    ]
    # JupyterLite leaves a database where it is run.
    subprocess.run(list(map(str, command)), check=True, cwd=work)


if __name__ == "__main__":
    main()
