"""The training loop: in every epoch, batch by batch, forward, backward and a step."""

from __future__ import annotations

import gc
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from numbers import Integral
from typing import Any

from tinygrad_edu.errors import ShapeError, TrainingError
from tinygrad_edu.functions import dot, mean
from tinygrad_edu.nn.losses import mse
from tinygrad_edu.nn.mlp import Seed, random_source
from tinygrad_edu.nn.module import Module
from tinygrad_edu.optim import SGD
from tinygrad_edu.value import Value


class History:
    """What `fit` saw.

    Attributes:
        losses: The mean loss of each epoch, while it was learning.
    """

    def __init__(self) -> None:
        self.losses: list[float] = []

    def __repr__(self) -> str:
        if not self.losses:
            return "History(no epochs)"
        first, last = self.losses[0], self.losses[-1]
        return f"History({len(self.losses)} epochs, loss {first:.4g} -> {last:.4g})"


def fit(
    model: Module,
    inputs: Sequence[Any],
    targets: Sequence[Any],
    *,
    loss: Callable[[Any, Any], Value] = mse,
    epochs: int = 100,
    batch_size: int = 16,
    learning_rate: float = 0.1,
    l2: float = 0.0,
    seed: Seed = None,
    progress: bool = True,
    callbacks: Iterable[Callable[[int, History], object]] = (),
) -> History:
    """Train a model by stochastic gradient descent, and return how the loss went.

    For each batch B of rows, every parameter p moves by -η·∂L/∂p, where

        L = (1/|B|) Σ loss(model(x), t) + λ Σ p²

    Args:
        model: A module that is called with one row of inputs.
        inputs: The rows.
        targets: What the loss compares each row's output with.
        loss: A loss of one output and one target, such as `cross_entropy`.
        epochs: How often all rows are seen, at least 1.
        batch_size: How many rows a step looks at, at least 1.
        learning_rate: η > 0.
        l2: λ >= 0, the coefficient of the L2 regularisation.
        seed: What the order of the rows comes from.
        progress: Show a progress bar, by tqdm where it is installed.
        callbacks: Each is called after every epoch, as callback(epoch, history), with
            the epochs counted from 1. One that returns True ends the training.

    Raises:
        ShapeError: If there are not as many targets as rows.
        DomainError: If an operator of the model or the loss is undefined for a row.
        TrainingError: If the loss or a parameter would become infinite or nan.
        ValueError: If an argument is outside its range, or there are no rows.

    >>> from tinygrad_edu.nn import MLP
    >>> model = MLP(1, [1], seed=0)
    >>> history = fit(model, [[0.0], [1.0]], [1.0, 3.0], seed=0, progress=False)
    >>> f"{model([2.0]):.1f}"
    '5.0'
    """
    _check_arguments(inputs, targets, epochs, batch_size, l2)
    optimiser = SGD(model.parameters(), learning_rate)
    source = random_source(seed)
    order = list(range(len(inputs)))
    callbacks = list(callbacks)
    history = History()
    with _progress_bar(epochs, progress) as bar:
        for epoch in range(epochs):
            source.shuffle(order)
            sum_of_losses = 0.0
            for start in range(0, len(order), batch_size):
                batch = order[start : start + batch_size]
                rows = [(inputs[i], targets[i]) for i in batch]
                with _collector_paused():
                    value = _step(model, optimiser, loss, l2, rows)
                if not math.isfinite(value):
                    raise _not_finite(value, epoch, start // batch_size, learning_rate)
                sum_of_losses += value * len(batch)
            history.losses.append(sum_of_losses / len(order))
            bar.set_postfix_str(f"loss {history.losses[-1]:.4f}")
            bar.update(1)
            answers = [callback(epoch + 1, history) for callback in callbacks]
            if any(answer is True for answer in answers):
                break
    return history


def _step(
    model: Any,
    optimiser: SGD,
    loss: Callable[[Any, Any], Value],
    l2: float,
    rows: list[tuple[Any, Any]],
) -> float:
    losses = [loss(model(x), target) for x, target in rows]
    if not all(isinstance(value, Value) for value in losses):
        raise TypeError(
            f"The loss of a row must be a Value to walk back from, not {losses[0]!r}."
        )
    objective = mean(losses)
    if l2 > 0:
        objective += l2 * dot(optimiser.parameters, optimiser.parameters)
    if math.isfinite(objective.data):
        optimiser.zero_grad()
        objective.backward()
        _check_next_parameters(optimiser)
        optimiser.step()
    return objective.data


def _check_next_parameters(optimiser: SGD) -> None:
    for parameter in optimiser.parameters:
        following = parameter.data - optimiser.learning_rate * parameter.grad
        if not math.isfinite(following):
            raise TrainingError(
                f"The next step would make {parameter!r} {following}, with the "
                f"learning rate {optimiser.learning_rate}; it was not taken. "
                "Try a smaller learning rate, or look for an infinite slope, such as "
                "that of sqrt at 0."
            )


def _check_arguments(
    inputs: Sequence[Any],
    targets: Sequence[Any],
    epochs: int,
    batch_size: int,
    l2: float,
) -> None:
    if len(inputs) != len(targets):
        raise ShapeError(
            f"Each row needs one target, but there are {len(inputs)} rows and "
            f"{len(targets)} targets."
        )
    if len(inputs) == 0:
        raise ValueError("There are no rows to learn from. Is a file or a split empty?")
    for name, count in (("epochs", epochs), ("batch_size", batch_size)):
        if not isinstance(count, Integral) or int(count) < 1:
            raise ValueError(f"{name} is a count of at least 1, not {count!r}.")
    if not 0 <= l2 < math.inf:
        raise ValueError(f"l2 is a number of at least 0, not {l2!r}.")


def _not_finite(
    value: float, epoch: int, batch: int, learning_rate: float
) -> TrainingError:
    return TrainingError(
        f"The loss became {value} in epoch {epoch + 1}, batch {batch + 1}, with the "
        f"learning rate {learning_rate}; the parameters are those before that step. "
        "Most often the learning rate is too large: try a tenth of it. Otherwise look "
        "for features that are not standardised, or for nan in the data."
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    # A graph has no reference cycles: it is freed when its root is. The collector
    # would only walk through the live graph again and again.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _progress_bar(epochs: int, shown: bool) -> Any:
    if not shown:
        return _PlainBar(epochs, shown)
    try:
        from tqdm import tqdm
    except ImportError:
        return _PlainBar(epochs, shown)
    return tqdm(total=epochs, unit="epoch")


class _PlainBar:
    """The part of tqdm's bar that `fit` uses, as a line of text that is overwritten."""

    def __init__(self, total: int, shown: bool) -> None:
        self.total = total
        self.shown = shown
        self.done = 0
        self.postfix = ""

    def set_postfix_str(self, postfix: str) -> None:
        self.postfix = postfix

    def update(self, count: int) -> None:
        self.done += count
        if self.shown:
            line = f"\repoch {self.done}/{self.total}, {self.postfix}"
            sys.stderr.write(line)
            sys.stderr.flush()

    def __enter__(self) -> _PlainBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\n")
