"""Names in a picture are cut to what a box can hold."""

import pytest

from tinygrad_edu.draw.graphs.diagram import MOST_LETTERS, shortened


@pytest.mark.parametrize("count", [0, 1, MOST_LETTERS - 1, MOST_LETTERS])
def test_a_name_that_fits_stays(count):
    assert shortened("x" * count) == "x" * count


def test_a_longer_name_ends_in_an_ellipsis():
    name = shortened("abc" * MOST_LETTERS)
    assert len(name) == MOST_LETTERS
    assert name.endswith("…")
    assert name != "abc" * MOST_LETTERS
