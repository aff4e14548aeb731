"""A graph written as JavaScript, so that a page computes it without Python.

Run on the terms of a tape, the rules of `primitives` write the operators of the graph;
`words.js` has the words that they use, and `graph.js` the passes forward and backward.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.record import REALS, Domain, Primitive
from tinygrad_edu.engine.wording import node_words, overflow_words, undefined_words
from tinygrad_edu.engine.worlds import World
from tinygrad_edu.replay.nesting import nested
from tinygrad_edu.replay.tape import WRITING, Tape, Term

#: What `graph` has in the page.
MEMBERS = "recorded, parents, operators, forward, partials, backward, undefinedAt, repr"


def graph_script(root: Any) -> str:
    """Return the statement that gives a page the constant `graph`.

    Its nodes are numbered by their position in `root.topological_order()`:

    - `graph.recorded`: the number of each node, as Python has it;
    - `graph.parents`: the positions of its operands;
    - `graph.operators`: what made it: null for a leaf, else the functions `forward` of
      the operands, and `partials` of the result and the operands;
    - `graph.forward(v)`: v, with its interiors computed from its leaves; from the first
      on where Python would raise, they are NaN;
    - `graph.undefinedAt(v)`: null, or the node where Python would raise and the
      sentence that it would say;
    - `graph.partials(v)`: the local derivatives of each node;
    - `graph.backward(v)`: the gradient of each node;
    - `graph.repr(x)`: a number as Python writes it.

    It needs nothing else, no `eval` either, and what it holds is escaped for a script.

    >>> from tinygrad_edu import Value
    >>> a, b = Value(2.0), Value(-3.0)
    >>> "forward: (x, y) => x * y," in graph_script(a * b)
    True
    """
    order = topological_order(root)
    positions = {node: i for i, node in enumerate(order)}
    parents = [[positions[parent] for parent in node.parents] for node in order]
    # One for each operator, however many nodes it made.
    texts: dict[Any, str] = {}
    for node in order:
        key = (node.op, len(node.parents))
        if node.op is not None and key not in texts:
            texts[key] = operator_script(*key)
    numbers = {key: i for i, key in enumerate(texts)}
    kinds = [numbers.get((node.op, len(node.parents)), -1) for node in order]
    return "\n".join(
        [
            "const graph = (() => {",
            '"use strict";',
            words(),
            f"const table = [{', '.join(texts.values())}];",
            f"const operators = {kinds}.map((kind) => table[kind] ?? null);",
            f"const parents = {parents};",
            f"const recorded = [{', '.join(number(node.data) for node in order)}];",
            f"const labels = {_json([node_words(node.label) for node in order])};",
            _file("graph.js"),
            f"return {{ {MEMBERS} }};",
            "})();\n",
        ]
    )


def words() -> str:
    """Return the words that every rule may use, as functions."""
    return _file("words.js")


def operator_script(record: Primitive, count: int) -> str:
    """Return an operator of `count` operands: its rules, its domain and its errors."""
    names = record.argument_names(count)
    parts = {
        "name": _json(record.name),
        "names": _json(names),
        "forward": _function(record.forward, names),
        "partials": _function(record.partials, ["z", *names]),
        "contains": _test(record.domain, names),
        "undefinedWords": _json(undefined_words(record, "\0").split("\0")),
        "overflowWords": _json(overflow_words(record, "\0").split("\0")),
    }
    lines = [f"  {key}: {text}," for key, text in parts.items()]
    return "\n".join(["{", *lines, "}"])


def number(x: float) -> str:
    """Return a number as JavaScript has it, with all its digits.

    >>> number(-0.0), number(float("-inf"))
    ('-0.0', '-Infinity')
    """
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    return repr(float(x))


class ScriptTerm(Term):
    """A number of a script: / raises at 0 as Python's does, and it can be compared."""

    __slots__ = ()

    def __truediv__(self, other: Any) -> Term:
        # A plain number that is not 0 divides without a question.
        if not isinstance(other, Term) and other != 0:
            return self.tape.write("{} / {}", self, other)
        return self.tape.write("quotient({}, {})", self, other)

    def __rtruediv__(self, other: Any) -> Term:
        return self.tape.write("quotient({}, {})", other, self)

    def __abs__(self) -> Term:
        return self.tape.write("abs({})", self)

    def __lt__(self, other: Any) -> Term:
        return self.tape.write("{} < {}", self, other)

    def __le__(self, other: Any) -> Term:
        return self.tape.write("{} <= {}", self, other)

    def __gt__(self, other: Any) -> Term:
        return self.tape.write("{} > {}", self, other)

    def __ge__(self, other: Any) -> Term:
        return self.tape.write("{} >= {}", self, other)

    def __ne__(self, other: object) -> Any:
        return self.tape.write("{} !== {}", self, other)


class ScriptTape(Tape):
    """The statements of a script."""

    term = ScriptTerm

    def spell_number(self, x: float) -> str:
        """Return a plain number as JavaScript has it."""
        return number(x)


def _sum(terms: Iterable[Any]) -> Any:
    # Python's sum begins with 0, and so has no sum -0.
    return WRITING.sum([0.0, *terms])


#: The world in which a rule writes JavaScript.
JAVASCRIPT = WRITING._replace(sum=_sum)


def _function(rule: Callable[..., Any], names: list[str]) -> str:
    tape = ScriptTape()
    result = rule(JAVASCRIPT, *[ScriptTerm(name, tape) for name in names])
    results = result if isinstance(result, tuple) else (result,)
    lines, texts = nested(tape, results)
    returned = f"[{', '.join(texts)}]" if isinstance(result, tuple) else texts[0]
    head = f"({', '.join(names)}) =>"
    if not lines:
        return f"{head} {returned}"
    body = "".join(f"    const {name} = {text};\n" for name, text in lines)
    return f"{head} {{\n{body}    return {returned};\n  }}"


def _test(domain: Domain, names: list[str]) -> str:
    if domain is REALS:
        return "() => true"
    return _function(partial(_without_world, domain.contains), names)


def _without_world(test: Callable[..., Any], xp: World, *args: Any) -> Any:
    return test(*args)


def _json(x: Any) -> str:
    # In a script, "</script>" and "<!--" would be read as markup.
    return json.dumps(x, ensure_ascii=False).replace("<", "\\u003c")


def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8").rstrip()
