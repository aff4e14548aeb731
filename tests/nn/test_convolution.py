"""Convolutions are PyTorch's at every stride and padding."""

import pytest
from twins import assert_twins, data, numbers

from tinygrad_edu import ShapeError, nn


def pairs(conv, twin):
    return [
        ([channel.w for channel in conv.channels], twin.weight),
        ([channel.b for channel in conv.channels], twin.bias),
    ]


@pytest.mark.parametrize(
    ("channels", "kernel", "stride", "padding"),
    [(1, 3, 1, 0), (2, 3, 2, 1), (2, 1, 1, 0), (1, 4, 3, 2)],
)
@pytest.mark.oracle("Conv2d")
def test_conv2d_equals_pytorch_s(torch, channels, kernel, stride, padding):
    conv = nn.Conv2d(channels, 2, kernel, stride, padding, seed=0)
    twin = torch.nn.Conv2d(channels, 2, kernel, stride, padding)
    image = numbers(channels, 5, 6)
    assert_twins(torch, conv, twin, image, pairs(conv, twin))


@pytest.mark.parametrize(
    ("channels", "kernel", "stride", "padding"), [(1, 3, 1, 0), (3, 2, 2, 1)]
)
@pytest.mark.oracle("Conv1d")
def test_conv1d_equals_pytorch_s(torch, channels, kernel, stride, padding):
    conv = nn.Conv1d(channels, 2, kernel, stride, padding, seed=0)
    twin = torch.nn.Conv1d(channels, 2, kernel, stride, padding)
    assert_twins(torch, conv, twin, numbers(channels, 7), pairs(conv, twin))


def test_an_edge_detector_by_hand():
    conv = nn.Conv2d(1, 1, 2, bias=False, seed=0)
    for weight, number in zip(conv.channels[0].w, [-1.0, 1.0, -1.0, 1.0], strict=True):
        weight.data = number
    image = [[[0, 0, 5, 5], [0, 0, 5, 5], [0, 0, 5, 5]]]
    assert data(conv(image)) == [[[0.0, 10.0, 0.0], [0.0, 10.0, 0.0]]]


def test_each_pixel_is_one_dot_and_the_weights_are_shared():
    conv = nn.Conv2d(1, 1, 2, bias=False, seed=0)
    ((row,),) = conv([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    assert [pixel.op.name for pixel in row] == ["dot", "dot"]
    assert row[0].parents[:4] == row[1].parents[:4] == tuple(conv.channels[0].w)


def test_names_say_channel_and_weight():
    names = [name for name, _ in nn.Conv2d(2, 3, 2, seed=0).named_parameters()]
    assert len(names) == 3 * (2 * 2 * 2 + 1)
    assert names[0] == "channel0.w0"
    assert names[-1] == "channel2.b"


def test_repr_shows_what_departs_from_the_defaults():
    assert repr(nn.Conv1d(1, 2, 3)) == "Conv1d(1 -> 2 channels, kernel 3; 8 parameters)"
    text = "Conv2d(1 -> 2 channels, kernel 3 x 3, stride 2, padding 1; 18 parameters)"
    assert repr(nn.Conv2d(1, 2, 3, stride=2, padding=1, bias=False)) == text


def test_a_kernel_larger_than_the_image_is_explained():
    with pytest.raises(ShapeError, match=r"window of 3 x 3 over 2 x 4.*smaller kernel"):
        nn.Conv2d(1, 1, 3)(numbers(1, 2, 4))
    with pytest.raises(ShapeError, match="window of 3 over 2"):
        nn.Conv1d(1, 1, 3)(numbers(1, 2))
    with pytest.raises(ShapeError, match="expects 2 channels x length"):
        nn.Conv1d(2, 1, 3)(numbers(1, 4))


def test_a_batch_of_images_is_a_lesson():
    conv = nn.Conv2d(1, 1, 2, seed=0)
    with pytest.raises(ShapeError, match=r"1 channels x height x width.*one sample"):
        conv([[[[1.0, 2.0], [3.0, 4.0]]]])
    with pytest.raises(ShapeError, match=r"but was given 2 x 2.*Put a list around"):
        conv([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    "change",
    [
        {"in_channels": 0},
        {"out_channels": 0},
        {"kernel_size": 0},
        {"stride": 0},
        {"padding": -1},
        {"kernel_size": 2.0},
    ],
)
def test_impossible_sizes_are_refused(change):
    sizes = {"in_channels": 1, "out_channels": 1, "kernel_size": 2, **change}
    with pytest.raises(ValueError, match=f"{next(iter(change))} must be an int"):
        nn.Conv2d(**sizes)
