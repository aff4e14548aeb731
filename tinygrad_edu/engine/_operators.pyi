# Written by `python tests/stubs.py` from the records: change those.

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

from tinygrad_edu.engine.node import Node
from tinygrad_edu.engine.record import Primitive

def apply(primitive: Primitive, operands: Iterable[Operand]) -> Value:
    """Return the node that an operator makes of any number of operands.

    Args:
        primitive: The record of the operator.
        operands: Its arguments in order; plain numbers become constants.

    Raises:
        DomainError: If the operator is undefined there.
        TypeError: If an operand is neither a Value nor a real number.
        ValueError: If there are no operands.
    """

class Value(Node):
    """A number in a computation graph: a `Node` with the operators that make more.

    Args:
        data: Any real number: a float, an int, a NumPy scalar.
        label: A name for pictures and messages.

    Raises:
        TypeError: If data is not a real number.
        OverflowError: If data is an integer or fraction too large for a float.

    >>> a = Value(2.0, label="a")
    >>> b = Value(-3.0, label="b")
    >>> c = a * b
    >>> c.backward()
    >>> a
    Value(data=2.0, grad=-3.0, label='a')
    """

    parents: tuple[Value, ...]

    def __add__(self, other: Operand) -> Value:
        """Return the sum of two values.

        z = x + y,  ∂z/∂x = 1,  ∂z/∂y = 1

        Domain: real numbers.

        >>> x, y = Value(3.0), Value(2.0)
        >>> (x + y).backward()
        >>> x.grad, y.grad
        (1.0, 1.0)
        """

    def __radd__(self, other: float) -> Value:
        """Return the sum of two values.

        z = x + y,  ∂z/∂x = 1,  ∂z/∂y = 1

        Domain: real numbers.

        >>> x, y = Value(3.0), Value(2.0)
        >>> (x + y).backward()
        >>> x.grad, y.grad
        (1.0, 1.0)
        """

    def __sub__(self, other: Operand) -> Value:
        """Return the difference of two values.

        z = x - y,  ∂z/∂x = 1,  ∂z/∂y = -1

        Domain: real numbers.

        >>> x, y = Value(3.0), Value(2.0)
        >>> (x - y).backward()
        >>> x.grad, y.grad
        (1.0, -1.0)
        """

    def __rsub__(self, other: float) -> Value:
        """Return the difference of two values.

        z = x - y,  ∂z/∂x = 1,  ∂z/∂y = -1

        Domain: real numbers.

        >>> x, y = Value(3.0), Value(2.0)
        >>> (x - y).backward()
        >>> x.grad, y.grad
        (1.0, -1.0)
        """

    def __mul__(self, other: Operand) -> Value:
        """Return the product of two values.

        z = x·y,  ∂z/∂x = y,  ∂z/∂y = x

        Domain: real numbers.

        >>> x, y = Value(3.0), Value(2.0)
        >>> (x * y).backward()
        >>> x.grad, y.grad
        (2.0, 3.0)
        """

    def __rmul__(self, other: float) -> Value:
        """Return the product of two values.

        z = x·y,  ∂z/∂x = y,  ∂z/∂y = x

        Domain: real numbers.

        >>> x, y = Value(3.0), Value(2.0)
        >>> (x * y).backward()
        >>> x.grad, y.grad
        (2.0, 3.0)
        """

    def __truediv__(self, other: Operand) -> Value:
        """Return the quotient of two values.

        z = x/y,  ∂z/∂x = 1/y,  ∂z/∂y = -z/y = -x/y²

        Domain: y ≠ 0.

        Raises:
            DomainError: Outside the domain.

        >>> x, y = Value(3.0), Value(2.0)
        >>> (x / y).backward()
        >>> x.grad, y.grad
        (0.5, -0.75)
        """

    def __rtruediv__(self, other: float) -> Value:
        """Return the quotient of two values.

        z = x/y,  ∂z/∂x = 1/y,  ∂z/∂y = -z/y = -x/y²

        Domain: y ≠ 0.

        Raises:
            DomainError: Outside the domain.

        >>> x, y = Value(3.0), Value(2.0)
        >>> (x / y).backward()
        >>> x.grad, y.grad
        (0.5, -0.75)
        """

    def __rpow__(self, other: float) -> Value:
        """Return x to the power y, where the exponent is a node too.

        z = xʸ,  ∂z/∂x = y·xʸ⁻¹ = y·z/x,  ∂z/∂y = z·ln x

        Domain: x > 0.

        Raises:
            DomainError: Outside the domain.

        >>> x, y = Value(1.0), Value(2.0)
        >>> (x ** y).backward()
        >>> x.grad, y.grad
        (2.0, 0.0)
        """

    def __neg__(self) -> Value:
        """Return the opposite of this node.

        z = -x,  ∂z/∂x = -1

        Domain: real numbers.

        >>> x = Value(3.0)
        >>> (-x).backward()
        >>> x.grad
        -1.0
        """

    def __abs__(self) -> Value:
        """Return the absolute value of this node.

        z = |x|,  ∂z/∂x = sign x

        Domain: real numbers.

        At x = 0: ∂z/∂x = 0.

        >>> x = Value(-3.0)
        >>> abs(x).backward()
        >>> x.grad
        -1.0
        """

    def __pos__(self) -> Value:
        """Return this node itself; no new one is needed.

        z = x,  ∂z/∂x = 1

        >>> x = Value(2.0)
        >>> +x is x
        True
        """

    def __pow__(self, exponent: Operand) -> Value:
        """Return this node to a power; a plain exponent is a parameter, no operand.

        z = xᵖ,  ∂z/∂x = p·xᵖ⁻¹;  for a Value y: ∂z/∂y = xʸ·ln x, which needs x > 0

        >>> x = Value(-2.0)
        >>> (x ** 3).backward()
        >>> x.grad
        12.0
        """

    def sign(self) -> Value:
        """Return 1 where this node is positive, -1 where negative, otherwise 0.

        z = sign x,  ∂z/∂x = 0

        Domain: real numbers.

        At x = 0: ∂z/∂x = 0, although z jumps.

        >>> x = Value(-3.0)
        >>> x.sign().backward()
        >>> x.grad
        0.0
        """

    def exp(self) -> Value:
        """Return e to the power of this node.

        z = eˣ,  ∂z/∂x = eˣ = z

        Domain: real numbers.

        >>> x = Value(0.0)
        >>> x.exp().backward()
        >>> x.grad
        1.0
        """

    def expm1(self) -> Value:
        """Return eˣ - 1, exact also where x is small.

        z = eˣ - 1,  ∂z/∂x = eˣ

        Domain: real numbers.

        >>> x = Value(0.0)
        >>> x.expm1().backward()
        >>> x.grad
        1.0
        """

    def log(self) -> Value:
        """Return the natural logarithm of this node.

        z = ln x,  ∂z/∂x = 1/x

        Domain: x > 0.

        Raises:
            DomainError: Outside the domain.

        >>> x = Value(2.0)
        >>> x.log().backward()
        >>> x.grad
        0.5
        """

    def log1p(self) -> Value:
        """Return ln(1 + x), exact also where x is small.

        z = ln(1 + x),  ∂z/∂x = 1/(1 + x)

        Domain: x > -1.

        Raises:
            DomainError: Outside the domain.

        >>> x = Value(1.0)
        >>> x.log1p().backward()
        >>> x.grad
        0.5
        """

    def sqrt(self) -> Value:
        """Return the square root of this node.

        z = √x,  ∂z/∂x = 1/(2√x) = 1/(2z), infinite at x = 0

        Domain: x >= 0.

        Raises:
            DomainError: Outside the domain.

        >>> x = Value(4.0)
        >>> x.sqrt().backward()
        >>> x.grad
        0.25
        """

    def sin(self) -> Value:
        """Return the sine of this node, in radians.

        z = sin x,  ∂z/∂x = cos x

        Domain: a finite x.

        Raises:
            DomainError: Outside the domain.

        >>> x = Value(0.0)
        >>> x.sin().backward()
        >>> x.grad
        1.0
        """

    def cos(self) -> Value:
        """Return the cosine of this node, in radians.

        z = cos x,  ∂z/∂x = -sin x

        Domain: a finite x.

        Raises:
            DomainError: Outside the domain.

        >>> x = Value(1.5707963267948966)
        >>> x.cos().backward()
        >>> x.grad
        -1.0
        """

    def tan(self) -> Value:
        """Return the tangent of this node, in radians.

        z = tan x,  ∂z/∂x = 1 + tan² x = 1 + z²

        Domain: a finite x.

        Raises:
            DomainError: Outside the domain.

        >>> x = Value(0.0)
        >>> x.tan().backward()
        >>> x.grad
        1.0
        """

    def asin(self) -> Value:
        """Return the angle in [-π/2, π/2] whose sine is this node.

        z = arcsin x,  ∂z/∂x = 1/√(1 - x²), infinite at x = ±1

        Domain: -1 <= x <= 1.

        Raises:
            DomainError: Outside the domain.

        >>> x = Value(0.0)
        >>> x.asin().backward()
        >>> x.grad
        1.0
        """

    def acos(self) -> Value:
        """Return the angle in [0, π] whose cosine is this node.

        z = arccos x,  ∂z/∂x = -1/√(1 - x²), infinite at x = ±1

        Domain: -1 <= x <= 1.

        Raises:
            DomainError: Outside the domain.

        >>> x = Value(0.0)
        >>> x.acos().backward()
        >>> x.grad
        -1.0
        """

    def atan(self) -> Value:
        """Return the angle in (-π/2, π/2) whose tangent is this node.

        z = arctan x,  ∂z/∂x = 1/(1 + x²)

        Domain: real numbers.

        >>> x = Value(1.0)
        >>> x.atan().backward()
        >>> x.grad
        0.5
        """

    def sinh(self) -> Value:
        """Return the hyperbolic sine of this node.

        z = sinh x = (eˣ - e⁻ˣ)/2,  ∂z/∂x = cosh x

        Domain: real numbers.

        >>> x = Value(0.0)
        >>> x.sinh().backward()
        >>> x.grad
        1.0
        """

    def cosh(self) -> Value:
        """Return the hyperbolic cosine of this node.

        z = cosh x = (eˣ + e⁻ˣ)/2,  ∂z/∂x = sinh x

        Domain: real numbers.

        >>> x = Value(0.0)
        >>> x.cosh().backward()
        >>> x.grad
        0.0
        """

    def tanh(self) -> Value:
        """Return the hyperbolic tangent of this node.

        z = tanh x,  ∂z/∂x = 1 - tanh² x = 1 - z²

        Domain: real numbers.

        >>> x = Value(0.0)
        >>> x.tanh().backward()
        >>> x.grad
        1.0
        """

    def sigmoid(self) -> Value:
        """Return the logistic sigmoid σ of this node.

        z = σ(x) = 1/(1 + e⁻ˣ),  ∂z/∂x = σ(x)·(1 - σ(x)) = z·(1 - z)

        Domain: real numbers.

        >>> x = Value(0.0)
        >>> x.sigmoid().backward()
        >>> x.grad
        0.25
        """

    def relu(self) -> Value:
        """Return this node where it is positive, otherwise 0.

        z = max(x, 0),  ∂z/∂x = 1 where x > 0, otherwise 0

        Domain: real numbers.

        At x = 0: ∂z/∂x = 0.

        >>> x = Value(2.0)
        >>> x.relu().backward()
        >>> x.grad
        1.0
        """

    def softplus(self) -> Value:
        """Return the softplus of this node, a smooth ReLU.

        z = ln(1 + eˣ),  ∂z/∂x = σ(x) = 1 - e⁻ᶻ

        Domain: real numbers.

        >>> x = Value(0.0)
        >>> x.softplus().backward()
        >>> x.grad
        0.5
        """

    def silu(self) -> Value:
        """Return x·σ(x), the sigmoid linear unit, also called swish.

        z = x·σ(x),  ∂z/∂x = σ(x)·(1 + x·(1 - σ(x)))

        Domain: real numbers.

        >>> x = Value(0.0)
        >>> x.silu().backward()
        >>> x.grad
        0.5

        Source: Elfwing, Uchibe & Doya, arXiv:1702.03118, 2017
        """

    def gelu(self) -> Value:
        """Return x·Φ(x), the Gaussian error linear unit (exact, not by tanh).

        z = x·Φ(x),  ∂z/∂x = Φ(x) + x·φ(x), Φ and φ of the standard normal

        Domain: real numbers.

        >>> x = Value(0.0)
        >>> x.gelu().backward()
        >>> x.grad
        0.5

        Source: Hendrycks & Gimpel, arXiv:1606.08415, 2016
        """

    def erf(self) -> Value:
        """Return the error function of this node.

        z = 2/√π · ∫₀ˣ e^(-t²) dt,  ∂z/∂x = 2/√π · e^(-x²)

        Domain: real numbers.

        >>> x = Value(0.0)
        >>> x.erf().backward()
        >>> x.grad
        1.1283791670955126
        """

    def leaky_relu(self, negative_slope: float = 0.01) -> Value:
        """Return this node where it is positive, otherwise a part of it.

        z = x where x > 0, otherwise s·x,  ∂z/∂x = 1 or s (negative_slope)

        Domain: real numbers.

        At x = 0: ∂z/∂x = s.

        >>> x = Value(-2.0)
        >>> x.leaky_relu(0.1).backward()
        >>> x.grad
        0.1

        Source: Maas, Hannun & Ng, Rectifier nonlinearities improve neural network acoustic models, 2013
        """

    def elu(self, alpha: float = 1.0) -> Value:
        """Return this node where it is positive, otherwise α·(eˣ - 1).

        z = x where x > 0, otherwise α·(eˣ - 1),  ∂z/∂x = 1 or α·eˣ

        Domain: real numbers.

        At x = 0: ∂z/∂x = α.

        >>> x = Value(1.0)
        >>> x.elu().backward()
        >>> x.grad
        1.0

        Source: Clevert, Unterthiner & Hochreiter, arXiv:1511.07289, 2015
        """

    def clip(self, low: float, high: float) -> Value:
        """Return this node, but no less than `low` and no more than `high`.

        z = min(max(x, low), high),  ∂z/∂x = 1 inside, 0 outside

        Domain: real numbers.

        At x = low and x = high: ∂z/∂x = 1.

        >>> x = Value(2.0)
        >>> x.clip(-1, 1).backward()
        >>> x.grad
        0.0
        """

class Constant(Value):
    """A leaf that an operator made of a plain number, such as the 3 of `x * 3`.

    It does all that a Value does; pictures and sentences call it by its number, until
    it is given a label.

    >>> x = Value(2.0, label="x")
    >>> (x * 3).parents[1]
    Value(data=3.0, grad=0.0)
    """

Operand: TypeAlias = Value | float

ActivationName: TypeAlias = Literal[
    "linear",
    "tanh",
    "sigmoid",
    "relu",
    "softplus",
    "silu",
    "gelu",
    "leaky_relu",
    "elu",
]

def as_node(x: Operand) -> Value:
    """Return a Value as it is, and a plain number as a leaf.

    Raises:
        TypeError: If x is neither a Value nor a real number.
    """

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

    z = ln Σ exp(xᵢ),  ∂z/∂xᵢ = exp(xᵢ - z)/Σ exp(xⱼ - z) = softmax(x)ᵢ

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

def pick(values: Sequence[Any], index: Any) -> Any:
    """Return an element of a list, by a number that may come from the data.

    z = xₖ,  ∂z/∂xᵢ = 1 where i = k, otherwise 0

    It is `values[index]`; but in a replay `values[index]` stays what it was for the
    row that was recorded, and `pick` follows the index of each row.

    Raises:
        IndexError: If there is no element of that number.

    >>> pick([3.0, 5.0], 1)
    5.0
    """

def take(rows: Sequence[Sequence[Any]], index: Any) -> Sequence[Any]:
    """Return a row of a table, by a number that may come from the data.

    z = xₖ,  ∂zⱼ/∂xᵢⱼ = 1 where i = k, otherwise 0

    It is `rows[index]`, and for a replay what `pick` is for a list: it follows the
    index of each row, where `rows[index]` stays what it was.

    Raises:
        IndexError: If there is no row of that number.

    >>> take([[1.0, 2.0], [3.0, 4.0]], 1)
    [3.0, 4.0]
    """

def centred(values: Sequence[Any]) -> tuple[Sequence[Any], Value]:
    """Return numbers that have the same softmax as these, and their logsumexp.

    softmax(x - c) = softmax(x), whatever c is. Where the numbers are far from 0 they
    are taken less their logsumexp, for then x - logsumexp(x) keeps its digits.
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
