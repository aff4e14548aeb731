"""A folder of pictures and pages, and the page that shows them all."""

from __future__ import annotations

import html
from pathlib import Path
from typing import NamedTuple

from tinygrad_edu.draw.theme import LIGHT, font
from tinygrad_edu.saving.whole import write_whole
from tinygrad_edu.speech import say, spoken

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
html {{ scroll-behavior: smooth; scroll-padding-top: 12px; }}
body {{ margin: 0; font: 17px/1.5 {font}; color: {text}; background: {background}; }}
nav {{ padding: 16px; background: {neutral}; }}
nav ol {{ margin: 8px 0; padding-left: 1.6em; }}
a {{ color: {link}; }}
main {{ max-width: 1100px; margin: 0 auto; padding: 0 16px; }}
section {{ margin: 40px 0; }}
h1 {{ margin: 0; font-size: 24px; }}
h2 {{ margin: 0; }}
p {{ margin: 6px 0 12px; }}
.picture {{ overflow-x: auto; }}
img {{ max-width: 100%; }}
iframe {{ width: 100%; height: 640px; border: 1px solid {faint}; }}
@media (min-width: 1100px) {{
  body {{ display: flex; align-items: flex-start; }}
  nav {{ position: sticky; top: 0; flex: none; width: 270px; height: 100vh;
    box-sizing: border-box; overflow-y: auto; }}
  main {{ flex: 1; min-width: 0; }}
}}
@media print {{
  nav, iframe {{ display: none; }}
  section {{ break-inside: avoid; }}
}}
</style>
</head>
<body>
<nav aria-label="{label}">
<h1>{title}</h1>
<ol>
{contents}
</ol>
</nav>
<main>
{sections}
</main>
</body>
</html>
"""


class Exhibit(NamedTuple):
    """A file of the folder.

    Attributes:
        name: The name of the file; how it is shown follows from how it ends.
        title: What it shows.
        lesson: What it teaches.
        others: The same in other formats.
    """

    name: str
    title: str
    lesson: str
    others: tuple[str, ...] = ()


def write_index(folder: Path, title: str, exhibits: list[Exhibit]) -> Path:
    """Write index.html: a list of contents, and each file with what it teaches."""
    contents = "\n".join(
        f'<li><a href="#exhibit{i}">{html.escape(exhibit.title)}</a></li>'
        for i, exhibit in enumerate(exhibits)
    )
    sections = "\n".join(map(_section, range(len(exhibits)), exhibits))
    path = folder / "index.html"
    text = _PAGE.format(
        title=html.escape(title),
        contents=contents,
        sections=sections,
        font=font(),
        language=spoken(),
        label=say("Contents"),
        text=LIGHT.text,
        background=LIGHT.background,
        neutral=LIGHT.neutral,
        faint=LIGHT.faint,
        link=LIGHT.positive_line,
    )
    write_whole(path, text.encode("utf-8"))
    return path


def _section(place: int, exhibit: Exhibit) -> str:
    title, lesson = html.escape(exhibit.title), html.escape(exhibit.lesson)
    name = html.escape(exhibit.name)
    links = ", ".join(
        f'<a href="{html.escape(other)}">{html.escape(other)}</a>'
        for other in (exhibit.name, *exhibit.others)
    )
    shown = ""
    if name.endswith(".html"):
        shown = f'<iframe src="{name}" title="{title}"></iframe>'
    elif name.endswith((".svg", ".png")):
        shown = f'<div class="picture"><img src="{name}" alt="{title}"></div>'
    return (
        f'<section id="exhibit{place}">\n<h2>{title}</h2>\n<p>{lesson} ({links})</p>\n'
        f"{shown}\n</section>"
    )
