"""A call under watch, for the tests of what is noticed."""

from tinygrad_edu import Value
from tinygrad_edu.replay.watch import Watch
from tinygrad_edu.replay.watching import watched_call


def watched(function, *numbers, parameter=None):
    """Return (what a function of a row gives, what its call looked at)."""
    watch = Watch()
    given = []

    def compute(x):
        given.append(function(x) if parameter is None else function(x, parameter))
        return [Value(0.0)], None

    parameters = [] if parameter is None else [parameter]
    watched_call(watch, compute, parameters, [list(numbers)])
    return given[0], watch
