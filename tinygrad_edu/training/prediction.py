"""A model's outputs for many rows, as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.nn.metrics import accuracy
from tinygrad_edu.ranges import check_list, check_sequence
from tinygrad_edu.replay.batch import NotReplayableError
from tinygrad_edu.replay.draws import draws_otherwise
from tinygrad_edu.replay.rows import RANDOM, RowFunction
from tinygrad_edu.training.batches import filled, form_of
from tinygrad_edu.training.replaying import GRAPHS, note_of

#: A recording takes about as long as the graphs of so many rows.
FEW = 60


def predict_rows(model: Any, rows: Sequence[Any]) -> tuple[list[Any], str]:
    """Return what a model says about each row, in floats, and how that was computed.

    See `Module.predict`.
    """
    check_list("rows", rows)
    rows = [_listed(row) for row in _listed(rows)]
    if len(rows) < FEW:
        return _by_graphs(model, rows), f"{GRAPHS}: there were fewer than {FEW}."
    if draws_otherwise(model, learning=False):
        note = f"{GRAPHS}: {RANDOM}."
        return _by_graphs(model, rows), note

    def compute(x: Any) -> tuple[list[Value], Any]:
        nodes: list[Value] = []
        return nodes, form_of(model(x), nodes)

    try:
        function = RowFunction(
            compute, model.parameters(), [(row,) for row in rows], [model]
        )
    except NotReplayableError as error:
        return _by_graphs(model, rows), f"{GRAPHS}: {error}."
    outputs, forms, _ = function(function.rows)
    answers = [_plain(filled(form, x)) for form, x in zip(forms, outputs)]
    return answers, note_of(function)


def _by_graphs(model: Any, rows: Sequence[Any]) -> list[Any]:
    return [_plain(model(row)) for row in rows]


def score_rows(model: Any, rows: Sequence[Any], targets: Sequence[Any]) -> float:
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
    threshold = 0.5 if _last_activation(model) == "sigmoid" else 0.0
    right = []
    for output, target in zip(predict_rows(model, rows)[0], _listed(targets)):
        if isinstance(output, list) and len(output) == 1:
            # As a `Linear` of one neuron has it.
            (output,) = output  # noqa: PLW2901
        if not isinstance(output, list) and target not in (-1, 0, 1):
            raise ValueError(
                f"The score is an accuracy, and {target!r} is no class of a model with "
                "one output, -1, 0 or 1. Measure numbers by a loss: "
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
