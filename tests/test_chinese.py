"""The Chinese notebooks: the code of the English ones, and Chinese words."""

import io
import re
import tokenize

import pytest
from test_notebooks import (
    FOLDER,
    LESSONS,
    assert_same_text,
    cells,
    prose,
    read,
    run_afresh,
    source,
)

from tinygrad_edu.course.lessons import find_lesson

NOTEBOOKS = sorted(path.name for path in (FOLDER / "zh").glob("*.ipynb"))
CHINESE = [name for name in NOTEBOOKS if name[0].isdigit()]

#: The first cell of a lesson.
SWITCH = 'from tinygrad_edu import language\n\nlanguage("zh")'

#: What tells nothing to Python.
SILENT = (tokenize.COMMENT, tokenize.NL)


def tokens(code):
    """Return what Python reads of a cell: its tokens without comments."""
    found = tokenize.generate_tokens(io.StringIO(f"{code}\n").readline)
    return [
        (token.type, token.string)
        for token in found
        if token.type not in SILENT and token.string.strip()
    ]


def hidden(notebook):
    """Return the blocks of code in the hidden answers."""
    answers = re.findall(r"<details>.*?</details>", prose(notebook), re.DOTALL)
    return [re.findall(r"```python\n(.*?)```", text, re.DOTALL) for text in answers]


def test_a_comment_may_differ_and_nothing_else():
    code = "x = 1  # one\n\n\ndef f():\n    return 'text'\n"
    assert tokens(code) == tokens("x = 1\ndef f():  # 一个函数\n    return 'text'")
    assert tokens(code) != tokens("x = 1\ndef f():\n    return '文字'")
    assert tokens(code) != tokens("x = 1\ndef f():\n    return 'text', ")


def test_they_are_the_first_seven_lessons_the_glossary_and_the_teachers_page():
    assert [*LESSONS[:7], "glossary.ipynb", "teacher.ipynb"] == NOTEBOOKS


def test_the_teachers_page_has_all_that_the_course_tells_of_a_lesson():
    page = prose(read("zh/teacher.ipynb"))
    for name in CHINESE:
        title = source(read(f"zh/{name}")["cells"][0]).partition("\n")[0]
        chapter = page.partition(f"\n#{title}\n")[2].partition("\n## ")[0]
        lesson = find_lesson(int(name[:2]))
        told = [len(lesson.show), len(lesson.stumbles)]
        lists = re.findall(r"\*\*\n\n((?:- .*\n?)+)", chapter)
        assert [text.count("- ") for text in lists] == told, title


@pytest.mark.parametrize("name", CHINESE)
def test_its_code_is_that_of_the_english_lesson(name):
    english = [source(cell) for cell in cells(read(name), "code")]
    first, *code = [source(cell) for cell in cells(read(f"zh/{name}"), "code")]
    assert first == SWITCH
    assert list(map(tokens, code)) == list(map(tokens, english))
    tags = [cell["metadata"] for cell in cells(read(f"zh/{name}"), "code")[1:]]
    assert tags == [cell["metadata"] for cell in cells(read(name), "code")]


@pytest.mark.parametrize("name", CHINESE)
def test_its_exercises_and_their_answers_are_those_of_the_english_lesson(name):
    chinese, english = read(f"zh/{name}"), read(name)
    for number in (r"^\*\*([\d.]+)\.\*\*", r"^(\d)\. "):
        asked = [re.findall(number, prose(x), re.M) for x in (chinese, english)]
        assert asked[0] == asked[1]
    blocks = [
        [tokens(x) for found in hidden(n) for x in found] for n in (chinese, english)
    ]
    assert blocks[0] == blocks[1]
    answers = prose(chinese).count("<details><summary>答案</summary>")
    assert (
        answers
        == prose(english).count("<details>")
        == prose(chinese).count("<details>")
    )


#: Code, addresses and markup in a text.
NO_PROSE = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)|<[^>]*>", re.DOTALL)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_its_text_is_chinese(name):
    words = NO_PROSE.sub("", prose(read(f"zh/{name}")))
    assert len(re.findall("[\u4e00-\u9fff]", words)) > 300
    assert re.findall(r"[A-Za-z]+(?: [A-Za-z]+){4,}", words) == []
    # A mark of western writing behind a Chinese letter.
    assert re.findall(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?:\s|$)", words) == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_begins_with_a_heading_and_a_question_and_leads_on(name):
    first, *_, last = [source(cell) for cell in cells(read(f"zh/{name}"), "markdown")]
    assert re.match(r"# .+\n\n\*\*问题：.+？.*\*\*", first)
    if name in CHINESE:
        assert first.startswith(f"# {int(name[:2])}. ")
    assert last.startswith("下一课：")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_is_stored_as_run_from_top_to_bottom_with_nothing_of_the_machine(name):
    notebook = read(f"zh/{name}")
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    ids = [cell["id"] for cell in notebook["cells"]]
    assert ids == [f"c{i:02}" for i in range(1, len(ids) + 1)]
    code = cells(notebook, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    for output in [output for cell in code for output in cell["outputs"]]:
        assert output["output_type"] != "error"
        assert output.get("name") != "stderr"
    text = (FOLDER / "zh" / name).read_text(encoding="utf-8")
    assert not re.search(r"/(tmp|home|root|Users|usr|work)/|[A-Z]:\\\\", text)
    assert len(text) < 900_000


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_its_links_exist(name):
    for target in re.findall(r"\]\(([^)]+)\)", prose(read(f"zh/{name}"))):
        if not target.startswith("https://"):
            assert (FOLDER / "zh" / target).is_file(), target


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_run_afresh_it_shows_what_is_stored_and_its_answers_hold(name, jupyter):
    printed, promised = run_afresh(f"zh/{name}", jupyter)
    assert_same_text(printed, promised)
