"""How numbers are shown, in every kind of picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tinygrad_edu.draw.theme import Theme

#: Of more, a float has none that tell.
MOST_DIGITS = 100


@dataclass(frozen=True)
class Look:
    """How numbers are shown.

    Attributes:
        theme: The colours.
        precision: How many significant digits.
        rankdir: "LR" or "TB".
        show_gradients: Whether gradients and contributions are shown at all.
    """

    theme: Theme
    precision: int = 4
    rankdir: str = "LR"
    show_gradients: bool = True

    def number(self, x: float) -> str:
        """Return a number as text.

        >>> from tinygrad_edu.draw.theme import LIGHT
        >>> Look(LIGHT).number(1 / 3), Look(LIGHT).number(-0.0)
        ('0.3333', '0')
        """
        return f"{x or 0.0:.{self.precision}g}"

    def signed(self, x: float) -> str:
        """Return a number with its sign: colour alone must not tell it.

        >>> from tinygrad_edu.draw.theme import LIGHT
        >>> [Look(LIGHT).signed(x) for x in (2.0, 0.0, math.nan)]
        ['+2', '0', 'nan']
        """
        if math.isnan(x):
            return "nan"
        return f"{x:+.{self.precision}g}" if x else "0"
