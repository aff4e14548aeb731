"""A network as a picture: neurons in columns, and an edge for each weight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tinygrad_edu.draw.image import Image, escape
from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.neurons import (
    DENSE,
    MOST_NEURONS,
    column_counts,
    has_number,
    layers_of,
    thinner,
    visible,
    visible_edges,
)
from tinygrad_edu.draw.svg import (
    LINE,
    MARGIN,
    SMALL,
    legend,
    svg_document,
    text_element,
    text_width,
)
from tinygrad_edu.draw.theme import largest_of, line_width, theme_named
from tinygrad_edu.elsewhere.choices import find_choice

Point = tuple[float, float]

RADIUS = 24.0
COLUMN = 250.0

#: Between neurons of a layer, where numbers stand on the edges and where none do.
ROW, DENSE_ROW = 92.0, 66.0

#: The room that a number takes, and where on its edge it may stand, the best first.
NUMBER_WIDTH, NUMBER_HEIGHT = text_width("-0.00123", SMALL), SMALL + 2
SHARES = [0.24 + 0.03 * step for step in range(18)]


def draw_network(
    model: Any,
    inputs: Sequence[Any] | None = None,
    by: str = "weight",
    *,
    theme: str = "light",
    precision: int = 3,
) -> Image:
    """Return the picture of a network: its neurons by layer, and its weights as edges.

    An edge is blue where its number is positive and orange where it is negative, and
    the wider the larger the number is. Every neuron shows its bias below.

    Args:
        model: A Neuron, a Layer or an MLP, or what has `layers` of `neurons` as they.
        inputs: One row of inputs; then each neuron shows its activation for it.
        by: "weight", or "gradient" for what the last backward pass left on the weights.
        theme: "light" or "dark".
        precision: How many significant digits numbers have.

    Raises:
        RenderError: If it has too many layers.
        TypeError: If the model is not such a network, or the inputs not a list.
        ValueError: If an option is not one of those named.
        ShapeError: If the inputs are not as many as the network takes.

    >>> from tinygrad_edu import MLP
    >>> draw_network(MLP(2, [3, 1], seed=0), inputs=[1.0, -1.0])
    <picture: MLP(2 -> 3 relu -> 1 linear; 13 parameters); ...>
    """
    by = find_choice("kind of edge", by, ["weight", "gradient"])
    look = Look(theme_named(theme), precision)
    layers = layers_of(model)
    activations = None if inputs is None else _activations(layers, inputs)
    return Image(network_svg(model, look, by, activations), repr(model))


def network_svg(
    model: Any,
    look: Look,
    by: str = "weight",
    activations: list[list[float]] | None = None,
    largest: float | None = None,
) -> str:
    """Return the picture as SVG, in which a script can move the numbers.

    Args:
        model: A Neuron, a Layer or an MLP, or what has `layers` of `neurons` as they.
        look: How numbers are shown.
        by: "weight" or "gradient", which the edges show.
        activations: A number for each neuron, the inputs first.
        largest: The number whose edge is the widest; otherwise that of the picture.
    """
    picture = _Picture(model, layers_of(model), look)
    notes = picture.draw_edges(by, largest)
    notes += picture.draw_neurons(by, activations)
    return picture.document(notes)


def _free_place(start: Point, end: Point, taken: Sequence[Point]) -> Point:
    # The first place where a number covers none of those before, or covers them least.
    def room(place: Point) -> float:
        apart = [
            max(abs(place[0] - x) / NUMBER_WIDTH, abs(place[1] - y) / NUMBER_HEIGHT)
            for x, y in taken
        ]
        return min([1.0, *apart])

    (x1, y1), (x2, y2) = start, end
    return max([(x1 + t * (x2 - x1), y1 + t * (y2 - y1)) for t in SHARES], key=room)


def _activations(layers: list[list[Any]], inputs: Sequence[Any]) -> list[list[float]]:
    if not isinstance(inputs, Iterable):
        raise TypeError(f"inputs must be a list, such as [1.0, -1.0], not {inputs!r}.")
    row: list[Any] = list(inputs)
    columns = [row]
    for neurons in layers:
        row = [neuron(row) for neuron in neurons]
        columns.append(row)
    return [[float(getattr(x, "data", x)) for x in column] for column in columns]


class _Picture:
    def __init__(self, model: Any, layers: list[list[Any]], look: Look) -> None:
        self.layers = layers
        self.look = look
        self.model = model
        self.body: list[str] = []
        self.scale: list[tuple[str, str]] = []
        self.counts = column_counts(layers)
        self.rows = max(len(visible(count)) for count in self.counts)
        self.edges = list(visible_edges(layers))
        self.row = ROW if len(self.edges) < DENSE else DENSE_ROW
        self.left = MARGIN + 50
        self.top = RADIUS + 2 * LINE

    def centre(self, place: tuple[int, int]) -> tuple[float, float]:
        column, i = place
        shown = visible(self.counts[column])
        y = (shown.index(i) + (self.rows - len(shown)) / 2) * self.row
        return (self.left + RADIUS + column * COLUMN, self.top + y)

    def draw_edges(self, by: str, largest: float | None) -> list[str]:
        look = self.look
        gradient = by == "gradient"
        weights = [edge.weight for edge in self.edges]
        numbers = [w.grad or 0.0 if gradient else w.data for w in weights]
        if largest is None:
            largest = largest_of(numbers)
        words: list[str] = []
        # By the column of the edge: numbers between other neurons are out of reach.
        taken: dict[int, list[Point]] = {}
        for edge, x in zip(self.edges, numbers):
            width = line_width(x, largest) * thinner(self.edges)
            x1, y1 = self.centre(edge.tail)
            x2, y2 = self.centre(edge.head)
            title = f"{edge.weight.label}: {look.number(edge.weight.data)}"
            self.body.append(
                f'<line class="weight" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" '
                f'y2="{y2:.1f}" stroke="{look.theme.line(x)}" '
                f'stroke-width="{width:.2g}"><title>{escape(title)}'
                "</title></line>"
            )
            if has_number(edge, self.counts):
                beside = taken.setdefault(edge.tail[0], [])
                x_text, y_text = _free_place((x1, y1), (x2, y2), beside)
                beside.append((x_text, y_text))
                words.append(
                    text_element(
                        x_text,
                        y_text + SMALL / 3,
                        look.signed(x) if gradient else look.number(x),
                        colour=look.theme.text,
                        size=SMALL,
                        anchor="middle",
                        halo=look.theme.background,
                        kind="number",
                    )
                )
        self.body += words
        if not largest:
            none = "gradients: not yet; call backward() on a loss"
            return [none if gradient else "all weights are 0"]
        for x in (-largest, 0.0, largest):
            self.scale.append((look.theme.fill(x, largest), look.signed(x)))
        what = "∂L/∂weight, its gradient" if gradient else "the weight"
        return [f"an edge: {what}; width on a square-root scale"]

    def draw_neurons(self, by: str, activations: list[list[float]] | None) -> list[str]:
        theme, look = self.look.theme, self.look
        numbers = [x for column in activations or [] for x in column]
        for column, count in enumerate(self.counts):
            self._column_title(column)
            for i in visible(count):
                x, y = self.centre((column, i))
                inside = f"x{i}" if column == 0 else str(i)
                fill = theme.neutral
                if activations is not None:
                    number = activations[column][i]
                    inside = look.number(number)
                    fill = theme.fill(number, largest_of(numbers))
                self.body.append(
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS:g}" fill="{fill}" '
                    f'stroke="{theme.faint}"/>'
                )
                self._words(x, y + 4, inside, theme.text)
                self._beside(column, i, by, activations is not None)
            if count > MOST_NEURONS:
                self._gap(column)
        return ["in a neuron: its activation"] if activations else []

    def _beside(self, column: int, i: int, by: str, has_numbers: bool) -> None:
        x, y = self.centre((column, i))
        if column == 0:
            if has_numbers:
                self._words(x - RADIUS - 14, y + 4, f"x{i}", self.look.theme.faint)
            return
        bias = self.layers[column - 1][i].b
        text = f"b {self.look.number(bias.data)}"
        if by == "gradient":
            text = f"∂L/∂b {self.look.signed(bias.grad or 0.0)}"
        self._words(x, y + RADIUS + 14, text, self.look.theme.faint, "bias")

    def _column_title(self, column: int) -> None:
        x, _ = self.centre((column, 0))
        if column == 0:
            text = "inputs"
        else:
            neuron = self.layers[column - 1][0]
            name = f"layer{column - 1}" if len(self.layers) > 1 else "output"
            text = f"{name} · {getattr(neuron, 'activation', 'linear')}"
        self._words(x, self.top - RADIUS - LINE, text, self.look.theme.text)

    def _gap(self, column: int) -> None:
        count = self.counts[column]
        shown = visible(count)
        x, above = self.centre((column, shown[len(shown) // 2 - 1]))
        y = above + self.row / 2 + 12
        self._words(x, y, f"⋮ {count - len(shown):,} more", self.look.theme.faint)

    def _words(
        self, x: float, y: float, text: str, colour: str, kind: str = ""
    ) -> None:
        theme = self.look.theme
        self.body.append(
            text_element(
                x,
                y,
                text,
                colour=colour,
                size=SMALL,
                anchor="middle",
                halo="" if colour == theme.text else theme.background,
                kind=kind,
            )
        )

    def document(self, notes: list[str]) -> str:
        theme = self.look.theme
        heading = repr(self.model)
        above, (legend_width, legend_height) = legend(heading, self.scale, notes, theme)
        width = self.left + 2 * RADIUS + (len(self.counts) - 1) * COLUMN + 70
        height = legend_height + self.top + (self.rows - 1) * self.row + RADIUS + 30
        drawing = [f'<g transform="translate(0 {legend_height:.1f})">', *self.body]
        return svg_document(
            (max(width, legend_width + MARGIN), height),
            theme.background,
            [*above, *drawing, "</g>"],
        )
