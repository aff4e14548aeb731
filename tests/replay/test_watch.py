"""Whose looks count while a graph is recorded."""

import io
import pdb
import sys

from watched_calls import watched

from tinygrad_edu import Value


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
