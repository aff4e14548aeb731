"""What a teacher hands out: no answer where none belongs, blanks in the graphs."""

import importlib
import json
import re
import sys
from html import unescape
from pathlib import Path

import pytest

from tinygrad_edu.course.lessons import find_lesson, lesson_numbers
from tinygrad_edu.engine.names import is_constant

FOLDER = Path(__file__).parent.parent / "notebooks"
KINDS = ("worksheet", "key")
LESSONS = [find_lesson(number) for number in lesson_numbers()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handouts")
    sys.path.insert(0, str(FOLDER))
    kept = sys.argv
    try:
        sys.argv = ["handouts.py", str(folder)]
        importlib.import_module("handouts").main()
    finally:
        sys.argv = kept
        sys.path.remove(str(FOLDER))
    return folder


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
def test_copies_and_worksheets_hold_questions_and_no_answers(lesson, folder):
    (copy,) = (folder / "notebooks").glob(f"{lesson.number:02}-*.ipynb")
    cells = json.loads(copy.read_text("utf-8"))["cells"]
    notebook = "\n".join("".join(cell["source"]) for cell in cells)
    sheet = (folder / f"worksheet-{lesson.number:02}.html").read_text("utf-8")
    key = (folder / f"key-{lesson.number:02}.html").read_text("utf-8")
    assert "<details>" not in notebook
    assert "is hidden" not in notebook
    for exercise in lesson.exercises:
        assert exercise.code in notebook
        assert f"<h2>{exercise.number}</h2>" in sheet
        code = re.findall(r"```python\n(.*?)```", exercise.solution, re.DOTALL)
        for line in "".join(code).splitlines():
            if line.startswith("print("):
                assert line not in notebook
                assert line in unescape(key)
        assert "..." in exercise.cell
    assert sheet.count("______") > sum(x.cell.count("...") for x in lesson.exercises)
    for page in (sheet, key):
        assert not re.search(r"""(src|href)=["']|<script""", page)


def test_a_graph_has_a_blank_for_every_gradient_and_every_edge(folder):
    checked = 0
    for lesson in LESSONS:
        pages = [folder / f"{kind}-{lesson.number:02}.html" for kind in KINDS]
        drawn = [
            re.findall(r"<svg.*?</svg>", x.read_text("utf-8"), re.S) for x in pages
        ]
        roots = [x.graph() for x in lesson.exercises if x.graph is not None]
        assert len(drawn[0]) == len(drawn[1]) == len(roots)
        for blank, filled, root in zip(*drawn, roots):
            order = root.topological_order()
            named = [node for node in order if not is_constant(node)]
            edges = sum(len(node.parents) for node in order)
            assert blank.count("______") == len(named) + edges
            assert not re.search(r"grad [+\-\d]", blank)
            assert len(re.findall(r"grad [+\-−]?\d", filled)) == len(named)
            checked += 1
    assert checked >= 4
    # (a + b)·(a - b) at 3 and 2: 6 and -4 by hand.
    key = (folder / "key-03.html").read_text("utf-8")
    assert re.search(r"grad \+6<", key)
    assert re.search(r"grad (-|−)4<", key)


def test_the_teachers_page_has_time_prerequisites_and_stumbles(folder):
    page = text_of((folder / "teacher.html").read_text("utf-8"))
    for lesson in LESSONS:
        assert f"{lesson.number}. {lesson.title}" in page
        assert f"{lesson.minutes} minutes" in page
        for exercise in lesson.exercises:
            assert exercise.number in page
