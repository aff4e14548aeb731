"""What a model of two inputs says in every place of the plane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tinygrad_edu.draw.theme import SHAPES, Theme, largest_of
from tinygrad_edu.engine.reals import as_float
from tinygrad_edu.ranges import check_real

#: The model is asked in so many places in each direction; between them it is smooth.
PLACES = 31

#: A map of one output has so many shades of each colour.
SHADES = 24

#: Scores of a frame are whole numbers up to this one, times a unit.
FINEST = 99


class DecisionMap:
    """A grid over the plane of two inputs, and the rows that lie on it.

    In each place of the grid the model gives a score for each class, or one score that
    is above 0 or not. A picture draws the scores between them on straight lines, so
    that the border between two classes is smooth.

    Args:
        inputs: Rows of two numbers.
        targets: The class of each row, or the target of one output.
        threshold: Where one output changes its mind.
        theme: The colours.
    """

    def __init__(
        self,
        inputs: Sequence[Sequence[float]],
        targets: Sequence[float],
        threshold: float,
        theme: Theme,
    ) -> None:
        check_real("threshold", threshold, 0.5)
        self.inputs = [[as_float(x) for x in row] for row in inputs]
        self.targets = [as_float(target) for target in targets]
        self.threshold = as_float(threshold)
        self.theme = theme
        self.ranges: list[tuple[float, float]] = [
            _range([row[i] for row in self.inputs]) for i in (0, 1)
        ]
        (left, right), (low, high) = self.ranges
        # Row by row from the top, as a picture is written, from edge to edge.
        shares = [i / (PLACES - 1) for i in range(PLACES)]
        self.places: list[list[float]] = [
            [left + x * (right - left), high - y * (high - low)]
            for y in shares
            for x in shares
        ]
        self.has_classes: bool = False

    def scores(self, model: Any) -> list[list[float]]:
        """Return what the model says: for each class its score in each place.

        Args:
            model: A module, or what is called with a row of two numbers.
        """
        return self.scores_of(answers_of(model, self.places))

    def scores_of(self, answers: Sequence[Any]) -> list[list[float]]:
        """Return the scores of the answers in all places, floats or lists of floats."""
        self.has_classes = isinstance(answers[0], list)
        if not self.has_classes:
            return [[answer - self.threshold for answer in answers]]
        # Only what a class has less than the best of a place counts.
        return [[row[k] - max(row) for row in answers] for k in range(len(answers[0]))]

    def described(self) -> dict[str, Any]:
        """Return what a script needs to draw it: colours, rows, and their ranges."""
        return {
            "places": PLACES,
            "colours": self.colours(),
            "points": [self._point(x, t) for x, t in zip(self.inputs, self.targets)],
            "outline": self.theme.text,
            "ranges": [[f"{x:.3g}" for x in ends] for ends in self.ranges],
        }

    def colours(self) -> list[str]:
        """Return the colour of each class, or the shades of one output, from - to +."""
        if self.has_classes:
            return list(self.theme.classes)
        levels = [i / SHADES for i in range(-SHADES, SHADES + 1)]
        return [self.theme.fill(level * abs(level), 1.0) for level in levels]

    def kind(self, target: float) -> int:
        """Return the class of a target; of one output, 1 above the threshold or 0."""
        return int(target) if self.has_classes else int(target > self.threshold)

    def colour(self, kind: int) -> str:
        """Return the colour of the rows of a class."""
        if self.has_classes:
            return self.theme.class_colour(kind)
        return self.theme.positive if kind else self.theme.negative

    def _point(self, row: Sequence[float], target: float) -> list[Any]:
        shares = [(x - low) / (high - low) for x, (low, high) in zip(row, self.ranges)]
        kind = self.kind(target)
        place = [round(shares[0], 4), round(1 - shares[1], 4)]
        return [*place, self.colour(kind), shape(kind)]


def shape(kind: int) -> str:
    """Return the shape of a class; they begin again at the end.

    >>> shape(0), shape(1), shape(8)
    ('circle', 'square', 'circle')
    """
    return SHAPES[kind % len(SHAPES)]


def packed(scores: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Return scores as whole numbers and their unit, which take less room in a page.

    Where a score is not a number, the model decides nothing.

    >>> packed([[0.5, -1.0, math.inf, math.nan]])
    {'unit': 0.010101..., 'scores': [[49, -99, 99, 0]]}
    """
    unit = largest_of(x for field in scores for x in field) / FINEST or 1.0
    return {"unit": unit, "scores": [[_rounded(x / unit) for x in f] for f in scores]}


def _rounded(x: float) -> int:
    return 0 if math.isnan(x) else round(max(-FINEST, min(FINEST, x)))


def answers_of(model: Any, rows: Sequence[Any]) -> list[Any]:
    """Return what a model says about each row, in plain numbers."""
    if hasattr(model, "predict"):
        answers: list[Any] = model.predict(rows)
        return answers
    return [_plain(model(row)) for row in rows]


def _plain(answer: Any) -> Any:
    if isinstance(answer, (list, tuple)):
        return [_plain(part) for part in answer]
    return float(getattr(answer, "data", answer))


def _range(numbers: list[float]) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    room = 0.1 * (high - low) or 1.0
    return low - room, high + room
