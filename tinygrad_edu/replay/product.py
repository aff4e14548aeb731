"""Weighted sums of arrays: products of matrices, where a group of them is one."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.replay.groups import Column, Group
from tinygrad_edu.replay.tape import Tape


class Product:
    """A group of weighted sums, z = Σ wᵢ·xᵢ, as a product of matrices if it is one.

    It is one where the weights are the same for all rows of the batch and each of c
    weight vectors meets each of p input vectors: Z = W·X with W of shape (c, n) and X
    of shape (n, p·batch). A layer has p = 1, a convolution p places.

    Args:
        group: Of `dot` nodes, by their weights and then by their inputs.
        weights: The first half of its operands, n of them.
        inputs: The second half.
    """

    def __init__(
        self, group: Group, weights: list[Column], inputs: list[Column]
    ) -> None:
        self.group = group
        self.n: int = len(weights)
        self.count: int = len(group.members)
        w = list(zip(*map(Column.pairs, weights)))
        x = list(zip(*map(Column.pairs, inputs)))
        self.p: int = len(set(x))
        # Not the number of different weights: the same sum may be there twice.
        self.c: int = len(w[:: self.p])
        outer = [(u, v) for u in w[:: self.p] for v in x[: self.p]]
        shared = not any(
            source.batched for column in weights for source in column.sources
        )
        self.is_matrix: bool = shared and outer == list(zip(w, x))
        if self.is_matrix:
            # W is stored by rows, X with one row for each place in the vectors.
            self.w: Column = Column.of(pair for row in w[:: self.p] for pair in row)
            self.x: Column = Column.of(
                pair for row in zip(*x[: self.p]) for pair in row
            )
        else:
            self.w = Column.of(pair for row in zip(*w) for pair in row)
            self.x = Column.of(pair for row in zip(*x) for pair in row)

    def forward(self, tape: Tape, w: Any, x: Any) -> Any:
        """Return the term of all the sums, of those of weights and inputs."""
        w, x = self._factors(tape, w, x)
        if not self.is_matrix:
            return tape.write("({} * {}).sum(0)", w, x)
        z = tape.write("{} @ {}", w, x)
        return z if self.p == 1 else tape.write(f"{{}}.reshape({self.count}, -1)", z)

    def backward(
        self, tape: Tape, w: Any, x: Any, upstream: Any
    ) -> list[tuple[Column, Any, bool]]:
        """Return ∂L/∂W = ∂L/∂Z·Xᵀ and ∂L/∂X = Wᵀ·∂L/∂Z, and what each is handed to.

        Each comes with whether it still has a column for every row of the batch.
        """
        w, x = self._factors(tape, w, x)
        write = tape.write
        if not self.is_matrix:
            size = self.n * self.count
            dw = write(f"({{}} * {{}}).reshape({size}, -1)", x, upstream)
            dx = write(f"({{}} * {{}}).reshape({size}, -1)", w, upstream)
            return [(self.w, dw, self.group.batched), (self.x, dx, self.group.batched)]
        if self.p > 1:
            upstream = write(f"{{}}.reshape({self.c}, -1)", upstream)
        dw = write(f"({{}} @ {{}}.T).reshape({self.c * self.n}, 1)", upstream, x)
        dx = write("{}.T @ {}", w, upstream)
        if self.p > 1:
            dx = write(f"{{}}.reshape({self.n * self.p}, -1)", dx)
        # The first product has summed over the batch already.
        return [(self.w, dw, False), (self.x, dx, self.group.batched)]

    def _factors(self, tape: Tape, w: Any, x: Any) -> tuple[Any, Any]:
        if not self.is_matrix:
            shape = f"{self.n}, {self.count}, -1"
            w = tape.write(f"{{}}.reshape({shape})", w)
            return w, tape.write(f"{{}}.reshape({shape})", x)
        w = tape.write(f"{{}}.reshape({self.c}, {self.n})", w)
        return w, x if self.p == 1 else tape.write(f"{{}}.reshape({self.n}, -1)", x)
