"""Python's collector of reference cycles, and where it has nothing to find."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


def with_collector_paused(function: AnyFunction) -> AnyFunction:
    """Return a function during which Python looks for no reference cycles.

    A graph has none: it is freed when its root is. The collector would only walk
    through the live graph again and again.

    >>> @with_collector_paused
    ... def is_collected():
    ...     return gc.isenabled()
    >>> gc.isenabled(), is_collected(), gc.isenabled()
    (True, False, True)
    """

    @wraps(function)
    def paused(*args: Any, **options: Any) -> Any:
        was_enabled = gc.isenabled()
        # Python looks for Ctrl-C where a function begins and after a call: inside this
        # block, and never between its end and the call that ends the pause. A context
        # manager has functions of its own, in which a second Ctrl-C would skip that.
        try:
            gc.disable()
            return function(*args, **options)
        finally:
            if was_enabled:
                gc.enable()

    return paused  # type: ignore[return-value]
