"""What a call could change: all numbers that a model or a loss keeps, and can reach.

A function reaches its closure, its defaults and the globals that its code names; an
object its attributes, and what its class's functions reach. So it is known after a call
whether it left everything as it was: if not, the next call may take another way.
"""

from __future__ import annotations

import dis
import functools
import itertools
import random
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MappingProxyType,
    MethodType,
    ModuleType,
)
from typing import Any

from tinygrad_edu.engine.value import Value
from tinygrad_edu.replay.kept import Kept

#: What is known by its value; a change is another object.
PLAIN = (int, float, complex, bool, str, bytes, type(None))

#: After so many parts the rest is taken for data that no call changes.
MOST = 1_000_000


class State(list[tuple[str, Any]]):
    """What some objects reach, each with the name that it is found under.

    Attributes:
        kept: The objects, so that no new one comes to have the id of one of them.
    """

    kept: list[Any]


def state_of(*roots: Any) -> State:
    """Return all that some objects reach; two are equal if nothing changed between.

    >>> def counting(memory=[0]):
    ...     memory[0] += 1
    >>> before = state_of(counting)
    >>> counting()
    >>> changed_name(before, state_of(counting))
    'counting'
    """
    entries = State([("random", random.getstate())])
    entries.kept = []
    if "numpy" in sys.modules:
        entries.append(("numpy.random", _state_of_numpy(sys.modules["numpy"].random)))
    if "torch" in sys.modules:
        state = sys.modules["torch"].get_rng_state()
        entries.append(("torch.random", state.numpy().tobytes()))
    seen: set[int] = set()
    stack: list[tuple[str, Any]] = [("", root) for root in reversed(roots)]
    while stack and len(entries) < MOST:
        name, part = stack.pop()
        if type(part) in PLAIN:
            entries.append((name, part))
            continue
        entries.append((name, id(part)))
        if id(part) in seen:
            continue
        seen.add(id(part))
        entries.kept.append(part)
        if isinstance(part, Value):
            entries.append((name, (part.data, part.grad)))
        if type(part) is Value:
            continue
        entries.append((name, token_of(part)))
        stack.extend(reversed(list(inside_of(name, part))))
    return entries


def changed_name(before: State, after: State) -> str | None:
    """Return the name of what changed between two states, or None."""
    if before == after:
        return None
    for (_, old), (name, new) in zip(before, after):
        if old != new:
            return name or "what it holds"
    return "what it holds"


def identity_asked(state: State) -> str | None:
    """Return the name of a function of one's own that asks `is`, but of None; or None.

    What stands for a number while a graph is recorded equals True, and is not True.
    """
    functions = [part for part in state.kept if isinstance(part, FunctionType)]
    for function in functions:
        if not _is_foreign(function.__module__) and _asks_identity(function.__code__):
            return function.__name__
    return None


def _asks_identity(code: CodeType) -> bool:
    none = False
    for step in dis.get_instructions(code):
        if step.opname == "IS_OP" and not none:
            return True
        none = step.opname == "LOAD_CONST" and step.argval is None
    return any(_asks_identity(x) for x in code.co_consts if isinstance(x, CodeType))


class Wrapper:
    """A function that keeps something which changes none of its results.

    Attributes:
        __wrapped__: The function without it.
    """

    __wrapped__: Any


def inside_of(name: str, part: Any) -> Iterator[tuple[str, Any]]:
    """Yield what an object holds, or a function reaches, each with a name."""
    members = _members_of(part)
    if members is not None:
        for inner in members:
            yield name, inner
        if type(part).__module__ != "builtins":
            # Such as a list of one's own, with attributes.
            yield from _of_object(name, part)
    elif isinstance(part, FunctionType):
        yield from _of_function(part)
    elif isinstance(part, MethodType):
        yield name, part.__self__
        yield name, part.__func__
    elif isinstance(part, BuiltinFunctionType):
        # Such as the method of a generator.
        yield name, part.__self__
    elif isinstance(part, Wrapper):
        yield from _of_wrapper(part.__wrapped__)
    elif isinstance(part, type):
        yield from _of_class(part)
    elif not isinstance(part, ModuleType):
        yield from _of_object(name, part)


def token_of(part: Any) -> Any:
    """Return what differs where the part itself has changed, not what is inside."""
    kind = type(part)
    library = str(kind.__module__).partition(".")[0]
    token: Any = None
    if isinstance(part, random.Random):
        token = part.getstate()
    elif isinstance(part, (list, tuple, set, frozenset, deque, dict)):
        token = len(part)
    elif hasattr(kind, "__next__"):
        # It is there to be gone through, as a generator or a file is, and may go on
        # with each call: a number that equals none.
        token = float("nan")
    elif kind is bytearray:
        token = bytes(part)
    elif library == "numpy" and hasattr(part, "bit_generator"):
        token = repr(part.bit_generator.state)
    elif library == "numpy" and hasattr(part, "get_state"):
        token = _state_of_numpy(part)
    elif hasattr(kind, "tobytes"):
        token = part.tobytes()
    elif library == "torch":
        # PyTorch counts how often a tensor was written to.
        token = getattr(part, "_version", None)
    return token


def _members_of(part: Any) -> Iterable[Any] | None:
    members: Iterable[Any] | None = None
    if isinstance(part, (list, tuple, set, frozenset, deque)):
        members = part
    elif isinstance(part, (dict, MappingProxyType)):
        members = itertools.chain(*part.items())
    elif isinstance(part, ContextVar):
        members = [part.get(None)]
    elif isinstance(part, functools.partial):
        members = [part.func, part.args, part.keywords]
    elif type(part).__module__ == "numpy" and hasattr(part, "flat"):
        # An array may hold Values.
        members = part.flat if part.dtype.kind == "O" else []
    return members


def _state_of_numpy(source: Any) -> Any:
    state = source.get_state(legacy=False)["state"]
    return state["key"].tobytes(), state["pos"]


def _of_object(name: str, part: Any) -> Iterator[tuple[str, Any]]:
    yield from _attributes(part)
    yield name, type(part)


def _attributes(part: Any) -> Iterator[tuple[str, Any]]:
    for name, inner in list(getattr(part, "__dict__", {}).items()):
        if not isinstance(inner, Kept):
            yield name, inner
    for kind in type(part).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(part, name) and not name.startswith("__"):
                yield name, getattr(part, name)


def _of_function(function: FunctionType) -> Iterator[tuple[str, Any]]:
    code = function.__code__
    yield function.__name__, code
    for name, cell in zip(code.co_freevars, function.__closure__ or ()):
        try:
            yield from _named(name, cell.cell_contents, code)
        except ValueError:
            # Not assigned yet.
            yield name, None
    yield function.__name__, function.__defaults__
    yield function.__name__, function.__kwdefaults__
    yield function.__name__, vars(function)
    if not _is_foreign(function.__module__):
        yield from _globals_of(code, function.__globals__)


def _of_wrapper(function: Any) -> Iterator[tuple[str, Any]]:
    yield getattr(function, "__name__", ""), function
    if isinstance(function, FunctionType):
        # Also where its module is foreign: it was asked to look at this one.
        yield from _globals_of(function.__code__, function.__globals__)


def _named(
    name: str, part: Any, code: CodeType, done: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Any]]:
    if not isinstance(part, ModuleType) or _is_foreign(part.__name__):
        yield name, part
    elif part.__name__ not in done:
        # Of a module of one's own, what the code may mean by `module.name`.
        yield from _globals_of(code, vars(part), done | {part.__name__})


def _globals_of(
    code: CodeType, known: dict[str, Any], done: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Any]]:
    for name in code.co_names:
        if name in known:
            yield from _named(name, known[name], code, done)
        elif name in sys.modules:
            # As `import` within a function finds it.
            yield from _named(name, sys.modules[name], code, done)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals_of(constant, known, done)


def _of_class(kind: type) -> Iterator[tuple[str, Any]]:
    if not _is_foreign(kind.__module__):
        for name, part in vars(kind).items():
            if isinstance(part, property):
                yield name, part.fget
                yield name, part.fset
            elif isinstance(part, (staticmethod, classmethod)):
                yield name, part.__func__
            elif not name.startswith("__") or isinstance(part, FunctionType):
                yield name, part
        for base in kind.__bases__:
            yield base.__name__, base


def _is_foreign(module: str | None) -> bool:
    # What others have written keeps no state that a model lives by.
    root = (module or "").partition(".")[0]
    if root in sys.stdlib_module_names:
        return True
    file = getattr(sys.modules.get(root), "__file__", None) or ""
    return root == "tinygrad_edu" or "site-packages" in file
