"""Nested lists of Values, and what a layer asks of their shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tinygrad_edu.engine.functions import as_node
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.nn.module import Module


def shape_of(nested: Any) -> tuple[int, ...]:
    """Return the lengths of nested lists, outermost first; none for a single number.

    Raises:
        ShapeError: If lists side by side differ in shape.

    >>> shape_of([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    (2, 3)
    """
    if not _is_list(nested):
        return ()
    shapes = [shape_of(member) for member in nested]
    for shape in shapes:
        if shape != shapes[0]:
            raise ShapeError(
                f"Lists side by side have different shapes: {_text(shapes[0])} and "
                f"{_text(shape)}. Give each as many numbers as the others."
            )
    return (len(shapes), *(shapes[0] if shapes else ()))


def map_numbers(function: Callable[[Any], Any], nested: Any) -> Any:
    """Return nested lists of the same shape, with the function of every number.

    >>> map_numbers(abs, [[-1.0], [2.0, -3.0]])
    [[1.0], [2.0, 3.0]]
    """
    # As deep as the lists are nested in the source, so recursion is safe here.
    if _is_list(nested):
        return [map_numbers(function, member) for member in nested]
    return function(nested)


def flatten(nested: Any) -> list[Any]:
    """Return the numbers of nested lists in one list, the last axis fastest.

    >>> flatten([[1.0], [2.0, 3.0]])
    [1.0, 2.0, 3.0]
    """
    if not _is_list(nested):
        return [nested]
    return [number for member in nested for number in flatten(member)]


def as_nodes(inputs: Any, module: Module, axes: Mapping[str, int | None]) -> Any:
    """Return the inputs of a layer as nested lists of Values of the shape it needs.

    Args:
        inputs: Numbers or Values in nested lists, tuples or arrays.
        module: The layer, for the message.
        axes: The name of each axis, outermost first, with the length it must have, or
            None for any.

    Raises:
        ShapeError: If the shape is another, or an axis is empty.
        TypeError: If something inside is not a number.
    """
    nodes = map_numbers(as_node, inputs)
    shape = shape_of(nodes)
    wanted = list(axes.values())
    fits = len(shape) == len(wanted) and 0 not in shape
    if not fits or any(y not in (x, None) for x, y in zip(shape, wanted)):
        names = [
            axis if length is None else f"{length} {axis}"
            for axis, length in axes.items()
        ]
        raise ShapeError(
            f"{module.name or 'This module'} expects {' x '.join(names)}, but was "
            f"given {_text(shape)}: {module!r}. {_way_out(len(shape), len(wanted))}"
        )
    return nodes


def _is_list(nested: Any) -> bool:
    if isinstance(nested, (Value, str)):
        return False
    # An array without axes is a number, although it has an `__iter__`.
    return isinstance(nested, Iterable) and getattr(nested, "ndim", 1) > 0


def _text(shape: tuple[int, ...]) -> str:
    return " x ".join(str(length) for length in shape) or "a single number"


def _way_out(given: int, needed: int) -> str:
    if given < needed:
        return "Put a list around what you give, one for each axis that is missing."
    if given == needed:
        return "Give the layer other sizes, or its inputs another length."
    if needed == 1:
        return "Give it one row at a time, or put Flatten() in front of it."
    return "Give it one sample at a time: [model(sample) for sample in samples]."
