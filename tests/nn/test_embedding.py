"""A row is looked up, and its gradient is the sum of its uses."""

import statistics

import numpy as np
import pytest
from twins import assert_close, data, gradients, objective

from tinygrad_edu import nn


@pytest.mark.oracle("Embedding")
def test_embedding_equals_pytorch_s_rows_used_twice_included(torch):
    embedding = nn.Embedding(5, 3, seed=0)
    twin = torch.nn.Embedding(5, 3, _weight=torch.tensor(data(embedding.w)))
    indices = [4, 0, 4, 2]
    outputs = embedding(indices)
    expected = twin(torch.tensor(indices))
    assert_close(data(outputs), expected)
    objective(outputs).backward()
    (torch.cos(torch.arange(12)) * expected.flatten()).sum().backward()
    assert_close(gradients(embedding.w), twin.weight.grad)
    assert gradients(embedding.w)[1] == [0.0, 0.0, 0.0]


def test_one_index_gives_one_row_of_the_table_itself():
    embedding = nn.Embedding(3, 2, seed=0)
    assert embedding(1) == embedding.w[1]
    assert embedding(np.int64(1)) == embedding.w[1]
    embedding(1).clear()
    assert len(embedding.w[1]) == 2


def test_numbers_are_normal():
    numbers = [p.data for p in nn.Embedding(100, 20, seed=0).parameters()]
    assert statistics.mean(numbers) == pytest.approx(0.0, abs=0.05)
    assert statistics.pstdev(numbers) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("index", [-1, 3])
def test_a_row_that_is_not_there_is_refused(index):
    with pytest.raises(ValueError, match=f"no row {index} .*from 0 to 2"):
        nn.Embedding(3, 2)([0, index])


@pytest.mark.parametrize("index", [0.0, "a", [0.5]])
def test_an_index_is_an_int(index):
    with pytest.raises(TypeError, match="looked up by an int"):
        nn.Embedding(3, 2)(index)


@pytest.mark.parametrize(("count", "size"), [(0, 2), (2, 0)])
def test_impossible_sizes_are_refused(count, size):
    with pytest.raises(ValueError, match="an int of at least 1"):
        nn.Embedding(count, size)


def test_names_say_row_and_column():
    embedding = nn.Embedding(2, 2, seed=0)
    labels = [parameter.label for parameter in embedding.parameters()]
    assert labels == ["w0_0", "w0_1", "w1_0", "w1_1"]
