"""A page that moves: one HTML file with all that it needs, and the same in a notebook.

Nothing is fetched: the page forbids itself the network. What comes from outside, such
as labels, enters it as JSON or as text, never as markup.
"""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from string import Template
from typing import Any

from tinygrad_edu.draw.image import as_html
from tinygrad_edu.draw.opening import open_in_browser
from tinygrad_edu.draw.theme import Theme, font
from tinygrad_edu.saving.whole import write_whole
from tinygrad_edu.speech import say, spoken, translated

_ASSETS = Path(__file__).parent / "assets"

#: A sentence in a script, a string or several with + between them; and those strings.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_SAID = re.compile(rf"\bsay\(\s*({_QUOTED.pattern}(?:\s*\+\s*{_QUOTED.pattern})*)")

#: Words in our own markup, and what stands before and behind them.
_WORDS = re.compile(
    r"""(>\s*|\s(?:aria-label|placeholder|title)=")"""
    r"""([^<>"]*[^<>"\s])(\s*<|")"""
)


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
            f'<div class="tinygrad-edu-still">{say("Run this cell to see it move.")}'
            f"<br>{as_html(self.still, self.title)}</div>"
        )

    def __repr__(self) -> str:
        return say(
            "<page: {title}; .save('page.html') writes it, .show() opens it>",
            title=self.title,
        )


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
    script = "\n".join([program, *map(_asset, ["controls.js", *scripts])])
    data = {**data, "sentences": _sentences(script)}
    # In a script, "</script>" and "<!--" would be read as markup.
    text = json.dumps(data, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    colours = {name: x for name, x in asdict(theme).items() if isinstance(x, str)}
    colours["accent"] = theme.positive_line
    buttons = _markup("buttons.html")
    return Template(_asset("shell.html")).substitute(
        language=spoken(),
        title=html.escape(title),
        font=font(),
        colours="\n".join(f"  --{name}: {x};" for name, x in colours.items()),
        style="\n".join(map(_asset, ["page.css", *styles])),
        body=Template(_markup(body)).substitute({"buttons": buttons, **parts}),
        data=text,
        script=script,
    )


def sentences_of(script: str) -> list[str]:
    """Return what a script says by `say`, as it stands there: in English."""
    found = _SAID.findall(script)
    return ["".join(map(json.loads, _QUOTED.findall(parts))) for parts in found]


def words_of(markup: str) -> list[str]:
    """Return the words of a page's markup: its texts, and the names of its controls."""
    return [found[2] for found in _WORDS.finditer(markup)]


def _sentences(script: str) -> dict[str, str]:
    # What the page's own `say` looks up; in English there is nothing to look up.
    pairs = {english: translated(english) for english in sentences_of(script)}
    return {english: ours for english, ours in pairs.items() if ours != english}


def _markup(name: str) -> str:
    return _WORDS.sub(_translated_words, _asset(name))


def _translated_words(found: re.Match[str]) -> str:
    return found[1] + translated(found[2]) + found[3]


def inline(svg: str) -> str:
    """Return SVG as it stands in a page: without the lines that make it a file."""
    return svg[svg.index("<svg") :]


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
