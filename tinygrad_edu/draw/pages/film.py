"""The film of a training: how the network, the loss and the decisions change."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tinygrad_edu.draw.decision_map import DecisionMap, packed
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.loss_curve import LossCurve
from tinygrad_edu.draw.network import network_svg
from tinygrad_edu.draw.neurons import (
    column_counts,
    has_number,
    layers_of,
    thinner,
    visible,
    visible_edges,
)
from tinygrad_edu.draw.pages.page import Page, build_page, inline
from tinygrad_edu.draw.theme import largest_of, line_width, theme_named
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.ranges import check_count, check_sequence
from tinygrad_edu.speech import say


class Frame(NamedTuple):
    """What the model was like after an epoch.

    Attributes:
        epoch: Counted from 1; 0 is before the training.
        weights: The numbers of the edges that the picture shows.
        biases: The numbers below the neurons that it shows.
        decisions: What the model says over the map, if there is one.
    """

    epoch: int
    weights: list[float]
    biases: list[float]
    decisions: dict[str, Any] | None


class TrainingFilm:
    """A camera for `fit`: `callbacks=[film]` takes a frame after every epoch.

    The film is a page with a slider over the epochs. It shows the network with its
    weights, the curve of the loss, and, for two inputs, what the model says in every
    place of the plane. In Jupyter it shows itself; `.save("x.html")` writes it.

    Frames are thinned as the training goes on, so that a long one makes no larger film.

    Args:
        model: A Neuron, a Layer or an MLP, as `draw_network` takes them.
        inputs: The rows to show on the map, two numbers each; without them, or with
            rows of another width, there is no map.
        targets: For each row the index of its class; for a model with one output a
            number that is above `threshold` or not.
        frames: The film has at most so many epochs, at least 2.
        threshold: Where a model with one output changes its mind.
        theme: "light" or "dark".

    Raises:
        TypeError: If the model is no such network.
        ShapeError: If there are not as many targets as rows.
        ValueError: If there are too few frames or no such theme.

    >>> from tinygrad_edu import MLP, fit
    >>> model = MLP(1, [1], seed=0)
    >>> film = TrainingFilm(model)
    >>> rows, targets = [[0.0], [1.0]], [1.0, 3.0]
    >>> _ = fit(model, rows, targets, epochs=5, progress=False, callbacks=[film])
    >>> film
    <film of MLP(1 -> 1 linear; 2 parameters): 6 frames; .save('film.html') ...>
    """

    def __init__(
        self,
        model: Any,
        inputs: Sequence[Sequence[float]] = (),
        targets: Sequence[float] = (),
        *,
        frames: int = 60,
        threshold: float = 0.0,
        theme: str = "light",
    ) -> None:
        check_count("frames", frames, 2)
        check_sequence("inputs", inputs)
        check_sequence("targets", targets)
        if len(inputs) != len(targets):
            raise ShapeError(
                f"Each row needs one target, but there are {len(inputs)} rows and "
                f"{len(targets)} targets to show."
            )
        layers = layers_of(model)
        self._model = model
        self._look = Look(theme_named(theme), 3)
        self._edges = list(visible_edges(layers))
        self._counts = column_counts(layers)
        self._biases = [
            neurons[i].b
            for neurons in layers
            for i in visible(len(neurons))
            if neurons[i].b is not None
        ]
        self._map = None
        if inputs and self._counts[0] == 2:
            self._map = DecisionMap(inputs, targets, threshold, self._look.theme)
        self._most = frames
        self._stride = 1
        self._frames = [self._take(0)]
        self._latest = self._frames[0]
        self._history: Any = None

    def __call__(self, epoch: int, history: Any) -> None:
        """Take a frame; `fit` calls this after every epoch."""
        check_count("epoch", epoch, 0)
        if history is not self._history:
            # A new training begins where the last one ended.
            self._frames = [self._latest._replace(epoch=0)]
            self._stride = 1
            self._history = history
        self._latest = self._take(epoch)
        if epoch % self._stride == 0:
            self._frames.append(self._latest)
        if len(self._frames) > self._most:
            self._frames = self._frames[::2]
            self._stride *= 2

    def page(self) -> Page:
        """Return the film as a page."""
        frames = self._shown()
        largest = largest_of(x for frame in frames for x in frame.weights)
        network = network_svg(self._model, self._look, largest=largest)
        curve = LossCurve(self._history, self._look)
        data: dict[str, Any] = {
            "frames": [self._described(frame, largest, curve) for frame in frames],
            "negative": self._look.theme.negative_line,
            "positive": self._look.theme.positive_line,
            "map": None if self._map is None else self._map.described(),
        }
        title = say("{model} learns", model=repr(self._model))
        html = build_page(
            title=title,
            body="film/film.html",
            parts={"network": inline(network), "curve": inline(curve.svg())},
            data=data,
            theme=self._look.theme,
            styles=["film/film.css"],
            scripts=["film/film.js"],
        )
        return Page(title, html, still=network, height=640)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file, and return its path."""
        return self.page().save(path)

    def show(self) -> Path:
        """Open the film in a browser, and return the path of the file."""
        return self.page().show()

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, str]:
        return {**self.page()._repr_mimebundle_(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return say(
            "<film of {model}: {count} frames; .save('film.html') writes it, .show() "
            "opens it>",
            model=repr(self._model),
            count=len(self._shown()),
        )

    def _shown(self) -> list[Frame]:
        # The last epoch is always shown.
        last = [] if self._frames[-1] is self._latest else [self._latest]
        return [*self._frames[: self._most - len(last)], *last]

    def _take(self, epoch: int) -> Frame:
        return Frame(
            epoch,
            [edge.weight.data for edge in self._edges],
            [bias.data for bias in self._biases],
            None if self._map is None else packed(self._map.scores(self._model)),
        )

    def _described(
        self, frame: Frame, largest: float, curve: LossCurve
    ) -> dict[str, Any]:
        factor = thinner(self._edges)
        widths = [line_width(x, largest) * factor for x in frame.weights]
        numbers = [
            self._look.number(x)
            for edge, x in zip(self._edges, frame.weights)
            if has_number(edge, self._counts)
        ]
        return {
            "words": curve.words(frame.epoch),
            "point": curve.point(frame.epoch),
            # The sign of a width is that of its weight.
            "widths": [
                round(-width if x < 0 else width, 2)
                for x, width in zip(frame.weights, widths)
            ],
            "numbers": numbers,
            "biases": [f"b {self._look.number(x)}" for x in frame.biases],
            "decisions": frame.decisions,
        }
