"""Normalisation: a row is brought to one scale, whatever came in."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.functions import dot, mean
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.shapes import as_nodes
from tinygrad_edu.ranges import check_count, check_number


class LayerNorm(Module):
    """Shift and scale a row to mean 0 and variance 1; then a learned gain and shift.

    zᵢ = gᵢ·(xᵢ - μ)/√(σ² + ε) + sᵢ,  with μ and σ² the mean and variance of the row

    Args:
        size: How many numbers a row has, at least 1.
        epsilon: ε >= 0, which keeps the root from 0 where all numbers are alike.

    Attributes:
        gain: g, at first 1.
        shift: s, at first 0.

    Raises:
        ValueError: If an argument is outside its range.

    The same as `torch.nn.LayerNorm`.

    >>> norm = LayerNorm(3)
    >>> norm
    LayerNorm(3; 6 parameters)
    >>> [f"{node:.3f}" for node in norm([1.0, 2.0, 3.0])]
    ['-1.225', '0.000', '1.225']

    Source: Ba, Kiros & Hinton, arXiv:1607.06450, 2016
    """

    @takes_foreign_keywords
    def __init__(self, size: int, epsilon: float = 1e-5) -> None:
        check_count("size", size)
        check_number("epsilon", epsilon, 0.0)
        self.size = size
        self.epsilon = epsilon
        self.gain: list[Value] = [Value(1.0) for _ in range(size)]
        self.shift: list[Value] = [Value(0.0) for _ in range(size)]
        self.label_parameters()

    def __call__(self, inputs: Any) -> list[Value]:
        """Return the normalised row.

        Raises:
            ShapeError: If the inputs are not one row of that size.
        """
        row = as_nodes(inputs, self, {"inputs": self.size})
        centre = mean(row)
        deviations = [x - centre for x in row]
        variance = dot(deviations, deviations) / self.size
        scale = (variance + self.epsilon) ** -0.5
        return [
            gain * (deviation * scale) + shift
            for gain, deviation, shift in zip(self.gain, deviations, self.shift)
        ]

    def __repr__(self) -> str:
        return self._summary(str(self.size))


class RMSNorm(Module):
    """Scale a row to a mean square of 1, then by a learned gain; the mean stays.

    zᵢ = gᵢ·xᵢ/√(m + ε),  with m = (1/n) Σ xⱼ²

    Args:
        size: How many numbers a row has, at least 1.
        epsilon: ε >= 0, which keeps the root from 0 where all numbers are 0.

    Attributes:
        gain: g, at first 1.

    Raises:
        ValueError: If an argument is outside its range.

    The same as `torch.nn.RMSNorm`, given this epsilon.

    >>> [f"{node:.3f}" for node in RMSNorm(2)([3.0, 4.0])]
    ['0.849', '1.131']

    Source: Zhang & Sennrich, arXiv:1910.07467, 2019
    """

    @takes_foreign_keywords
    def __init__(self, size: int, epsilon: float = 1e-5) -> None:
        check_count("size", size)
        check_number("epsilon", epsilon, 0.0)
        self.size = size
        self.epsilon = epsilon
        self.gain: list[Value] = [Value(1.0) for _ in range(size)]
        self.label_parameters()

    def __call__(self, inputs: Any) -> list[Value]:
        """Return the normalised row.

        Raises:
            ShapeError: If the inputs are not one row of that size.
        """
        row = as_nodes(inputs, self, {"inputs": self.size})
        mean_square = dot(row, row) / self.size
        scale = (mean_square + self.epsilon) ** -0.5
        return [gain * (x * scale) for gain, x in zip(self.gain, row)]

    def __repr__(self) -> str:
        return self._summary(str(self.size))
