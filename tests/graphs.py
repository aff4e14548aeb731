"""Graphs that several tests walk: the lecture's, and random ones."""

from hypothesis import strategies as st

from tinygrad_edu import Value

UNARY = ["tanh", "sigmoid", "relu", "sin", "cos", "atan", "softplus", "erf", "silu"]


@st.composite
def programs(draw):
    """Draw the steps of a straight-line program over a growing list of nodes."""
    steps = []
    for size in range(3, draw(st.integers(4, 25))):
        name = draw(st.sampled_from(["add", "sub", "mul", *UNARY]))
        operands = draw(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)))
        steps.append((name, *operands))
    return steps


def run(program, leaves, call):
    nodes = list(leaves)
    for name, i, j in program:
        if name == "add":
            node = nodes[i] + nodes[j]
        elif name == "sub":
            node = nodes[i] - nodes[j]
        elif name == "mul":
            node = nodes[i] * nodes[j]
        else:
            node = call(name, nodes[i])
        nodes.append(node)
    return nodes[-1] + nodes[len(nodes) // 2]


leaf_values = st.lists(st.floats(-1.5, 1.5), min_size=3, max_size=3)


def lesson():
    a, b, c, f = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c"), Value(-2.0, "f")
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    loss = d * f
    loss.label = "L"
    return loss
