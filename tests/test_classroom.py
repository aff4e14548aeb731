"""What the classroom of the browser is made of, before it is built."""

import importlib
import json
import sys
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def part(name):
    """A file of the program that builds the classroom."""
    folder = str(NOTEBOOKS / "classroom")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(folder)


def head(path):
    """The second cell, where a lesson says what is missing."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return "".join(notebook["cells"][1]["source"])


def test_a_lesson_that_plots_says_so_where_there_is_no_matplotlib(tmp_path):
    lessons = part("lessons")
    plain = lessons.write_lessons(NOTEBOOKS, tmp_path / "npm", plots=False)
    full = lessons.write_lessons(NOTEBOOKS, tmp_path / "full", plots=True)
    paths = [*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("zh/*.ipynb")]
    names = [path.relative_to(NOTEBOOKS).as_posix() for path in sorted(paths)]
    names.remove("zh/teacher.ipynb")
    assert [x.name for x in plain] == names
    assert "zh/01-a-derivative-is-a-nudge.ipynb" in names
    assert plain == full
    said = {x.name for x in plain if "no matplotlib" in head(tmp_path / "npm" / x.name)}
    # Lesson 12 steps, lesson 9 plots.
    assert "09-convolution.ipynb" in said
    assert "12-step-through-it-in-a-debugger.ipynb" not in said
    for lesson in full:
        assert "no matplotlib" not in head(tmp_path / "full" / lesson.name)


def test_the_first_page_lists_the_lessons_of_both_languages(tmp_path):
    lessons = part("lessons")
    written = lessons.write_lessons(NOTEBOOKS, tmp_path / "site", plots=True)
    page = lessons.first_page(written, "0.2.0", "0.27.7")
    english, _, chinese = page.partition("中文课程")
    assert "zh/" not in english
    assert "01-a-derivative-is-a-nudge.ipynb" in english
    assert "path=zh/01-a-derivative-is-a-nudge.ipynb" in chinese
    assert "输入稍微改变一点，结果会变多少？" in chinese


@pytest.fixture
def distribution(tmp_path):
    """A folder with the list of a full distribution, and its files."""
    python = part("browser_python")
    packages = {name: {"file_name": f"{name}.whl"} for name in python.PLOTS}
    lock = {"info": {"version": python.PYODIDE}, "packages": packages}
    for name in packages:
        (tmp_path / f"{name}.whl").touch()
    (tmp_path / python.LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return tmp_path


def test_a_full_distribution_of_the_pinned_pyodide_is_taken(distribution):
    part("browser_python").check_distribution(distribution)


def test_any_other_folder_is_refused_and_told_why(distribution):
    python = part("browser_python")
    (distribution / "numpy.whl").unlink()
    with pytest.raises(SystemExit, match=r"it lacks numpy\.whl\. Take the large"):
        python.check_distribution(distribution)
    lock = distribution / python.LOCK
    newer = lock.read_text(encoding="utf-8").replace(python.PYODIDE, "0.29.0")
    lock.write_text(newer, encoding="utf-8")
    with pytest.raises(
        SystemExit, match=r"is 0\.29\.0, and the classroom is made with"
    ):
        python.check_distribution(distribution)
    lock.unlink()
    with pytest.raises(SystemExit, match="There is no Pyodide in"):
        python.check_distribution(distribution)
