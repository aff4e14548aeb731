"""A loss for a loop of one's own, run by recordings: `@replayed`.

The loop stays as it is. The first calls build graphs; later ones of the same structure
run a recording, and give one node whose parents are the parameters and whose local
derivatives are the gradient, so that `backward()` hands on what the whole graph would.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, ParamSpec

from tinygrad_edu.engine.value import Value
from tinygrad_edu.ranges import said
from tinygrad_edu.replay.one_node import ReplayedValue
from tinygrad_edu.replay.state import Wrapper
from tinygrad_edu.replay.structures import Call, Structure
from tinygrad_edu.replay.watch import HERE

Arguments = ParamSpec("Arguments")

#: So many structures are kept, those that were met last.
MOST_STRUCTURES = 64

#: What is kept with a function is for one call at a time.
TURN = threading.RLock()


class Replayed(Wrapper, Generic[Arguments]):
    """A function that gives a Value, run by recordings where they give the same.

    Args:
        function: What `replayed` stands above.
    """

    def __init__(self, function: Callable[Arguments, Value]) -> None:
        functools.update_wrapper(self, function)
        self._function: Callable[..., Value] = function
        self._structures: OrderedDict[Any, Structure] = OrderedDict()
        # For each shape the places of ints that are no data.
        self._whole: dict[str, set[int]] = {}
        self._reason: str | None = None
        self._is_given_nodes = False
        self._calls = 0
        self._replayed = 0

    def graph(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
        """Return what the function gives, the root of a whole graph."""
        return self._function(*args, **kwargs)

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
        """Return what the function gives; a replayed node where that is known."""
        if self._reason is not None or HERE.watch is not None:
            return self._function(*args, **kwargs)
        with TURN:
            return self._run(*args, **kwargs)

    def _run(self, *args: Any, **kwargs: Any) -> Value:
        self._calls += 1
        call = Call(args, kwargs)
        if any(isinstance(x, Value) and x.parents for x in call.objects):
            # Each is another one, and a structure would keep its graph alive.
            self._is_given_nodes = True
            return self._function(*args, **kwargs)
        structure = self._structure_of(call)
        if structure.calls == 1 or structure.reason is not None:
            return self._function(*args, **kwargs)
        result: Value = structure.run(call)
        if structure.whole:
            # Ints that decide what is computed: from now on each has its structure.
            self._whole.setdefault(call.shape, set()).update(structure.whole)
            for key in [key for key in self._structures if key[0] == call.shape]:
                del self._structures[key]
        elif structure.reason is not None and not self._replayed:
            self._reason = structure.reason
        self._replayed += type(result) is ReplayedValue
        return result

    def _structure_of(self, call: Call) -> Structure:
        whole = self._whole.get(call.shape, ())
        key = (call.shape, *[call.numbers[i] for i in sorted(whole)])
        structure = self._structures.get(key)
        if structure is None:
            structure = Structure(self, call, whole)
            self._structures[key] = structure
            if len(self._structures) > MOST_STRUCTURES:
                self._structures.popitem(last=False)
        self._structures.move_to_end(key)
        structure.calls += 1
        return structure

    @property
    def engine(self) -> str:
        """What has run so far: "replay", or "eager" and why."""
        return "replay" if self._replayed else f"eager: {self._why}"

    @property
    def engine_note(self) -> str:
        """The same in whole sentences."""
        if not self._replayed:
            return f"Each call ran as a graph of its own: {self._why}."
        kept = [x for x in self._structures.values() if x.calls > 1]
        were = "was" if self._replayed == 1 else "were"
        structures = "1 structure" if len(kept) == 1 else f"{len(kept)} structures"
        note = (
            f"Of {self._calls:,} calls {self._replayed:,} {were} replayed, by the "
            f"recording of {structures}; the others ran as graphs."
        )
        reasons = dict.fromkeys([x.reason for x in kept if x.reason is not None])
        return " ".join([note, *[f"Of some structures all do: {x}." for x in reasons]])

    @property
    def _why(self) -> str:
        if self._reason is not None:
            return self._reason
        kept = self._structures.values()
        if self._is_given_nodes and not kept:
            return "it is given nodes that were computed before the call"
        if len(kept) > 1 and all(structure.calls == 1 for structure in kept):
            kinds = [type(x).__name__ for one in kept for x in one.objects]
            given = f", of a {kinds[0]} and no list" if kinds else ""
            return f"each call so far had a structure of its own{given}"
        return "there were few, and the first ones show if a replay is right"

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else ReplayedMethod(self, instance)

    def __reduce__(self) -> str:
        # As functions are copied, and pickled: by name.
        return str(getattr(self, "__qualname__", ""))

    def __repr__(self) -> str:
        return f"<replayed {self._function!r}: {self.engine}>"


class ReplayedMethod:
    """A `Replayed` that is a method of an object.

    Args:
        function: What the class has.
        instance: The object.
    """

    def __init__(self, function: Replayed[Any], instance: Any) -> None:
        self.__func__ = function
        self.__self__ = instance

    def __call__(self, *args: Any, **kwargs: Any) -> Value:
        """Return what the method gives."""
        return self.__func__(self.__self__, *args, **kwargs)

    def graph(self, *args: Any, **kwargs: Any) -> Value:
        """Return what the method gives, the root of a whole graph."""
        return self.__func__.graph(self.__self__, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__func__, name)


def replayed(function: Callable[Arguments, Value]) -> Replayed[Arguments]:
    """Return a function that runs by recordings, for a training loop of one's own.

    The loop needs no other line: `loss = f(x, y); loss.backward()` and the step. The
    first calls of a structure (of lists of the same lengths) build graphs; later ones
    give one node, whose parents are the parameters and whose local derivatives are the
    gradient. `f.engine` says what runs, `f.engine_note` why, and `f.graph(x, y)` gives
    a whole graph.

    Floats, and ints that choose an element by `take` or `pick`, are data. An int that
    is used in another way, by `range` or `==`, is a part of the structure. Parameters
    are the leaves that the function reaches and does not make. What a recording cannot
    follow (`math.sin(x)`, `f"{x}"`, a function that changes what it keeps, or writes
    gradients) runs as graphs, and so does a call in which a comparison has another
    outcome.

    Args:
        function: Of numbers, and of lists of them, it returns a Value.

    Raises:
        TypeError: If it is no function.

    >>> w = Value(2.0, label="w")
    >>> @replayed
    ... def loss(x, y):
    ...     return (w * x - y) ** 2
    >>> for x in [1.0, 2.0, 3.0, 4.0, 5.0]:
    ...     w.zero_grad()
    ...     loss(x, 3 * x).backward()
    >>> w.grad, loss.engine
    (-50.0, 'replay')
    """
    if not callable(function):
        raise TypeError(
            "replayed stands above a function that gives a Value, not "
            f"{said(function)}."
        )
    return Replayed(function)
