"""Every snippet of the README runs, and prints what it says."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def blocks(language):
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_every_python_snippet_runs_and_prints_what_its_comments_say(capsys):
    snippets = blocks("python")
    assert len(snippets) >= 3
    namespace = {}
    promised = []
    for snippet in snippets:
        promised += re.findall(r"^print\(.*\)  # (.*)$", snippet, flags=re.MULTILINE)
        exec(snippet, namespace)
    assert promised
    assert capsys.readouterr().out.splitlines() == promised


def test_the_commands_are_the_main_job_and_the_tests():
    main, tests = (command.strip() for command in blocks("sh"))
    assert main.endswith("python -m tinygrad_edu")
    assert tests.endswith("python -m pytest")


def test_every_picture_is_there():
    text = README.read_text(encoding="utf-8")
    pictures = re.findall(r"!\[.+?\]\((.+?)\)", text)
    assert pictures
    for picture in pictures:
        assert (README.parent / picture).is_file()
