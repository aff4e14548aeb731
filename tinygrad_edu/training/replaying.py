"""How a training gets its gradients: by graphs, or by the replay of one."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from tinygrad_edu.elsewhere.choices import find_choice
from tinygrad_edu.training.history import History
from tinygrad_edu.training.step import Data, Trainer

if TYPE_CHECKING:
    from tinygrad_edu.replay.rows import RowFunction
else:
    # For `typing.get_type_hints`, when a program runs: the replay loads when used.
    RowFunction = Any

#: How a training gets its gradients, by name.
Engine: TypeAlias = Literal["auto", "eager", "replay", "jax"]

ENGINES: tuple[Engine, ...] = get_args(Engine)

#: The floats that JAX computes with.
FloatName: TypeAlias = Literal["float64", "float32"]

FLOATS: tuple[FloatName, ...] = get_args(FloatName)

GRAPHS = "Each row ran as a graph of its own"


def find_engine(engine: str, dtype: str) -> tuple[Engine, FloatName]:
    """Return an engine and the floats that it computes with, by their names.

    Raises:
        ValueError: If there is none of that name, or it has no such floats.
    """
    engine = find_choice("engine", engine, ENGINES)
    dtype = find_choice("dtype", dtype, FLOATS)
    if dtype != "float64" and engine != "jax":
        raise ValueError(f'dtype={dtype!r} needs engine="jax"; the others use float64.')
    return engine, dtype


def begin_engine(
    trainer: Trainer,
    data: Data,
    engine: Engine,
    history: History,
    *,
    batch_size: int,
    dtype: FloatName,
) -> None:
    """Let a trainer replay the rows, if they can be replayed.

    Args:
        trainer: Whose `replay` is set.
        data: The rows.
        engine: "eager", "auto", "replay" to insist, or "jax".
        history: Is told if it cannot be.
        batch_size: How many rows a step looks at.
        dtype: The floats that JAX computes with.

    Raises:
        NotReplayableError: If a replay is insisted on and cannot be had.
        ImportError: If JAX is asked for and is not installed.
    """
    if engine == "eager":
        return
    # Not above: the replay is only read by those who train.
    from tinygrad_edu.replay.prepared import NotReplayableError
    from tinygrad_edu.training.batches import BatchReplay
    from tinygrad_edu.training.devices import DeviceReplay

    if engine == "jax":
        trainer.replay = DeviceReplay(trainer, data, batch_size, dtype)
        return
    try:
        trainer.replay = BatchReplay(trainer, data, insist=engine == "replay")
    except NotReplayableError as error:
        if engine == "replay":
            raise
        history.engine = f"eager: {error}"
        history.engine_note = f"{GRAPHS}: {error}."


def turn_of(trainer: Trainer) -> AbstractContextManager[Any]:
    """Return the block in which a trainer has its replay to itself.

    A replay holds the parameters for an epoch. Threads that train the same model each
    have an epoch in turn.
    """
    if trainer.replay is None:
        return nullcontext()
    from tinygrad_edu.training.batches import TURN

    return TURN


def tell(trainer: Trainer, history: History) -> None:
    """Tell a history which engine has run so far, and why."""
    replay = trainer.replay
    if replay is None:
        return
    if replay.told is not None:
        history.engine, history.engine_note = replay.told
        return
    learning = replay.learning
    refusal, epochs = learning.refusal, replay.refused_after
    if refusal is None:
        history.engine = "replay"
        history.engine_note = note_of(learning)
    elif not epochs:
        history.engine = f"eager: {refusal}"
        history.engine_note = f"{GRAPHS}: {refusal}."
    else:
        count = "1 epoch" if epochs == 1 else f"{epochs} epochs"
        history.engine = f"replay for {count}, then eager: {refusal}"
        history.engine_note = (
            f"For {count} the batches were replayed; then each row ran as a graph of "
            f"its own: {refusal}."
        )
    measuring = replay.measuring
    if measuring is not None and measuring.refusal is not None and refusal is None:
        history.engine_note += (
            f" The validation rows ran as graphs of their own: {measuring.refusal}."
        )


def note_of(function: RowFunction) -> str:
    """Return what a student is told of rows that were replayed."""
    if function.refusal is not None:
        return f"{GRAPHS}: {function.refusal}."
    if not function.replayed:
        return (
            f"{GRAPHS}: there were few, and the first ones show if a replay is right."
        )
    ways = function.ways
    if len(ways.paths) == 1:
        note = "The graph of one row was recorded, and replayed for the others."
    else:
        alike = ["have the same shape"] if ways.shapes > 1 else []
        if ways.lines:
            alike.append(f"go the same way at {'; '.join(ways.lines[:3])}")
        note = (
            f"The graphs of {len(ways.paths)} rows were recorded, and replayed for the "
            f"others, each for those that {' and '.join(alike)}."
        )
    if function.as_graphs:
        rows = "1 row" if function.as_graphs == 1 else f"{function.as_graphs:,} rows"
        reason = ways.closed or "none was recorded that goes their way"
        note += f" As graphs of their own ran {rows}: {reason}."
    return note
