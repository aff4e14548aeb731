"""What colours and line widths say: the sign and the size of a number.

Blue is positive and orange negative, a pair that colour-blind people tell apart, and
of two shades, so that greyscale tells it too; the sign always stands beside the colour
as text. Size is on a square-root scale, so that a gradient a hundredth of the largest
still shows a tenth of the colour.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from tinygrad_edu.elsewhere.choices import find_choice
from tinygrad_edu.speech import spoken

FONT = "Helvetica,Arial,sans-serif"

#: Fonts that have Chinese letters; the first that is installed is taken.
CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Noto Sans CJK JP",
    "Arial Unicode MS",
)

#: A picture of dots has so many to an inch: as sharp as a good screen.
PNG_DPI = 192

#: Line widths run from the first to the second, in points.
WIDTHS = (1.0, 6.0)

#: The gaps of the lines of a plot, one after the other; the first line has none.
DASHES = ((), (6.0, 2.0), (2.0, 2.0), (8.0, 2.0, 2.0, 2.0))

#: The shapes that tell classes apart where colour does not.
SHAPES = ("circle", "square", "triangle", "diamond", "cross", "star", "plus", "wedge")


@dataclass(frozen=True)
class Theme:
    """The colours of a picture, each as #rrggbb.

    Attributes:
        background: What lies behind everything.
        text: Letters, and the frames of nodes.
        faint: Lines and words of the second rank.
        neutral: The fill of a node whose gradient is 0, or not known.
        positive: The fill of the largest positive number.
        negative: The fill of the largest negative number.
        positive_line: A line that carries a positive number.
        negative_line: A line that carries a negative number.
        strange: The fill of nan and of the infinities.
        strange_line: A line that carries one of them.
        old: Words of the gradient that a step finds.
        local: Words of a local derivative.
        upstream: Words of the gradient that a step hands on.
        classes: Colours that tell classes apart.
        lines: Colours of the lines of a plot, by turns dark and pale.
    """

    background: str
    text: str
    faint: str
    neutral: str
    positive: str
    negative: str
    positive_line: str
    negative_line: str
    strange: str
    strange_line: str
    old: str
    local: str
    upstream: str
    classes: tuple[str, ...]
    lines: tuple[str, ...]

    def fill(self, number: float, largest: float) -> str:
        """Return the colour of a number, where `largest` gets the full one.

        What is not finite is off this scale, and has a colour of its own.

        >>> LIGHT.fill(4.0, 4.0) == LIGHT.positive, LIGHT.fill(-1.0, 4.0)
        (True, '#fadba0')
        """
        if not math.isfinite(number):
            return self.strange
        full = self.positive if number > 0 else self.negative
        return _mix(self.neutral, full, strength(number, largest))

    def class_colour(self, index: int) -> str:
        """Return the colour of a class; they begin again at the end.

        >>> LIGHT.class_colour(0) == LIGHT.class_colour(len(LIGHT.classes))
        True
        """
        return self.classes[index % len(self.classes)]

    def line_colour(self, index: int) -> str:
        """Return the colour of a line of a plot; they begin again at the end."""
        return self.lines[index % len(self.lines)]

    def line(self, number: float) -> str:
        """Return the colour of a line that carries a number."""
        if not math.isfinite(number):
            return self.strange_line
        if number > 0:
            return self.positive_line
        return self.negative_line if number < 0 else self.faint


# After M. Okabe & K. Ito, Color Universal Design, 2008.
_CLASSES = (
    "#56b4e9",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#f0e442",
    "#0072b2",
    "#d55e00",
    "#999999",
)
LIGHT = Theme(
    background="#ffffff",
    text="#1d2430",
    faint="#6b7480",
    neutral="#f6f7f9",
    positive="#3d9bd4",
    negative="#ffbf47",
    positive_line="#00558c",
    negative_line="#d55e00",
    strange="#f2a3cb",
    strange_line="#a0145f",
    old="#5b3fa8",
    local="#006d4f",
    upstream="#a3195b",
    classes=_CLASSES,
    lines=("#00558c", "#d55e00", "#3b2a6b", "#008a63", "#7a1f4f", "#9a7f00"),
)
DARK = Theme(
    background="#14171c",
    text="#f2f4f7",
    faint="#98a2ae",
    neutral="#2b313a",
    positive="#0072b2",
    negative="#762e00",
    positive_line="#9ad6fa",
    negative_line="#e0761a",
    strange="#8a2458",
    strange_line="#ff8ac2",
    old="#c3b1ff",
    local="#5fd9a8",
    upstream="#ff9cc4",
    classes=_CLASSES,
    lines=("#9ad6fa", "#e0761a", "#e3d5ff", "#00a87a", "#ffc2dd", "#a89000"),
)
THEMES = {"light": LIGHT, "dark": DARK}


def font() -> str:
    """Return the fonts of pictures and pages, Chinese ones where that is spoken."""
    if spoken() != "zh":
        return FONT
    latin, _, last = FONT.rpartition(",")
    return ",".join([latin, *CHINESE, last])


def theme_named(name: str) -> Theme:
    """Return a theme.

    Raises:
        ValueError: If the name is unknown.
    """
    return THEMES[find_choice("theme", name, THEMES)]


def strength(number: float, largest: float) -> float:
    """Return √(|number| / largest), between 0 and 1; 0 for nan.

    >>> strength(-1.0, 4.0), strength(float("inf"), 4.0), strength(0.0, 0.0)
    (0.5, 1.0, 0.0)
    """
    if math.isnan(number) or number == 0:
        return 0.0
    if abs(number) >= largest:
        return 1.0
    return math.sqrt(abs(number) / largest)


def largest_of(numbers: Iterable[float]) -> float:
    """Return the largest finite absolute value, or 0 where there is none.

    >>> largest_of([1.0, -3.0, float("inf")])
    3.0
    """
    return max((abs(x) for x in numbers if math.isfinite(x)), default=0.0)


def line_width(number: float, largest: float) -> float:
    """Return how wide the line is that carries a number, in points.

    >>> line_width(0.0, 4.0), line_width(1.0, 4.0), line_width(-4.0, 4.0)
    (1.0, 3.5, 6.0)
    """
    thin, thick = WIDTHS
    return round(thin + (thick - thin) * strength(number, largest), 2)


def _mix(start: str, end: str, share: float) -> str:
    channels = []
    for i in (1, 3, 5):
        low, high = int(start[i : i + 2], 16), int(end[i : i + 2], 16)
        channels.append(round(low + (high - low) * share))
    return "#" + "".join(f"{channel:02x}" for channel in channels)
