"""The programs that draw DOT text: where they are, and how to run one."""

from __future__ import annotations

import os
import shutil
import subprocess
import xml.etree.ElementTree as ET
from importlib import metadata
from pathlib import Path

from tinygrad_edu.draw.svg import is_wide
from tinygrad_edu.errors import RenderError

#: A picture that takes longer than this many seconds is given up.
TIME_LIMIT = 60.0

#: Where there is another way to draw, the wait is shorter.
PATIENCE = 8.0

WAYS_TO_GET_DOT = (
    "Install Graphviz with  pip install graphviz-pure  or your system's package "
    "`graphviz` (apt-get install graphviz, brew install graphviz; only this one makes "
    "PDF), or set the variable TINYGRAD_EDU_DOT to the path of its program dot."
)

#: A package that brings a program of that name.
_PURE = "graphviz-pure"

#: How a file of each format begins.
_SIGNATURES = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<"}

#: Formats made of dots, of which there are so many to an inch.
_DOTS = ("bmp", "gif", "jpe", "jpeg", "jpg", "png", "tif", "tiff", "webp")


class TookTooLongError(RenderError):
    """A program was given up; another one would hardly be faster."""


def dot_programs() -> list[str]:
    """Return the paths of the programs that can draw, in the order to try them.

    The variable TINYGRAD_EDU_DOT; `dot` on the search path; the program that the
    package graphviz-pure brings, also where its environment is not activated.
    """
    found = [os.environ.get("TINYGRAD_EDU_DOT"), shutil.which("dot"), _graphviz_pure()]
    return list(dict.fromkeys([program for program in found if program]))


def _graphviz_pure() -> str | None:
    try:
        files = metadata.files(_PURE) or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        # Beside the interpreter, or in the folder of `pip install --target`.
        if file.parent.name in ("bin", "Scripts"):
            path = Path(str(file.locate()))
            if path.exists():
                return str(path)
    return None


def run_program(
    program: str, source: str, format: str, *, dpi: int, limit: float = TIME_LIMIT
) -> bytes:
    """Return the picture of DOT text, as a program draws it.

    Args:
        program: Its path.
        source: The DOT text.
        format: Such as "svg".
        dpi: How many dots to an inch a picture of dots has.
        limit: After so many seconds it is given up.

    Raises:
        TookTooLongError: If it takes longer than the limit.
        RenderError: If the program is missing, fails, or does not write a picture of
            that format.
    """
    dots = [f"-Gdpi={dpi}"] if format.partition(":")[0] in _DOTS else []
    if dots and _PURE in program and any(map(is_wide, source)):
        raise RenderError(
            f"{program} has no Chinese letters for {format}: Graphviz itself has, and "
            "SVG needs none"
        )
    try:
        result = subprocess.run(
            [program, "-Kdot", f"-T{format}", *dots],
            input=source.encode("utf-8"),
            capture_output=True,
            timeout=limit,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        words = error.stderr.decode("utf-8", "replace").strip() or str(error)
        raise RenderError(f"{program} could not draw the picture: {words}") from error
    except subprocess.TimeoutExpired as error:
        raise TookTooLongError(
            f"{program} was given up after {limit:g} seconds: a picture of fewer boxes "
            "or arrows takes less"
        ) from error
    except OSError as error:
        # A browser (Pyodide) has no processes, and says so by an OSError.
        raise RenderError(f"{program} did not run: {error}") from error
    picture = result.stdout
    if not picture.startswith(_SIGNATURES.get(format, b"")):
        raise RenderError(f"{program} did not write {format}: {picture[:40]!r}")
    if format == "svg":
        try:
            ET.fromstring(picture)
        except ET.ParseError as error:
            raise RenderError(f"{program} wrote broken SVG: {error}") from error
    return picture
