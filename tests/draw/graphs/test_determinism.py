"""The same graph gives the same bytes in every process."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.machine

SETUP = """
import sys
from tinygrad_edu import MLP, Value, draw_dot, draw_network, play
from tinygrad_edu.nn import cross_entropy

# Objects made first move all later ones to other places in memory.
ballast = [object() for _ in range(int(sys.argv[1]))]
model = MLP(3, [4, 2], activation="tanh", seed=0)
loss = cross_entropy(model([1.0, -2.0, 0.5]), 1)
loss.backward()
"""
PICTURES = {
    "dot": "draw_dot(loss, collapse=False).source",
    "collapsed": "draw_dot(loss, collapse=True).source",
    "svg": "draw_dot(loss, collapse=True, engine='builtin').svg()",
    "network": "draw_network(model, [1.0, -2.0, 0.5], by='gradient').svg",
    "page": "play(loss, engine='builtin').html",
}


@pytest.mark.parametrize("picture", PICTURES)
def test_bytes_are_the_same_in_every_process(picture):
    program = f"{SETUP}sys.stdout.buffer.write({PICTURES[picture]}.encode())"
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program, ballast],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed, ballast in (("0", "0"), ("1", "12345"), ("4711", "7"))
    ]
    assert len(outputs[0]) > 1000
    assert outputs[0] == outputs[1] == outputs[2]
