"""What every optimiser has in common: parameters, and a step that is whole or none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from tinygrad_edu.elsewhere.attributes import MetOnOptimiser
from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.value import Value
from tinygrad_edu.engine.worlds import FLOATS, World
from tinygrad_edu.errors import ShapeError, TrainingError
from tinygrad_edu.ranges import (
    check_count,
    check_flag,
    check_list,
    check_positive,
    said,
)

#: One number for each parameter, such as its velocity; several such lists.
Memory: TypeAlias = tuple[list[float], ...]

#: The next number of each parameter, and the memory after that.
Proposal: TypeAlias = tuple[list[float], Memory]

#: The same of one parameter; or of many, where the numbers are arrays.
Update: TypeAlias = tuple[Any, tuple[Any, ...]]


class Optimiser(MetOnOptimiser):
    """A way for parameters to follow their gradients.

    A subclass writes `update`, the rule by which one parameter moves, and `step` moves
    them all, unless a number would become infinite or nan. A rule that looks at several
    parameters at once is written as `propose` instead. Neither changes anything.

    Args:
        parameters: The Values to change, as from `model.parameters()`.
        learning_rate: η > 0. It may be assigned later, as schedules do.
        memories: How many numbers are remembered of each parameter; they start at 0.

    Attributes:
        parameters: The Values to change.
        learning_rate: η.
        memory: What is remembered from step to step, one list for each kind of number.
        steps: How many steps were taken.

    Raises:
        TypeError: If a parameter is not a leaf Value.
        ValueError: If the learning rate is not a positive number, there are no
            parameters, or one is given twice.

    >>> class Signs(Optimiser):
    ...     def update(self, xp, p, g, memory, *, step, rate):
    ...         return p - rate * xp.sign(g), ()
    >>> p = Value(3.0)
    >>> optimiser = Signs([p], learning_rate=0.5)
    >>> (p * p).backward()
    >>> optimiser.step()
    >>> p.data
    2.5
    """

    @takes_foreign_keywords
    def __init__(
        self, parameters: Iterable[Value], learning_rate: float, memories: int = 0
    ) -> None:
        check_list("parameters, as from model.parameters(),", parameters)
        check_count("memories", memories, 0)
        self.parameters: list[Value] = list(parameters)
        self.learning_rate: float = learning_rate
        if not self.parameters:
            raise ValueError("There are no parameters to train. Is the model empty?")
        seen: set[Value] = set()
        for parameter in self.parameters:
            if not isinstance(parameter, Value) or parameter.parents:
                raise TypeError(
                    f"A parameter is a leaf Value, and {said(parameter)} is not one."
                )
            if parameter in seen:
                raise ValueError(
                    f"{parameter!r} is given twice, but can move only once in a step. "
                    "Give each parameter once, as model.parameters() does."
                )
            seen.add(parameter)
        check_positive("The learning rate", learning_rate, 0.01)
        self.memory: Memory = tuple(
            [0.0] * len(self.parameters) for _ in range(memories)
        )
        self.steps: int = 0

    @property
    def lr(self) -> float:
        """The learning rate, as PyTorch calls it."""
        return self.learning_rate

    @lr.setter
    def lr(self, rate: float) -> None:
        self.learning_rate = rate

    def gradients(self) -> list[float]:
        """Return the gradient of each parameter; None, which may be assigned, is 0."""
        return [parameter.grad or 0.0 for parameter in self.parameters]

    def update(
        self,
        xp: World,
        p: Any,
        g: Any,
        memory: Sequence[Any],
        *,
        step: Any,
        rate: Any,
    ) -> Update:
        """Return the next number of a parameter, and what is then remembered of it.

        It is plain arithmetic, so that one rule moves a float and an array of them.

        Args:
            xp: The world that computes, with words such as `xp.sqrt`.
            p: The number of the parameter.
            g: Its gradient.
            memory: What is remembered of it, a number of each kind.
            step: Which step this is, counted from 1.
            rate: The learning rate.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no update(), which returns the next number of "
            "a parameter and what is remembered of it, and no propose(), which returns "
            "these of all parameters at once. Write one of the two."
        )

    def propose(self) -> Proposal:
        """Return the next number of each parameter and the next memory."""
        now = {"step": self.steps + 1, "rate": self.learning_rate}
        moves = [
            self.update(FLOATS, p.data, g, memory, **now)
            for p, g, *memory in zip(self.parameters, self.gradients(), *self.memory)
        ]
        kinds = zip(*[memory for _, memory in moves])
        return [number for number, _ in moves], tuple(map(list, kinds))

    def step(self) -> None:
        """Move every parameter once; or none of them, if that cannot be done.

        Raises:
            ShapeError: If `propose` gives another number of numbers.
            TrainingError: If a parameter, or what is remembered of it, would become
                infinite or nan.
        """
        numbers, memory = self.propose()
        for kind in (numbers, *memory):
            if len(kind) != len(self.parameters):
                raise ShapeError(
                    f"{type(self).__name__}.propose() gave {len(kind)} numbers for "
                    f"{len(self.parameters)} parameters. Give one for each."
                )
            if not all(map(math.isfinite, kind)):
                raise self._not_finite(kind, kind is numbers)
        before = [parameter.data for parameter in self.parameters]
        kept = (self.memory, self.steps)
        try:
            self._move(numbers, memory, self.steps + 1)
        except BaseException:
            # Ctrl-C in the midst of it: half a step would be neither here nor there.
            self._move(before, *kept)
            raise

    def zero_grad(self, set_to_none: bool = False) -> None:
        """Set the gradient of every parameter to 0, or to None, which counts as 0."""
        check_flag("set_to_none", set_to_none)
        for parameter in self.parameters:
            parameter.grad = None if set_to_none else 0.0  # type: ignore[assignment]

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(learning rate {self.learning_rate:g}; parameters: "
            f"{len(self.parameters)}, steps taken: {self.steps})"
        )

    def _repr_html_(self) -> str:
        from tinygrad_edu.draw.notebook import optimiser_html

        return optimiser_html(self)

    def _move(self, numbers: list[float], memory: Memory, steps: int) -> None:
        for parameter, number in zip(self.parameters, numbers):
            parameter.data = number
        self.memory = memory
        self.steps = steps

    def _not_finite(self, numbers: list[float], is_data: bool) -> TrainingError:
        i = [math.isfinite(number) for number in numbers].index(False)
        kept = "" if is_data else "what the optimiser remembers of "
        return TrainingError(
            not_finite_words(
                f"{kept}{self.parameters[i]!r}", numbers[i], self.learning_rate
            )
        )


def not_finite_words(what: str, number: object, rate: object) -> str:
    """Return why a step is not taken that would make something nan, or infinite."""
    return (
        f"The next step would make {what} {number}, with the learning rate {rate}; it "
        "was not taken. Try a smaller learning rate, or look for an infinite slope, "
        "such as that of sqrt at 0."
    )
