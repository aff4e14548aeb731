"""pyplot by the package: matplotlib's own, where it is there."""

import pytest


def test_with_matplotlib_pyplot_is_its_own(matplotlib):
    from matplotlib import pyplot

    from tinygrad_edu.draw import pyplot as ours

    assert ours.subplots is pyplot.subplots
    assert ours.rcParams is pyplot.rcParams


def test_a_name_that_is_none_is_missing_as_in_pyplot(matplotlib):
    from tinygrad_edu.draw import pyplot

    with pytest.raises(AttributeError):
        pyplot.no_such_function()
