"""A model's outputs for many rows, as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinygrad_edu.engine.value import Value
from tinygrad_edu.replay.rows import NotReplayableError, RowFunction, flat, sampled

#: A recording takes about as long as the graphs of so many rows.
FEW = 60


def predict_rows(model: Any, rows: Sequence[Any]) -> list[Any]:
    """Return what a model says about each row, in floats; see `Module.predict`."""
    rows = [_listed(row) for row in _listed(rows)]
    if len(rows) < FEW or _draws_numbers(model):
        return [_plain(model(row)) for row in rows]
    is_list = isinstance(model(rows[0]), list)

    def compute(x: Any) -> list[Value]:
        output = model(x)
        return list(output) if is_list else [output]

    try:
        function = RowFunction(compute, model.parameters(), [(row,) for row in rows])
        sample = sampled(rows)
        function.check([flat(row) for row in sample], [compute(x) for x in sample])
    except (NotReplayableError, TypeError):
        return [_plain(model(row)) for row in rows]
    outputs, _ = function([flat(row) for row in rows])
    return [row if is_list else row[0] for row in outputs.T.tolist()]


def _draws_numbers(model: Any) -> bool:
    # A recording would repeat those that were drawn for one row.
    return any(part.is_random and part.training for _, part in model.named_modules())


def _listed(x: Any) -> Any:
    # What arrays of NumPy and the like are as lists of plain numbers.
    return x.tolist() if hasattr(x, "tolist") else x


def _plain(output: Any) -> Any:
    if isinstance(output, (list, tuple)):
        return [_plain(part) for part in output]
    return output.data if isinstance(output, Value) else float(output)
