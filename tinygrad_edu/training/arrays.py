"""A step of training on arrays: what `Trainer` does with Values, for all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from tinygrad_edu.engine.value import Value
from tinygrad_edu.optim import Optimiser
from tinygrad_edu.replay.array_worlds import array_world
from tinygrad_edu.replay.compiled import CompiledGraph
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.training.step import Trainer

#: Between them neither the squares of a norm nor their sum are rounded to 0 or inf.
SMALL, LARGE = 1e-140, 1e140

#: What a step calls of an optimiser, beside its rule.
METHODS = ("propose", "step", "gradients", "zero_grad")


class State(NamedTuple):
    """What moves in a step.

    Attributes:
        p: The parameters, as a column.
        g: Their gradient as of the last step, if there was one.
        memory: The optimiser's, an array for each kind.
        steps: How many steps the optimiser has taken.
    """

    p: Any
    g: Any
    memory: tuple[Any, ...]
    steps: int


class Arrays(Numbers):
    """The parameters, and what an optimiser remembers of them, as arrays.

    They are taken from the Values when they are first asked for; `release` hands them
    back. What goes wrong meanwhile is left for the Values to meet, in their words.

    Args:
        trainer: Whose step it is.
    """

    def __init__(self, trainer: Trainer) -> None:
        super().__init__(trainer.optimiser.parameters)
        self._trainer = trainer
        self._world: Any = SimpleNamespace(**array_world("numpy"))
        place = {parameter: i for i, parameter in enumerate(self.parameters)}
        self._layers = [
            (name, _as_slice([place[parameter] for parameter in part]))
            for name, part in trainer.layers
        ]
        self._penalty: Any = None
        if trainer.l1 or trainer.l2:
            graph = CompiledGraph([trainer.regularised(Value(0.0))], self.parameters)
            self._penalty = graph.on_arrays("numpy", [], "shared")
        # One assignment changes all of it: Ctrl-C finds a whole step, or none.
        self._state: Any = None
        self._clean: Any = None
        self._written: Any = None
        self._is_held = False

    def column(self) -> Any:  # noqa: D102
        if not self._is_held:
            if self._now() != self._written:
                import numpy

                optimiser = self._trainer.optimiser
                memory = tuple(map(numpy.array, optimiser.memory))
                self._state = State(super().column(), None, memory, optimiser.steps)
            self._is_held = True
        return self._state.p

    def release(self) -> None:  # noqa: D102
        if not self._is_held:
            return
        try:
            self._hand_back()
        except BaseException:
            # Ctrl-C in the midst of it.
            self._hand_back()
            raise

    def _hand_back(self) -> None:
        if self._state is not self._clean:
            self.write(self._state)
            # If all is the same when it is next asked for, the arrays still hold.
            self._clean, self._written = self._state, self._now()
        self._is_held = False

    def write(self, state: State) -> None:
        """Give the Values, and the optimiser, the numbers of a state."""
        if state.g is None:
            return
        numbers = zip(self.parameters, state.p.ravel().tolist(), state.g.tolist())
        for parameter, number, slope in numbers:
            parameter._data = number
            parameter.grad = slope
        optimiser = self._trainer.optimiser
        optimiser.memory = tuple([kind.tolist() for kind in state.memory])
        optimiser.steps = state.steps

    def _now(self) -> Any:
        optimiser = self._trainer.optimiser
        numbers = [parameter._data for parameter in self.parameters]
        return numbers, [kind[:] for kind in optimiser.memory], optimiser.steps

    def move(self, loss: float, slopes: Any) -> tuple[float, dict[str, float]] | None:
        """Take a step; return the objective, and the norm of each layer's gradient.

        None, if the Values must have them to say what is wrong; nothing has moved then.

        Args:
            loss: The mean loss of the batch.
            slopes: Its gradient.
        """
        import numpy

        trainer = self._trainer
        p = self.column()
        _, _, memory, steps = self._state
        with numpy.errstate(all="ignore"):
            g = slopes
            if self._penalty is not None:
                penalty, slope = self._penalty(p, None, 1.0)
                loss += penalty.item()
                g = g + slope.ravel()
            norms = {name: _norm(g[part]) for name, part in self._layers}
            if trainer.clip_norm is not None:
                norm = _norm(g)
                if norm > trainer.clip_norm:
                    g = g * (trainer.clip_norm / norm)
            steps += 1
            rate = trainer.optimiser.learning_rate
            moved, memory = trainer.optimiser.update(
                self._world, p.ravel(), g, memory, step=steps, rate=rate
            )
            # A sum of squares is finite only if all of it is.
            sums = [kind.dot(kind) for kind in (moved, *memory)]
        if not all(map(math.isfinite, [loss, *norms.values(), *sums])):
            self.release()
            return None
        self._state = State(moved[:, numpy.newaxis], g, memory, steps)
        return loss, norms


def moves_arrays(optimiser: Optimiser) -> bool:
    """Say whether a step of an optimiser is its rule for arrays, and nothing besides.

    It is so where the class and all methods are the package's: what others have written
    may look at the Values, count the steps, or choose by the size of a number.
    """
    methods = [getattr(optimiser, name) for name in METHODS]
    lengths = {len(kind) for kind in optimiser.memory}
    return lengths <= {len(optimiser.parameters)} and all(
        str(getattr(part, "__module__", "")).startswith("tinygrad_edu.optim.")
        for part in (type(optimiser), optimiser.update, *methods)
    )


def _norm(x: Any) -> float:
    # As `gradient_norm` has it.
    square = float(x.dot(x))
    if SMALL < square < LARGE:
        return math.sqrt(square)
    return math.hypot(*x.tolist())


def _as_slice(places: Sequence[int]) -> Any:
    # A slice is no copy.
    first, count = places[0], len(places)
    if list(places) == list(range(first, first + count)):
        return slice(first, first + count)
    return list(places)
