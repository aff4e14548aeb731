"""The lecture's own draw_dot, on the package graphviz, for a small network."""

import random

from graphviz import Digraph
from micrograd.nn import MLP, Layer, Module, Neuron


def trace(root):
    nodes, edges = set(), set()

    def build(v):
        if v not in nodes:
            nodes.add(v)
            for child in v._prev:
                edges.add((child, v))
                build(child)

    build(root)
    return nodes, edges


def draw_dot(root, format="svg", rankdir="LR"):
    assert rankdir in ["LR", "TB"]
    nodes, edges = trace(root)
    dot = Digraph(format=format, graph_attr={"rankdir": rankdir})
    for n in nodes:
        label = "{ data %.4f | grad %.4f }" % (n.data, n.grad)
        dot.node(name=str(id(n)), label=label, shape="record")
        if n._op:
            dot.node(name=str(id(n)) + n._op, label=n._op)
            dot.edge(str(id(n)) + n._op, str(id(n)))
    for n1, n2 in edges:
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)
    return dot


random.seed(4)
model = MLP(3, [4, 1])
print(isinstance(model, Module), len(model.parameters()))
for layer in model.layers:
    assert isinstance(layer, Layer)
    for neuron in layer.neurons:
        assert isinstance(neuron, Neuron)
        print(len(neuron.w), float(neuron.b.data), neuron.nonlin)
y = model([1.0, -2.0, 3.0])
y.backward()
source = draw_dot(y).source
print(source.startswith("digraph"), f"data {y.data:.4f} | grad 1.0000" in source)
