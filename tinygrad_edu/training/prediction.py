"""A model's outputs for many rows, as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.nn.metrics import accuracy
from tinygrad_edu.ranges import check_list, check_sequence, said
from tinygrad_edu.replay.calls import RANDOM
from tinygrad_edu.replay.draws import draws_otherwise
from tinygrad_edu.replay.kept import Kept
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.prepared import (
    ArrayRows,
    NotReplayableError,
    Rows,
    is_array_of_rows,
)
from tinygrad_edu.replay.reach import Reach
from tinygrad_edu.replay.rows import RowFunction
from tinygrad_edu.training.forms import filled, form_of
from tinygrad_edu.training.replaying import GRAPHS, note_of

#: A recording takes about as long as the graphs of so many rows.
FEW = 60


class Predictor(NamedTuple):
    """The outputs of a model as a function of a row, and when it is that no more.

    Attributes:
        model: The model.
        function: Its outputs.
        reach: What they depend on.
        kinds: The kinds of numbers in the rows that it was made for.
    """

    model: Any
    function: RowFunction
    reach: Reach
    kinds: set[Any]

    def is_for(self, model: Any, rows: Rows) -> bool:
        """Say whether it is right for a model and for rows as they are now."""
        # The copy of a model may hold the one that was made for the other.
        return (
            self.model is model
            and self.function.refusal is None
            and not rows.is_mixed
            and rows.kinds <= self.kinds
            and not self.reach.has_changed()
        )


def predict_rows(model: Any, rows: Sequence[Any]) -> tuple[list[Any], str]:
    """Return what a model says about each row, in floats, and how that was computed.

    See `Module.predict`.
    """
    check_list("rows", rows)
    rows = rows if hasattr(rows, "__len__") else list(rows)
    if len(rows) < FEW:
        note = f"{GRAPHS}: there were fewer than {FEW}."
        return _by_graphs(model, rows), note
    if draws_otherwise(model, learning=False):
        return _by_graphs(model, rows), f"{GRAPHS}: {RANDOM}."
    # While it is in use no other thread finds it.
    kept = vars(model).pop("_predictor", Kept()).content
    try:
        predictor = _predictor(model, rows, kept)
    except NotReplayableError as error:
        return _by_graphs(model, rows), f"{GRAPHS}: {error}."
    function = predictor.function
    outputs, forms, _, _ = function(range(len(rows)))
    if not function.rows.is_mixed:
        vars(model)["_predictor"] = Kept(predictor)
    note = note_of(function)
    # The rows are their owner's, and no longer kept.
    function.rows = Rows([], shapes=function.rows.shapes)
    answers = [_plain(filled(form, x, float)) for form, x in zip(forms, outputs)]
    return answers, note


def _predictor(model: Any, rows: Any, kept: Predictor | None) -> Predictor:
    shapes = None if kept is None else kept.function.rows.shapes
    if is_array_of_rows(rows):
        prepared: Rows = ArrayRows(rows, shapes)
    else:
        listed = [(_listed(row),) for row in _listed(rows)]
        prepared = Rows(listed, shapes=shapes)
    if kept is not None and kept.is_for(model, prepared):
        kept.function.rows = prepared
        kept.function.replayed = kept.function.as_graphs = 0
        kept.function.sample()
        return kept

    def compute(x: Any) -> tuple[list[Value], Any]:
        nodes: list[Value] = []
        return nodes, form_of(model(x), nodes)

    parameters = model.parameters()
    reach = Reach([model], parameters)
    function = RowFunction(compute, Numbers(parameters), prepared, [model])
    return Predictor(model, function, reach, prepared.kinds)


def _by_graphs(model: Any, rows: Sequence[Any]) -> list[Any]:
    return [_plain(model(_listed(row))) for row in _listed(rows)]


def score_rows(
    model: Any, rows: Sequence[Any], targets: Sequence[Any], threshold: float | None
) -> float:
    """Return how many of the rows a model gives their class; see `Module.score`."""
    check_sequence("rows", rows)
    check_sequence("targets", targets)
    if len(rows) != len(targets):
        raise ShapeError(
            f"Each row needs one target, but there are {len(rows)} rows and "
            f"{len(targets)} targets."
        )
    if len(rows) == 0:
        raise ValueError("There are no rows to score. Is a file or a split empty?")
    if threshold is None:
        threshold = 0.5 if _last_activation(model) == "sigmoid" else 0.0
    right = []
    for output, target in zip(predict_rows(model, rows)[0], _listed(targets)):
        if isinstance(output, list) and len(output) == 1:
            # As a `Linear` of one neuron has it.
            (output,) = output  # noqa: PLW2901
        if not isinstance(output, list) and target not in (-1, 0, 1):
            raise ValueError(
                f"The score is an accuracy, and {said(target)} is no class of a model "
                "with one output, -1, 0 or 1. Measure numbers by a loss: "
                "nn.mse(model.predict(rows), targets)."
            )
        right.append(accuracy(output, target, threshold))
    return sum(right) / len(right)


def _last_activation(model: Any) -> str:
    while getattr(model, "layers", None):
        model = model.layers[-1]
    return str(getattr(model, "activation", ""))


def _listed(x: Any) -> Any:
    # What arrays of NumPy and the like are as lists of plain numbers.
    return x.tolist() if hasattr(x, "tolist") else x


def _plain(output: Any) -> Any:
    if isinstance(output, (list, tuple)):
        return [_plain(part) for part in output]
    return output.data if isinstance(output, Value) else float(output)
