"""Whose looks count while a graph is recorded."""

import io
import pdb
import statistics
import sys

import pytest
from watched_calls import watched

from tinygrad_edu import Value
from tinygrad_edu.engine.reals import as_float
from tinygrad_edu.replay.prepared import shape_of
from tinygrad_edu.replay.watch import DEBUGGERS, Watch
from tinygrad_edu.replay.watching import watched_call


def test_what_a_debugger_looks_at_does_not_count():
    answers = io.StringIO()

    def stopped(x, p):
        commands = io.StringIO("p p.data\np p > x[0]\np p\np x[0] == 1\np p.grad\nc\n")
        debugger = pdb.Pdb(stdin=commands, stdout=answers, nosigint=True, readrc=False)
        debugger.use_rawinput = False
        debugger.set_trace()
        return p * x[0]

    tracer = sys.gettrace()
    _, watch = watched(stopped, 1.0, parameter=Value(2.0))
    # The debugger lets go of what measures coverage too.
    sys.settrace(tracer)
    told = answers.getvalue()
    assert "(Pdb) 2.0" in told
    assert "(Pdb) True" in told
    assert "Value(data=2.0" in told
    assert (watch.guards, watch.reason) == ([], None)


LOOK = "(p.data, p.item(), p > x[0], x[0] == 1, repr(p), f'{p}', p.grad, {x[0]: 5.0})"


@pytest.mark.parametrize("name", ["pdb", "pydevd.pane", "tests.pdb", "students"])
def test_a_debugger_is_known_by_the_module_of_its_code(name):
    look = eval(f"lambda p, x: {LOOK}", {"__name__": name})
    found, watch = watched(lambda x, p: look(p, x), 1.0, parameter=Value(2.0))
    is_debugger = name.partition(".")[0] in DEBUGGERS
    assert (watch.reason is None) == is_debugger
    assert (watch.guards == []) == is_debugger
    assert (type(found[0]) is float) == is_debugger
    assert found[2:5] == (True, True, "Value(data=2.0, grad=0.0)")


def test_a_program_that_is_run_by_a_debugger_is_watched_all_the_same():
    run = eval("lambda call: call()", {"__name__": "pdb"})
    _, watch = run(lambda: watched(lambda x, p: p > x[0], 1.0, parameter=Value(2.0)))
    assert len(watch.guards) == 1


@pytest.mark.parametrize(
    ("compute", "part", "place"),
    [
        (statistics.fmean, [1.0, 2.0], "statistics.py, line"),
        (lambda x: statistics.fmean(x), [1.0, 2.0], "test_watch.py, line"),
        (as_float, 1.0, "reals.py, line"),
        # Of what is for the replay alone, the line that asked for it.
        (shape_of, 1.0, "test_watch.py, line"),
    ],
)
def test_the_line_that_is_told_is_ones_own_or_the_nearest_to_it(compute, part, place):
    watch = Watch()
    with pytest.raises((TypeError, ValueError), match=r"unpack"):
        watched_call(watch, compute, [], [part])
    assert f" at {place}" in watch.reason
