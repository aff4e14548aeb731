"""The curve of the loss over the epochs, with a point that a script can move."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.plane import Plane
from tinygrad_edu.draw.theme import largest_of
from tinygrad_edu.speech import say

LINE = 'stroke-width="2.5"'
UNSEEN = 'stroke-width="2" stroke-dasharray="6 3"'


class LossCurve:
    """The losses of a training as a picture.

    Args:
        history: What `fit` returns; None before the first epoch.
        look: The colours, and how numbers are shown.
    """

    def __init__(self, history: Any, look: Look) -> None:
        self.look = look
        self.losses: list[float] = [] if history is None else history.losses
        self.unseen: list[float] = [] if history is None else history.validation_losses
        self.largest: float = largest_of([*self.losses, *self.unseen]) or 1.0
        last = max(2, len(self.losses))
        # Beside the first and the last epoch there is room for the dot.
        room = 0.03 * (last - 1)
        self.plane: Plane = Plane(
            (1 - room, last + room), (0, self.largest), look, counts=True
        )
        self._draw(say("loss by epoch"), self.losses, look.theme.line_colour(0), LINE)
        if self.unseen:
            colour = look.theme.line_colour(1)
            self._draw(say("on unseen rows"), self.unseen, colour, UNSEEN)
        self.plane.mark((1, 0), ' class="now" visibility="hidden"')

    def words(self, epoch: int) -> str:
        """Return the epoch and its losses in words."""
        if epoch == 0:
            return say("Before the training")
        text = say(
            "Epoch {epoch} of {last}: loss {loss}",
            epoch=epoch,
            last=len(self.losses),
            loss=self.look.number(self.losses[epoch - 1]),
        )
        if self.unseen:
            loss = self.look.number(self.unseen[epoch - 1])
            other = say("on unseen rows {loss}", loss=loss)
            text = say("{one}, {other}", one=text, other=other)
        return text

    def point(self, epoch: int) -> list[float] | None:
        """Return where an epoch lies on the curve; there is no loss before the first.

        A loss that is not finite lies at the top.
        """
        if epoch == 0:
            return None
        loss = self._drawable(self.losses[epoch - 1])
        return [round(x, 1) for x in self.plane.place((epoch, loss))]

    def svg(self) -> str:
        """Return the picture."""
        return self.plane.svg()

    def _draw(
        self, name: str, losses: Sequence[float], colour: str, style: str
    ) -> None:
        points = [(float(i), self._drawable(x)) for i, x in enumerate(losses, start=1)]
        self.plane.draw(name, points, colour, style)

    def _drawable(self, loss: float) -> float:
        return loss if math.isfinite(loss) else self.largest
