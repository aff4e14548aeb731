"""Every snippet of the README runs, and prints what it says."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"


def blocks(language):
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_every_python_snippet_runs_and_prints_what_its_comments_say(
    capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    snippets = blocks("python")
    assert len(snippets) >= 3
    namespace = {}
    promised = []
    for snippet in snippets:
        promised += re.findall(r"^print\(.*\)  # (.*)$", snippet, flags=re.MULTILINE)
        exec(snippet, namespace)
    assert promised
    assert capsys.readouterr().out.splitlines() == promised
    assert "<svg" in (tmp_path / "graph.svg").read_text(encoding="utf-8")


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


def test_names_from_elsewhere_are_answered_as_it_says():
    import math

    from tinygrad_edu import Value, nn

    (told,) = [block for block in blocks("text") if ">>> " in block]
    pairs = re.findall(r">>> (.*)\n(\w+): (.*)", told)
    assert len(pairs) == 2
    for code, kind, sentence in pairs:
        with pytest.raises(Exception, match=re.escape(sentence)) as caught:
            eval(code, {"math": math, "nn": nn, "v": Value(1.0)})
        assert type(caught.value).__name__ == kind


def test_what_it_says_to_work_from_elsewhere_works():
    from tinygrad_edu import MLP, data, fit

    rows, targets = data.make_moons(random_state=0)
    model = MLP(2, [4, 1], random_state=0)
    for p in model.parameters():
        p.grad = None
    options = {"loss": "mse", "optimizer": "Adam", "lr": 0.1, "progress": False}
    history = fit(model, rows, targets, epochs=5, **options)
    assert history.losses[-1] < history.losses[0]
    assert 0 <= model.score(rows, targets) <= 1
