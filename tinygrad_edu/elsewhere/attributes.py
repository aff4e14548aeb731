"""Names from elsewhere that are read from an object, a room or the package."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from tinygrad_edu.elsewhere.table import NOT_HERE


class NotHere:
    """A name that other libraries have: whoever reads it is told what to write here.

    It costs what does not use it nothing, where a `__getattr__` would make each look at
    an attribute of the class four times as long (CPython 3.11).
    """

    def __init__(self, name: str, sentence: str) -> None:
        self.name = name
        # What `help` says of it.
        self.__doc__ = sentence

    def __get__(self, instance: object, owner: type) -> NoReturn:
        raise AttributeError(f"{owner.__name__} has no {self.name!r}. {self.__doc__}")


class NotHereNorSet(NotHere):
    """The same, where an object has no place for what is assigned."""

    def __set__(self, instance: object, value: object) -> NoReturn:
        self.__get__(instance, type(instance))


def _special(name: str, sentence: str) -> Callable[..., NoReturn]:
    # Python looks these up by itself, as for `float(v)`.
    def method(self: object, *_: object) -> NoReturn:
        raise TypeError(sentence)

    method.__name__ = name
    method.__doc__ = sentence
    return method


def _met_on(owner: str, kind: type[NotHere] = NotHere) -> type:
    table = NOT_HERE[owner]

    def __dir__(self: object) -> list[str]:  # noqa: N807
        names = object.__dir__(self)
        return [name for name in names if name not in table or hasattr(self, name)]

    members: dict[str, Any] = {"__slots__": (), "__dir__": __dir__}
    for name, sentence in table.items():
        make = _special if name.startswith("__") else kind
        members[name] = make(name, sentence)
    return type(f"MetOn{owner}", (), members)


if TYPE_CHECKING:
    # Type checkers know nothing of these names, and so refuse them.
    class MetOnValue:
        """What is met on a Value."""

        __slots__ = ()

    class MetOnModule:
        """What is met on a module."""

    class MetOnOptimiser:
        """What is met on an optimiser."""

    class MetOnHistory:
        """What is met on a history."""

    class MetOnDataset:
        """What is met on a data set."""

else:
    MetOnValue = _met_on("Value", NotHereNorSet)
    MetOnModule = _met_on("Module")
    MetOnOptimiser = _met_on("Optimiser")
    MetOnHistory = _met_on("History")
    MetOnDataset = _met_on("Dataset")


def no_such_name(package: str, name: str) -> Exception:
    """Return what is to be raised where a package has no such name.

    An `AttributeError`; but `from package import name` would drop its words, and so it
    is an `ImportError` there.
    """
    sentence = NOT_HERE.get(package, {}).get(name)
    if sentence is None:
        return AttributeError(f"module {package!r} has no attribute {name!r}")
    message = f"{package} has no {name!r}. {sentence}"
    # Frames: this function, the package's `__getattr__`, who asks.
    asker = sys._getframe(2).f_globals.get("__name__", "")
    if asker.startswith("importlib."):
        return ImportError(message)
    return AttributeError(message)
