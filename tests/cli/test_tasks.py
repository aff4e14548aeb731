"""The table of training tasks: each prepares what it says."""

import argparse

import pytest

from tinygrad_edu.cli.tasks import LARGEST_PIXEL, TASKS, UNSEEN


def experiment(task, **options):
    known = {"seed": 0, **{o.name[2:]: o.default for o in TASKS[task].options}}
    return TASKS[task].prepare(argparse.Namespace(**{**known, **options}))


def test_a_transformer_of_names_has_room_for_the_longest():
    made = experiment("names", model="attention")
    assert made.model.context == max(map(len, made.inputs))


@pytest.mark.parametrize(
    ("task", "options", "model", "classes"),
    [
        ("iris", {}, "MLP(4 -> 8 tanh -> 3 linear; 67 parameters)", 3),
        ("moons", {}, "MLP(2 -> 16 tanh -> 2 linear; 82 parameters)", 2),
        ("digits", {"digits": 20}, "MLP(64 -> 16 tanh -> 10 linear; 1210", 10),
        ("digits", {"digits": 20, "model": "conv"}, "Sequential(", 10),
        # The letters from a to z, and the end of a name.
        ("names", {}, "CharRNN(", 27),
        ("names", {"model": "attention"}, "GPT(", 27),
    ],
)
def test_a_task_has_its_model_rows_and_a_target_for_each(task, options, model, classes):
    made = experiment(task, **options)
    assert repr(made.model).startswith(model)
    assert len(made.inputs) == len(made.targets) > 0
    assert f"{len(made.inputs):}" in made.heading.replace(",", "")
    said = made.model(made.inputs[0])
    # Of a name each letter has an answer: what follows it.
    assert len(said[0] if task == "names" else said) == classes


@pytest.mark.parametrize("task", TASKS)
def test_a_seed_repeats_the_rows_and_the_weights(task):
    options = {"digits": 10} if task == "digits" else {}
    one, two, other = (experiment(task, seed=s, **options) for s in (3, 3, 4))
    weights = [[p.data for p in made.model.parameters()] for made in (one, two, other)]
    assert weights[0] == weights[1] != weights[2]
    assert list(one.inputs) == list(two.inputs) != list(other.inputs)


def test_pixels_are_between_zero_and_one():
    made = experiment("digits", digits=30)
    pixels = [pixel for row in made.inputs for pixel in row]
    assert min(pixels) == 0.0
    assert max(pixels) == 1.0
    assert all(pixel * LARGEST_PIXEL == int(pixel * LARGEST_PIXEL) for pixel in pixels)


def test_a_name_is_learnt_letter_by_letter_and_its_end_too():
    made = experiment("names")
    for text, following in zip(made.inputs, made.targets):
        assert len(text) == len(following)
        assert list(text[1:]) == list(following[:-1])
    assert f"{UNSEEN} kept unseen" in made.heading
