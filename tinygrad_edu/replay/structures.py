"""The calls of a function that have one structure: lists of the same lengths."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from enum import Enum
from numbers import Real
from typing import Any

from tinygrad_edu.engine.collector import with_collector_paused
from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import DomainError
from tinygrad_edu.nn.dropout import Dropout
from tinygrad_edu.ranges import written
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.one_node import replayed_node
from tinygrad_edu.replay.prepared import NotReplayableError, Rows
from tinygrad_edu.replay.reach import Reach
from tinygrad_edu.replay.rows import RowFunction
from tinygrad_edu.replay.watch import HERE
from tinygrad_edu.replay.watching import are_the_same, flattened

CHANGES_LIST = "a call of the function changes a list that it is given"

#: After so many changes between its calls it shows whether a structure is worth it.
MOST_CHANGES = 8


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
            texts.append(written(part))
        elif isinstance(part, Real) and not isinstance(part, Enum):
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
    is_number = isinstance(part, Real) and not isinstance(part, (bool, Enum))
    return next(numbers) if is_number and not _is_no_float(part) else part


class Structure:
    """The calls of a function that have one structure.

    Args:
        function: What is called, a `Replayed`.
        call: One of them.
        fixed: Which of its numbers are the same in all.

    Attributes:
        calls: How many there were.
        whole: Which of the other numbers turned out to be ints that decide what is
            computed.
        reason: Why all run as graphs from now on, or None.
        objects: Those in its calls that are neither numbers nor texts.
    """

    def __init__(self, function: Any, call: Call, fixed: Collection[int]) -> None:
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
        ((number,),), (label,) = answers.outputs, answers.forms
        return replayed_node(
            float(number),
            label,
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
        lists = [*arguments, *named.values()]
        before = flattened(lists)
        node = self._function(*arguments, **named)
        if not are_the_same(flattened(lists), before):
            watch.reason = watch.reason or CHANGES_LIST
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
            raise NotReplayableError(CHANGES_LIST)
        if not isinstance(node, Value):
            raise NotReplayableError(
                f"it gives a {type(node).__name__}, and not one Value"
            )
        return [node], node.label


def _hidden(root: Any, graph: Value) -> str | None:
    # What a recording would take for a constant, though it was there before the call.
    before = set(topological_order(graph))
    if any(
        type(node) is Value and not node.parents and node in before
        for node in topological_order(root)
    ):
        return "a parameter is kept where no variable leads to it"
    return None
