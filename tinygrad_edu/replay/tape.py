"""The world in which a rule writes Python: each operation becomes a statement.

Run on the terms of a tape, a rule of `primitives` adds its own arithmetic to a program.
So what a replay computes is what the record says, and there is no second table of
operators. Every name in the program is made here; nothing from outside enters it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import Any, TypeAlias

from tinygrad_edu.engine.worlds import FLOATS, World, Written

#: Longer sums are written in pieces, for Python's compiler nests one in itself.
LONGEST_SUM = 40


#: The name of what it gives; an expression with {} for each argument; and these.
Statement: TypeAlias = tuple[str, str, list[str]]


class Term(Written):
    """A number of the program that is being written: its name, and its tape."""

    __slots__ = ("name", "tape")

    def __init__(self, name: str, tape: Tape) -> None:
        self.name: str = name
        self.tape: Tape = tape

    def __add__(self, other: Any) -> Term:
        return self.tape.write("{} + {}", self, other)

    def __radd__(self, other: Any) -> Term:
        return self.tape.write("{} + {}", other, self)

    def __sub__(self, other: Any) -> Term:
        return self.tape.write("{} - {}", self, other)

    def __rsub__(self, other: Any) -> Term:
        return self.tape.write("{} - {}", other, self)

    def __mul__(self, other: Any) -> Term:
        return self.tape.write("{} * {}", self, other)

    def __rmul__(self, other: Any) -> Term:
        return self.tape.write("{} * {}", other, self)

    def __truediv__(self, other: Any) -> Term:
        return self.tape.write("{} / {}", self, other)

    def __rtruediv__(self, other: Any) -> Term:
        return self.tape.write("{} / {}", other, self)

    def __neg__(self) -> Term:
        return self.tape.write("-{}", self)


class Lane(Term):
    """One of `count` terms that are the rows of one array, its first axis.

    What a rule does to one of them is done to all in one statement.
    """

    __slots__ = ("array", "count", "index", "tape")

    def __init__(self, array: Term, index: int, count: int) -> None:
        self.array: Term = array
        self.index: int = index
        self.count: int = count
        self.tape: Tape = array.tape

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name of this row by itself, for statements that need no other."""
        return self.tape.write(f"{{}}[{self.index}]", self.array).name


def by_itself(term: Any) -> Any:
    """Return a term that is no longer treated as one of several."""
    return Term(term.name, term.tape) if isinstance(term, Lane) else term


def array_of(terms: Sequence[Any]) -> Term | None:
    """Return the array whose rows are the terms, all in order; otherwise None."""
    if not all(isinstance(x, Lane) for x in terms):
        return None
    array: Term = terms[0].array
    if any(x.array is not array or x.index != i for i, x in enumerate(terms)):
        return None
    return array if len(terms) == terms[0].count else None


class Tape:
    """The statements of a program, each written only once."""

    #: What a statement gives: another language has terms with other operators.
    term = Term

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self._known: dict[str, Term] = {}
        self._statements: list[Statement] = []
        self._constant_names: dict[str, str] = {}

    def write(self, pattern: str, *arguments: Any) -> Term:
        """Add a statement, unless it is there, and return its result.

        Args:
            pattern: An expression with {} for each argument.
            arguments: Terms and plain numbers.
        """
        if Lane in map(type, arguments):
            lanes = {(x.index, x.count) for x in arguments if isinstance(x, Lane)}
            if len(lanes) == 1:
                whole = [x.array if isinstance(x, Lane) else x for x in arguments]
                return Lane(self.write(pattern, *whole), *lanes.pop())
        spelled = [self.spell(x) for x in arguments]
        text = pattern.format(*spelled)
        known = self._known.get(text)
        if known is None:
            name = f"t{len(self._statements)}"
            self._statements.append((name, pattern, spelled))
            known = self._known[text] = self.term(name, self)
        return known

    def spell(self, x: Any) -> str:
        """Return a term or a plain number as it stands in a statement."""
        if isinstance(x, Term):
            return x.name
        text = self.spell_number(float(x))
        return f"({text})" if text.startswith("-") else text

    def spell_number(self, x: float) -> str:
        """Return a plain number in the language of the program."""
        return repr(x)

    def constant(self, numbers: list[Any]) -> str:
        """Return the name of a list of numbers that the program is given."""
        # As text: 1 and 1.0 are equal, and so are 0.0 and -0.0, and differ here.
        key = repr(numbers)
        if key not in self._constant_names:
            name = f"c{len(self._constant_names)}"
            self._constant_names[key] = name
            self.constants[name] = numbers
        return self._constant_names[key]

    def program(
        self, parameters: Sequence[str], results: Sequence[Any], *, frees: bool = False
    ) -> str:
        """Return the text of the function `replay`, with the statements that it needs.

        Args:
            parameters: The names of what it is called with.
            results: What it returns: terms, plain numbers, None, and lists of them.
            frees: Whether it gives up each array after the last statement that reads
                it, so that the next one finds room in the processor's cache.
        """
        lines = [f"    return {_result(results)}"]
        read = set(_names(results))
        for name, pattern, spelled in reversed(self.needed(results)):
            if frees:
                last = {x for x in spelled if x[0] == "t"} - read
                read.update(spelled)
                if last:
                    lines.append(f"    del {', '.join(sorted(last))}")
            lines.append(f"    {name} = {pattern.format(*spelled)}")
        lines.append(f"def replay({', '.join(parameters)}):")
        return "\n".join(reversed(lines)) + "\n"

    def needed(self, results: Sequence[Any]) -> list[Statement]:
        """Return the statements that some results need."""
        wanted = set(_names(results))
        found = []
        for statement in reversed(self._statements):
            if statement[0] in wanted:
                wanted.update(statement[2])
                found.append(statement)
        return found[::-1]


def _names(results: Sequence[Any]) -> Iterator[str]:
    for x in results:
        if isinstance(x, Term):
            yield x.name
        elif isinstance(x, list):
            yield from _names(x)


def _result(x: Any) -> str:
    if isinstance(x, list):
        return f"[{', '.join(map(_result, x))}]"
    return x.name if isinstance(x, Term) else repr(x)


def _word(name: str) -> Callable[..., Any]:
    compute = getattr(FLOATS, name)

    def word(*arguments: Any) -> Any:
        tape = _tape_of(arguments)
        if tape is None:
            return compute(*arguments)
        return tape.write(f"{name}({', '.join('{}' for _ in arguments)})", *arguments)

    return word


def _sum(terms: Iterable[Any]) -> Any:
    # From the first to the last, as `sum` adds; a piece begins with what came before.
    first, *others = terms
    array = array_of([first, *others])
    if array is not None:
        return array.tape.write("{}.sum(0)", array)
    tape = _tape_of([first, *others])
    if tape is None:
        return sum([first, *others])
    for start in range(0, len(others), LONGEST_SUM):
        piece = [first, *others[start : start + LONGEST_SUM]]
        first = tape.write(" + ".join("{}" for _ in piece), *piece)
    return first


def _largest(terms: Sequence[Any]) -> Any:
    array = array_of(terms)
    if array is not None:
        return array.tape.write("largest({})", array)
    return reduce(_word("maximum"), terms)


def _tape_of(arguments: Iterable[Any]) -> Tape | None:
    for x in arguments:
        if isinstance(x, Term):
            return x.tape
    return None


def times(partial: Any, upstream: Any) -> Any:
    """Return the term of a contribution, or None where nothing is handed on.

    A rule that gives None hands nothing on, one that gives a plain 1 all of it. A plain
    0 hands on 0 times what came: nan where that is infinite, as in a graph.
    """
    if partial is None:
        return None
    if not isinstance(upstream, Term) and upstream == 1:
        return partial
    if not isinstance(partial, Term):
        if partial == 1:
            return upstream
        if partial == -1:
            return -upstream
    return partial * upstream


#: The world in which a rule writes statements.
WRITING = World(
    **{
        **{name: _word(name) for name in World._fields},
        "sum": _sum,
        "largest": _largest,
    }
)
