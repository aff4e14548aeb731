"""Pooling: a small square of an image becomes one number, channel by channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_edu.engine.functions import largest, mean
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.convolution import FeatureMaps, check_window, windows_of_image
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.shapes import as_nodes
from tinygrad_edu.ranges import check_count


class _Pool2d(Module):
    # What a square becomes.
    _summarise: Callable[[list[Value]], Value]

    def __init__(self, kernel_size: int, stride: int | None = None) -> None:
        check_count("kernel_size", kernel_size)
        self.kernel_size = kernel_size
        self.stride: int = kernel_size if stride is None else stride
        check_count("stride", self.stride)

    def __call__(self, inputs: Any) -> FeatureMaps:
        """Return channels x height x width, the last two smaller than they came in.

        Raises:
            ShapeError: If the inputs are not channels x height x width, or smaller than
                the square.
        """
        image = as_nodes(
            inputs, self, {"channels": None, "height": None, "width": None}
        )
        check_window(self, self.kernel_size, len(image[0]), len(image[0][0]))
        return [self._pool(channel) for channel in image]

    def _pool(self, channel: list[list[Value]]) -> list[list[Value]]:
        places = windows_of_image([channel], self.kernel_size, self.stride)
        return [[self._summarise(window) for window in row] for row in places]

    def __repr__(self) -> str:
        outline = f"{self.kernel_size} x {self.kernel_size}"
        if self.stride != self.kernel_size:
            outline += f", stride {self.stride}"
        return self._summary(outline)


class MaxPool2d(_Pool2d):
    """The largest number of each small square; the gradient goes to it alone.

    Where several are the largest, the first of them, row by row, gets the gradient.

    Args:
        kernel_size: The height and width of a square, at least 1.
        stride: How far one square is from the next; by default they touch.

    Raises:
        ValueError: If a count is below 1.

    The same as `torch.nn.MaxPool2d`.

    >>> MaxPool2d(2)([[[1.0, 2.0], [4.0, 3.0]]])
    [[[Value(data=4.0, grad=0.0, op='largest')]]]
    """

    _summarise = staticmethod(largest)


class AvgPool2d(_Pool2d):
    """The mean of each small square; the gradient is shared evenly.

    Args:
        kernel_size: The height and width of a square, at least 1.
        stride: How far one square is from the next; by default they touch.

    Raises:
        ValueError: If a count is below 1.

    The same as `torch.nn.AvgPool2d`.

    >>> AvgPool2d(2)([[[1.0, 2.0], [4.0, 3.0]]])
    [[[Value(data=2.5, grad=0.0, op='mean')]]]
    """

    _summarise = staticmethod(mean)
