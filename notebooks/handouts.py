"""Write what a teacher needs: notebooks without answers, worksheets, a page to plan.

    python notebooks/handouts.py FOLDER      all lessons
    python notebooks/handouts.py FOLDER 3    lesson 3

FOLDER then holds `notebooks/`, the lessons without their hidden answers;
`worksheet-03.html`, to print, and `key-03.html`, apart from it; and `teacher.html`. All
is made of the exercises of `tinygrad_edu.course`.
"""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Iterable
from html import escape
from pathlib import Path

from exercises import HIDDEN, NOTEBOOKS, exercise_cells, path_of, read, source, write

from tinygrad_edu.course.exercise import RIGHT, Exercise, Lesson
from tinygrad_edu.course.lessons import find_lesson, lesson_numbers
from tinygrad_edu.course.reading import shown
from tinygrad_edu.course.verdict import STRESSED
from tinygrad_edu.draw.graphs.computation import draw_dot
from tinygrad_edu.speech import language

#: What is filled in by hand.
BLANK = "______"

STYLE = """
body { max-width: 46em; margin: 2em auto; padding: 0 1em; color: #1b1f24;
  font: 16px/1.5 Helvetica, Arial, sans-serif; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; }
h2, h3 { break-after: avoid; } svg, pre, tr { break-inside: avoid; }
pre { padding: 0.6em 0.9em; border: 1px solid #c3c8ce; white-space: pre-wrap; }
.sheet section { break-inside: avoid; margin: 1.6em 0; }
.sheet pre { line-height: 1.9; }
code, pre { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace;
  font-size: 0.9em; }
svg { max-width: 100%; max-height: 20cm; height: auto; }
.name { margin: 1.5em 0 2em; } td p { margin: 0; }
td, th { text-align: left; vertical-align: top;
  padding: 0.3em 0.8em 0.3em 0; border-top: 1px solid #c3c8ce; }
@page { margin: 15mm; }
@media print { body { margin: 0; padding: 0; font-size: 12pt; } }
"""

#: A graph that is wider, in points, is drawn from top to bottom: a page is high.
WIDEST = 900


def page(title: str, body: str) -> str:
    """Return a page that needs nothing else, neither a network nor a script."""
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n{body}</body>\n</html>\n"
    )


def html(text: str) -> str:
    """Return the Markdown that exercises are written in as HTML.

    >>> print(html("**Predict** `x*x`."))
    <p><b>Predict</b> <code>x*x</code>.</p>
    """
    blocks = re.split(r"```(?:python|text)\n(.*?)```", text.strip(), flags=re.DOTALL)
    return "\n".join(
        f"<pre>{escape(block)}</pre>" if i % 2 else _paragraphs(block)
        for i, block in enumerate(blocks)
    )


def _paragraphs(text: str) -> str:
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block]
    return "\n".join(f"<p>{_words(block)}</p>" for block in blocks)


def _words(text: str) -> str:
    pieces = re.split(r"`([^`]+)`", text)
    for i, piece in enumerate(pieces):
        words = escape(piece, quote=False)
        if i % 2:
            pieces[i] = f"<code>{words}</code>"
        else:
            words = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", words, flags=re.DOTALL)
            pieces[i] = STRESSED.sub(r"<em>\1</em>", words)
    return "".join(pieces)


def worksheet(lesson: Lesson) -> str:
    """Return the questions of a lesson with room for answers, and blank graphs."""
    name = f'<p class="name">Name {BLANK * 4} &nbsp; Date {BLANK * 2}</p>'
    body = f'{name}<div class="sheet">{_sections(lesson, False)}</div>'
    return page(f"{lesson.number}. {lesson.title}", body)


def key(lesson: Lesson) -> str:
    """Return the answers to a lesson's worksheet, its graphs filled in."""
    title = f"Key to {lesson.number}. {lesson.title}"
    return page(title, _sections(lesson, True))


def _sections(lesson: Lesson, answered: bool) -> str:
    return "".join(
        f"<section><h2>{exercise.number}</h2>{html(exercise.question)}"
        f"{_answer(exercise) if answered else _blanks(exercise)}</section>\n"
        for exercise in lesson.exercises
    )


def _blanks(exercise: Exercise) -> str:
    cell = escape(exercise.cell.strip()).replace("...", BLANK)
    # A function wants more room than a number.
    cell += "\n" * 4 if "def " in cell else ""
    return f"{graph(exercise, False)}<pre>{cell}</pre>"


def _answer(exercise: Exercise) -> str:
    right = exercise.answers()[RIGHT]
    # What a function is, its solution shows.
    said = "" if callable(right) else f"<p><b>{escape(shown(right))}</b></p>"
    return f"{graph(exercise, True)}{said}{html(exercise.solution)}"


def graph(exercise: Exercise, filled: bool) -> str:
    """Return the graph of an exercise: with all numbers, or with blanks for them."""
    if exercise.graph is None:
        return ""
    root = exercise.graph()
    if filled:
        root.backward()
    # A worksheet is in English, and so is what its blanks take the place of.
    with language("en"):
        svg = draw_dot(root, drawn_by="builtin").svg()
        if int(re.findall(r'width="(\d+)pt"', svg)[0]) > WIDEST:
            svg = draw_dot(root, rankdir="TB", drawn_by="builtin").svg()
    # Several stand on one page, where an id is good for one.
    svg = re.sub(r' id="[^"]*"', "", svg)
    if filled:
        return svg
    svg = svg.replace("grad not yet", f"grad {BLANK}")
    svg = re.sub(r">grad: not yet[^<]*<", ">fill in every blank, from the end<", svg)
    # Only what stands on an edge is drawn with a rim.
    return re.sub(r'(paint-order="stroke">)[^<]*', rf"\1{BLANK}", svg)


def teachers_page(lessons: Iterable[Lesson]) -> str:
    """Return what a teacher plans with: time, what to show, where classes stumble."""
    parts = [
        "<p>Each lesson is a notebook that runs from top to bottom as it is. In the "
        "blank cells students write their answers; <code>check</code> says which "
        "mistake was made, <code>hint</code> gives nudges, <code>progress()</code> "
        "shows what is done. The copies in <code>notebooks/</code> have no answers in "
        "them; the installed package has: the folder <code>course</code> holds them "
        "in plain text.</p>"
    ]
    for lesson in lessons:
        rows = "".join(
            f"<tr><td>{exercise.number}</td><td>{html(exercise.question)}</td>"
            f"<td>{', '.join(map(escape, exercise.mistakes))}</td></tr>"
            for exercise in lesson.exercises
        )
        parts.append(
            f"<h2>{lesson.number}. {escape(lesson.title)}</h2>"
            f"<p><b>Time</b>: {lesson.minutes} minutes. "
            f"<b>Before it</b>: {_words(lesson.prerequisites)}</p>"
            f"<h3>Show live</h3>{_list(lesson.show)}"
            f"<h3>Where classes stumble</h3>{_list(lesson.stumbles)}"
            "<table><tr><th></th><th>Exercise</th><th>Mistakes that its check knows"
            f"</th></tr>{rows}</table>"
        )
    return page("For the teacher", "\n".join(parts))


def _list(texts: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{_words(text)}</li>' for text in texts)}</ul>"


def copy_without_answers(lesson: Lesson, folder: Path) -> None:
    """Write a lesson's notebook without what gives its answers away."""
    path = path_of(lesson.number)
    notebook = read(path)
    hidden = {source(exercise_cells(exercise)[-1]) for exercise in lesson.exercises}
    cells = [cell for cell in notebook["cells"] if source(cell) not in hidden]
    for cell in cells:
        cell["source"] = [line.replace(HIDDEN, "") for line in cell["source"]]
    write(folder / path.name, {**notebook, "cells": cells})


def main() -> None:
    """Write the handouts to the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("lessons", type=int, nargs="*", help="all, if none is named")
    arguments = parser.parse_args()
    lessons = [find_lesson(n) for n in arguments.lessons or lesson_numbers()]
    copies = arguments.folder / "notebooks"
    shutil.copytree(NOTEBOOKS / "images", copies / "images", dirs_exist_ok=True)
    for lesson in lessons:
        copy_without_answers(lesson, copies)
        for name, text in (("worksheet", worksheet(lesson)), ("key", key(lesson))):
            path = arguments.folder / f"{name}-{lesson.number:02}.html"
            path.write_text(text, encoding="utf-8")
    teacher = arguments.folder / "teacher.html"
    teacher.write_text(teachers_page(lessons), encoding="utf-8")
    print(f"{len(lessons)} lessons in {arguments.folder}")


if __name__ == "__main__":
    main()
