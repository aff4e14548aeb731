"""The main job's report, held against its own model and the flowers it kept."""

import re
import sys

from tinygrad_edu import nn
from tinygrad_edu.cli import experiment, main_job
from tinygrad_edu.cli.options import main


def test_the_share_it_prints_is_that_of_the_flowers_it_kept(
    capsys, tmp_path, monkeypatch
):
    kept = {}

    def remembered(model, train, test):
        kept.update(model=model, test=test)
        return classification(model, train, test)

    classification = main_job.classification
    monkeypatch.setattr(main_job, "classification", remembered)
    arguments = ["--epochs", "2", "--quiet", "--output", str(tmp_path / "out")]
    assert main(arguments) == 0
    text = capsys.readouterr().out
    right, count, share = re.search(
        r"Unseen flowers\s+(\d+) of (\d+) right, (\d+\.\d) %", text
    ).groups()
    rows = zip(kept["test"].features, kept["test"].targets)
    found = [nn.accuracy(kept["model"](x), target) for x, target in rows]
    assert (int(right), int(count)) == (sum(found), len(found))
    assert float(share) == round(100 * sum(found) / len(found), 1)
    assert 0 < sum(found) < len(found)


def test_a_folder_that_cannot_be_written_is_told_before_the_training(tmp_path, capsys):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    assert main(["--quiet", "--output", str(file)]) == 2
    assert "Iris" not in capsys.readouterr().out


def test_ctrl_c_in_the_first_epoch_leaves_no_files_and_is_told(
    tmp_path, capsys, monkeypatch
):
    def press(output, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(experiment, "cross_entropy", press)
    folder = tmp_path / "out"
    assert main(["--quiet", "--output", str(folder)]) == 130
    assert capsys.readouterr().out.endswith("Interrupted in the first epoch.\n")
    assert list(folder.iterdir()) == []


def test_without_matplotlib_it_says_so_and_writes_all_else(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    arguments = ["--epochs", "1", "--quiet", "--output", str(tmp_path)]
    assert main(arguments) == 0
    assert "No plots: " in capsys.readouterr().out
    files = {path.name for path in tmp_path.iterdir()}
    assert {path for path in files if path.endswith(".png")} == set()
    assert {"index.html", "iris-film.html", "iris-loss.csv"} <= files
    # No page is shown that is not there.
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert {*re.findall(r'(?:href|src)="([^"#]+)"', index)} == files - {"index.html"}


def test_a_folder_within_folders_that_there_are_not_is_made_before_the_training(
    tmp_path,
):
    main_job._check_writable(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    assert list((tmp_path / "a" / "b").iterdir()) == []
