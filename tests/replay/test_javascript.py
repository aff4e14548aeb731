"""A graph as JavaScript, in node, beside the graph of Values."""

import json
import subprocess

import pytest
import scripts
from hypothesis import given

from tinygrad_edu import Value, largest, where
from tinygrad_edu.engine.worlds import World
from tinygrad_edu.replay.javascript import (
    ScriptTape,
    ScriptTerm,
    graph_script,
    operator_script,
    words,
)
from tinygrad_edu.replay.nesting import nested

NETWORKS = scripts.networks()

SERVER = """
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => console.log(JSON.stringify(ask(...JSON.parse(line)))));
"""


@pytest.fixture(scope="module")
def ask(node_program, tmp_path_factory):
    """Asks one node process, which has every graph."""
    roots = [scripts.one_operator(*case)[0] for case in scripts.CASES]
    file = tmp_path_factory.mktemp("node") / "graphs.js"
    file.write_text(scripts.bundle([*roots, *NETWORKS.values()]) + SERVER, "utf-8")
    with subprocess.Popen(
        [node_program, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:

        def ask(which, numbers):
            process.stdin.write(json.dumps([which, numbers]) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


@pytest.mark.parametrize("case", scripts.CASES, ids=scripts.CASE_IDS)
def test_an_operator_computes_what_its_value_has(ask, case):
    which = scripts.CASES.index(case)

    @given(scripts.inputs(*case))
    def agrees(xs):
        scripts.assert_operator_agrees(ask, which, case[0], xs)

    agrees()


@pytest.mark.parametrize("case", scripts.CASES, ids=scripts.CASE_IDS)
def test_an_operator_has_the_edges_of_its_value(ask, case):
    for xs in scripts.edges(*case):
        scripts.assert_operator_agrees(ask, scripts.CASES.index(case), case[0], xs)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_has_the_values_and_gradients_of_its_graph(ask, name):
    which = len(scripts.CASES) + list(NETWORKS).index(name)
    scripts.assert_network_agrees(ask, which, NETWORKS[name])


def test_every_word_of_the_rules_is_there():
    text = words()
    for word in World._fields:
        # What takes many is written out.
        if word not in ("sum", "largest"):
            assert f"const {word} =" in text or f"function {word}" in text, word


def test_a_rule_reads_as_one_would_write_it():
    text = operator_script((Value(1.0) * 2).op, 2)
    assert "forward: (x, y) => x * y," in text
    assert "partials: (z, x, y) => [y, x]," in text
    text = operator_script(Value(1.0).sigmoid().op, 1)
    assert "partials: (z, x) => [z * (1.0 - z)]," in text


def test_an_operator_is_written_once_for_all_its_nodes():
    x = Value(0.5)
    for _ in range(100):
        x = x.tanh()
    assert graph_script(x).count('"tanh"') == 1


def test_a_division_asks_only_where_its_divisor_may_be_0():
    tape = ScriptTape()
    x = ScriptTerm("x", tape)
    _, texts = nested(tape, [x / 2.0, x / 0.0, x / x, 1.0 / x])
    quotients = ["quotient(x, 0.0)", "quotient(x, x)", "quotient(1.0, x)"]
    assert texts == ["x / 2.0", *quotients]


def test_a_label_stays_as_it_is_written():
    assert "温度" in graph_script(Value(1.0, label="温度"))


def test_labels_cannot_leave_the_script():
    text = graph_script(Value(-1.0, label="</script><!--").exp())
    assert "</script" not in text
    assert "<!--" not in text


def test_a_graph_of_one_leaf_is_a_script_too():
    assert "const recorded = [2.0];" in graph_script(Value(2.0))


def test_a_choice_follows_its_numbers():
    # `where` and `largest` are operators, and so no choice is frozen in them.
    x, y = Value(1.0), Value(2.0)
    text = graph_script(where(x, y, largest([x, y])))
    assert "test > 0" not in text.partition("const table")[2]
    assert "where(test, x, y)" in text
