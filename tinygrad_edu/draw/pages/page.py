"""A page that moves: one HTML file with all that it needs, and the same in a notebook.

Nothing is fetched: the page forbids itself the network. What comes from outside, such
as labels, enters it as JSON or as text, never as markup.
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from string import Template
from typing import Any

from tinygrad_edu.draw.image import as_html
from tinygrad_edu.draw.opening import open_in_browser
from tinygrad_edu.draw.theme import FONT, Theme
from tinygrad_edu.saving.whole import write_whole

_ASSETS = Path(__file__).parent / "assets"


class Page:
    """A self-contained HTML page that shows itself in a notebook.

    Attributes:
        html: The text of the page.
        still: A picture of it as SVG, for where scripts may not run.
        title: What it shows.
        height: How high it stands in a notebook, in pixels.
    """

    def __init__(self, title: str, html: str, still: str, height: int) -> None:
        self.title = title
        self.html = html
        self.still = still
        self.height = height

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file, and return its path."""
        path = Path(path)
        write_whole(path, self.html.encode("utf-8"))
        return path

    def show(self) -> Path:
        """Open the page in a browser, and return the path of the file."""
        return open_in_browser(self.html, ".html")

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._frame()}

    def _frame(self) -> str:
        # An untrusted notebook drops the style and the frame, and so shows the picture.
        return (
            "<style>.tinygrad-edu-still{display:none}</style>"
            f'<iframe srcdoc="{html.escape(self.html)}" sandbox="allow-scripts" '
            'allow="fullscreen" '
            f'style="width:100%;height:{self.height}px;border:0"></iframe>'
            '<div class="tinygrad-edu-still">Run this cell to see it move.<br>'
            f"{as_html(self.still, self.title)}</div>"
        )

    def __repr__(self) -> str:
        return f"<page: {self.title}; .save('page.html') writes it, .show() opens it>"


def build_page(
    title: str,
    body: str,
    parts: dict[str, str],
    data: dict[str, Any],
    theme: Theme,
    *,
    styles: Sequence[str],
    scripts: Sequence[str],
    program: str = "",
) -> str:
    """Return the text of a page.

    Args:
        title: Its heading.
        body: The file that holds its markup.
        parts: The markup that it has places for, such as SVG; it gets `buttons`, too.
        data: What the script shows; numbers in it must be finite.
        theme: The colours; a style calls each by its name, such as `--faint`.
        styles: The files of its style, after that of all pages.
        scripts: The files of its script, after that of the controls.
        program: A script that stands before all of them.
    """
    # In a script, "</script>" and "<!--" would be read as markup.
    text = json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    colours = {name: x for name, x in asdict(theme).items() if isinstance(x, str)}
    colours["accent"] = theme.positive_line
    buttons = _asset("buttons.html")
    return Template(_asset("shell.html")).substitute(
        title=html.escape(title),
        font=FONT,
        colours="\n".join(f"  --{name}: {x};" for name, x in colours.items()),
        style="\n".join(map(_asset, ["page.css", *styles])),
        body=Template(_asset(body)).substitute({"buttons": buttons, **parts}),
        data=text,
        script="\n".join([program, *map(_asset, ["controls.js", *scripts])]),
    )


def inline(svg: str) -> str:
    """Return SVG as it stands in a page: without the lines that make it a file."""
    return svg[svg.index("<svg") :]


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
