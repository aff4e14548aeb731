"""The curve of the loss over the epochs, with a point that a script can move."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tinygrad_edu.draw.look import Look
from tinygrad_edu.draw.svg import LINE, SMALL, svg_document, text_element
from tinygrad_edu.draw.theme import largest_of

WIDTH, HEIGHT = 420.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 12.0, 2 * LINE, 36.0


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
        self.largest = largest_of([*self.losses, *self.unseen]) or 1.0

    def words(self, epoch: int) -> str:
        """Return the epoch and its losses in words."""
        if epoch == 0:
            return "Before the training"
        text = f"Epoch {epoch} of {len(self.losses)}"
        text += f": loss {self.look.number(self.losses[epoch - 1])}"
        if self.unseen:
            text += f", on unseen rows {self.look.number(self.unseen[epoch - 1])}"
        return text

    def point(self, epoch: int) -> list[float] | None:
        """Return where an epoch lies on the curve; there is no loss before the first.

        A loss that is not finite lies at the top.
        """
        return self._place(epoch, self.losses[epoch - 1]) if epoch else None

    def svg(self) -> str:
        """Return the picture."""
        theme, number = self.look.theme, self.look.number
        foot, end = HEIGHT - BOTTOM, WIDTH - RIGHT
        axes = f"M{LEFT:g},{TOP:g}V{foot:g}H{end:g}"
        body = [f'<path d="{axes}" fill="none" stroke="{theme.faint}"/>']
        body += [
            self._line(self.losses, theme.positive_line),
            self._line(self.unseen, theme.negative_line),
            self._text(LEFT, LINE, "loss", theme.positive_line, "start"),
        ]
        if self.unseen:
            words = "loss on unseen rows"
            body.append(
                self._text(LEFT + 44, LINE, words, theme.negative_line, "start")
            )
        count = len(self.losses)
        for share in (0.0, 0.5, 1.0):
            x = LEFT + share * (end - LEFT)
            y = foot - share * (foot - TOP)
            loss = number(share * self.largest)
            body.append(self._text(LEFT - 6, y + 4, loss, theme.text, "end"))
            if count > 2 or share != 0.5:
                epoch = str(round(1 + share * (count - 1)) if count else 0)
                body.append(self._text(x, foot + 16, epoch, theme.text, "middle"))
        body.append(
            self._text((LEFT + end) / 2, foot + 30, "epoch", theme.faint, "middle")
        )
        body.append(
            f'<circle class="now" r="5" fill="{theme.text}" visibility="hidden"/>'
        )
        return svg_document((WIDTH, HEIGHT), theme.background, body)

    def _place(self, epoch: int, loss: float) -> list[float]:
        share = (epoch - 1) / max(1, len(self.losses) - 1)
        height = loss / self.largest if math.isfinite(loss) else 1.0
        x = LEFT + share * (WIDTH - RIGHT - LEFT)
        y = HEIGHT - BOTTOM - height * (HEIGHT - BOTTOM - TOP)
        return [round(x, 1), round(y, 1)]

    def _line(self, losses: Sequence[float], colour: str) -> str:
        places = [self._place(i, loss) for i, loss in enumerate(losses, start=1)]
        points = " ".join(f"{x:g},{y:g}" for x, y in places)
        return (
            f'<polyline points="{points}" fill="none" stroke="{colour}" '
            'stroke-width="2"/>'
        )

    def _text(self, x: float, y: float, words: str, colour: str, anchor: str) -> str:
        return text_element(x, y, words, colour=colour, size=SMALL, anchor=anchor)
