"""The two programs of a graph: one for floats, and one for arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tinygrad_edu.replay.groups import group_nodes
from tinygrad_edu.replay.nesting import nested
from tinygrad_edu.replay.node_writer import NodeWriter
from tinygrad_edu.replay.sums import with_sums
from tinygrad_edu.replay.tape import Tape, Term
from tinygrad_edu.replay.writer import Writer

#: Expressions within each other are no longer than this, for Python's compiler nests
#: them in itself.
LONGEST = 200


class Program(NamedTuple):
    """A function: its text, what is compiled of it, the constants that it needs.

    What is compiled is the same with fewer names, or frees arrays as soon as it can.
    """

    text: str
    code: str
    constants: dict[str, Any]


def write_floats(
    recorded: Mapping[Any, float],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    slopes: bool,
) -> Program:
    """Return the program for floats, which takes each input by itself.

    It returns a list of the outputs; with `slopes`, such a list and another with the
    gradient of the first output by each input. `recorded` holds the nodes, parents
    first, and the number of each.
    """
    tape = Tape()
    names = [f"x{i}" for i in range(len(inputs))]
    terms = {node: Term(name, tape) for node, name in zip(inputs, names)}
    writer = NodeWriter(recorded, terms, tape)
    writer.forward()
    results = [[writer.terms[node] for node in outputs]]
    if slopes:
        writer.backward(outputs[0])
        results.append([writer.gradient(node) for node in inputs])
    text = tape.program(names, results if slopes else results[0])
    lines, texts = nested(tape, [x for part in results for x in part], LONGEST)
    count = len(outputs)
    parts = [texts[:count], texts[count:]] if slopes else [texts]
    returned = ", ".join([f"[{', '.join(part)}]" for part in parts])
    code = [
        f"def replay({', '.join(names)}):",
        *[f"    {name} = {text}" for name, text in lines],
        f"    return [{returned}]" if slopes else f"    return {returned}",
    ]
    return Program(text, "\n".join(code), {})


def write_arrays(
    recorded: Mapping[Any, float],
    shared: Sequence[Any],
    rows: Sequence[Any],
    outputs: Sequence[Any],
    gradient: str,
    *,
    keeps_order: bool,
) -> Program:
    """Return the program for arrays.

    It takes P, of shape (shared inputs, 1), and X, of shape (inputs that differ by row,
    rows), and returns the outputs as arrays of shape (1, rows), or (1, 1) where they
    are the same for all. With a gradient, "shared" or "all", it takes the `seed` that
    each row's output counts with too, and returns the outputs, the gradient in the
    shape of P, and, if it is "all", that in the shape of X: those of the first output.
    A sum that was written out is one operation, unless its order is to be kept.
    """
    if not keeps_order:
        recorded, outputs = with_sums(recorded, outputs, shared, rows)
    leaves = [members for members in (shared, rows) if members]
    batched = [members is rows for members in leaves]
    groups, places = group_nodes(recorded, leaves, batched)
    writer = Writer(groups, places)
    for group, flag in zip(groups, batched):
        writer.terms[group] = Term("X" if flag else "P", writer.tape)
    writer.forward()
    results: list[Any] = [writer.array_output(node) for node in outputs]
    parameters = ["P", "X"]
    if gradient:
        parameters.append("seed")
        if leaves:
            # One for each row, also where the output is the same for all of them.
            row = Term("X" if rows else "P", writer.tape)
            ones = writer.tape.write("ones_like({}[:1])", row)
            writer.seed(outputs[0], ones * Term("seed", writer.tape), bool(rows))
        writer.backward()
        of_leaves = {flag: group for group, flag in zip(groups, batched)}
        for flag in (False, True) if gradient == "all" else (False,):
            leaf = of_leaves.get(flag)
            results.append(None if leaf is None else writer.gradient(leaf))
    tape = writer.tape
    text = tape.program(parameters, results)
    code = tape.program(parameters, results, frees=True)
    return Program(text, code, tape.constants)
