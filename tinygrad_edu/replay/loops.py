"""A loss for a loop of one's own, run by recordings: `@replayed`.

The loop stays as it is. The first calls build graphs; later ones of the same structure
run a recording, and give one node whose parents are the parameters and whose local
derivatives are the gradient, so that `backward()` hands on what the whole graph would.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from numbers import Real
from typing import Any, Generic, ParamSpec

from tinygrad_edu.engine.collector import with_collector_paused
from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import DomainError
from tinygrad_edu.nn.dropout import Dropout
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.one_node import ReplayedValue, replayed_node
from tinygrad_edu.replay.prepared import NotReplayableError, Rows
from tinygrad_edu.replay.reach import Reach
from tinygrad_edu.replay.rows import RowFunction
from tinygrad_edu.replay.state import Wrapper
from tinygrad_edu.replay.watch import HERE

Arguments = ParamSpec("Arguments")

#: So many structures are kept, those that were met last.
MOST_STRUCTURES = 64

#: After so many changes between its calls it shows whether a structure is worth it.
MOST_CHANGES = 8

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
            return self._call(*args, **kwargs)

    def _call(self, *args: Any, **kwargs: Any) -> Value:
        self._calls += 1
        call = Call(args, kwargs)
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
    follow (`math.sin(x)`, `f"{x}"`, a function that changes what it keeps) runs as
    graphs, and so does a call in which a comparison has another outcome.

    Args:
        function: Of numbers, and of lists of them, it returns a Value.

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
    return Replayed(function)


class Call:
    """What a function is called with.

    Attributes:
        shape: A text that is the same for calls whose lists have the same lengths, and
            in which all else but numbers is the same.
        numbers: Those in it, in order.
        objects: What is neither a number nor a text.
    """

    def __init__(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.arguments = arguments
        self.named = named
        self.numbers: list[Any] = []
        self.objects: list[Any] = []
        texts: list[str] = []
        self._read((arguments, tuple(named), tuple(named.values())), texts)
        self.shape: str = " ".join(texts)

    def _read(self, part: Any, texts: list[str]) -> None:
        kind = type(part)
        if kind is list or kind is tuple:
            texts.append(f"{kind.__name__} of {len(part)}:")
            for inner in part:
                self._read(inner, texts)
        elif kind in (str, bytes, bool, type(None)) or _is_no_float(part):
            texts.append(repr(part))
        elif isinstance(part, Real):
            texts.append(kind.__name__)
            self.numbers.append(part)
        else:
            # As it is, wherever it is met again.
            texts.append(f"<{id(part)}>")
            self.objects.append(part)

    def filled(self, numbers: Iterator[Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return the same arguments with other numbers, and those by name."""
        arguments = [_filled(part, numbers) for part in self.arguments]
        named = {name: _filled(part, numbers) for name, part in self.named.items()}
        return arguments, named


def _is_no_float(x: Any) -> bool:
    return isinstance(x, int) and abs(x) > 2**53


def _filled(part: Any, numbers: Iterator[Any]) -> Any:
    if type(part) in (list, tuple):
        return type(part)([_filled(inner, numbers) for inner in part])
    is_number = isinstance(part, Real) and not isinstance(part, bool)
    return next(numbers) if is_number and not _is_no_float(part) else part


class Structure:
    """The calls of a function that have one structure.

    Args:
        function: What is called.
        call: One of them.
        fixed: Which of its numbers are the same in all.

    Attributes:
        calls: How many there were.
        whole: Which of the other numbers turned out to be ints that decide what is
            computed.
        reason: Why all run as graphs from now on, or None.
        objects: Those in its calls that are neither numbers nor texts.
    """

    def __init__(
        self, function: Replayed[Any], call: Call, fixed: Collection[int]
    ) -> None:
        self.calls = 0
        self.whole: set[int] = set()
        self.reason: str | None = None
        self._function: Callable[..., Any] = function.graph
        # Kept, so that no other object comes to have the id of one of them.
        self.objects: list[Any] = call.objects
        self._keepers = [function, *call.objects]
        self._free = [i for i in range(len(call.numbers)) if i not in fixed]
        self._call = call
        self._rows: RowFunction | None = None
        self._reach = Reach(())
        self._made_for: tuple[tuple[Value, ...], list[Any]] = ((), [])
        self._changes = 0
        self._error: DomainError | None = None
        self._graphs: list[Any] = []

    @with_collector_paused
    def run(self, call: Call) -> Any:
        """Return what the function gives."""
        self._call = call
        self._graphs = []
        numbers = tuple([call.numbers[i] for i in self._free])
        try:
            rows = self._ready(Rows([numbers]))
            answers = rows([0], gradient=True)
        except NotReplayableError as error:
            self.reason = str(error)
            if not self._graphs:
                return self._function(*call.arguments, **call.named)
            return self._graphs.pop()
        except DomainError:
            # In its own words: there are no rows here.
            assert self._error is not None
            raise self._error from None
        self.whole = {self._free[i] for i in rows.whole}
        if self.reason is None and rows.refusal is not None:
            self.reason = rows.refusal.replace("the model or the loss", "the function")
        if self._graphs:
            # And keep it no longer than the caller does.
            return self._graphs.pop()
        return replayed_node(
            float(answers.outputs[0][0]),
            answers.forms[0],
            self._made_for[0],
            () if answers.slopes is None else tuple(answers.slopes.tolist()),
        )

    def _ready(self, rows: Rows) -> RowFunction:
        function = self._rows
        if function is not None and not self._reach.has_changed():
            function.rows = rows
            return function
        self._changes += 1
        if self._changes > MOST_CHANGES and 2 * self._changes > self.calls:
            # To record it anew takes longer than many graphs.
            raise NotReplayableError("something that it reaches changes between calls")
        # Anything that the function reaches may change between calls; the parameters
        # alone may do so without a word.
        values = Reach(self._keepers).values
        parameters = tuple([node for node in values if not node.parents])
        self._reach = Reach(self._keepers, parameters)
        keepers = [*self._keepers, *self._reach.found(Dropout)]
        if function is not None and (parameters, keepers) == self._made_for:
            function.rows = rows
            function.doubt()
            return function
        self._made_for = (parameters, keepers)
        numbers = Numbers(parameters)
        self._rows = RowFunction(self._compute, numbers, rows, keepers, sample=1)
        return self._rows

    def _compute(self, *numbers: Any) -> tuple[list[Value], Any]:
        watch, call = HERE.watch, self._call
        if watch is None:
            return self._plain(call)
        free = dict(zip(self._free, numbers))
        given = [free.get(i, x) for i, x in enumerate(call.numbers)]
        arguments, named = call.filled(iter(given))
        node = self._function(*arguments, **named)
        watch.reason = watch.reason or _hidden(node, self._graphs[0])
        return [node], node.label

    def _plain(self, call: Call) -> tuple[list[Value], Any]:
        try:
            node: Any = self._function(*call.arguments, **call.named)
        except DomainError as error:
            self._error = error
            raise
        self._graphs = [node]
        after = Call(call.arguments, call.named)
        if (after.shape, after.numbers) != (call.shape, call.numbers):
            raise NotReplayableError(
                "a call of the function changes a list that it is given"
            )
        if not isinstance(node, Value):
            raise NotReplayableError(
                f"it gives a {type(node).__name__}, and not one Value"
            )
        return [node], node.label


def _hidden(root: Any, graph: Value) -> str | None:
    # What a recording would take for a constant, though it was there before the call.
    before = set(topological_order(graph))
    for node in topological_order(root):
        if type(node) is Value and node in before:
            if node.parents:
                return "a node that was computed before the call is used"
            return "a parameter is kept where no variable leads to it"
    return None
