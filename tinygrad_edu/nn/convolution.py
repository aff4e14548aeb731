"""Convolution: one small kernel slides over a signal or an image, its weights shared.

In the graph a weight has an edge to every place that the kernel visits, and its
gradient is the sum over these places.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.nn.linear import WeightedSum
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.shapes import as_nodes
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import check_count

#: Channels of numbers: channels x length.
Signal: TypeAlias = "list[list[Value]]"

#: Channels of rows of pixels: channels x height x width.
FeatureMaps: TypeAlias = "list[list[list[Value]]]"


class _Convolution(Module):
    dimensions: int

    @takes_foreign_keywords
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        *,
        bias: bool = True,
        seed: Seed = None,
    ) -> None:
        check_count("in_channels", in_channels)
        check_count("out_channels", out_channels)
        check_count("kernel_size", kernel_size)
        check_count("stride", stride)
        check_count("padding", padding, least=0)
        source = random_source(seed)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.bias = bias
        count = in_channels * kernel_size**self.dimensions
        self.channels: list[WeightedSum] = [
            WeightedSum(count, bias=bias, seed=source) for _ in range(out_channels)
        ]
        self.label_parameters()

    def __repr__(self) -> str:
        kernel = " x ".join([str(self.kernel_size)] * self.dimensions)
        outline = f"{self.in_channels} -> {self.out_channels} channels, kernel {kernel}"
        if self.stride != 1:
            outline += f", stride {self.stride}"
        if self.padding != 0:
            outline += f", padding {self.padding}"
        return self._summary(outline)


class Conv1d(_Convolution):
    """A convolution of signals: each output looks at a few neighbours in every channel.

    z[o][t] = Σ_c Σ_k w[o][c][k] · x[c][stride·t + k] + b[o]

    As in every network library the kernel is not flipped, so that a mathematician
    would call it a cross-correlation.

    Args:
        in_channels: How many channels come in, at least 1.
        out_channels: How many go out, each with a kernel of its own.
        kernel_size: How many neighbours a kernel spans.
        stride: How far the kernel moves from one output to the next.
        padding: How many zeros are put before and after each channel.
        bias: Add b; otherwise there is none.
        seed: Where the weights come from, uniformly between -1/√n and 1/√n for the n
            weights of a kernel.

    Raises:
        ValueError: If a count is too small.

    The same as `torch.nn.Conv1d`; w[c][k] is `channels[o].w[c * kernel_size + k]`.

    >>> conv = Conv1d(1, 2, kernel_size=3, seed=0)
    >>> conv
    Conv1d(1 -> 2 channels, kernel 3; 8 parameters)
    >>> outputs = conv([[1.0, 2.0, 3.0, 4.0]])
    >>> len(outputs), len(outputs[0])
    (2, 2)

    Source: LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document
    recognition, Proceedings of the IEEE 86, 1998
    """

    dimensions = 1

    def __call__(self, inputs: Any) -> Signal:
        """Return out_channels x length.

        Raises:
            ShapeError: If the inputs are not in_channels x length, or shorter than the
                kernel.
        """
        signal = as_nodes(inputs, self, {"channels": self.in_channels, "length": None})
        margin = [Value(0.0, label="padding")] * self.padding
        signal = [margin + channel + margin for channel in signal]
        check_window(self, self.kernel_size, len(signal[0]))
        windows = _windows_of_signal(signal, self.kernel_size, self.stride)
        return [[channel(window) for window in windows] for channel in self.channels]


class Conv2d(_Convolution):
    """A convolution of images: each output looks at a small square in every channel.

    z[o][i][j] = Σ_c Σ_k Σ_l w[o][c][k][l] · x[c][stride·i + k][stride·j + l] + b[o]

    Args:
        in_channels: How many channels come in, at least 1: 1 for grey, 3 for colour.
        out_channels: How many go out, each with a kernel of its own.
        kernel_size: The height and width of a kernel.
        stride: How far the kernel moves from one output to the next.
        padding: How many zeros are put around each channel.
        bias: Add b; otherwise there is none.
        seed: Where the weights come from, uniformly between -1/√n and 1/√n for the n
            weights of a kernel.

    Raises:
        ValueError: If a count is too small.

    The same as `torch.nn.Conv2d`; w[c][k][l] is
    `channels[o].w[(c * kernel_size + k) * kernel_size + l]`.

    >>> conv = Conv2d(1, 4, kernel_size=3, padding=1, seed=0)
    >>> conv
    Conv2d(1 -> 4 channels, kernel 3 x 3, padding 1; 40 parameters)
    >>> conv.named_parameters()[15][0]
    'channel1.w5'

    Source: LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document
    recognition, Proceedings of the IEEE 86, 1998
    """

    dimensions = 2

    def __call__(self, inputs: Any) -> FeatureMaps:
        """Return out_channels x height x width.

        Raises:
            ShapeError: If the inputs are not in_channels x height x width, or smaller
                than the kernel.
        """
        image = as_nodes(
            inputs,
            self,
            {"channels": self.in_channels, "height": None, "width": None},
        )
        zero = Value(0.0, label="padding")
        image = [_padded(channel, self.padding, zero) for channel in image]
        check_window(self, self.kernel_size, len(image[0]), len(image[0][0]))
        places = windows_of_image(image, self.kernel_size, self.stride)
        return [
            [[channel(window) for window in row] for row in places]
            for channel in self.channels
        ]


def windows_of_image(image: FeatureMaps, size: int, stride: int) -> FeatureMaps:
    """Return, for each place of a square window, the numbers inside as one list.

    >>> image = [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]
    >>> windows_of_image(image, size=2, stride=1)[0]
    [[1, 2, 4, 5], [2, 3, 5, 6]]
    """
    height, width = len(image[0]), len(image[0][0])
    return [
        [
            [
                pixel
                for channel in image
                for row in channel[top : top + size]
                for pixel in row[left : left + size]
            ]
            for left in range(0, width - size + 1, stride)
        ]
        for top in range(0, height - size + 1, stride)
    ]


def check_window(module: Module, size: int, *lengths: int) -> None:
    """Refuse inputs that a window of that size does not fit into.

    Raises:
        ShapeError: If one of the lengths is below size.
    """
    if min(lengths) < size:
        window = " x ".join([str(size)] * len(lengths))
        given = " x ".join(str(length) for length in lengths)
        raise ShapeError(
            f"{module.name or 'This module'} slides a window of {window} over {given}, "
            f"where it does not fit: {module!r}. Choose a smaller kernel_size, or give "
            "it larger inputs (padding makes them larger)."
        )


def _windows_of_signal(signal: Signal, size: int, stride: int) -> Signal:
    return [
        [x for channel in signal for x in channel[start : start + size]]
        for start in range(0, len(signal[0]) - size + 1, stride)
    ]


def _padded(rows: Signal, padding: int, zero: Value) -> Signal:
    margin = [zero] * padding
    outside = [[zero] * (len(rows[0]) + 2 * padding)] * padding
    return outside + [margin + row + margin for row in rows] + outside
