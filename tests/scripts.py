"""Graphs as JavaScript beside the same graphs as Values, in any engine that runs it."""

import math

from hypothesis import strategies as st
from records import RECORDS, record_id

from tinygrad_edu import Value, dot, logsumexp, nn, total
from tinygrad_edu.engine.evaluation import evaluate
from tinygrad_edu.engine.value import apply
from tinygrad_edu.errors import DomainError
from tinygrad_edu.replay.javascript import graph_script, number

EDGES = [0.0, 0.5, 1.0, 2.0, 3.0, 709.0, 711.0, 1e-300, 1e300, 5e-324, math.inf]
EDGES = [*EDGES, *[-x for x in EDGES], math.nan, 1e-8, -1e-8, 27.5, 1.7e308]

#: Sums of numbers of one size: what cancels is lost in an order of its own.
SUMS = {"total", "mean", "dot", "logsumexp"}


def operands(record):
    """How many operands to try a record with."""
    if not record.variadic:
        return [len(record.arguments)]
    return [len(record.arguments) * count for count in (1, 2, 3)]


CASES = [(record, count) for record in RECORDS for count in operands(record)]
CASE_IDS = [f"{record_id(record)} of {count}" for record, count in CASES]


def inputs(record, count):
    near = st.floats(-3, 3)
    draw = st.one_of(st.floats(), near, st.sampled_from(EDGES))
    if record.name in SUMS:
        # What newer Pythons add up more exactly is then the same within the bound.
        size = 30 if record.name == "dot" else 1e3
        draw = st.one_of(st.floats(-size, size), near)
    return st.lists(draw, min_size=count, max_size=count)


def edges(record, count):
    """Every edge with every other, for one and two operands; and ties."""
    if count == 1:
        return [[x] for x in EDGES]
    if count == 2 and record.name not in SUMS:
        return [[x, y] for x in EDGES for y in EDGES]
    specials = [0.0, -0.0, 1.0, math.inf, -math.inf, math.nan]
    return [[x] * (count - 1) + [y] for x in specials for y in specials]


def one_operator(record, count):
    """A graph of one operator, made where it is defined, and its leaves."""
    leaves = [Value(0.5 + i / 8, label=f"p{i}") for i in range(count)]
    return apply(record, leaves), leaves


def networks():
    """Whole networks with their losses, by name."""
    rows, targets = [[0.5, -1.0], [2.0, 0.3], [-0.2, 0.8]], [1.0, -1.0, 0.5]
    found = {}
    for activation in ("tanh", "relu", "sigmoid", "gelu", "elu", "silu", "softplus"):
        model = nn.MLP(2, [3, 1], activation=activation, seed=3)
        losses = [(model(row) - y) ** 2 for row, y in zip(rows, targets)]
        found[activation] = total(losses) / len(rows)
    model = nn.MLP(2, [4, 3], seed=4)
    scores = [model(row) for row in rows]
    found["classes"] = total([logsumexp(s) - s[i] for i, s in enumerate(scores)])
    layers = nn.Sequential(nn.Linear(2, 3, seed=1), nn.LayerNorm(3))
    found["normalised"] = total([x * x * x for x in layers([Value(1.0), Value(-2.0)])])
    many = [Value(i / 7) for i in range(120)]
    found["long"] = dot(many[:60], many[60:]).tanh() + total(many)
    return found


def bundle(roots):
    """One script that has `ask(graph, leaves)` for each of some graphs, by position."""
    graphs = ",\n".join(
        f"(() => {{ {graph_script(r)} return graph; }})()" for r in roots
    )
    return f"const graphs = [{graphs}];\n{ASK}"


# Numbers go and come as text, for JSON has neither nan nor -0.
ASK = """
const text = (x) => (Object.is(x, -0) ? "-0.0" : String(x));
function ask(which, numbers) {
  const graph = graphs[which];
  const v = [...graph.recorded];
  numbers.forEach(([node, x]) => { v[node] = Number(x); });
  const problem = graph.undefinedAt(v);
  graph.forward(v);
  if (problem !== null) return { problem, values: v.map(text) };
  return {
    values: v.map(text),
    partials: graph.partials(v).map((row) => row.map(text)),
    gradients: graph.backward(v).map(text),
    written: v.map(graph.repr),
  };
}
"""


def spelled(numbers):
    """Numbers by position, as `ask` takes them."""
    return [[i, number(x)] for i, x in numbers.items()]


def assert_same(texts, numbers, what):
    assert len(texts) == len(numbers), what
    for text, expected in zip(texts, numbers):
        found = float(text.replace("Infinity", "inf"))
        if math.isnan(expected) or math.isinf(expected) or expected == 0:
            # By text: nan, the infinities and the signs of zero.
            near = expected == 0 and found != 0 and abs(found) <= 1e-12
            assert near or repr(found) == repr(expected), (what, text, expected)
        else:
            limit = 1e-12 * max(1, abs(expected))
            assert abs(found - expected) <= limit, (what, text, expected)


def assert_operator_agrees(ask, which, record, xs):
    """The operator in JavaScript has what `apply` has, or says what it says."""
    leaves = [Value(x, label=f"p{i}") for i, x in enumerate(xs)]
    answer = ask(which, spelled(dict(enumerate(xs))))
    try:
        z = apply(record, leaves)
    except DomainError as error:
        problem = {"node": len(xs), "sentence": str(error)}
    else:
        problem = None
    if problem is not None:
        assert answer["problem"] == problem, xs
        assert answer["values"][-1] == "NaN"
        return
    assert "problem" not in answer, (xs, answer)
    assert_same(answer["values"], [*xs, z.data], xs)
    assert_same(answer["partials"][-1], z.local_derivatives, xs)
    assert answer["written"][:-1] == [str(x) for x in xs]


def assert_network_agrees(ask, which, root):
    root.zero_grad()
    root.backward()
    order = root.topological_order()
    answer = ask(which, [])
    assert_same(answer["values"], [node.data for node in order], "data")
    assert_same(answer["gradients"], [node.grad for node in order], "grad")
    # And at other leaves, with the interiors of before.
    moved = {x: x.data * 1.25 - 0.1 for x in order if x.op is None}
    places = {order.index(x): number for x, number in moved.items()}
    answer = ask(which, spelled(places))
    assert_same(answer["values"][-1:], [evaluate(root, moved)], "moved")
