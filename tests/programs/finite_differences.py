"""A gradient checked by nudging, and gradients that add up over two roots."""

from micrograd.engine import Value


def f(a, b):
    return (a * b).tanh() + (a / b) ** 2 + b.exp()


a, b = Value(0.7), Value(1.3)
f(a, b).backward()
h = 1e-6
slope_a = (f(Value(0.7 + h), Value(1.3)) - f(Value(0.7 - h), Value(1.3))) / (2 * h)
slope_b = (f(Value(0.7), Value(1.3 + h)) - f(Value(0.7), Value(1.3 - h))) / (2 * h)
print(abs(a.grad - slope_a.data) < 1e-6, abs(b.grad - slope_b.data) < 1e-6)
before = a.grad
f(a, b).backward()
print(abs(a.grad - 2 * before) < 1e-12)
