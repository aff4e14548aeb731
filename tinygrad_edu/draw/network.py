"""A network as a picture: neurons in columns, and an edge for each weight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tinygrad_edu.draw.graphs.diagram import shortened
from tinygrad_edu.draw.image import Image, escape
from tinygrad_edu.draw.look import MOST_DIGITS, Look
from tinygrad_edu.draw.neurons import (
    DENSE,
    MOST_NEURONS,
    Stage,
    column_counts,
    has_number,
    stages_of,
    thinner,
    visible,
    visible_edges,
)
from tinygrad_edu.draw.parts import parts_svg
from tinygrad_edu.draw.svg import (
    GAPS,
    LINE,
    MARGIN,
    SMALL,
    Swatch,
    legend,
    size_within,
    svg_document,
    text_element,
    text_width,
)
from tinygrad_edu.draw.theme import largest_of, line_width, theme_named
from tinygrad_edu.elsewhere.choices import find_choice
from tinygrad_edu.engine.functions import as_node
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.nn.module import Module
from tinygrad_edu.ranges import check_count, check_sequence, said, written
from tinygrad_edu.speech import say

Point = tuple[float, float]

RADIUS = 24.0
COLUMN = 250.0

#: How much wider than high the larger part of a screen is.
SCREEN = 1.35

#: The room for a number inside a circle.
INSIDE = 2 * RADIUS - 7

#: Between neurons of a layer, where numbers stand on the edges and where none do.
ROW, DENSE_ROW = 92.0, 70.0

#: The room that a number takes, and where on its edge it may stand, the best first.
NUMBER_WIDTH, NUMBER_HEIGHT = text_width("-0.00123", SMALL), SMALL + 2
SHARES = [0.24 + 0.03 * step for step in range(18)]


def draw_network(
    model: Any,
    inputs: Sequence[Any] | None = None,
    by: str = "weight",
    *,
    feature_names: Sequence[str] = (),
    class_names: Sequence[str] = (),
    theme: str = "light",
    precision: int = 3,
) -> Image:
    """Return the picture of a network: its neurons by layer, and its weights as edges.

    An edge is blue where its number is positive and orange, with gaps, where it is
    negative, and the wider the larger the number is. Every neuron shows its bias below.

    What has other parts than layers of neurons, such as a convolution, a recurrent cell
    or attention, is drawn as its parts: a box for each, coloured by how large its
    parameters, or their gradients, are. Those of a `Sequential` stand one behind the
    other, and with inputs each tells the shape of what it gives.

    Args:
        model: A module, or what has `layers` of `neurons` as an MLP.
        inputs: What the model is called with, such as one row; then each neuron shows
            its activation for it.
        by: "weight", or "gradient" for what the last backward pass left on the weights.
        feature_names: The name of each input; otherwise x0, x1, ...
        class_names: The name of each output.
        theme: "light" or "dark".
        precision: How many significant digits numbers have.

    Raises:
        RenderError: If it has too many layers.
        TypeError: If the model is no such network, or the inputs not a list.
        ValueError: If an option is not one of those named, or if neurons are to have
            names and the picture is of parts.
        ShapeError: If the inputs, or the names, are not as many as the network takes
            or gives.

    >>> from tinygrad_edu import MLP, nn
    >>> draw_network(MLP(2, [3, 1], seed=0), inputs=[1.0, -1.0])
    <picture: MLP(2 -> 3 relu -> 1 linear; 13 parameters); ...>
    >>> draw_network(nn.RNNCell(2, 3, seed=0)).svg.count('class="node"')
    2
    """
    by = find_choice("kind of edge", by, ["weight", "gradient"])
    check_count("precision", precision, most=MOST_DIGITS)
    check_sequence("feature_names", feature_names)
    check_sequence("class_names", class_names)
    look = Look(theme_named(theme), precision)
    try:
        stages = stages_of(model)
    except TypeError:
        if not isinstance(model, Module):
            raise
        if feature_names or class_names:
            raise ValueError(
                f"Names are those of neurons, and {type(model).__name__} is drawn as "
                "its parts: leave feature_names and class_names out."
            ) from None
        return Image(parts_svg(model, look, by, inputs), repr(model))
    counts = column_counts([stage.neurons for stage in stages])
    for what, names, count in (
        ("feature_names", feature_names, counts[0]),
        ("class_names", class_names, counts[-1]),
    ):
        if names and len(names) != count:
            raise ShapeError(f"{what} has {len(names)} names, and {count} are needed.")
    activations = None if inputs is None else _activations(stages, inputs)
    picture = _Picture(model, stages, look, feature_names, class_names)
    return Image(picture.svg(by, activations), repr(model))


def network_svg(model: Any, look: Look, largest: float | None = None) -> str:
    """Return the picture as SVG, in which a script can move the numbers.

    It is as wide as the larger part of a screen: the columns move apart.

    Args:
        model: A Neuron, a Layer or an MLP, or what has `layers` of `neurons` as they.
        look: How numbers are shown.
        largest: The number whose edge is the widest; otherwise that of the picture.
    """
    picture = _Picture(model, stages_of(model), look)
    picture.fill_screen()
    return picture.svg("weight", None, largest)


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


def _activations(stages: list[Stage], inputs: Sequence[Any]) -> list[list[float]]:
    if not isinstance(inputs, Iterable):
        raise TypeError(
            f"inputs must be a list, such as [1.0, -1.0], not {said(inputs)}."
        )
    row: list[Any] = list(inputs)
    columns = [row]
    for stage in stages:
        row = stage(row)
        columns.append(row)
    return [[as_node(x).data for x in column] for column in columns]


class _Picture:
    def __init__(
        self,
        model: Any,
        stages: list[Stage],
        look: Look,
        feature_names: Sequence[str] = (),
        class_names: Sequence[str] = (),
    ) -> None:
        self.stages = stages
        self.layers = [stage.neurons for stage in stages]
        self.look = look
        self.model = model
        self.body: list[str] = []
        self.legend: list[str | list[Swatch]] = []
        self.counts = column_counts(self.layers)
        self.feature_names = [shortened(written(name, str)) for name in feature_names]
        self.class_names = [shortened(written(name, str)) for name in class_names]
        self.rows = max(map(_row_count, self.counts))
        self.edges = list(visible_edges(self.layers))
        self.row = ROW if len(self.edges) < DENSE else DENSE_ROW
        self.column = COLUMN
        self.left = MARGIN + max(50.0, *map(_room, ["", *self.feature_names]))
        self.right = max(70.0, *map(_room, ["", *self.class_names]))
        self.top = RADIUS + 2 * LINE

    def fill_screen(self) -> None:
        """Move the columns apart, and the rows together where there is room."""
        self.row = DENSE_ROW
        wide = SCREEN * (self.rows * self.row + 3 * RADIUS + self.top)
        gaps = len(self.counts) - 1
        self.column = max(COLUMN, (wide - self.left - self.right) / gaps)

    def svg(
        self,
        by: str,
        activations: list[list[float]] | None,
        largest: float | None = None,
    ) -> str:
        """Return the picture, with the numbers that `by` names on the edges."""
        self.draw_edges(by, largest)
        self.draw_neurons(by, activations)
        return self.document()

    def centre(self, place: tuple[int, int]) -> tuple[float, float]:
        """Return where a neuron stands; where some are left out, a row is free."""
        column, i = place
        count = self.counts[column]
        shown = visible(count)
        row = shown.index(i) + (i != shown.index(i))
        y = (row + (self.rows - _row_count(count)) / 2) * self.row
        return (self.left + RADIUS + column * self.column, self.top + y)

    def draw_edges(self, by: str, largest: float | None) -> None:
        """Draw the weights, and what they are in numbers where there is room."""
        look = self.look
        gradient = by == "gradient"
        weights = [edge.weight for edge in self.edges]
        numbers = [w.grad or 0.0 if gradient else w.data for w in weights]
        if largest is None:
            largest = largest_of(numbers)
        words: list[str] = []
        # By the column of the edge: numbers between other neurons are out of reach.
        taken: dict[int, list[Point]] = {}
        factor = thinner(self.edges)
        for edge, x in zip(self.edges, numbers):
            width = line_width(x, largest) * factor
            x1, y1 = self.centre(edge.tail)
            x2, y2 = self.centre(edge.head)
            title = f"{edge.weight.label}: {look.number(edge.weight.data)}"
            self.body.append(
                f'<line class="weight" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" '
                f'y2="{y2:.1f}" stroke="{look.theme.line(x)}" '
                f'stroke-width="{width:.2g}"{GAPS if x < 0 else ""}>'
                f"<title>{escape(title)}</title></line>"
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
            self.legend.append(
                say(
                    "gradients: not yet; call backward() on a loss"
                    if gradient
                    else "all weights are 0"
                )
            )
            return
        self.legend.append(
            [
                Swatch(
                    look.signed(x),
                    look.theme.line(x),
                    line_width(x, largest) * factor,
                    x < 0,
                )
                for x in (-largest, -largest / 4, largest / 4, largest)
            ]
        )
        self.legend.append(
            say(
                "an edge: ∂L/∂weight, its gradient; width on a square-root scale"
                if gradient
                else "an edge: the weight; width on a square-root scale"
            )
        )

    def draw_neurons(self, by: str, activations: list[list[float]] | None) -> None:
        """Draw the neurons, with what they say where that is known."""
        theme, look = self.look.theme, self.look
        largest = largest_of(x for column in activations or [] for x in column)
        for column, count in enumerate(self.counts):
            self._column_title(column)
            for i in visible(count):
                x, y = self.centre((column, i))
                inside = f"x{i}" if column == 0 else str(i)
                fill = theme.neutral
                if activations is not None:
                    number = activations[column][i]
                    inside = look.number(number)
                    fill = theme.fill(number, largest)
                self.body.append(
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS:g}" fill="{fill}" '
                    f'stroke="{theme.faint}"/>'
                )
                size = size_within(inside, INSIDE)
                self._words(x, y + size / 3, inside, theme.text, size=size)
                self._beside(column, i, by, activations is not None)
            if count > MOST_NEURONS:
                self._gap(column)
        if activations is not None:
            shares = (-1.0, -0.25, 0.0, 0.25, 1.0) if largest else ()
            self.legend.append(
                [
                    Swatch(look.signed(share * largest), theme.fill(share, 1.0))
                    for share in shares
                ]
            )
            self.legend.append(say("in a neuron: its activation"))

    def _beside(self, column: int, i: int, by: str, has_numbers: bool) -> None:
        x, y = self.centre((column, i))
        theme = self.look.theme
        if column == 0:
            if self.feature_names or has_numbers:
                name = self.feature_names[i] if self.feature_names else f"x{i}"
                self._words(x - RADIUS - 8, y + 4, name, theme.faint, anchor="end")
            return
        if column == len(self.layers) and self.class_names:
            name = self.class_names[i]
            self._words(x + RADIUS + 8, y + 4, name, theme.text, anchor="start")
        bias = self.layers[column - 1][i].b
        if bias is None:
            return
        text = f"b {self.look.number(bias.data)}"
        if by == "gradient":
            text = f"∂L/∂b {self.look.signed(bias.grad or 0.0)}"
        self._words(x, y + RADIUS + 14, text, theme.faint, "bias")

    def _column_title(self, column: int) -> None:
        x, _ = self.centre((column, 0))
        if column == 0:
            text = say("inputs")
        else:
            name = f"layer{column - 1}" if len(self.layers) > 1 else say("output")
            text = f"{name} · {self.stages[column - 1].activation}"
        self._words(x, self.top - RADIUS - LINE, text, self.look.theme.text)

    def _gap(self, column: int) -> None:
        count = self.counts[column]
        shown = visible(count)
        x, above = self.centre((column, shown[len(shown) // 2 - 1]))
        text = say("⋮ {count:,} more", count=count - len(shown))
        # In the middle of the free row, and of what the bias above leaves of it.
        y = above + self.row + 8
        self._words(x, y, text, self.look.theme.faint, "gap")

    def _words(
        self,
        x: float,
        y: float,
        text: str,
        colour: str,
        kind: str = "",
        *,
        size: float = SMALL,
        anchor: str = "middle",
    ) -> None:
        theme = self.look.theme
        self.body.append(
            text_element(
                x,
                y,
                text,
                colour=colour,
                size=round(size, 1),
                anchor=anchor,
                halo="" if kind == "" and anchor == "middle" else theme.background,
                kind=kind,
            )
        )

    def document(self) -> str:
        """Return all that was drawn, below its legend."""
        theme = self.look.theme
        above, (legend_width, legend_height) = legend(
            repr(self.model), self.legend, theme
        )
        width = (
            self.left + 2 * RADIUS + (len(self.counts) - 1) * self.column + self.right
        )
        height = legend_height + self.top + (self.rows - 1) * self.row + RADIUS + 30
        drawing = [f'<g transform="translate(0 {legend_height:.1f})">', *self.body]
        return svg_document(
            (max(width, legend_width + MARGIN), height),
            theme.background,
            [*above, *drawing, "</g>"],
        )


def _row_count(count: int) -> int:
    # One row stands for the neurons that are left out.
    return len(visible(count)) + (count > MOST_NEURONS)


def _room(name: str) -> float:
    return text_width(name, SMALL) + 16
