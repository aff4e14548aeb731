"""What is said: of an operator its docstring, where it is undefined; and numbers."""

from __future__ import annotations

from collections.abc import Sequence

from tinygrad_edu.engine.record import REALS, Primitive
from tinygrad_edu.errors import DomainError


def domain_error(
    primitive: Primitive, values: Sequence[float], labels: Sequence[str]
) -> DomainError:
    """Return the error that explains why an operator has no result at `values`."""
    place = ", ".join(
        f"{name} = {value}{node_words(label)}"
        for name, value, label in zip(
            primitive.argument_names(len(values)), values, labels
        )
    )
    if primitive.domain.contains(*values):
        return DomainError(overflow_words(primitive, place))
    return DomainError(undefined_words(primitive, place))


def node_words(label: str) -> str:
    """Return which node it is, where it has a label."""
    return f" (node {label!r})" if label else ""


def undefined_words(primitive: Primitive, place: str) -> str:
    """Return why an operator has no result at a place outside its domain."""
    return (
        f"{primitive.symbol} is undefined at {place}: it needs "
        f"{primitive.domain.text}. {primitive.domain.advice}"
    )


def overflow_words(primitive: Primitive, place: str) -> str:
    """Return why an operator has no result at a place inside its domain."""
    return (
        f"{primitive.symbol} overflows at {place}: the result is larger than the "
        "largest float, about 1.8e308. Make the argument smaller, or work with "
        "logarithms."
    )


def docstring(primitive: Primitive) -> str:
    """Return the documentation of the operator, with a doctest."""
    call, values, partials = primitive.example
    names = [name for name in primitive.argument_names(len(values)) if name in call]
    nodes = ", ".join(f"Value({value})" for value in values)
    gradients = ", ".join(f"{name}.grad" for name in names)
    expected = ", ".join(str(partial) for partial in partials)
    parts = [primitive.summary, primitive.formula, f"Domain: {primitive.domain.text}."]
    if primitive.kink is not None:
        parts.append(f"At {primitive.kink.place}: {primitive.kink.convention}.")
    if primitive.domain is not REALS:
        parts.append("Raises:\n    DomainError: Outside the domain.")
    parts.append(
        f">>> {', '.join(names)} = {nodes}\n"
        f">>> {call}.backward()\n"
        f">>> {gradients}\n"
        f"{expected if len(names) == 1 else f'({expected})'}"
    )
    if primitive.source:
        parts.append(f"Source: {primitive.source}")
    return "\n\n".join(parts)


def number(x: float) -> str:
    """Return a number as steps and explanations print it: whole, or to six digits.

    >>> number(1.0), number(1 / 3), number(-1e-9), number(1234567.0), number(1234567.8)
    ('1.0', '0.333333', '-1e-09', '1234567.0', '1.23457e+06')
    """
    if x.is_integer() and abs(x) < 1e15:
        return str(x)
    text = f"{x:.6g}"
    return text if "e" in text else str(float(text))


def factor(x: float) -> str:
    """Return a number as it stands in a product: in brackets if it is negative.

    >>> factor(2.0), factor(-2.0)
    ('2.0', '(-2.0)')
    """
    return f"({number(x)})" if x < 0 else number(x)
