"""Where weights start: a first guess that lets signals and gradients pass.

An initialiser draws one weight: `initialiser(source, fan_in, fan_out)`, with a source
of random numbers, the number of inputs that a neuron sums, and the number of neurons
that each input feeds. A function of one's own will do as well.

A sum of fan_in products wᵢ·xᵢ has fan_in times the variance of one. So weights that do
not shrink with fan_in make the sums grow from layer to layer, and tanh or sigmoid
saturate, where their slope is nearly 0 and nothing is learnt.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

from tinygrad_edu.elsewhere.choices import find_choice
from tinygrad_edu.ranges import check_number

#: initialiser(source, fan_in, fan_out) is one weight.
Initialiser: TypeAlias = Callable[[Any, int, int], float]


def uniform(source: Any, fan_in: int, fan_out: int) -> float:
    """Return a number from U(-1, 1), as micrograd does.

    >>> import random
    >>> uniform(random.Random(0), 3, 4)
    0.688...
    """
    return float(source.uniform(-1.0, 1.0))


def zeros(source: Any, fan_in: int, fan_out: int) -> float:
    """Return 0. The neurons of a layer then stay alike: they get equal gradients.

    >>> zeros(None, 3, 4)
    0.0
    """
    return 0.0


def normal(scale: float) -> Initialiser:
    """Return the initialiser that draws from N(0, scale²).

    Args:
        scale: The standard deviation, at least 0.

    Raises:
        ValueError: If scale is negative or not finite.

    >>> import random
    >>> normal(0.1)(random.Random(0), 3, 4)
    0.094...
    """
    check_number("The standard deviation", scale, 0.0)

    def draw(source: Any, fan_in: int, fan_out: int) -> float:
        return float(source.gauss(0.0, scale))

    return draw


def large(source: Any, fan_in: int, fan_out: int) -> float:
    """Return a number from N(0, 10²): far too large, to show saturation.

    >>> import random
    >>> large(random.Random(0), 3, 4)
    9.41...
    """
    return float(source.gauss(0.0, 10.0))


def xavier_uniform(source: Any, fan_in: int, fan_out: int) -> float:
    """Return a number from U(-a, a), a = √(6 / (fan_in + fan_out)).

    For tanh and sigmoid: signals keep their variance going forward, and gradients
    going back, as nearly as both can be had. Also called Glorot's.

    The same distribution as `torch.nn.init.xavier_uniform_`.

    >>> import random
    >>> xavier_uniform(random.Random(0), 3, 3)
    0.688...

    Source: Glorot & Bengio, Understanding the difficulty of training deep feedforward
    neural networks, AISTATS 2010
    """
    bound = math.sqrt(6.0 / (fan_in + fan_out))
    return float(source.uniform(-bound, bound))


def xavier_normal(source: Any, fan_in: int, fan_out: int) -> float:
    """Return a number from N(0, s²), s = √(2 / (fan_in + fan_out)).

    The same distribution as `torch.nn.init.xavier_normal_`.

    >>> import random
    >>> xavier_normal(random.Random(0), 1, 1)
    0.941...

    Source: Glorot & Bengio, Understanding the difficulty of training deep feedforward
    neural networks, AISTATS 2010
    """
    return float(source.gauss(0.0, math.sqrt(2.0 / (fan_in + fan_out))))


def he_uniform(source: Any, fan_in: int, fan_out: int) -> float:
    """Return a number from U(-a, a), a = √(6 / fan_in).

    For ReLU, which stops half of the signal: twice the variance makes up for it. Also
    called Kaiming's.

    The same distribution as `torch.nn.init.kaiming_uniform_(w, nonlinearity="relu")`.

    >>> import random
    >>> he_uniform(random.Random(0), 6, 4)
    0.688...

    Source: He, Zhang, Ren & Sun, arXiv:1502.01852, 2015
    """
    bound = math.sqrt(6.0 / fan_in)
    return float(source.uniform(-bound, bound))


def he_normal(source: Any, fan_in: int, fan_out: int) -> float:
    """Return a number from N(0, s²), s = √(2 / fan_in).

    The same distribution as `torch.nn.init.kaiming_normal_(w, nonlinearity="relu")`.

    >>> import random
    >>> he_normal(random.Random(0), 2, 4)
    0.941...

    Source: He, Zhang, Ren & Sun, arXiv:1502.01852, 2015
    """
    return float(source.gauss(0.0, math.sqrt(2.0 / fan_in)))


#: The initialisers by name; "normal" is that of scale 1.
INITIALISERS: dict[str, Initialiser] = {
    "uniform": uniform,
    "zeros": zeros,
    "normal": normal(1.0),
    "large": large,
    "xavier_uniform": xavier_uniform,
    "xavier_normal": xavier_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
}


def find_initialiser(choice: Any) -> Initialiser:
    """Return the initialiser of that name, or the function that was given.

    Raises:
        ValueError: If the name is unknown.

    >>> find_initialiser("zeros") is zeros
    True
    """
    if callable(choice) and choice is not normal:
        return choice  # type: ignore[no-any-return]
    more = (
        "; or give normal(scale) or a function of one's own, "
        "initialiser(source, fan_in, fan_out) -> float"
    )
    return INITIALISERS[find_choice("initialiser", choice, INITIALISERS, more)]
