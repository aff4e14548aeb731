"""What a record of an operator holds; the records themselves are in `primitives`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

#: What Python's arithmetic and `math` raise outside the domain of an operator.
OUTSIDE_DOMAIN = (ValueError, ZeroDivisionError, OverflowError)


class Domain(NamedTuple):
    """Where an operator is defined: in words, and as a test of its arguments.

    The test is one comparison, so that a page can be given it too.
    """

    text: str
    contains: Callable[..., bool]
    advice: str = ""


class Kink(NamedTuple):
    """Where the derivative is a convention, and which (PyTorch's, unless it says so).

    Attributes:
        place: The place in words, such as "x = 0".
        convention: What the partials are there.
        distance: How far the arguments are from the nearest such place; its sign says
            on which side.
    """

    place: str
    convention: str
    distance: Callable[..., float]


REALS = Domain("real numbers", lambda *_: True)


class Primitive(NamedTuple):
    """An operator: its function, its derivatives, and what there is to know of it.

    Attributes:
        name: A Python name, unique in the table.
        symbol: What pictures show.
        forward: `forward(xp, *args)` is the result z.
        partials: `partials(xp, z, *args)` is the tuple of ∂z/∂arg, one for each
            argument.
        summary: The first line of the docstring.
        formula: z and its partials in the notation of a textbook.
        example: A call, the arguments it is made with and the partials there.
        arguments: The names of the arguments; each stands for many where `variadic`.
        activation: Whether it is among the `ACTIVATIONS` that networks know by name.
        parameters: Plain numbers that the operator is bound to; they get no partial.
        domain: Where forward exists.
        kink: Where the derivative is a convention.
        source: Where the operator comes from, if it is not in every calculus book.
    """

    name: str
    symbol: str
    forward: Callable[..., Any]
    partials: Callable[..., tuple[Any, ...]]
    summary: str
    formula: str
    example: tuple[str, tuple[float, ...], tuple[float, ...]]
    arguments: tuple[str, ...] = ("x",)
    variadic: bool = False
    activation: bool = False
    parameters: tuple[float, ...] = ()
    domain: Domain = REALS
    kink: Kink | None = None
    source: str = ""

    def __repr__(self) -> str:
        parameters = ", ".join(str(number) for number in self.parameters)
        return f"<primitive {self.name}({parameters})>"

    def argument_names(self, count: int) -> list[str]:
        """Return one name for each of `count` arguments: x, y or x0, x1, ..."""
        if not self.variadic:
            return list(self.arguments)
        length = count // len(self.arguments)
        return [f"{name}{i}" for name in self.arguments for i in range(length)]
