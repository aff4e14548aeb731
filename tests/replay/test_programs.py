"""The two programs of a graph give the same, and the text is what runs."""

import pytest

from tinygrad_edu import Value
from tinygrad_edu.engine.worlds import FLOATS
from tinygrad_edu.replay.array_worlds import array_world
from tinygrad_edu.replay.programs import write_arrays, write_floats

numpy = pytest.importorskip("numpy")


def graph():
    w, x = Value(0.5, label="w"), Value(2.0, label="x")
    root = (w * x).tanh() + x
    return {node: node.data for node in root.topological_order()}, w, x, root


def run(program, words, *arguments):
    known = {**words, **program.constants}
    exec(program.text, known)
    return known["replay"](*arguments)


def test_the_program_for_floats_gives_outputs_and_their_slopes():
    recorded, w, x, root = graph()
    program = write_floats(recorded, [w, x], [root], slopes=True)
    outputs, slopes = run(program, FLOATS._asdict(), 0.5, 2.0)
    root.backward()
    assert outputs == [root.data]
    assert slopes == pytest.approx([w.grad, x.grad], rel=1e-15)
    program = write_floats(recorded, [w, x], [root, x], slopes=True)
    assert run(program, FLOATS._asdict(), 0.5, 2.0)[1] == slopes


@pytest.mark.parametrize("gradient", ["", "shared", "all"])
def test_the_program_for_arrays_gives_them_for_each_row(gradient):
    recorded, w, x, root = graph()
    program = write_arrays(recorded, [w], [x], [root], gradient, keeps_order=False)
    rows = numpy.array([[2.0, -1.0, 0.5]])
    arguments = [numpy.array([[0.5]]), rows, *([1.0] if gradient else [])]
    results = run(program, array_world("numpy"), *arguments)
    outputs, slopes = [], []
    for number in rows[0]:
        a, b = Value(0.5), Value(float(number))
        y = (a * b).tanh() + b
        y.backward()
        outputs.append(y.data)
        slopes.append((a.grad, b.grad))
    assert results[0].ravel() == pytest.approx(outputs, rel=1e-12)
    if gradient:
        assert float(results[1].ravel()[0]) == pytest.approx(sum(a for a, _ in slopes))
    if gradient == "all":
        assert results[2].ravel() == pytest.approx([b for _, b in slopes], rel=1e-12)


def test_what_is_compiled_gives_up_each_array_after_its_last_use():
    x = Value(2.0, label="x")
    root = x.exp().sin() * x.tanh()
    recorded = {node: node.data for node in root.topological_order()}
    program = write_arrays(recorded, [], [x], [root], "", keeps_order=False)
    statements = [line for line in program.code.splitlines() if "del " not in line]
    assert "\n".join([*statements, ""]) == program.text
    freed = [line.split()[1:] for line in program.code.splitlines() if "del " in line]
    assert sorted(name.strip(",") for names in freed for name in names) == [
        "t0",
        "t1",
        "t2",
    ]
