"""What a page learns from one row is what the graph of that row says, in node."""

import json
import subprocess

import pytest

from tinygrad_edu import MLP, Value
from tinygrad_edu.nn import mse
from tinygrad_edu.replay.javascript import words
from tinygrad_edu.replay.learner import learner_script

PROGRAM = """
const learner = {script};
const [w, x, t] = {numbers};
const a = [], d = [], g = w.map(() => 1);
const loss = learner.learn(w, x, t, a, d, g);
const heard = [];
learner.respond(w, x, heard);
console.log(JSON.stringify({{ loss, a, d, g, heard }}));
"""


def test_a_row_has_the_loss_and_gradients_of_its_graph(node_program, tmp_path):
    model = MLP(2, [3, 1], "tanh", seed=0)
    parameters = model.parameters()
    x, t = [Value(0.5), Value(-1.5)], Value(0.25)
    neurons = [model.layers[0](x)[1], model(x)]
    loss = mse(neurons[1], t)
    # Asked at other numbers than those it was written with.
    script = learner_script(parameters, x, [t], neurons, loss)
    for p in parameters:
        p.data += 0.1
    x[0].data = 2.0
    neurons = [model.layers[0](x)[1], model(x)]
    loss = mse(neurons[1], t)
    loss.backward()
    numbers = [[v.data for v in part] for part in (parameters, x, [t])]
    file = tmp_path / "row.js"
    file.write_text(
        words() + PROGRAM.format(script=script, numbers=json.dumps(numbers)), "utf-8"
    )
    run = subprocess.run(
        [node_program, str(file)], capture_output=True, text=True, check=True
    )
    answer = json.loads(run.stdout)
    assert answer["loss"] == pytest.approx(loss.data, rel=1e-12)
    outputs = [node.data for node in neurons]
    assert answer["a"] == answer["heard"] == pytest.approx(outputs, rel=1e-12)
    # The gradient of the second neuron; the first is another node than the loss saw.
    assert answer["d"][1] == pytest.approx(neurons[1].grad, rel=1e-12)
    added = [1 + p.grad for p in parameters]
    assert answer["g"] == pytest.approx(added, rel=1e-12)
