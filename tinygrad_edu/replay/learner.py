"""A network and its loss as two functions of JavaScript, so that a page trains it.

What they compute is written by the rules of the records, as in `programs`; a step of
gradient descent, which is no graph, is for the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.replay.javascript import (
    JAVASCRIPT,
    ScriptTape,
    ScriptTerm,
)
from tinygrad_edu.replay.nesting import nested
from tinygrad_edu.replay.node_writer import NodeWriter


def learner_script(
    parameters: Sequence[Any],
    inputs: Sequence[Any],
    targets: Sequence[Any],
    neurons: Sequence[Any],
    loss: Any,
) -> str:
    """Return an object of JavaScript with two functions of one row.

    - `respond(w, x, a)` sets a to the numbers of the neurons;
    - `learn(w, x, t, a, d, g)` does so too, sets d to the gradient of the loss by each
      of them, adds to g its gradient by each parameter, and returns the loss.

    They use the names of `words`.

    Args:
        parameters: The leaves that w has the numbers of.
        inputs: Those of a row, x.
        targets: Those of its target, t.
        neurons: The nodes to look at.
        loss: The loss of the row.
    """
    leaves = {"w": parameters, "x": inputs, "t": targets}
    writer = _written(leaves, neurons)
    respond = _function(writer, "(w, x, a)", _set("a", writer, neurons))
    writer = _written(leaves, [*neurons, loss])
    writer.backward(loss)
    lines = [
        *_set("a", writer, neurons),
        *[(f"d[{i}] =", writer.gradient(node)) for i, node in enumerate(neurons)],
        *[(f"g[{i}] +=", writer.gradient(node)) for i, node in enumerate(parameters)],
        ("return", writer.terms[loss]),
    ]
    learn = _function(writer, "(w, x, t, a, d, g)", lines)
    return f"{{\nrespond: {respond},\nlearn: {learn},\n}}"


def _written(leaves: dict[str, Sequence[Any]], outputs: Iterable[Any]) -> NodeWriter:
    recorded = {node: node.data for node in topological_order(*outputs)}
    tape = ScriptTape()
    terms = {
        node: ScriptTerm(f"{name}[{i}]", tape)
        for name, nodes in leaves.items()
        for i, node in enumerate(nodes)
    }
    writer = NodeWriter(recorded, terms, tape, JAVASCRIPT)
    writer.forward()
    return writer


def _set(array: str, writer: NodeWriter, nodes: Sequence[Any]) -> list[tuple[str, Any]]:
    return [(f"{array}[{i}] =", writer.terms[node]) for i, node in enumerate(nodes)]


def _function(writer: NodeWriter, arguments: str, lines: list[tuple[str, Any]]) -> str:
    statements, texts = nested(writer.tape, [term for _, term in lines])
    body = [f"const {name} = {text};" for name, text in statements]
    body += [f"{begin} {text};" for (begin, _), text in zip(lines, texts)]
    return "\n".join([f"{arguments} => {{", *body, "}"])
