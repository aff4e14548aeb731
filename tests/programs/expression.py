"""An expression of many operators, as micrograd's own page shows one."""

from micrograd.engine import Value

a = Value(-4.0)
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
print(f"{g.data:.12g}")
g.backward()
print(f"{a.grad:.12g}")
print(f"{b.grad:.12g}")
