"""A call under watch: what it computes, and what it looked at."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import is_
from threading import Lock, Thread
from typing import Any

from tinygrad_edu.engine import value as operators
from tinygrad_edu.engine.functions import largest, minimum
from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.record import Primitive
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import DomainError
from tinygrad_edu.nn.dropout import Dropout
from tinygrad_edu.optim import Optimiser
from tinygrad_edu.replay.watch import HERE, Watch
from tinygrad_edu.replay.watched import (
    DETACH,
    WatchedNumber,
    WatchedValue,
    become,
    extreme,
    number,
)

#: Its number is not computed again when the parameters have moved.
COMPUTED_BEFORE = "a node that was computed before the call is used"

CHANGES_ROW = "a call of the model or the loss changes the row that it is given"

#: What is replaced is there once for all threads.
_ONE_AT_A_TIME = Lock()


@contextmanager
def watching(watch: Watch, parameters: Sequence[Value]) -> Iterator[None]:
    """Let nodes tell a watch who looks at them; at the end all is as it was.

    The parameters change their class meanwhile, and so does what operators make of
    them. (A node that another thread makes in that time is of that class too, and for
    that thread it is a Value.)
    """
    # The names by which the operators make nodes and errors.
    names: Any = operators
    domain_error: Callable[..., DomainError] = names._domain_error

    def undefined(primitive: Primitive, *parents: Value) -> DomainError:
        # Whoever catches it goes a way that other numbers do not.
        _refuse(watch, f"{primitive.name} is undefined")
        return domain_error(primitive, *parents)

    known: Any = builtins
    largest_number, smallest_number = max, min
    with _ONE_AT_A_TIME, _beside_nodes(watch):
        try:
            HERE.watch = watch
            known.max = extreme(largest, largest_number)
            known.min = extreme(_smallest, smallest_number)
            names.Value = WatchedValue
            names._domain_error = undefined
            for parameter in parameters:
                become(parameter, WatchedValue)
            yield
        finally:
            HERE.watch = None
            known.max, known.min = largest_number, smallest_number
            names.Value = Value
            names._domain_error = domain_error
            for parameter in parameters:
                become(parameter, Value)
            _as_values([leaf for leaf, _ in watch.copies])
            for leaf, source in watch.copies:
                leaf.op = DETACH
                leaf.parents = (source,)
                leaf.local_derivatives = ()
            _as_values([node for node, _ in watch.draws])
            _as_values([node for _, node in watch.numbers.values()])
            _as_values([node for g in watch.guards for node in (g.left, g.right)])


@contextmanager
def _beside_nodes(watch: Watch) -> Iterator[None]:
    # What a call may look at that is no node.
    dropout: Any = Dropout
    optimiser: Any = Optimiser
    thread: Any = Thread
    draw: Callable[[Dropout], Any] = dropout.draw
    start: Callable[[Thread], None] = thread.start

    def drawn(layer: Dropout) -> Any:
        node = draw(layer)
        if HERE.watch is watch:
            become(node, WatchedValue)
            watch.draws.append((node, layer))
        return node

    def looked_at(self: Optimiser, name: str) -> Any:
        # Most of it is another number in each step.
        _refuse(watch, "the optimiser is looked at")
        return object.__getattribute__(self, name)

    def started(self: Thread) -> None:
        # What it looks at is not noticed.
        _refuse(watch, "a thread is started")
        start(self)

    optimiser.__getattribute__ = looked_at
    try:
        dropout.draw = drawn
        thread.start = started
        yield
    finally:
        dropout.draw = draw
        thread.start = start
        del optimiser.__getattribute__


def watched_call(
    watch: Watch,
    compute: Callable[..., tuple[list[Value], Any]],
    parameters: Sequence[Value],
    parts: Sequence[Any],
) -> tuple[list[Value], Any]:
    """Return what a function of the parts of a row returns, and tell the watch.

    Args:
        watch: Knows afterwards the leaves of the row, and what was looked at.
        compute: Returns nodes, and anything beside them.
        parameters: The leaves that it may use beside those of the row.
        parts: Numbers, or nested lists of them.
    """
    with watching(watch, parameters):
        symbolic = [_with_leaves(part, watch) for part in parts]
        nodes, form = compute(*symbolic)
        sides = [node for g in watch.guards for node in (g.left, g.right)]
        if any(
            # What is computed under watch is of these classes.
            node.parents and type(node) not in (WatchedValue, WatchedNumber)
            for node in _order_of([*nodes, *sides])
        ):
            watch.reason = watch.reason or COMPUTED_BEFORE
    _as_values(nodes)
    if not are_the_same(flattened(symbolic), watch.leaves):
        watch.reason = watch.reason or CHANGES_ROW
    return nodes, form


def are_the_same(before: Sequence[Any], after: Sequence[Any]) -> bool:
    """Say whether two lists hold the same objects."""
    return len(before) == len(after) and all(map(is_, before, after))


def flattened(part: Any) -> list[Any]:
    """Return what is in nested lists, as one list.

    >>> flattened(([1.0, [2.0, 3.0]], 4.0))
    [1.0, 2.0, 3.0, 4.0]
    """
    if not isinstance(part, (list, tuple)):
        return [part]
    if {float}.issuperset(map(type, part)):
        return list(part)
    return [inner for member in part for inner in flattened(member)]


def _refuse(watch: Watch, what: str) -> None:
    if HERE.watch is watch:
        watch.refuse(what)


def _smallest(values: Sequence[Any]) -> Any:
    return reduce(minimum, values)


def _with_leaves(part: Any, watch: Watch) -> Any:
    # The same lists, with a new leaf in place of each number.
    if isinstance(part, (list, tuple)):
        return type(part)([_with_leaves(inner, watch) for inner in part])
    watch.leaves.append(number(watch, part))
    return watch.leaves[-1]


def _order_of(nodes: Sequence[Any]) -> list[Value]:
    return topological_order(*[x for x in nodes if isinstance(x, Value)])


def _as_values(nodes: Sequence[Any]) -> None:
    for node in _order_of(nodes):
        if type(node) in (WatchedValue, WatchedNumber):
            become(node, Value)
