"""Replay: a graph recorded once and run many times, on floats and on arrays.

`recording` is what a user records, `loops` what replays a loop of one's own. For a
model and its rows, `watching` records a call and tells a `watch` what it looked at,
`watched` holds the nodes that do so, `state` knows what a call has changed, and `reach`
what has changed between calls; `path` is one way that rows go, and `rows` decides which
of them are replayed. `compiled`, `programs`, `groups`, `product`, `writer` and `tape`
make a function of a graph.
"""

from tinygrad_edu.replay.loops import Replayed, replayed
from tinygrad_edu.replay.recording import Recording, record

__all__ = ["Recording", "Replayed", "record", "replayed"]
