"""What models, data and trainings show as the last line of a notebook's cell.

Each is bounded: what is large shows its beginning, and says how much there is. Tables
and images are the forms that every notebook shows, trusted or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from tinygrad_edu.draw.image import as_html, escape
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.loss_curve import LossCurve
from tinygrad_edu.draw.network import draw_network
from tinygrad_edu.draw.svg import svg_document, text_element
from tinygrad_edu.draw.theme import LIGHT
from tinygrad_edu.nn import MLP, Layer, Neuron, WeightedSum
from tinygrad_edu.speech import say

#: Of a table no more rows and columns than these are shown.
MOST_ROWS = 12
MOST_COLUMNS = 8

#: Of a data set so many rows, or so many images.
MOST_SAMPLES = 5
MOST_IMAGES = 12

#: A recording of more nodes does not show its source.
MOST_NODES = 60

#: The side of a pixel, and the gap between images.
PIXEL, GAP = 8, 12


def model_html(model: Any) -> str:
    """Return the picture of a network of neurons; of another module, a table."""
    if isinstance(model, (Neuron, Layer, MLP)):
        picture = draw_network(model)
        return as_html(picture.svg, picture.words)
    return _module_table(model)


def _module_table(model: Any) -> str:
    rows = []
    for name, module in model.named_modules():
        is_detail = "." in name and isinstance(module, (Neuron, WeightedSum))
        if name and not is_detail:
            count = len(module.parameters())
            rows.append([name, repr(module), f"{count:,}"])
    heads = [say("name"), say("module"), say("parameters")]
    return _captioned(repr(model), _table(heads, rows))


def history_html(history: Any) -> str:
    """Return the curve of the loss, and the history in a line."""
    if not history.losses:
        return _captioned(repr(history), "")
    curve = LossCurve(history, Look(LIGHT, 3))
    return _captioned(repr(history), as_html(curve.svg(), say("the loss by epoch")))


def optimiser_html(optimiser: Any) -> str:
    """Return the numbers that an optimiser goes by."""
    rows = [
        [name, str(setting)]
        for name, setting in vars(optimiser).items()
        if name not in ("parameters", "memory")
    ]
    return _captioned(repr(optimiser), _table([say("setting"), say("value")], rows))


def recording_html(recording: Any) -> str:
    """Return what a recording is a function of, and the function, if it is small."""
    names = ", ".join(recording.names[:MOST_ROWS])
    if len(recording.names) > MOST_ROWS:
        names += ", …"
    source = say("print(recording.source) shows the function.")
    if recording.size <= MOST_NODES:
        source = recording.source
    text = say("a function of {names}", names=names) + f"\n\n{source}"
    return _captioned(repr(recording), f"<pre>{_lines(text)}</pre>")


def dataset_html(dataset: Any) -> str:
    """Return the first rows of a data set, as images if they are such."""
    caption = f"{dataset!r}. {dataset.source}"
    side = math.isqrt(len(dataset.feature_names))
    if dataset.feature_names[0].startswith("pixel"):
        picture = _images(dataset, side)
        return _captioned(caption, as_html(picture, say("the first images")))
    names = _cut([*dataset.feature_names])
    rows = []
    for features, target in zip(dataset.features[:MOST_SAMPLES], dataset.targets):
        numbers = _cut([f"{x:.4g}" for x in features])
        rows.append([*numbers, dataset.class_names[target]])
    if len(dataset) > MOST_SAMPLES:
        rows.append(["…"] * (len(names) + 1))
    return _captioned(caption, _table([*names, say("class")], rows))


def _images(dataset: Any, side: int) -> str:
    size = side * PIXEL + GAP
    shown = list(zip(dataset.features, dataset.targets))[:MOST_IMAGES]
    lowest = min(min(features) for features, _ in shown)
    highest = max(max(features) for features, _ in shown)
    # One shape for each shade of grey keeps the picture small.
    shades: dict[int, list[str]] = {}
    names = []
    for i, (features, target) in enumerate(shown):
        for place, ink in enumerate(features):
            row, column = divmod(place, side)
            shade = round(255 * (highest - ink) / ((highest - lowest) or 1.0))
            corner = f"M{i * size + column * PIXEL},{row * PIXEL}"
            shades.setdefault(shade, []).append(f"{corner}h{PIXEL}v{PIXEL}h-{PIXEL}z")
        name = dataset.class_names[target]
        middle = i * size + side * PIXEL / 2
        names.append(
            text_element(middle, size + 6, name, colour=LIGHT.text, anchor="middle")
        )
    pixels = [
        f'<path fill="rgb({shade},{shade},{shade})" d="{"".join(squares)}"/>'
        for shade, squares in shades.items()
    ]
    size_of_all = (len(shown) * size - GAP, size + GAP)
    return svg_document(size_of_all, LIGHT.background, [*pixels, *names])


def _cut(cells: list[str]) -> list[str]:
    return cells if len(cells) <= MOST_COLUMNS else [*cells[:MOST_COLUMNS], "…"]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [_row("th", heads), *[_row("td", row) for row in rows[:MOST_ROWS]]]
    if len(rows) > MOST_ROWS:
        lines.append(_row("td", [say("and {count} more", count=len(rows) - MOST_ROWS)]))
    return f"<table>{''.join(lines)}</table>"


def _row(kind: str, cells: Iterable[str]) -> str:
    parts = "".join(f"<{kind}>{escape(cell)}</{kind}>" for cell in cells)
    return f"<tr>{parts}</tr>"


def _captioned(caption: str, shown: str) -> str:
    return f"<div>{escape(caption)}</div>{shown}"


def _lines(text: str) -> str:
    return "\n".join(map(escape, text.splitlines()))
