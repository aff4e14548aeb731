"""What every training reports: rows, losses, and the share that it gets right."""

import argparse
import re

import pytest

from tinygrad_edu import MLP, Value
from tinygrad_edu.cli.experiment import Experiment, carry_out, classification
from tinygrad_edu.data import Dataset
from tinygrad_edu.nn import Module

OPTIONS = argparse.Namespace(
    epochs=3,
    batch_size=2,
    optimiser="adam",
    learning_rate=0.1,
    l2=0.0,
    seed=0,
    quiet=True,
)


class Sign(Module):
    """Says class 1 where its input is positive, and learns nothing."""

    def __init__(self):
        self.w = Value(1.0)

    def __call__(self, row):
        return [-self.w * row[0], self.w * row[0]]


def rows_of(targets):
    return Dataset(
        features=[[x] for x in (-1.0, 2.0, 3.0, -4.0, 5.0, 6.0, -7.0)],
        targets=targets,
        feature_names=["x"],
        class_names=["minus", "plus"],
        source="",
    )


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ([0, 1, 1, 0, 1, 1, 0], "7 of 7 right, 100.0 %"),
        ([1, 0, 0, 0, 1, 1, 0], "4 of 7 right, 57.1 %"),
        ([1, 0, 0, 1, 0, 0, 1], "0 of 7 right, 0.0 %"),
    ],
)
def test_the_score_counts_the_unseen_rows_that_are_got_right(targets, words):
    train = rows_of([0, 1, 1, 0, 1, 1, 0])
    experiment = classification(Sign(), train, rows_of(targets))
    assert experiment.score() == words
    assert experiment.heading == "7 rows to learn from, and 7 kept unseen"


def test_a_run_reports_what_it_did(capsys):
    rows = rows_of([0, 1, 1, 0, 1, 1, 0])
    model = MLP(1, [2], seed=0)
    history = carry_out(classification(model, rows, rows), OPTIONS)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["7 rows to learn from, and 7 kept unseen", repr(model)]
    assert lines[2] == f"Engine           {history.engine}"
    assert re.fullmatch(r"Epochs           3, in \d+\.\d s", lines[3])
    first, last = history.losses[0], history.losses[-1]
    losses = f"{first:.4f} in the first epoch, {last:.4f} in the last"
    assert lines[4] == f"Training loss    {losses}"
    assert re.fullmatch(r"Unseen           \d of 7 right, \d+\.\d %", lines[5])


def test_a_measure_is_told_before_and_after(capsys):
    rows = rows_of([0, 1, 1, 0, 1, 1, 0])
    experiment = Experiment(
        "heading",
        MLP(1, [2], seed=0),
        rows.features,
        rows.targets,
        score=lambda: "good",
        unseen="What is new",
        measure=iter([2.0, 0.5]).__next__,
    )
    carry_out(experiment, OPTIONS)
    text = capsys.readouterr().out
    assert "Training loss    2.0000 before, 0.5000 after" in text
    assert "What is new      good" in text
