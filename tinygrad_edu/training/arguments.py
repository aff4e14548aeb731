"""What `fit` is given: checked, and made ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Literal, TypeAlias

from tinygrad_edu.elsewhere.choices import find_choice
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.optim import SGD, Adam, AdamW, Optimiser
from tinygrad_edu.optim.schedules import Schedule, constant
from tinygrad_edu.ranges import check_count, check_number, check_positive, said
from tinygrad_edu.training.history import History
from tinygrad_edu.training.step import Data, Row

#: An optimiser by name.
OptimiserName: TypeAlias = Literal["sgd", "adam", "adamw"]

OPTIMISERS: dict[OptimiserName, type[SGD] | type[Adam]] = {
    "sgd": SGD,
    "adam": Adam,
    "adamw": AdamW,
}


def as_schedule(learning_rate: float | Schedule | None) -> Schedule | None:
    """Return a learning rate as a schedule; None stays None."""
    if learning_rate is None or callable(learning_rate):
        return learning_rate
    return constant(learning_rate)


def as_optimiser(choice: Any, model: Any) -> Optimiser:
    """Return the optimiser that was named, given, or is made of the parameters."""
    if isinstance(choice, str):
        more = "; or give an optimiser"
        choice = OPTIMISERS[find_choice("optimiser", choice, OPTIMISERS, more)]
    if not isinstance(choice, Optimiser) and callable(choice):
        choice = choice(model.parameters())
    if not isinstance(choice, Optimiser):
        raise TypeError(
            f'{said(choice)} is not an optimiser. Give a name such as "adam", '
            "SGD(...), or a subclass of tinygrad_edu.optim.Optimiser."
        )
    if set(choice.parameters).isdisjoint(model.parameters()):
        raise ValueError(
            "No parameter of the optimiser belongs to this model. Was the model made "
            "anew since? Make the optimiser of model.parameters()."
        )
    return choice


def check_functions(model: Any, loss: Any, metric: Any) -> None:
    """Refuse a model, a loss or a metric that cannot be called as such."""
    is_called = callable(model) and not isinstance(model, type)
    if not is_called or not hasattr(model, "parameters"):
        raise TypeError(
            f"fit trains a Module, such as MLP(2, [8, 1]), not {said(model)}."
        )
    if not callable(loss) and not isinstance(loss, str):
        raise TypeError(
            "loss must be a function of an output and a target, such as mse, not "
            f"{said(loss)}."
        )
    if metric is not None and not callable(metric) and not isinstance(metric, str):
        raise TypeError(
            "metric must be a function of an output and a target, such as accuracy, "
            f"not {said(metric)}."
        )


def as_callbacks(callbacks: Any) -> list[Callable[[int, History], object]]:
    """Return the callbacks as a list of functions."""
    is_list = isinstance(callbacks, Iterable) and not callable(callbacks)
    functions: list[Any] = list(callbacks) if is_list else [None]
    if not all(map(callable, functions)):
        raise TypeError(
            "callbacks must be a list of functions of an epoch and a history, such as "
            f"[film], not {said(functions if is_list else callbacks)}."
        )
    return functions


def split_rows(
    rows: list[Row], unseen: list[Row], fraction: float, source: Any
) -> Data:
    """Return the rows to learn from and those to measure, drawn by a generator."""
    places = {id(row): i for part in (rows, unseen) for i, row in enumerate(part)}
    if not fraction:
        return Data(rows, unseen, places)
    source.shuffle(rows)
    count = round(fraction * len(rows))
    return Data(rows[count:], rows[:count], places)


def is_own(called: Any) -> bool:
    """Say whether something is the caller's, and not the package's."""
    if isinstance(called, partial):
        # As schedules are.
        return is_own(called.func)
    module = getattr(called, "__module__", None) or ""
    return called is not None and module.partition(".")[0] != "tinygrad_edu"


def paired(inputs: Sequence[Any], targets: Sequence[Any], use: str) -> list[Row]:
    """Return each row with its target."""
    for numbers in (inputs, targets):
        if not hasattr(numbers, "__len__"):
            raise TypeError(
                f"Rows and targets {use} are lists, and {said(numbers)} is not one."
            )
    if len(inputs) != len(targets):
        raise ShapeError(
            f"Each row needs one target, but there are {len(inputs)} rows and "
            f"{len(targets)} targets {use}."
        )
    if len(inputs) == 0:
        raise ValueError(f"There are no rows {use}. Is a file or a split empty?")
    # Arrays of NumPy and the like as lists of plain numbers.
    inputs, targets = [
        x.tolist() if hasattr(x, "tolist") else x for x in (inputs, targets)
    ]
    return list(zip(inputs, targets))


def validation_rows(validation: Any) -> list[Row]:
    """Return the rows of a pair (inputs, targets), or none."""
    if validation is None:
        return []
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise ValueError(
            "validation must be a pair (inputs, targets), such as (test.features, "
            f"test.targets), not {said(validation)}."
        )
    inputs, targets = validation
    return paired(inputs, targets, "to validate with")


def check_numbers(
    epochs: int, batch_size: int, l1: float, l2: float, clip_norm: float | None
) -> None:
    """Refuse what is outside its range."""
    check_count("epochs", epochs)
    check_count("batch_size", batch_size)
    check_number("l1", l1, 0.0)
    check_number("l2", l2, 0.0)
    if clip_norm is not None:
        check_positive("clip_norm", clip_norm, 1.0)


def check_validation(
    count: int, unseen: list[Row], fraction: float, patience: int | None
) -> None:
    """Refuse what no rows can be kept for."""
    check_number("validation_fraction", fraction, 0.0, 1.0)
    if unseen and fraction:
        raise ValueError("Give validation rows or a validation_fraction, not both.")
    if fraction and not 0 < round(fraction * count) < count:
        raise ValueError(
            f"A validation_fraction of {fraction!r} does not leave some of {count} "
            "rows to learn from and some to validate with. Choose one such as 0.2."
        )
    if patience is not None:
        check_count("patience", patience)
        if not unseen and not fraction:
            raise ValueError(
                "patience watches the validation loss. Give validation=(inputs, "
                "targets), or validation_fraction=0.2."
            )
