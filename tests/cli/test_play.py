"""`python -m tinygrad_edu play`, as a teacher runs it."""

import json
import math
import re
import statistics
import subprocess
import sys

import pytest

from tinygrad_edu.cli.options import main
from tinygrad_edu.cli.play import DATA, _as_signs

KNOWN = ("known", "unseen")


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
    page = json.loads(re.search(r'type="application/json"[^>]*>(.*?)<', html)[1])
    known, unseen = ([(*row["x"], *row["t"]) for row in page[k]] for k in KNOWN)
    if data == "iris":
        assert page["features"] == ["petal length", "petal width"]
        assert page["classes"] == ["setosa", "versicolor", "virginica"]
        assert (len(known), len(unseen)) == (105, 45)
        assert {row[2:] for row in known} == {(1, 0, 0), (0, 1, 0), (0, 0, 1)}
        # What is learnt from has mean 0 and deviation 1, and so setosa's petals, small.
        for column in (0, 1):
            numbers = [row[column] for row in known]
            assert statistics.fmean(numbers) == pytest.approx(0.0, abs=1e-9)
            assert statistics.pstdev(numbers) == pytest.approx(1.0)
            assert all(row[column] < -0.9 for row in known if row[2] == 1)
        return
    # One output, which is to be -1 or 1; where they lie, a formula tells.
    assert page["shapes"]["2"] == [2, 8, 8, 1]
    assert {t for _, _, t in known} == {-1, 1}
    assert (len(known), len(unseen)) == ((4, 0) if data == "xor" else (140, 60))
    if data == "xor":
        assert sorted(known) == [(0, 0, -1), (0, 1, 1), (1, 0, 1), (1, 1, -1)]
    if data == "moons":
        # A half circle around (0, 0), and one around (1, 0.5).
        middles = {-1: (0.0, 0.0), 1: (1.0, 0.5)}
        off = [abs(math.dist(middles[t], (x, y)) - 1) for x, y, t in known]
        assert max(off) < 4 * 0.15
    if data == "circles":
        radii = {s: [math.hypot(x, y) for x, y, t in known if t == s] for s in (-1, 1)}
        means = sorted(statistics.fmean(radii[s]) for s in (-1, 1))
        assert means == pytest.approx([0.5, 1.0], abs=0.05)


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


@pytest.mark.parametrize("name", ["moons", "circles", "spiral"])
def test_of_200_rows_three_in_ten_are_unseen_and_can_be_told(name):
    train, test = DATA[name]()
    assert (len(train), len(test)) == (140, 60)
    assert set(train.targets) == set(test.targets) == {0, 1}
    # The nearest of the known rows most often tells the class: a network can learn it.
    right = 0
    for row, target in zip(test.features, test.targets):
        away = [math.dist(row, known) for known in train.features]
        right += train.targets[away.index(min(away))] == target
    assert right > 45
    assert set(_as_signs(train).targets) == {-1, 1}
