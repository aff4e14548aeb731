"""The one way that all rows take, for those who compile it once and for all."""

from __future__ import annotations

from collections.abc import Sequence

from tinygrad_edu.replay.batch import Batch
from tinygrad_edu.replay.draws import Draws
from tinygrad_edu.replay.path import Path
from tinygrad_edu.replay.prepared import NotReplayableError
from tinygrad_edu.replay.rows import SAMPLE, RowFunction


def one_way(function: RowFunction, first: Sequence[int]) -> Path:
    """Return the way that all rows take, compared with graphs of some of them.

    Args:
        function: The function of these rows.
        first: Which rows to begin with.

    Raises:
        NotReplayableError: If they take several ways, or one that depends on the
            parameters, and so may be another after the next step.
    """
    rows = function.rows
    chosen: list[int] = []
    wanted = set(rows.kinds)
    for i in dict.fromkeys([*first, *range(len(rows))]):
        kinds = rows[i].kinds
        if len(chosen) < SAMPLE or not wanted.isdisjoint(kinds):
            chosen.append(i)
            wanted.difference_update(kinds)
    draws = Draws(function.keepers)
    begin = draws.states()
    try:
        function(chosen, gradient=True)
    finally:
        draws.rewind(begin)
    if function.refusal is not None:
        raise NotReplayableError(function.refusal)
    if len(rows.counts) > 1:
        raise NotReplayableError("the rows are of different shapes")
    (way,) = function.ways.paths[:1]
    lines = "; ".join(line for line, _ in way.outcomes[:3])
    if not way.is_settled:
        raise NotReplayableError(
            f"what is compared at {lines} changes with the parameters; `maximum` and "
            "`where` choose without a comparison"
        )
    batch = Batch(function.numbers, rows, range(len(rows)), gradient=False)
    if len(function.ways.paths) > 1 or None in function.ways.of(batch):
        raise NotReplayableError(
            f"the rows go different ways, {function.ways.closed or f'at {lines}'}"
        )
    return way
