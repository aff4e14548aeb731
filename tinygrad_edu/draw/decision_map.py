"""What a model of two inputs says in every place of the plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinygrad_edu.draw.theme import Theme, strength
from tinygrad_edu.ranges import check_real

#: The map has so many squares in each direction.
SQUARES = 30

#: A map of one output has so many shades of each colour.
SHADES = 4


class DecisionMap:
    """A grid over the plane of two inputs, and the rows that lie on it.

    Squares and rows are told as places in a list of colours.

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
        self.inputs = inputs
        self.targets = targets
        self.threshold = threshold
        self.theme = theme
        self.ranges: list[tuple[float, float]] = [
            _range([row[i] for row in inputs]) for i in (0, 1)
        ]
        (left, right), (low, high) = self.ranges
        # Row by row from the top, as a picture is written; each square by its middle.
        shares = [(i + 0.5) / SQUARES for i in range(SQUARES)]
        self.places: list[list[float]] = [
            [left + x * (right - left), high - y * (high - low)]
            for y in shares
            for x in shares
        ]
        self.has_classes: bool = False

    def decisions(self, model: Any) -> list[int]:
        """Return the colour of each square."""
        answers = [model(place) for place in self.places]
        self.has_classes = isinstance(answers[0], list)
        if self.has_classes:
            return [self._class(answer.index(max(answer))) for answer in answers]
        return [self._shade(answer.data) for answer in answers]

    def described(self) -> dict[str, Any]:
        """Return what a script needs to draw it: colours, rows, and their ranges."""
        return {
            "squares": SQUARES,
            "colours": self._colours(),
            "points": [self._point(x, t) for x, t in zip(self.inputs, self.targets)],
            "outline": self.theme.text,
            "ranges": [[f"{x:.3g}" for x in ends] for ends in self.ranges],
        }

    def _class(self, index: int) -> int:
        return index % len(self.theme.classes)

    def _shade(self, answer: float) -> int:
        score = answer - self.threshold
        level = round(SHADES * strength(score, 1.0))
        return SHADES + (level if score > 0 else -level)

    def _colours(self) -> list[str]:
        if self.has_classes:
            return list(self.theme.classes)
        levels = [i / SHADES for i in range(-SHADES, SHADES + 1)]
        return [self.theme.fill(level * abs(level), 1.0) for level in levels]

    def _point(self, row: Sequence[float], target: float) -> list[Any]:
        shares = [(x - low) / (high - low) for x, (low, high) in zip(row, self.ranges)]
        colour = self._class(int(target)) if self.has_classes else 0
        if not self.has_classes and target > self.threshold:
            colour = 2 * SHADES
        return [round(shares[0], 4), round(1 - shares[1], 4), colour]


def _range(numbers: list[float]) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    room = 0.1 * (high - low) or 1.0
    return low - room, high + room
