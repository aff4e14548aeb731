"""Nodes that do the same are one group, and groups come after what they need."""

from graphs import leaf_values, programs, run
from hypothesis import given

from tinygrad_edu import MLP, Value, dot, record, total
from tinygrad_edu.replay.groups import group_nodes


def grouped(roots, leaves):
    order = list(dict.fromkeys(n for r in roots for n in r.topological_order()))
    recorded = {node: node.data for node in order}
    return group_nodes(recorded, [leaves], [True]), recorded


@given(programs(), leaf_values)
def test_each_node_has_one_place_and_each_group_comes_after_its_operands(
    program, numbers
):
    leaves = [Value(x) for x in numbers]
    root = run(program, leaves, lambda name, node: getattr(node, name)())
    (groups, places), recorded = grouped([root], leaves)
    assert set(places) >= set(recorded)
    rank = {group: i for i, group in enumerate(groups)}
    for node in recorded:
        group, i = places[node]
        if group.numbers is None:
            assert group.members[i] is node
    for group in groups:
        assert len({node.op for node in group.members}) <= 1
        for column in group.operands:
            for source in column.sources:
                assert source.numbers is not None or rank[source] < rank[group]


def test_the_neurons_of_a_layer_are_one_group():
    model = MLP(2, [5, 1], activation="tanh", seed=0)
    x = [Value(1.0), Value(2.0)]
    (groups, _), _ = grouped([model(x)], x)
    sizes = [len(g.members) for g in groups if g.op is not None and g.op.name == "tanh"]
    assert sizes == [5]


def members_of(groups, name):
    return [g.members for g in groups if g.op is not None and g.op.name == name]


def test_operands_from_one_group_stand_side_by_side():
    x = [Value(1.0), Value(2.0)]
    one, other = [y.exp() for y in x], [y.tanh() for y in x]
    met = [one[0].sin(), other[0].sin(), one[1].sin(), other[1].sin()]
    (groups, _), _ = grouped([total(met)], x)
    (sines,) = members_of(groups, "sin")
    assert sines in ([met[i] for i in order] for order in ([0, 2, 1, 3], [1, 3, 0, 2]))


def test_a_weighted_sum_that_shares_nothing_stands_apart_from_a_product_of_matrices():
    w, v = ([Value(float(i)) for i in range(n, n + 2)] for n in (1, 3))
    a, b, c = ([Value(float(i)) for i in range(n, n + 2)] for n in (5, 7, 9))
    sums = [dot(w, a), dot(v, c), dot(w, b)]
    recorded = {node: node.data for x in sums for node in x.topological_order()}
    groups, _ = group_nodes(recorded, [[*w, *v], [*a, *b, *c]], [False, True])
    assert members_of(groups, "dot") == [[sums[0], sums[2]], [sums[1]]]


def test_what_no_input_reaches_keeps_its_number():
    x, c = Value(1.0), Value(3.0)
    (_, places), _ = grouped([x * c.exp()], [x])
    group, i = places[c]
    assert group.numbers[i] == 3.0
    assert record(x * c, [x])(2.0) == 6.0
