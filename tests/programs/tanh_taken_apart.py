"""tanh out of exponentials, as the lecture takes it apart, and labels as it writes."""

from micrograd.engine import Value

n = Value(0.8813735870195432, (), "n")
e = (2 * n).exp()
o = (e - 1) / (e + 1)
o.label = "o"
o.backward()
print(f"{o.data:.6f} {n.grad:.6f}")
h = 0.0001
a, b, c = 2.0, -3.0, 10.0
d1 = Value(a) * b + c
a += h
d2 = Value(a) * b + c
print(f"slope {(d2 - d1).data / h:.4f}", +d1 is d1)
