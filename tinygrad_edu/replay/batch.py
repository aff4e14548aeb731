"""Some rows at once, and what is known of them so far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any, NamedTuple

from tinygrad_edu.engine.evaluation import float_gradient
from tinygrad_edu.engine.functions import total
from tinygrad_edu.engine.value import Value
from tinygrad_edu.replay.path import Path


class NotReplayableError(ValueError):
    """A model cannot be replayed; the message says why."""


class Row(NamedTuple):
    """A row, ready to be replayed.

    Attributes:
        parts: What the function is called with.
        numbers: All that is in them, as `flattened` gives it.
        place: Where in the whole of the data it stands.
        kinds: Texts that are the same for rows of one target, and for rows whose
            numbers are of the same kinds, such as float and int.
        shape: The same number for rows of one shape.
    """

    parts: tuple[Any, ...]
    numbers: list[float]
    place: int
    kinds: tuple[str, str]
    shape: int = 0

    def told(self) -> str:
        """Return what an error says of the row: its place, and how it begins."""
        few = ", ".join(f"{x:g}" for x in self.numbers[:4])
        return f"row {self.place}: {few}{', …' if len(self.numbers) > 4 else ''}"


class Answers(NamedTuple):
    """What a function gave for some rows.

    Attributes:
        outputs: For each row, the numbers of its nodes.
        forms: For each row, what came beside them.
        slopes: The gradient of the mean of the first output, or None.
    """

    outputs: list[list[float]]
    forms: list[Any]
    slopes: Any


class Batch:
    """Some rows, what is known of them so far, and what they have given.

    Args:
        parameters: The Values that all rows share.
        rows: The rows.
        gradient: Whether the gradient of the mean is wanted.

    Attributes:
        p: The numbers of the parameters, as a column; None if there are none.
        weight: What a row's first output counts with in the gradient, or None.
        ways: For each row the way that it goes, as far as one is known.
        found: For each row that ran as a graph, its nodes and its form.
        drawn: For each row whose masks were drawn, (their layers, the masks).
        lost: How many ran as graphs because no recording goes their way.
        state: What the model and the loss keep, as far as it was looked at.
    """

    def __init__(
        self, parameters: Sequence[Value], rows: Sequence[Row], *, gradient: bool
    ) -> None:
        import numpy

        self.rows = rows
        self.parameters = parameters
        self.weight: float | None = 1.0 / len(rows) if gradient else None
        self.p: Any = None
        if parameters:
            self.p = numpy.array([[parameter.data] for parameter in parameters])
        self.ways: list[Path | None] = []
        self.state: Any = None
        self.found: list[Any] = [None] * len(rows)
        self.drawn: dict[int, tuple[list[Any], list[float]]] = {}
        self.lost = 0
        self._answers: list[Any] = [None] * len(rows)
        self._slopes: Any = numpy.zeros(len(parameters)) if gradient else None

    def columns(self, places: list[int]) -> Any:
        """Return the numbers of some rows of one shape, a column for each row."""
        import numpy

        return numpy.array([self.rows[i].numbers for i in places], dtype=float).T

    def draw(self, i: int, layers: list[Any]) -> None:
        """Draw the masks of a row from some layers."""
        if layers:
            self.drawn[i] = layers, [layer.draw_number() for layer in layers]

    def inputs(self, places: list[int]) -> Any:
        """Return the same, with the masks of the rows below."""
        import numpy

        columns = self.columns(places)
        if places[0] not in self.drawn:
            return columns
        masks = [self.drawn[i][1] for i in places]
        return numpy.concatenate([columns, numpy.array(masks).T])

    def waiting(self) -> list[int]:
        """Return which rows have no answer yet."""
        return [i for i, answer in enumerate(self._answers) if answer is None]

    def keep(self, i: int, nodes: list[Value], form: Any) -> None:
        """Keep the graph of a row."""
        self.found[i] = (nodes, form)
        self._answers[i] = ([node.data for node in nodes], form)

    def take(self, places: list[int], outputs: Any, slopes: Any, form: Any) -> None:
        """Take what a replay gives for some rows."""
        rows = outputs.T.tolist()
        if len(rows) == len(self.rows):
            self._answers = [(numbers, form) for numbers in rows]
        else:
            for i, numbers in zip(places, rows):
                self._answers[i] = (numbers, form)
        if slopes is not None:
            self._slopes += slopes

    def slopes_of(self, roots: list[Value]) -> list[float]:
        """Return the gradient of some rows' share in the mean."""
        if self.weight is None:
            return []
        return float_gradient(total(roots), self.parameters, self.weight)

    def answers(self) -> Answers:
        """Return what there is for all rows; graphs are differentiated together."""
        slopes = self._slopes
        graphs = [found[0] for found in self.found if found is not None]
        if self.weight is not None and graphs:
            slopes = slopes + self.slopes_of([nodes[0] for nodes in graphs])
        outputs = [numbers for numbers, _ in self._answers]
        return Answers(outputs, [form for _, form in self._answers], slopes)


def shape_of(part: Any) -> str:
    """Return the nested lists of a row without its numbers, as a text.

    Raises:
        NotReplayableError: If something else than numbers and lists is in it.

    >>> shape_of(([1.0, 2.0], 3))
    '([..].)'
    """
    if isinstance(part, (list, tuple)):
        if type(part) not in (list, tuple):
            raise NotReplayableError(f"a row is a {type(part).__name__}")
        inside = "".join(map(shape_of, part))
        return f"[{inside}]" if type(part) is list else f"({inside})"
    if type(part) is not float:
        if not isinstance(part, Real):
            raise NotReplayableError(f"a row holds {part!r:.40}, which is no number")
        if float(part) != part and not math.isnan(part):
            raise NotReplayableError(f"a row holds {part!r:.40}, which is no float")
    return "."
