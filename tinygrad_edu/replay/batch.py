"""Some rows at once, and what is known of them so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tinygrad_edu.engine.evaluation import float_gradient
from tinygrad_edu.engine.functions import total
from tinygrad_edu.engine.value import Value
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.path import Path
from tinygrad_edu.replay.prepared import Row, Rows


class Answers(NamedTuple):
    """What a function gave for some rows.

    Attributes:
        outputs: For each row, the numbers of its nodes: lists, or one array.
        forms: For each row, what came beside them.
        slopes: The gradient of the mean of the first output, or None.
        mean: The mean of the first output.
    """

    outputs: Any
    forms: list[Any]
    slopes: Any
    mean: float


class Batch:
    """Some rows, what is known of them so far, and what they have given.

    Args:
        numbers: Those of the Values that all rows share.
        rows: All rows that there are.
        places: Which of them these are.
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
        self, numbers: Numbers, rows: Rows, places: Sequence[int], *, gradient: bool
    ) -> None:
        import numpy

        self._rows = rows
        self._places = places
        self._parameters = numbers.parameters
        self.weight: float | None = 1.0 / len(places) if gradient else None
        self.p: Any = numbers.column()
        self.ways: list[Path | None] = []
        self.state: Any = None
        self.found: list[Any] = [None] * len(places)
        self.drawn: dict[int, tuple[list[Any], list[float]]] = {}
        self.lost = 0
        self._answers: list[Any] = [None] * len(places)
        self._slopes: Any = numpy.zeros(len(self._parameters)) if gradient else None
        self._differentiated: set[int] = set()

    def __len__(self) -> int:
        return len(self._places)

    def row(self, i: int) -> Row:
        """Return one of these rows."""
        return self._rows[self._places[i]]

    def shape(self, i: int) -> int:
        """Return the number of its shape."""
        return self._rows.shape(self._places[i])

    def held_by(self, path: Path, places: list[int]) -> list[bool]:
        """Say which of some rows go a way, of which they have the shape."""
        return path.held_by(self._rows, [self._places[i] for i in places], self.p)

    def draw(self, i: int, layers: list[Any]) -> None:
        """Draw the masks of a row from some layers."""
        if layers:
            self.drawn[i] = layers, [layer.draw_number() for layer in layers]

    def run(self, path: Path, places: list[int]) -> tuple[Any, Any]:
        """Return what a way gives for some rows; see `Path.run`."""
        masks = [self.drawn[i][1] for i in places] if path.draws else None
        x = path.inputs(self._rows, [self._places[i] for i in places], masks)
        return path.run(self.p, x, self.weight)

    def waiting(self) -> list[int]:
        """Return which rows have no answer yet."""
        return [i for i, answer in enumerate(self._answers) if answer is None]

    def keep(self, i: int, nodes: list[Value], form: Any) -> None:
        """Keep the graph of a row."""
        self.found[i] = (nodes, form)
        self._answers[i] = ([node.data for node in nodes], form)

    def take(self, places: list[int], outputs: Any, slopes: Any, form: Any) -> None:
        """Take what a replay gives for some rows."""
        for i, numbers in zip(places, outputs.T.tolist()):
            self._answers[i] = (numbers, form)
        if slopes is not None:
            self._slopes = self._slopes + slopes

    def differentiate(self, places: list[int]) -> list[float]:
        """Return the gradient of some graphs' share in the mean, and count it."""
        if self.weight is None or not places:
            return []
        self._differentiated.update(places)
        roots = [self.found[i][0][0] for i in places]
        slopes = float_gradient(total(roots), self._parameters, self.weight)
        self._slopes = self._slopes + slopes
        return slopes

    def answers(self) -> Answers:
        """Return what there is for all rows."""
        graphs = [i for i, found in enumerate(self.found) if found is not None]
        self.differentiate([i for i in graphs if i not in self._differentiated])
        outputs = [numbers for numbers, _ in self._answers]
        firsts = [numbers[0] for numbers in outputs if numbers]
        mean = sum(firsts) / len(self)
        return Answers(outputs, [form for _, form in self._answers], self._slopes, mean)
