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

#: How a lesson gets matplotlib, or what stands in for it.
PLOTS = "pyplot as plt"

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


#: What stands at the head of a lesson that plots, where nothing can.
NOTE = (
    "*This classroom has no matplotlib. The lesson runs to its end, but its plots are "
    "not drawn anew: look at them before you run their cells. All other pictures and "
    "pages are.*"
)
CHINESE_NOTE = (
    "*这个课堂里没有 matplotlib。这一课可以一直运行到底，只是曲线图不会重画："
    "请先看图，再运行那些单元格。其他的图和网页都会重画。*"
)

#: The folder of the Chinese lessons.
CHINESE = "zh/"


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
    (folder / CHINESE).mkdir(parents=True)
    shutil.copytree(notebooks / "images", folder / "images")
    paths = [*notebooks.glob("*.ipynb"), *notebooks.glob(f"{CHINESE}*.ipynb")]
    # The page for the teacher is no lesson.
    paths = sorted(path for path in paths if path.stem != "teacher")
    names = [path.relative_to(notebooks).as_posix() for path in paths]
    return [_write(name, notebooks, folder, plots) for name in names]


def _write(name: str, notebooks: Path, folder: Path, plots: bool) -> Lesson:
    notebook = json.loads((notebooks / name).read_text(encoding="utf-8"))
    notebook["metadata"]["kernelspec"] = KERNEL
    code = "".join(
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    )
    words = "".join(notebook["cells"][0]["source"])
    if PLOTS in code and not plots:
        is_chinese = name.startswith(CHINESE)
        notebook["cells"].insert(1, _note(CHINESE_NOTE if is_chinese else NOTE))
    for output in _outputs(notebook):
        _join_lines(output)
    text = json.dumps(notebook, ensure_ascii=False, indent=1)
    (folder / name).write_text(text, encoding="utf-8")
    title = re.search(r"^# (.+)$", words, flags=re.MULTILINE)
    question = re.search(r"\*\*(?:Question: |问题：)(.+?)\*\*", words, flags=re.DOTALL)
    return Lesson(
        name,
        title[1] if title else name,
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


def _note(words: str) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "id": "absent",
        "metadata": {},
        "source": words,
    }


def first_page(lessons: list[Lesson], version: str, pyodide: str) -> str:
    """Return the page that the classroom opens with."""
    chinese = [lesson for lesson in lessons if lesson.name.startswith(CHINESE)]
    rows = "".join(_row(lesson) for lesson in lessons if lesson not in chinese)
    chinese_rows = "".join(map(_row, chinese))
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
<p lang="zh">点 <em>Run, Run All Cells</em> 运行一课。</p>
<table lang="zh">{chinese_rows}</table>
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
