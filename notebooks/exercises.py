"""Write the exercises of `tinygrad_edu.course` into the lessons, where they are said.

    python notebooks/exercises.py 1 3        write those of lessons 1 and 3
    python notebooks/exercises.py 1 --run    then run lesson 1, and store what it shows

Question, blank cell and hidden answer stand in one place, `course/lesson01.py` and so
on. A lesson that has an exercise already keeps its place; a new one follows the one
before it, or stands at the end.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.lessons import find_lesson, lesson_numbers

NOTEBOOKS = Path(__file__).parent

HEADING = "## Exercises"
HIDDEN = "; the answer is hidden below each question"
INTRODUCTION = (
    f"{HEADING}\n\nWrite your answer in place of `...` and run the cell: it says that "
    'it is right, or which mistake was made. `hint("{first}")` gives a nudge, and '
    f"called again the next one{HIDDEN}."
)
IMPORT = "from tinygrad_edu.course import check, hint, progress"

Cell = dict[str, Any]


def path_of(number: int) -> Path:
    """Return the notebook of a lesson."""
    return next(NOTEBOOKS.glob(f"{number:02}-*.ipynb"))


def read(path: Path) -> dict[str, Any]:
    """Return a notebook."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def write(path: Path, notebook: dict[str, Any]) -> None:
    """Write a notebook in the form in which all are stored."""
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def source(cell: Cell) -> str:
    """Return the text of a cell."""
    return "".join(cell["source"])


def markdown(text: str) -> Cell:
    """Return a cell of text."""
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(text)}


def code(text: str) -> Cell:
    """Return a cell of code that was not run."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": _lines(text),
    }


def _lines(text: str) -> list[str]:
    return text.strip().splitlines(keepends=True)


def exercise_cells(exercise: Exercise) -> list[Cell]:
    """Return the cells of an exercise: question, blank, a page if any, answer."""
    answer = (
        f"<details><summary>Answer</summary>\n\n{exercise.solution.strip()}\n\n"
        "</details>"
    )
    return [
        markdown(f"**{exercise.number}.** {exercise.question.strip()}"),
        code(exercise.code),
        *([code(exercise.page)] if exercise.page else []),
        markdown(answer),
    ]


def with_exercises(notebook: dict[str, Any], lesson: Lesson) -> dict[str, Any]:
    """Return a lesson's notebook with its exercises as the course has them.

    What a cell has shown stays stored where its code did not change.
    """
    old = notebook["cells"]
    stored: dict[str, list[Cell]] = {}
    for cell in old:
        if cell["cell_type"] == "code":
            stored.setdefault(source(cell), []).append(cell)
    kept, places = _without_exercises(old)
    end = next(
        (i for i, cell in enumerate(kept) if source(cell).startswith("Next: ")),
        len(kept),
    )
    if not any(source(cell).startswith(HEADING) for cell in kept):
        kept.insert(end, markdown(HEADING))
        end += 1
    wanted: list[tuple[int, Cell]] = []
    place = end
    for exercise in lesson.exercises:
        place = places.get(exercise.number, place)
        wanted += [(place, cell) for cell in exercise_cells(exercise)]
    if not any(source(cell).strip() == "progress()" for cell in kept):
        wanted.append((end, code("progress()")))
    cells: list[Cell] = []
    for i, cell in enumerate([*kept, None]):
        cells += [exercise for at, exercise in wanted if at == i]
        if cell is not None:
            cells.append(cell)
    _introduce(cells, lesson)
    for i, cell in enumerate(cells):
        same = stored.get(source(cell))
        cells[i] = {**(same.pop(0) if same else cell), "id": f"c{i + 1:02}"}
    return {**notebook, "cells": cells}


def _without_exercises(cells: list[Cell]) -> tuple[list[Cell], dict[str, int]]:
    # Also at which of the other cells each of them stood.
    kept: list[Cell] = []
    places: dict[str, int] = {}
    inside = False
    for cell in cells:
        number = re.match(r"\*\*(\d+\.\d+)\.\*\*", source(cell))
        if number:
            places[number[1]] = len(kept)
        inside = inside or number is not None
        if not inside:
            kept.append(cell)
        elif source(cell).startswith("<details>"):
            inside = False
    return kept, places


def _introduce(cells: list[Cell], lesson: Lesson) -> None:
    heading = next(i for i, x in enumerate(cells) if source(x).startswith(HEADING))
    if source(cells[heading]) == HEADING:
        first = lesson.exercises[0].number
        cells[heading] = markdown(INTRODUCTION.replace("{first}", first))
    if not any(IMPORT in source(cell) for cell in cells):
        cells.insert(heading + 1, code(IMPORT))


def run(path: Path) -> None:
    """Run a notebook from top to bottom, and store what it shows."""
    import nbclient
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
    ).execute()
    stored = read(path)
    for cell, fresh in zip(stored["cells"], notebook.cells):
        if cell["cell_type"] == "code":
            outputs = [x for x in fresh.outputs if x.get("name") != "stderr"]
            cell["execution_count"] = fresh.execution_count
            cell["outputs"] = [_split(output) for output in _joined(outputs)]
    write(path, stored)


def _joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # How a stream is cut into pieces is a matter of timing.
    joined: list[dict[str, Any]] = []
    for output in map(dict, outputs):
        if joined and "text" in output and "text" in joined[-1]:
            joined[-1]["text"] += output["text"]
        else:
            joined.append(output)
    return joined


def _split(output: dict[str, Any]) -> dict[str, Any]:
    # Texts are stored by lines, as Jupyter does.
    if "text" in output:
        output["text"] = output["text"].splitlines(keepends=True)
    if "data" in output:
        output["data"] = {
            kind: text.splitlines(keepends=True) if kind.startswith("text/") else text
            for kind, text in output["data"].items()
        }
    return output


def main() -> None:
    """Write, and run, the lessons that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", type=int, nargs="*", help="all, if none is named")
    parser.add_argument("--run", action="store_true", help="run them, store outputs")
    arguments = parser.parse_args()
    for number in arguments.lessons or lesson_numbers():
        path = path_of(number)
        write(path, with_exercises(read(path), find_lesson(number)))
        if arguments.run:
            run(path)
        print(path.name)


if __name__ == "__main__":
    main()
