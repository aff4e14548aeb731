# Written by `python tests/stubs.py` from the records: change those.

from collections.abc import Iterable

from tinygrad_edu.engine.value import Operand, Value

def maximum(x: Operand, y: Operand) -> Value:
    """Return the larger of two values.

    z = max(x, y),  ∂z/∂x = 1 where x > y, 0 where x < y; ∂z/∂y the rest

    Domain: real numbers.

    At x = y: each partial is ½.

    >>> x, y = Value(3.0), Value(2.0)
    >>> maximum(x, y).backward()
    >>> x.grad, y.grad
    (1.0, 0.0)
    """

def minimum(x: Operand, y: Operand) -> Value:
    """Return the smaller of two values.

    z = min(x, y),  ∂z/∂x = 1 where x < y, 0 where x > y; ∂z/∂y the rest

    Domain: real numbers.

    At x = y: each partial is ½.

    >>> x, y = Value(3.0), Value(2.0)
    >>> minimum(x, y).backward()
    >>> x.grad, y.grad
    (0.0, 1.0)
    """

def where(test: Operand, x: Operand, y: Operand) -> Value:
    """Return x where test > 0, otherwise y.

    z = x or y,  ∂z/∂test = 0,  ∂z/∂x = 1 where x is taken, ∂z/∂y the rest

    Domain: real numbers.

    At test = 0: y is taken, although z may jump.

    >>> test, x, y = Value(1.0), Value(3.0), Value(2.0)
    >>> where(test, x, y).backward()
    >>> test.grad, x.grad, y.grad
    (0.0, 1.0, 0.0)
    """

def ratio(x: Operand, y: Operand) -> Value:
    """Return the quotient as IEEE 754 has it: infinite where y = 0.

    z = x/y,  ∂z/∂x = 1/y,  ∂z/∂y = -z/y

    Domain: real numbers.

    >>> x, y = Value(3.0), Value(2.0)
    >>> ratio(x, y).backward()
    >>> x.grad, y.grad
    (0.5, -0.75)
    """

def total(values: Iterable[Operand]) -> Value:
    """Return the sum of many values as one node.

    z = Σ xᵢ,  ∂z/∂xᵢ = 1

    Domain: real numbers.

    >>> x0, x1 = Value(3.0), Value(2.0)
    >>> total([x0, x1]).backward()
    >>> x0.grad, x1.grad
    (1.0, 1.0)
    """

def mean(values: Iterable[Operand]) -> Value:
    """Return the arithmetic mean of n values as one node.

    z = (Σ xᵢ)/n,  ∂z/∂xᵢ = 1/n

    Domain: real numbers.

    >>> x0, x1 = Value(3.0), Value(2.0)
    >>> mean([x0, x1]).backward()
    >>> x0.grad, x1.grad
    (0.5, 0.5)
    """

def largest(values: Iterable[Operand]) -> Value:
    """Return the largest of many values.

    z = max xᵢ,  ∂z/∂xᵢ = 1 for the first of the largest, otherwise 0

    Domain: real numbers.

    At a tie of the largest: the first of them gets 1, as in max pooling.

    >>> x0, x1 = Value(3.0), Value(2.0)
    >>> largest([x0, x1]).backward()
    >>> x0.grad, x1.grad
    (1.0, 0.0)
    """

def logsumexp(values: Iterable[Operand]) -> Value:
    """Return the logarithm of the sum of exponentials as one node.

    z = ln Σ exp(xᵢ),  ∂z/∂xᵢ = exp(xᵢ - z) = softmax(x)ᵢ

    Domain: real numbers.

    >>> x0, x1 = Value(0.0), Value(0.0)
    >>> logsumexp([x0, x1]).backward()
    >>> x0.grad, x1.grad
    (0.5, 0.5)

    Source: Blanchard, Higham & Higham, Accurately computing the log-sum-exp and softmax functions, IMA J. Numer. Anal. 41, 2021
    """

def dot(weights: Iterable[Operand], inputs: Iterable[Operand]) -> Value:
    """Return the weighted sum of inputs as one node: weights, then inputs.

    z = Σ wᵢ·xᵢ,  ∂z/∂wᵢ = xᵢ,  ∂z/∂xᵢ = wᵢ

    Domain: real numbers.

    >>> w0, x0 = Value(3.0), Value(2.0)
    >>> dot([w0], [x0]).backward()
    >>> w0.grad, x0.grad
    (2.0, 3.0)
    """

def softmax(values: Iterable[Operand]) -> list[Value]:
    """Return the values as probabilities: positive, with the sum 1.

    pᵢ = exp(xᵢ) / Σ exp(xⱼ) = exp(xᵢ - logsumexp(x)),  ∂pᵢ/∂xⱼ = pᵢ·((i = j) - pⱼ)

    Raises:
        ValueError: If there are no values.

    >>> [p.data for p in softmax([0.0, 0.0])]
    [0.5, 0.5]
    """

def log_softmax(values: Iterable[Operand]) -> list[Value]:
    """Return the logarithms of the softmax of the values.

    ln pᵢ = xᵢ - logsumexp(x),  ∂ln pᵢ/∂xⱼ = (i = j) - pⱼ

    Raises:
        ValueError: If there are no values.

    >>> [f"{p:.4f}" for p in log_softmax([0.0, 0.0])]
    ['-0.6931', '-0.6931']
    """
