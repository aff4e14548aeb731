"""What a model gives, without its numbers, and with other numbers in their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tinygrad_edu.engine.value import Value
from tinygrad_edu.replay.watch import HERE


class Place(NamedTuple):
    """Where among the nodes of a row an output is found."""

    position: int


class Places(NamedTuple):
    """Where among the nodes of a row a list of outputs is found, one after another."""

    first: int
    end: int


def form_of(output: Any, nodes: list[Value]) -> Any:
    """Return nested lists with the places of the Values, which are added to the nodes.

    Whatever else is in them stays; where it could hold Values, no replay is possible.
    """
    if isinstance(output, Value):
        nodes.append(output)
        return Place(len(nodes) - 1)
    if type(output) is list and output and all(isinstance(y, Value) for y in output):
        nodes.extend(output)
        return Places(len(nodes) - len(output), len(nodes))
    if type(output) in (list, tuple):
        return type(output)([form_of(part, nodes) for part in output])
    is_plain = output is None or isinstance(output, (int, float, str))
    if HERE.watch is not None and not is_plain:
        HERE.watch.refuse(f"the model gives a {type(output).__name__}")
    return output


def filled(form: Any, numbers: Sequence[float], leaf: Callable[[float], Any]) -> Any:
    """Return the lists that `form_of` told, with new leaves in their places."""
    if isinstance(form, Places):
        return list(map(leaf, numbers[form.first : form.end]))
    if isinstance(form, Place):
        return leaf(numbers[form.position])
    if isinstance(form, (list, tuple)):
        return type(form)([filled(part, numbers, leaf) for part in form])
    return form
