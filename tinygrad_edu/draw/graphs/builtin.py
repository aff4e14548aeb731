"""A diagram as SVG by the built-in layout, where there is no Graphviz.

Nodes and edges have the ids and classes that they get from Graphviz, so that a page
can light up either.
"""

from __future__ import annotations

from tinygrad_edu.draw.graphs.diagram import Arrow, Box, Diagram
from tinygrad_edu.draw.graphs.layered import Point, Size, lay_out
from tinygrad_edu.draw.image import escape
from tinygrad_edu.draw.svg import (
    GAPS,
    LINE,
    MARGIN,
    SMALL,
    TEXT,
    Swatch,
    legend,
    svg_document,
    text_element,
    text_width,
)
from tinygrad_edu.draw.theme import Theme

PADDING = 8.0
_FRAMES = {"solid": "", "dashed": GAPS, "thick": ' stroke-width="3"'}
ARROW = 8.0


def draw_diagram(diagram: Diagram) -> str:
    """Return a diagram as SVG."""
    theme = diagram.theme
    vertical = diagram.rankdir == "TB"
    boxes = [_box_size(box) for box in diagram.boxes]
    labels = [(text_width(a.label, SMALL) + 6, SMALL + 4) for a in diagram.arrows]
    layout = lay_out(
        [_turned(size, vertical) for size in boxes],
        [(arrow.tail, arrow.head) for arrow in diagram.arrows],
        [_turned(size, vertical) for size in labels],
    )
    scale = [Swatch(number, colour) for colour, number in diagram.scale]
    body, (legend_width, top) = legend(diagram.heading, [scale, *diagram.notes], theme)
    width, height = _turned(layout.size, vertical)
    shift = (MARGIN, top + MARGIN)
    # Words stand above all lines.
    words = []
    for i, arrow in enumerate(diagram.arrows):
        route = [_moved(_turned(p, vertical), shift) for p in layout.routes[i]]
        label = _moved(_turned(layout.labels[i], vertical), shift)
        body += _arrow(i, arrow, route, vertical)
        if arrow.label:
            words.append(
                text_element(
                    label[0],
                    label[1] + SMALL / 3,
                    arrow.label,
                    colour=theme.text,
                    size=SMALL,
                    anchor="middle",
                    halo=theme.background,
                )
            )
    body += words
    for i, box in enumerate(diagram.boxes):
        centre = _moved(_turned(layout.boxes[i], vertical), shift)
        body += _box(i, box, centre, boxes[i], theme)
    total_width = max(legend_width, width + MARGIN) + MARGIN
    return svg_document(
        (total_width, top + height + 2 * MARGIN), theme.background, body
    )


def _smooth(route: list[Point], vertical: bool) -> str:
    # A curve through all points that never swings beyond them: a point has the slope
    # between its neighbours, or none where it is level with one or the line turns.
    slopes = [0.0]
    for (x0, y0), (_, y), (x1, y1) in zip(route, route[1:], route[2:]):
        turns = (y - y0) * (y1 - y) <= 0
        slopes.append(0.0 if turns else (y1 - y0) / (x1 - x0))
    slopes.append(0.0)
    path = "M" + _points(route[:1], vertical)
    for i in range(len(route) - 1):
        (x0, y0), (x1, y1) = route[i], route[i + 1]
        reach = (x1 - x0) / 2
        middle = (y0 + y1) / 2
        first = (x0 + reach, _between(y0, y0 + slopes[i] * reach, middle))
        second = (x1 - reach, _between(y1, y1 - slopes[i + 1] * reach, middle))
        path += " C" + _points([first, second, (x1, y1)], vertical)
    return path


def _between(start: float, wish: float, limit: float) -> float:
    return min(max(wish, min(start, limit)), max(start, limit))


def _points(points: list[Point], vertical: bool) -> str:
    turned = [_turned(point, vertical) for point in points]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in turned)


def _turned(pair: tuple[float, float], vertical: bool) -> tuple[float, float]:
    return (pair[1], pair[0]) if vertical else pair


def _moved(point: Point, shift: Point) -> Point:
    return (point[0] + shift[0], point[1] + shift[1])


def _box_size(box: Box) -> Size:
    title = text_width(box.name, bold=True) + text_width(box.operator)
    widest = max([title, *[text_width(line) for line in box.lines]])
    return (widest + 2 * PADDING, LINE * (1 + len(box.lines)) + PADDING)


def _box(i: int, box: Box, centre: Point, size: Size, theme: Theme) -> list[str]:
    x = centre[0] - size[0] / 2
    y = centre[1] - size[1] / 2
    left = x + PADDING
    title = (
        f'<tspan font-weight="bold">{escape(box.name)}</tspan>{escape(box.operator)}'
    )
    parts = [
        f'<g id="node{i}" class="node">',
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{size[0]:.1f}" height="{size[1]:.1f}" '
        f'rx="6" fill="{box.fill}" stroke="{theme.faint}"{_FRAMES[box.frame]}/>',
        f'<text x="{left:.1f}" y="{y + LINE:.1f}" font-size="{TEXT:g}" '
        f'fill="{theme.text}">{title}</text>',
    ]
    for j, line in enumerate(box.lines, start=2):
        parts.append(text_element(left, y + j * LINE, line, colour=theme.text))
    return [*parts, "</g>"]


def _arrow(i: int, arrow: Arrow, route: list[Point], vertical: bool) -> list[str]:
    # Computed from left to right, and turned where the picture goes down.
    route = [_turned(point, vertical) for point in route]
    tip_x, tip_y = route[-1]
    sign = 1 if tip_x >= route[-2][0] else -1
    # The line ends where the arrowhead begins.
    neck = tip_x - sign * ARROW
    route[-1] = (neck, tip_y)
    half = 3 + arrow.width / 2
    tip = [(neck, tip_y - half), (tip_x, tip_y), (neck, tip_y + half)]
    return [
        f'<g id="edge{i}" class="edge">',
        f'<path fill="none" stroke="{arrow.colour}" stroke-width="{arrow.width:g}"'
        f"{GAPS if arrow.dashed else ''} "
        f'd="{_smooth(route, vertical)}"/>',
        f'<polygon fill="{arrow.colour}" points="{_points(tip, vertical)}"/>',
        "</g>",
    ]
