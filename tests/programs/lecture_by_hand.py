"""The lecture's neuron, its backward pass by hand, node after node."""

from micrograd.engine import Value

x1 = Value(2.0, label="x1")
x2 = Value(0.0, label="x2")
w1 = Value(-3.0, label="w1")
w2 = Value(1.0, label="w2")
b = Value(6.8813735870195432, label="b")
x1w1 = x1 * w1
x1w1.label = "x1*w1"
x2w2 = x2 * w2
x2w2.label = "x2*w2"
x1w1x2w2 = x1w1 + x2w2
x1w1x2w2.label = "x1*w1 + x2*w2"
n = x1w1x2w2 + b
n.label = "n"
o = n.tanh()
o.label = "o"

o.grad = 1.0
o._backward()
n._backward()
b._backward()
x1w1x2w2._backward()
x2w2._backward()
x1w1._backward()
print(f"{x1.grad:.4f} {w1.grad:.4f} {x2.grad:.4f} {w2.grad:.4f}")

# The same with a topological order of one's own.
topo = []
visited = set()


def build_topo(v):
    if v not in visited:
        visited.add(v)
        for child in v._prev:
            build_topo(child)
        topo.append(v)


for v in (x1, x2, w1, w2, b):
    v.grad = 0.0
build_topo(o)
for node in topo[:-1]:
    node.grad = 0.0
for node in reversed(topo):
    node._backward()
print(f"{x1.grad:.4f} {w1.grad:.4f} {x2.grad:.4f} {w2.grad:.4f}")
