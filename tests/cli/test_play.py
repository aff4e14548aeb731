"""`python -m tinygrad_edu play`, as a teacher runs it."""

import subprocess
import sys

import pytest

from tinygrad_edu.cli.options import main


@pytest.mark.parametrize("data", ["moons", "circles", "xor", "spiral", "iris"])
def test_a_playground_is_written_and_its_path_printed(
    data, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["play", data]) == 0
    name = f"playground-{data}.html"
    assert capsys.readouterr().out == f"{name}\n"
    html = (tmp_path / name).read_text("utf-8")
    assert "learns</title>" in html
    if data == "iris":
        assert '"features": ["petal length", "petal width"]' in html
        assert '"classes": ["setosa", "versicolor", "virginica"]' in html


def test_output_and_open_are_obeyed(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    path = tmp_path / "page.html"
    assert main(["play", "xor", "--output", str(path), "--open"]) == 0
    assert opened == [path.as_uri()]
    assert path.is_file()


def test_without_open_no_browser_is_asked(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    main(["play", "xor", "--output", str(tmp_path / "page.html")])
    assert opened == []


def test_a_place_that_cannot_be_written_is_told_in_one_line(tmp_path, capsys):
    assert main(["play", "xor", "--output", str(tmp_path / "no" / "page.html")]) == 2
    assert capsys.readouterr().err.startswith("tinygrad_edu: cannot write to ")


@pytest.mark.machine
def test_an_unknown_data_set_is_refused():
    run = subprocess.run(
        [sys.executable, "-m", "tinygrad_edu", "play", "cats"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "cats" in run.stderr
