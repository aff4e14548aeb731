"""Where the program `dot` is, and how to run it."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from tinygrad_edu.errors import RenderError

#: A picture that takes longer than this many seconds is given up.
TIME_LIMIT = 60.0

WAYS_TO_GET_DOT = (
    "Install one with  pip install 'tinygrad_edu[dot]'  or your system's package "
    "`graphviz` (apt-get install graphviz, brew install graphviz), or set the variable "
    "TINYGRAD_EDU_DOT to its path."
)


def find_dot() -> str | None:
    """Return the path of a `dot` program, or None where there is none.

    Looked at in this order: the variable TINYGRAD_EDU_DOT; the search path; the program
    that the package graphviz-pure brings, also when its environment is not activated.
    """
    told = os.environ.get("TINYGRAD_EDU_DOT")
    if told:
        return told
    on_path = shutil.which("dot")
    if on_path:
        return on_path
    try:
        files = metadata.files("graphviz-pure") or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.parent.name in ("bin", "Scripts"):
            path = Path(str(file.locate()))
            if path.exists():
                return str(path)
    return None


def run_dot(source: str, format: str = "svg") -> bytes:
    """Return a picture of DOT text, as Graphviz draws it.

    Raises:
        RenderError: If there is no program, or it fails; the message names the fixes.
    """
    program = find_dot()
    if program is None:
        raise RenderError(
            f"There is no Graphviz program to draw with. {WAYS_TO_GET_DOT}"
        )
    try:
        result = subprocess.run(
            [program, "-Kdot", f"-T{format}"],
            input=source.encode("utf-8"),
            capture_output=True,
            timeout=TIME_LIMIT,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        words = error.stderr.decode("utf-8", "replace").strip()
        raise RenderError(f"{program} could not draw the picture: {words}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RenderError(
            f"{program} did not run: {error}. {WAYS_TO_GET_DOT}"
        ) from error
    return result.stdout
