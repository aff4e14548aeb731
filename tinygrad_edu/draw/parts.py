"""A module as a picture of its parts, where there are no neurons to draw."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from tinygrad_edu.draw.graphs.builtin import draw_diagram
from tinygrad_edu.draw.graphs.diagram import Arrow, Box, Diagram, shortened
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.theme import largest_of
from tinygrad_edu.speech import counted, say

#: More lines than this about the parts of a part do not fit into its box.
MOST_LINES = 8


def parts_svg(model: Any, look: Look, by: str, inputs: Any = None) -> str:
    """Return the picture of a module's parts as SVG.

    Args:
        model: The module. If it has `layers`, they stand one behind the other;
            otherwise its parts, and theirs, branch off from it.
        look: How numbers are shown.
        by: "weight" or "gradient": what the colours tell the size of.
        inputs: What it is called with, to tell the shapes of what the parts give.
    """
    is_chain = hasattr(model, "layers")
    parts = _chain(model) if is_chain else _tree(model)
    shapes = _shapes(model, parts, is_chain, inputs)
    sizes = [_size(part, by) for _, part, _ in parts]
    largest = largest_of(size for size in sizes if size is not None)
    boxes = []
    for (name, part, _), size, shape in zip(parts, sizes, shapes):
        lines = [_outline(part), *(_inside(part) if is_chain else [])]
        if size is not None:
            mean = say(
                "mean |∂L/∂p| {size}" if by == "gradient" else "mean |p| {size}",
                size=look.number(size),
            )
            lines.append(say("{one}, {other}", one=_count(part), other=mean))
        lines += shape
        fill = look.theme.fill(size or 0.0, largest)
        operator = f" · {type(part).__name__}" if name else ""
        title = name or type(part).__name__
        boxes.append(Box(shortened(title), operator, tuple(filter(None, lines)), fill))
    faint = look.theme.faint
    arrows = [
        Arrow(before, i, "", faint, 1.5)
        for i, (_, _, before) in enumerate(parts)
        if before is not None
    ]
    notes = [
        say("an arrow: what a part hands on" if is_chain else "an arrow: has the part")
    ]
    scale = []
    if largest:
        colour = say(
            "colour: the mean size of a gradient of the part"
            if by == "gradient"
            else "colour: the mean size of a parameter of the part"
        )
        notes.insert(0, colour)
        for share in (0.0, 0.25, 1.0):
            fill = look.theme.fill(share, 1.0)
            scale.append((fill, look.number(share * largest)))
    elif by == "gradient":
        notes.append(say("gradients: not yet; call backward() on a loss"))
    heading = f"{type(model).__name__} · {_count(model)}"
    diagram = Diagram(
        tuple(boxes),
        tuple(arrows),
        heading,
        tuple(scale),
        tuple(notes),
        look.theme,
        "LR",
    )
    return draw_diagram(diagram)


Part = tuple[str, Any, "int | None"]


def _chain(model: Any) -> list[Part]:
    # The name of each part, the part, and the place of the one before it.
    layers = enumerate(model.layers)
    return [(f"layer{i}", layer, i - 1 if i else None) for i, layer in layers]


def _tree(model: Any) -> list[Part]:
    # The name of each module inside, and the place of the one around it.
    places = {"": 0}
    parts: list[Part] = [("", model, None)]
    for name, module in model.named_modules()[1:]:
        around, _, last = name.rpartition(".")
        # A neuron is no part of its own, nor is what is inside it.
        if around in places and not _is_neuron(module):
            places[name] = len(parts)
            parts.append((last, module, places[around]))
    return parts


def _is_neuron(module: Any) -> bool:
    return hasattr(module, "w") and hasattr(module, "b")


def _inside(part: Any) -> list[str]:
    if not hasattr(part, "named_modules"):
        return []
    lines = [
        f"{name}: {module!r}"
        for name, module in part.named_modules()
        if name and "." not in name and not _is_neuron(module)
    ]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], _more(lines)]
    return lines


def _more(lines: list[str]) -> str:
    return say("and {count} more", count=len(lines) - MOST_LINES + 1)


def _outline(part: Any) -> str:
    # What its repr says between the name and the number of parameters.
    if not hasattr(part, "parameters"):
        return str(getattr(part, "__name__", type(part).__name__))
    text = repr(part).partition("(")[2].removesuffix(")")
    text = text.partition(";")[0]
    return "" if ":" in text or "parameters" in text or "(" in text else text


def _count(part: Any) -> str:
    count = len(part.parameters())
    return counted(count, "{count:,} parameter", "{count:,} parameters")


def _size(part: Any, by: str) -> float | None:
    parameters = part.parameters() if hasattr(part, "parameters") else []
    if not parameters:
        return None
    return statistics.fmean(
        abs((p.grad or 0.0) if by == "gradient" else p.data) for p in parameters
    )


def _shapes(
    model: Any, parts: Sequence[Part], is_chain: bool, inputs: Any
) -> list[list[str]]:
    if inputs is None:
        return [[] for _ in parts]
    if not is_chain:
        shape = [say("gives {shape}", shape=_shape(model(inputs)))]
        return [shape, *[[] for _ in parts[1:]]]
    shapes = []
    outputs = inputs
    for _, part, _ in parts:
        outputs = part(outputs)
        shapes.append([say("gives {shape}", shape=_shape(outputs))])
    return shapes


def _shape(numbers: Any) -> str:
    # Of the first of lists that differ, such as an output and a state.
    lengths = []
    while isinstance(numbers, (list, tuple)) and numbers:
        lengths.append(str(len(numbers)))
        numbers = numbers[0]
    return " × ".join(lengths) or say("a number")
