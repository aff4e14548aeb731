"""A network and its loss as two functions of JavaScript, so that a page trains it.

What they compute is written by the rules of the records, as in `programs`; a step of
gradient descent, which is no graph, is for the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.replay.groups import group_nodes
from tinygrad_edu.replay.javascript import (
    JAVASCRIPT,
    ScriptTape,
    ScriptTerm,
    nested,
)
from tinygrad_edu.replay.writer import Writer


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
    writer.seed(loss, 1.0, batched=False)
    writer.backward()
    of_neurons = [writer.gradient(writer.places[node][0]) for node in neurons]
    of_parameters = [
        writer.gradient(group) for group in writer.groups[: len(parameters)]
    ]
    lines = [
        *_set("a", writer, neurons),
        *[(f"d[{i}] =", term) for i, term in enumerate(of_neurons)],
        *[(f"g[{i}] +=", term) for i, term in enumerate(of_parameters)],
        ("return", writer.output(loss)),
    ]
    learn = _function(writer, "(w, x, t, a, d, g)", lines)
    return f"{{\nrespond: {respond},\nlearn: {learn},\n}}"


def _written(leaves: dict[str, Sequence[Any]], outputs: Iterable[Any]) -> Writer:
    recorded = {node: node.data for node in topological_order(*outputs)}
    names = {
        node: f"{name}[{i}]"
        for name, nodes in leaves.items()
        for i, node in enumerate(nodes)
    }
    groups, places = group_nodes(
        recorded, [[node] for node in names], [False] * len(names), together=False
    )
    writer = Writer(
        groups, places, on_arrays=False, tape=ScriptTape(), world=JAVASCRIPT
    )
    for group, name in zip(groups, names.values()):
        writer.terms[group] = ScriptTerm(name, writer.tape)
    writer.forward()
    return writer


def _set(array: str, writer: Writer, nodes: Sequence[Any]) -> list[tuple[str, Any]]:
    return [(f"{array}[{i}] =", writer.output(node)) for i, node in enumerate(nodes)]


def _function(writer: Writer, arguments: str, lines: list[tuple[str, Any]]) -> str:
    statements, texts = nested(writer.tape, [term for _, term in lines])
    body = [f"const {name} = {text};" for name, text in statements]
    body += [f"{begin} {text};" for (begin, _), text in zip(lines, texts)]
    return "\n".join([f"{arguments} => {{", *body, "}"])
