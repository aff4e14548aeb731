"""Has anything changed that a model or a loss can reach, but for its parameters?

It is asked between the steps of a training, and so it must be cheap: what was found is
kept with what was inside, and looked at again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from operator import is_
from typing import Any

from tinygrad_edu.engine.value import Value
from tinygrad_edu.optim import Optimiser
from tinygrad_edu.replay.state import MOST, PLAIN, inside_of, token_of


class Reach:
    """All that some objects reach, as it is now.

    Args:
        roots: Functions, modules, whatever is called.
        apart: Values whose numbers may change.

    Attributes:
        values: The Values among it, in the order in which they are found.

    >>> weights = [Value(1.0)]
    >>> reach = Reach([weights])
    >>> reach.has_changed()
    False
    >>> weights[0].data = 2.0
    >>> reach.has_changed()
    True
    """

    def __init__(self, roots: Iterable[Any], apart: Iterable[Value] = ()) -> None:
        self.values: dict[Value, None] = {}
        known = set(map(id, apart))
        seen: set[int] = set()
        # Kept, so that no new object comes to have the id of one of them.
        self._parts: list[tuple[Any, tuple[Any, ...], Any]] = []
        # Nodes are equal if they are one, and lists of them compare fast.
        self._lists: list[tuple[list[Any], list[Any]]] = []
        stack = [*roots][::-1]
        while stack and len(seen) < MOST:
            part = stack.pop()
            # Who looks at an optimiser runs as graphs.
            if type(part) in PLAIN or id(part) in seen or isinstance(part, Optimiser):
                continue
            seen.add(id(part))
            if isinstance(part, Value):
                self.values[part] = None
                if id(part) in known:
                    continue
            inside = _inside(part)
            if type(part) is list and {Value}.issuperset(map(type, inside)):
                self._lists.append((part, list(part)))
            else:
                self._parts.append((part, inside, _token(part)))
            stack.extend(inside[::-1])

    def found(self, kind: type[Any]) -> list[Any]:
        """Return the objects of a class that are among it."""
        return [part for part, *_ in self._parts if isinstance(part, kind)]

    def has_changed(self) -> bool:
        """Say whether anything is another object or number now, in arrays too."""
        if any(part != before for part, before in self._lists):
            return True
        for part, before, token in self._parts:
            inside = _inside(part)
            if len(inside) != len(before):
                return True
            is_one = all(map(is_, inside, before))
            if not is_one and not all(map(_is_same, inside, before)):
                return True
            if token is not None and _token(part) != token:
                return True
        return False


def _is_same(x: Any, y: Any) -> bool:
    # As text: 1 and 1.0 are equal, and so are 0.0 and -0.0.
    return x is y or (type(x) in PLAIN and type(x) is type(y) and repr(x) == repr(y))


def _inside(part: Any) -> tuple[Any, ...]:
    if type(part) in (list, tuple):
        return tuple(part)
    if type(part) is Value:
        return (part._data,)
    return tuple([inner for _, inner in inside_of("", part)])


def _token(part: Any) -> Any:
    # A generator of random numbers goes on; what draws from it is known for that.
    return None if isinstance(part, random.Random) else token_of(part)
