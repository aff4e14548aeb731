"""Pooling is PyTorch's, ties included."""

import pytest
from twins import assert_twins, data, gradients, nodes, numbers

from tinygrad_edu import ShapeError, nn


@pytest.mark.parametrize("name", ["MaxPool2d", "AvgPool2d"])
@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 1), (2, 3), (1, 2)])
@pytest.mark.oracle("MaxPool2d", "AvgPool2d")
def test_pooling_equals_pytorch_s(torch, name, size, stride):
    pool = getattr(nn, name)(size, stride)
    twin = getattr(torch.nn, name)(size, stride)
    assert_twins(torch, pool, twin, numbers(2, 5, 7), [])


def test_a_tie_goes_to_the_first_as_in_pytorch(torch):
    image = [[[1.0, 3.0, 2.0, 2.0], [3.0, 3.0, 2.0, 2.0]]]
    assert_twins(torch, nn.MaxPool2d(2), torch.nn.MaxPool2d(2), image, [])
    pixels = nodes(image)
    nn.MaxPool2d(2)(pixels)[0][0][0].backward()
    assert gradients(pixels)[0] == [[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]


def test_by_hand():
    image = [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]
    assert data(nn.MaxPool2d(2, stride=1)(image)) == [[[5.0, 6.0], [8.0, 9.0]]]
    assert data(nn.AvgPool2d(3)(image)) == [[[5.0]]]


def test_a_square_larger_than_the_image_is_explained():
    with pytest.raises(ShapeError, match="window of 4 x 4 over 3 x 5"):
        nn.MaxPool2d(4)(numbers(1, 3, 5))
    with pytest.raises(ShapeError, match="expects channels x height x width"):
        nn.AvgPool2d(2)(numbers(4, 4))


@pytest.mark.parametrize(("size", "stride"), [(0, None), (2, 0), (1.5, None)])
def test_impossible_sizes_are_refused(size, stride):
    with pytest.raises(ValueError, match="an int of at least 1"):
        nn.MaxPool2d(size, stride)


def test_repr_shows_the_square():
    assert repr(nn.MaxPool2d(2)) == "MaxPool2d(2 x 2)"
    assert repr(nn.AvgPool2d(3, stride=2)) == "AvgPool2d(3 x 3, stride 2)"
