"""Does a replay give what graphs give, in numbers and in gradients?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.errors import DomainError
from tinygrad_edu.replay.batch import Batch
from tinygrad_edu.replay.path import Path

#: A replay adds in another order; further off than this, it is another function.
TOLERANCE = 1e-9


def agrees(batch: Batch, path: Path, places: list[int]) -> bool:
    """Say whether a way gives, for rows that ran as graphs too, what these gave."""
    import numpy

    graphs = [batch.found[i][0] for i in places]
    if len({len(nodes) for nodes in graphs}) > 1:
        return False
    wanted = [[node.data for node in nodes] for nodes in graphs]
    slope = batch.differentiate(places)
    try:
        outputs, slopes = batch.run(path, places)
    except DomainError:
        return False
    if outputs.T.shape != numpy.shape(wanted):
        return False
    pairs: list[tuple[Any, Any]] = [(wanted, outputs.T)]
    if slopes is not None:
        pairs.append((slope, slopes))
    error = _error_of(graphs)
    return all(
        numpy.allclose(x, y, rtol=TOLERANCE, atol=error, equal_nan=True)
        for x, y in pairs
    )


def _error_of(graphs: Sequence[Sequence[Any]]) -> float:
    # Numbers that cancel leave an error as large as that of what they came from.
    nodes = topological_order(*[node for row in graphs for node in row])
    largest = max(abs(node.data) for node in nodes)
    return 1e-3 * TOLERANCE * largest if math.isfinite(largest) else 0.0
