"""What the film of a training keeps, and what it refuses."""

import re

import pytest

from tinygrad_edu import MLP, ShapeError, TrainingFilm, fit


def train(film, model, epochs):
    rows, targets = [[0.0], [1.0]], [1.0, 3.0]
    return fit(model, rows, targets, epochs=epochs, progress=False, callbacks=[film])


@pytest.mark.parametrize("epochs", [1, 5, 6, 7, 23, 100])
def test_a_long_training_makes_no_larger_film(epochs):
    model = MLP(1, [1], seed=0)
    film = TrainingFilm(model, frames=6)
    train(film, model, epochs)
    count = int(re.search(r"(\d+) frames", repr(film))[1])
    assert min(epochs + 1, 3) <= count <= 6
    assert f"Epoch {epochs} of {epochs}" in film.page().html


def test_a_second_training_begins_where_the_first_ended():
    model = MLP(1, [1], seed=0)
    film = TrainingFilm(model)
    train(film, model, 3)
    train(film, model, 2)
    assert "5 frames" not in repr(film)
    assert "3 frames" in repr(film)
    assert "of 2: loss" in film.page().html


def test_the_film_changes_nothing():
    films = []
    for callbacks in ([], [TrainingFilm]):
        model = MLP(2, [3, 1], seed=0)
        cameras = [camera(model, [[0.0, 1.0]], [1.0]) for camera in callbacks]
        fit(
            model,
            [[0.0, 1.0], [1.0, 1.0]],
            [0.0, 1.0],
            epochs=4,
            seed=0,
            progress=False,
            callbacks=cameras,
        )
        films.append([p.data for p in model.parameters()])
    assert films[0] == films[1]


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        (([[1.0, 2.0]], []), {}, ShapeError, "1 rows and 0 targets"),
        ((), {"frames": 1}, ValueError, "frames must be an int of at least 2"),
        ((), {"theme": "pink"}, ValueError, "no theme"),
    ],
)
def test_what_cannot_be_filmed_is_refused(arguments, options, error, words):
    with pytest.raises(error, match=words):
        TrainingFilm(MLP(2, [1], seed=0), *arguments, **options)


def test_a_notebook_is_shown_the_page_and_told_how_many_frames():
    film = TrainingFilm(MLP(1, [1], seed=0))
    shown = film._repr_mimebundle_()
    assert shown["text/plain"] == repr(film)
    assert shown["text/html"] == film.page()._repr_mimebundle_()["text/html"]


def test_a_model_of_other_than_two_inputs_has_no_map():
    rows, targets = [[0.0, 1.0, 2.0]] * 2, [1.0, 3.0]
    film = TrainingFilm(MLP(3, [2, 1], seed=0), rows, targets)
    assert film._map is None
    assert TrainingFilm(MLP(2, [3, 1], seed=0), [[0.0, 1.0]] * 2, targets)._map


def test_the_frames_of_a_long_training_are_as_far_from_each_other():
    film = TrainingFilm(MLP(2, [1], seed=0), frames=10)
    history = object()
    for epoch in range(1, 101):
        film(epoch, history)
    epochs = [frame.epoch for frame in film._frames]
    assert epochs == list(range(0, 101, 16))
