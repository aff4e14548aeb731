"""The numbers of parameters, as a replay takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinygrad_edu.engine.value import Value


class Numbers:
    """The numbers of some parameters, for arrays to compute with.

    Args:
        parameters: The Values.

    >>> Numbers([Value(1.0), Value(2.0)]).column().tolist()
    [[1.0], [2.0]]
    """

    def __init__(self, parameters: Sequence[Value]) -> None:
        self.parameters: list[Value] = list(parameters)

    def column(self) -> Any:
        """Return the numbers as a column of an array; None if there are none."""
        import numpy

        if not self.parameters:
            return None
        return numpy.array([parameter._data for parameter in self.parameters])[:, None]

    def release(self) -> None:
        """Let the Values hold the numbers, for a graph is about to look at them."""
