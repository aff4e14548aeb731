"""`python -m tinygrad_edu train ...`: it learns, reports, saves, and refuses early."""

import re

import pytest

from tinygrad_edu import load, nn
from tinygrad_edu.cli.options import main
from tinygrad_edu.data import Vocabulary, load_digits, load_names, make_moons


def report(capsys, *arguments):
    assert main(["train", *arguments]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert re.search(r"in \d+\.\d s$", captured.out, re.MULTILINE)
    return lines, captured.err


def share_of_unseen(lines):
    (line,) = [line for line in lines if line.startswith("Unseen ")]
    right, count = map(int, re.search(r"(\d+) of (\d+) right", line).groups())
    return right / count


def test_iris_gets_93_percent_of_unseen_flowers_right(capsys):
    lines, _ = report(capsys, "iris", "--quiet")
    assert lines[0] == "105 rows to learn from, and 45 kept unseen"
    assert share_of_unseen(lines) >= 0.93


def test_moons_gets_97_percent_of_unseen_points_right_and_saves_what_it_learnt(
    capsys, tmp_path
):
    path = tmp_path / "moons.json"
    lines, _ = report(capsys, "moons", "--quiet", "--save", str(path))
    assert share_of_unseen(lines) >= 0.97
    assert lines[-1] == f"Saved            {path}"
    model = load(path)
    points = make_moons(300, noise=0.1, seed=9)
    pairs = zip(points.features, points.targets)
    assert sum(nn.accuracy(model(x), t) for x, t in pairs) / 300 >= 0.97


def test_a_few_convolutions_read_most_digits_that_were_kept_unseen(capsys):
    arguments = ("digits", "--model", "conv", "--digits", "120")
    arguments += ("--epochs", "5", "--quiet")
    lines, _ = report(capsys, *arguments)
    assert "Conv2d(1 -> 4 channels, kernel 3 x 3, padding 1" in lines[1]
    assert lines[0] == "120 rows to learn from, and 359 kept unseen"
    assert share_of_unseen(lines) > 0.5


def test_a_perceptron_reads_digits_too(capsys, tmp_path):
    path = tmp_path / "digits.json"
    arguments = ["digits", "--model", "mlp", "--digits", "200", "--epochs", "4"]
    lines, _ = report(capsys, *arguments, "--quiet", "--save", str(path))
    assert lines[1] == "MLP(64 -> 16 tanh -> 10 linear; 1210 parameters)"
    assert share_of_unseen(lines) > 0.6
    # It has learnt pixels between 0 and 1.
    row = [pixel / 16 for pixel in load_digits().features[0]]
    assert len(load(path)(row)) == 10


@pytest.fixture
def few_names(monkeypatch):
    names = load_names()[:140]
    monkeypatch.setattr("tinygrad_edu.cli.tasks.load_names", lambda: names)
    return names


@pytest.mark.parametrize("model", ["recurrent", "attention"])
def test_names_are_made_up_and_continued(capsys, tmp_path, few_names, model):
    path = tmp_path / "names.json"
    lines, _ = report(
        capsys, "names", "--model", model, "--epochs", "2", "--start", "jo",
        "--quiet", "--save", str(path),
    )  # fmt: skip
    assert "Engine           replay" in lines
    loss, blind = map(float, re.findall(r"\d+\.\d+", lines[-4]))
    assert loss < blind - 0.2
    made_up, continued = lines[-2], lines[-1]
    assert made_up.startswith("Made up ")
    assert len(continued.split()) == 11
    assert all(name.startswith("jo") for name in continued.split()[1:])
    vocabulary = Vocabulary(few_names)
    rows = load(path)(vocabulary.encode("mary")[:-1])
    assert [len(row) for row in rows] == [len(vocabulary)] * 5


def test_the_same_seed_gives_the_same_report_and_another_seed_another(capsys):
    reports = []
    for seed in ("1", "1", "2"):
        lines, _ = report(capsys, "iris", "--epochs", "2", "--seed", seed, "--quiet")
        reports.append([line for line in lines if not line.startswith("Epochs")])
    assert reports[0] == reports[1] != reports[2]


def test_options_change_the_training_and_progress_is_shown(capsys):
    found = []
    for rate in ("0.01", "0.1"):
        arguments = ("iris", "--epochs", "3", "--learning-rate", rate)
        lines, progress = report(capsys, *arguments)
        assert "3/3" in progress
        found.append(lines[4])
    assert found[0] != found[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: TASK"),
        (["chess"], "invalid choice: 'chess'"),
        (["iris", "--epochs", "0"], "'0' is not a whole number"),
        (["moons", "--learning-rate", "0"], "'0' is not above 0"),
        (["digits", "--digits", "none"], "'none' is not a whole number"),
        (["digits", "--model", "rnn"], "invalid choice: 'rnn'"),
        (["names", "--start", "Ma"], "'Ma' is not up to 9 letters"),
        (["names", "--start", "m" * 10], "is not up to 9 letters"),
        (["iris", "--save", "nowhere/model.json"], "cannot write to nowhere/model"),
        (["moons", "--save", "."], "cannot write to .: it exists already"),
        (["iris", "--save", "/dev/null"], "and is not a file"),
        (["digits", "--save", "file/model.json"], "cannot write to file/model"),
        (["names", "--save", ""], "cannot write to .: it exists already"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2_before_anything_is_learnt(
    capsys, monkeypatch, tmp_path, arguments, words
):
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    try:
        code = main(["train", *arguments])
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    assert code == 2
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert words in captured.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_training_that_explodes_saves_nothing(capsys, tmp_path):
    path = tmp_path / "model.json"
    arguments = ["train", "iris", "--learning-rate", "1e308", "--quiet"]
    assert main([*arguments, "--save", str(path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not path.exists()


def test_help_explains_every_option(capsys):
    for task in ("iris", "moons", "digits", "names"):
        with pytest.raises(SystemExit) as stop:
            main(["train", task, "--help"])
        assert stop.value.code == 0
        words = capsys.readouterr().out
        for option in ("--epochs", "--learning-rate", "--seed", "--save", "--quiet"):
            assert option in words
