"""Collapsing: one box for each call of a module, and no node lost."""

import itertools
import re

import pytest

from tinygrad_edu import MLP, Value, draw_dot
from tinygrad_edu.draw.graphs.collapse import (
    Bundle,
    bundle_chains,
    bundle_nodes,
    parameter_modules,
)
from tinygrad_edu.engine.functions import mean, total
from tinygrad_edu.engine.names import node_names
from tinygrad_edu.nn import RNNCell


def groups_of(root, **options):
    order = root.topological_order()
    return bundle_nodes(order, parameter_modules(order, **options))


@pytest.mark.parametrize("expanded", [False, True])
def test_every_neuron_is_one_group_in_every_call(expanded):
    model = MLP(2, [3, 2, 1], activation="tanh", seed=0, expanded=expanded)
    loss = mean([model(row) for row in ([1.0, 2.0], [3.0, 4.0], [5.0, 6.0])])
    names = [bundle.module for bundle in groups_of(loss) if bundle.module]
    for layer, width in enumerate((3, 2, 1)):
        for i in range(width):
            assert names.count(f"layer{layer}.neuron{i}") == 3
    assert len(names) == 3 * 6


def test_every_node_but_the_parameters_is_in_one_group():
    model = MLP(2, [3, 1], activation="tanh", seed=0, expanded=True)
    loss = (model([1.0, 2.0]) - 1.0) ** 2
    bundles = groups_of(loss)
    grouped = [node for bundle in bundles for node in bundle.nodes]
    assert len(grouped) == len(set(grouped))
    inside = set().union(*[bundle.parameters for bundle in bundles])
    assert inside == set(model.parameters())
    assert set(grouped) | inside == set(loss.topological_order())
    assert not set(grouped) & inside


def test_parents_come_first_and_are_those_of_the_nodes():
    model = MLP(2, [3, 1], seed=0)
    bundles = groups_of(model([1.0, 2.0]))
    places = {bundle: i for i, bundle in enumerate(bundles)}
    home = {node: bundle for bundle in bundles for node in bundle.nodes}
    for bundle in bundles:
        expected = {home[p] for n in bundle.nodes for p in n.parents if p in home}
        assert set(bundle.parents) == expected - {bundle}
        assert all(places[parent] < places[bundle] for parent in bundle.parents)


def test_without_modules_each_node_has_its_own_group():
    a = Value(2.0)
    root = (a * a).tanh()
    assert [g.nodes for g in bundle_nodes(root.topological_order(), {})] == [
        [node] for node in root.topological_order()
    ]


def test_a_recurrent_cell_that_is_called_again_starts_a_new_group():
    cell = RNNCell(1, 2, seed=0)
    state = [Value(0.0), Value(0.0)]
    for x in (1.0, 2.0, 3.0):
        state = cell([x], state)
    names = [g.module for g in groups_of(state[0] + state[1], model=cell, depth=1)]
    assert len([name for name in names if name]) >= 3


def test_a_deep_graph_needs_no_recursion():
    weight = Value(0.5, label="cell.w")
    x = Value(1.0)
    for _ in range(5000):
        x = x * weight
    assert len(groups_of(x)) == 5001


def test_the_derivative_of_a_box_is_the_chain_rule_inside_it():
    # tanh(w·x + b): ∂/∂x = w·(1 - tanh²).
    model = MLP(1, [1], output_activation="tanh", seed=0)
    x = Value(0.7, label="x")
    y = model(x)
    w = model.layers[0].neurons[0].w[0].data
    local = w * (1 - y.data**2)
    source = draw_dot(y, collapse=True).source
    assert f'label=" {local:.4g} "' in source


def test_neurons_become_one_box_each():
    model = MLP(2, [3, 1], activation="tanh", seed=0, expanded=True)
    y = model([1.0, 2.0])
    y.backward()
    source = draw_dot(y, collapse=True).source
    for i in range(3):
        assert source.count(f"<b>layer0.neuron{i}</b>") == 1
    assert source.count("<b>layer1.neuron0</b>") == 1
    assert "drawn as 6 boxes" in source
    assert "drawn as 4 boxes" in draw_dot(y, collapse=1).source


def test_many_operands_of_one_node_are_not_searched_one_by_one(monkeypatch):
    compared = []

    def equals(self, other):
        compared.append(self)
        return self is other

    root = total([Value(1.0) for _ in range(300)])
    monkeypatch.setattr(Bundle, "__eq__", equals)
    monkeypatch.setattr(Bundle, "__hash__", object.__hash__)
    assert len(groups_of(root)) == 301
    assert len(compared) < 300


def test_calls_that_read_the_same_inputs_again_are_boxes_of_their_own():
    cell = RNNCell(2, 1, seed=0)
    x = [Value(1.0, label="a"), Value(-1.0, label="b")]
    state = None
    for _ in range(3):
        state = cell(x, state)
    calls = [bundle for bundle in groups_of(state[0]) if bundle.module]
    assert [bundle.module for bundle in calls] == ["update.neuron0"] * 3
    assert len({len(bundle.nodes) for bundle in calls}) == 1


def test_a_long_chain_is_drawn_in_stretches_with_the_chain_rule_through_each():
    a = Value(0.9, label="a")
    y = start = Value(0.3, label="x")
    for _ in range(60):
        y = (y * a + 0.1).tanh()
    y.backward()
    order = y.topological_order()
    bundles = bundle_chains(order)
    drawn = [node for bundle in bundles for node in bundle.nodes]
    assert sorted(map(order.index, drawn)) == list(range(len(order)))
    stretches = [bundle for bundle in bundles if bundle.module]
    assert len(stretches) == 12
    # What has a label stays; the plain numbers go with the stretch that adds them.
    assert [b.nodes for b in bundles if not b.module] == [[start], [a]]
    for one, other in itertools.pairwise(stretches):
        assert one in other.parents
    names = node_names(order)
    for bundle in stretches:
        first, last = bundle.module.split(" … ")
        assert last == names[bundle.outputs[-1]]
        assert first in {names[node] for node in bundle.nodes}
    # The gradient of a stretch's end, over that of the next: the arrow between them.
    boxes = draw_dot(y).diagram
    ends = [bundle.outputs[-1] for bundle in stretches]
    places = [i for i, bundle in enumerate(bundles) if bundle.module]
    for (i, one), (j, other) in itertools.pairwise(zip(places, ends)):
        (arrow,) = [r for r in boxes.arrows if (r.tail, r.head) == (i, j)]
        assert float(arrow.label) == pytest.approx(one.grad / other.grad, rel=1e-3)


def test_a_chain_of_200_nodes_fits_a_screen():
    y = Value(0.5, label="x")
    for _ in range(200):
        y = y.tanh()
    for drawn_by in ("builtin", "auto"):
        svg = draw_dot(y, drawn_by=drawn_by).svg()
        points = float(re.search(r'<svg[^>]*width="([\d.]+)pt"', svg)[1])
        assert points * 96 / 72 < 3840


def test_what_branches_is_no_chain():
    x = Value(0.5, label="x")
    y = x
    for _ in range(40):
        y = y.tanh() + y.sin()
    order = y.topological_order()
    assert len(bundle_chains(order)) == len(order)
