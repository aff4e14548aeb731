"""Pictures and pages shown in a browser, from a program or at Python's prompt."""

from __future__ import annotations

import tempfile
import webbrowser
from pathlib import Path


def open_in_browser(text: str, ending: str) -> Path:
    """Write a picture or a page to a file of its own, open it, and return its path.

    Where no browser can be opened, a line says where the file is.
    """
    # It stays: the browser reads it after this function has returned.
    folder = tempfile.mkdtemp(prefix="tinygrad_edu_")
    path = Path(folder) / f"shown{ending}"
    path.write_text(text, encoding="utf-8")
    if not webbrowser.open(path.as_uri()):
        print(f"No browser could be opened. The file is {path}")
    return path
