"""Build a classroom that needs no installation: the course, in the browser.

    pip install ".[classroom]"
    python notebooks/classroom site
    python -m http.server --directory site

The site is JupyterLite with the lessons, a first page and the reference. Python runs in
the browser, by Pyodide. The site holds all that it needs, so that it works without any
other network. npm brings Pyodide; pip brings the wheels.

npm's Pyodide has neither NumPy nor matplotlib: lessons run without their plots. With
`--pyodide FOLDER`, a full distribution of Pyodide that was unpacked there, they have
both.
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
from browser_python import PYODIDE, check_distribution, write_browser_python
from lessons import first_page, write_lessons

import tinygrad_edu

NOTEBOOKS = Path(__file__).parent.parent

#: The kernel that knows Pyodide 0.27, and the JupyterLite that knows this kernel.
VERSIONS = {"jupyterlite-core": "0.6.4", "jupyterlite-pyodide-kernel": "0.6.1"}

#: The kernel's settings. It loads `pyodide.js`; it cannot load `pyodide.mjs`.
SETTINGS = {"pyodideUrl": "./static/pyodide/pyodide.js", "disablePyPIFallback": True}

#: What the Python of the classroom brings, and how to get more.
NPM_HAS = "no NumPy and no matplotlib, so no plots (--pyodide FOLDER brings them)"
FULL_HAS = "NumPy and matplotlib"


def main() -> None:
    """Build the site in the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="the folder to write")
    parser.add_argument(
        "--pyodide",
        type=Path,
        metavar="FOLDER",
        help=f"a full distribution of Pyodide {PYODIDE}, for NumPy and matplotlib",
    )
    arguments = parser.parse_args()
    site, full = arguments.site.resolve(), arguments.pyodide
    _check_versions()
    if full is not None:
        check_distribution(full)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        lessons = write_lessons(NOTEBOOKS, work / "lessons", plots=full is not None)
        _build_jupyterlite(work, site)
        write_browser_python(site / "static" / "pyodide", NOTEBOOKS.parent, work, full)
    reference.build(site / "reference")
    page = first_page(lessons, tinygrad_edu.__version__, PYODIDE)
    (site / "index.html").write_text(page, encoding="utf-8")
    print(f"The classroom has {NPM_HAS if full is None else FULL_HAS}.")


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
    if not (site / "extensions" / "@jupyterlite").exists():
        # It looks beside its own Python alone, and builds a site without a kernel.
        raise SystemExit(
            "JupyterLite found no Pyodide kernel, so no lesson would run. Run  pip "
            "install '.[classroom]'  at the root of the project, in an environment of "
            "its own."
        )


if __name__ == "__main__":
    main()
