"""A folder of pictures and pages, and the page that shows them all."""

from __future__ import annotations

import html
from pathlib import Path
from typing import NamedTuple

from tinygrad_edu.saving.whole import write_whole

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 1100px; margin: 0 auto; padding: 16px;
  font: 17px/1.5 Helvetica, Arial, sans-serif; color: #1d2430; }}
section {{ margin: 40px 0; }}
h2 {{ margin: 0; }}
p {{ margin: 6px 0 12px; }}
.picture {{ overflow-x: auto; }}
img {{ max-width: 100%; }}
iframe {{ width: 100%; height: 640px; border: 1px solid #6b7480; }}
</style>
</head>
<body>
<h1>{title}</h1>
{sections}
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
    """Write index.html, which shows each file and says what it teaches."""
    sections = "\n".join(_section(exhibit) for exhibit in exhibits)
    path = folder / "index.html"
    text = _PAGE.format(title=html.escape(title), sections=sections)
    write_whole(path, text.encode("utf-8"))
    return path


def _section(exhibit: Exhibit) -> str:
    title, lesson = html.escape(exhibit.title), html.escape(exhibit.lesson)
    name = html.escape(exhibit.name)
    links = ", ".join(
        f'<a href="{html.escape(other)}">{html.escape(other)}</a>'
        for other in (exhibit.name, *exhibit.others)
    )
    shown = ""
    if name.endswith(".html"):
        shown = f'<iframe src="{name}" title="{title}" loading="lazy"></iframe>'
    elif name.endswith((".svg", ".png")):
        shown = f'<div class="picture"><img src="{name}" alt="{title}"></div>'
    return (
        f"<section>\n<h2>{title}</h2>\n<p>{lesson} ({links})</p>\n{shown}\n</section>"
    )
