"""The notebooks of the course in the classroom, and the page that lists them.

Where the browser has no matplotlib, a lesson that plots says so at its head, and runs.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

#: The kernel of JupyterLite.
KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}

#: Where the lessons in Chinese stand.
CHINESE = "zh/"

#: How a lesson gets matplotlib, or what stands in for it; and what its head then says.
PLOTS = "pyplot as plt"
NO_PLOTS = (
    "*This classroom has no matplotlib. The lesson runs to its end, but its plots are "
    "not drawn anew: look at them before you run their cells. All other pictures and "
    "pages are.*"
)
NO_PLOTS_CHINESE = (
    "*这个课堂没有 matplotlib。本课可以运行到底，但曲线图不会重新绘制："
    "请在运行单元格之前先看已保存的图。其他图片和页面都会照常显示。*"
)

#: What stands beside the lessons: address, title, words.
PAGES = [
    (
        "reference/playground.html",
        "Playground",
        "a small network learns in the page: step, run, take a weight and drag it",
    ),
    (
        "reference/index.html",
        "Reference",
        "every operator with its formula and its curve, every layer, every function",
    ),
    (
        "reference/play.html",
        "Backward, step by step",
        "the chain rule walks through a small graph; arrow keys move it",
    ),
    (
        "reference/film.html",
        "A network learns",
        "a slider over the epochs: weights, loss and decisions",
    ),
]


class Lesson(NamedTuple):
    """A notebook of the course: its file, its title, its question."""

    name: str
    title: str
    question: str


def write_lessons(notebooks: Path, folder: Path, *, plots: bool) -> list[Lesson]:
    """Write the notebooks for the classroom to a folder; return what they are.

    Args:
        notebooks: Where they stand.
        folder: Where they are to stand.
        plots: Whether the Python of the browser has matplotlib.
    """
    folder.mkdir()
    (folder / CHINESE).mkdir()
    shutil.copytree(notebooks / "images", folder / "images")
    paths = [*notebooks.glob("*.ipynb"), *notebooks.glob(f"{CHINESE}*.ipynb")]
    names = sorted(path.relative_to(notebooks).as_posix() for path in paths)
    return [_write(notebooks / name, folder / name, name, plots) for name in names]


def _write(path: Path, place: Path, name: str, plots: bool) -> Lesson:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["kernelspec"] = KERNEL
    code = "".join(
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    )
    words = "".join(notebook["cells"][0]["source"])
    if PLOTS in code and not plots:
        notebook["cells"].insert(1, _note(name.startswith(CHINESE)))
    for output in _outputs(notebook):
        _join_lines(output)
    text = json.dumps(notebook, ensure_ascii=False, indent=1)
    place.write_text(text, encoding="utf-8")
    title = re.search(r"^# (.+)$", words, flags=re.MULTILINE)
    asked = r"\*\*(?:Question: |问题：)(.+?)\*\*"
    question = re.search(asked, words, flags=re.DOTALL)
    return Lesson(
        name,
        title[1] if title else path.stem,
        " ".join(question[1].split()) if question else "",
    )


def _outputs(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in notebook["cells"]:
        yield from cell.get("outputs", [])


def _join_lines(output: dict[str, Any]) -> None:
    # JupyterLite shows a list of lines with commas between them.
    for part in (output, output.get("data", {})):
        for key, lines in part.items():
            if isinstance(lines, list) and key != "traceback":
                part[key] = "".join(lines)


def _note(chinese: bool) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "id": "absent",
        "metadata": {},
        "source": NO_PLOTS_CHINESE if chinese else NO_PLOTS,
    }


def first_page(lessons: list[Lesson], version: str, pyodide: str) -> str:
    """Return the page that the classroom opens with."""
    rows, chinese = (
        "".join(_row(x) for x in lessons if x.name.startswith(CHINESE) == is_chinese)
        for is_chinese in (False, True)
    )
    pages = "".join(
        f'<li><a href="{address}">{title}</a>: {words}</li>'
        for address, title, words in PAGES
    )
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>tinygrad_edu: the classroom</title>
<link rel="icon" href="icon-120x120.png">
<link rel="stylesheet" href="reference/site.css">
<!-- JupyterLite reads the settings of its first page, and this one takes its place. -->
<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">
{{}}</script></head>
<body>
<main>
<h1>tinygrad_edu: the classroom</h1>
<p>Learn how a network learns: every number is a node, every node remembers how it was
made, and <code>backward()</code> walks the chain rule back. Python runs in this
browser. Nothing is installed, and nothing leaves this machine.</p>
<h2>Look and play</h2>
<ul>{pages}</ul>
<h2>Lessons</h2>
<p><em>Run, Run All Cells</em> runs a lesson. The first start of Python takes some
seconds. What you change is kept in this browser.</p>
<table>{rows}</table>
<h2 lang="zh">中文课程</h2>
<table lang="zh">{chinese}</table>
<p><a href="lab/index.html">All files</a> &middot;
<a href="repl/index.html?kernel=python&amp;toolbar=1">An empty prompt</a></p>
<p class="origin">tinygrad_edu {escape(version)} on Pyodide {pyodide} (Python 3.12).
A graph of a million nodes works in it; memory sets the limit. Should Python ever stop,
choose <em>Kernel, Restart Kernel</em>.</p>
</main>
</body>
</html>
"""


def _row(lesson: Lesson) -> str:
    return (
        f'<tr><td><a href="lab/index.html?path={quote(lesson.name)}">'
        f"{escape(lesson.title)}</a></td><td>{escape(lesson.question)}</td></tr>"
    )
