"""Every snippet of the README runs, and prints what it says."""

import re
from importlib.metadata import metadata
from pathlib import Path

import pytest

import tinygrad_edu

README = Path(__file__).parent.parent / "README.md"


def blocks(language):
    text = README.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.machine
def test_every_python_snippet_runs_and_prints_what_its_comments_say(
    capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    snippets = [text for text in blocks("python") if "jax" not in text]
    assert len(snippets) >= 3
    assert_prints_what_it_says(snippets, capsys)
    assert "<svg" in (tmp_path / "graph.svg").read_text(encoding="utf-8")


@pytest.mark.machine
@pytest.mark.usefixtures("jax")
def test_the_snippets_for_jax_run_and_print_what_their_comments_say(capsys):
    snippets = [text for text in blocks("python") if "jax" in text]
    assert len(snippets) == 2
    assert_prints_what_it_says(snippets, capsys)


def assert_prints_what_it_says(snippets, capsys):
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


ROOT = README.parent
PIP = re.compile(r"pip install ([^`\n|)]*)")


def test_every_pip_line_works_in_a_clone_or_anywhere():
    # The package is on no index: its own name finds nothing there.
    places = [
        README,
        *ROOT.glob("notebooks/**/*.ipynb"),
        *ROOT.glob("notebooks/**/*.py"),
    ]
    places += Path(tinygrad_edu.__file__).parent.rglob("*.py")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = re.findall(r"^(\w+) = \[", project.partition("optional-dep")[2], re.M)
    checked = 0
    for place in places:
        text = place.read_text(encoding="utf-8").replace('\\"', '"')
        for line in PIP.findall(text):
            assert "tinygrad_edu" not in line.partition("&&")[0], (place, line)
            for names in re.findall(r"\.\[([\w,]+)\]", line):
                assert set(names.split(",")) <= set(extras), (place, line)
            checked += 1
    assert checked > 8


def test_the_table_of_extras_names_them_all():
    text = README.read_text(encoding="utf-8")
    table = text.partition("## What to install")[2].partition("\n## ")[0]
    told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", table, re.M)))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = project.partition("optional-dependencies]")[2].partition("\n[")[0]
    assert set(told) == set(re.findall(r"^(\w+) = \[", extras, re.M))


def test_the_version_is_told_alike_everywhere():
    text = README.read_text(encoding="utf-8")
    assert f"Version {tinygrad_edu.__version__}" in text
    changes = (ROOT / ".github" / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {tinygrad_edu.__version__}\n" in changes


@pytest.mark.machine
def test_the_wheel_names_the_licences_of_code_and_data():
    fields = metadata("tinygrad_edu")
    assert fields["License-Expression"] == "MIT AND CC-BY-4.0"
    assert set(fields.get_all("License-File")) == {
        "LICENSE",
        "tinygrad_edu/data/LICENCES.md",
    }
    sources = Path(tinygrad_edu.__file__).parent / "data" / "LICENCES.md"
    told = sources.read_text(encoding="utf-8")
    for name in ("digits.csv.gz", "iris.csv", "names.csv"):
        assert f"`{name}`" in told
