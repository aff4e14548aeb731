"""How a training gets its gradients: by graphs, or by the replay of one."""

from __future__ import annotations

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
) -> Trainer:
    """Let a trainer replay the rows, if they can be replayed.

    Args:
        trainer: Whose `replay` is set.
        data: The rows.
        engine: "eager", "auto", "replay" to insist, or "jax".
        history: Is told if it cannot be.
        batch_size: How many rows a step looks at.
        dtype: The floats that JAX computes with.

    Returns:
        The trainer, or for JAX another one that takes the same steps.

    Raises:
        NotReplayableError: If a replay is insisted on and cannot be had.
        ImportError: If JAX is asked for and is not installed.
    """
    if engine == "eager":
        return trainer
    # Not above: the replay is only read by those who train.
    from tinygrad_edu.replay.batch import NotReplayableError
    from tinygrad_edu.training.batches import BatchReplay
    from tinygrad_edu.training.devices import DeviceTrainer

    if engine == "jax":
        return DeviceTrainer(trainer, data, batch_size=batch_size, dtype=dtype)
    try:
        trainer.replay = BatchReplay(trainer, data, insist=engine == "replay")
    except NotReplayableError as error:
        if engine == "replay":
            raise
        history.engine = f"eager: {error}"
        history.engine_note = f"{GRAPHS}: {error}."
    return trainer


def begin_epoch(trainer: Trainer, epochs: int, *, is_open: bool) -> None:
    """Let recordings be compared with graphs again, if anything may have changed.

    Args:
        trainer: Whose replay it is, if it has one.
        epochs: How many are complete.
        is_open: Whether anybody is called between epochs who could change what a
            recording takes for granted.
    """
    if trainer.replay is not None:
        trainer.replay.epochs = epochs
        if epochs and is_open:
            trainer.replay.doubt()


def tell(trainer: Trainer, history: History) -> None:
    """Tell a history which engine has run so far, and why."""
    replay = trainer.replay
    if trainer.told is not None:
        history.engine, history.engine_note = trainer.told
        return
    if replay is None:
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
    if function.ways == 1:
        note = "The graph of one row was recorded, and replayed for the others."
    else:
        alike = ["have the same shape"] if function.shapes > 1 else []
        if function.places:
            alike.append(f"go the same way at {'; '.join(function.places[:3])}")
        note = (
            f"The graphs of {function.ways} rows were recorded, and replayed for the "
            f"others, each for those that {' and '.join(alike)}."
        )
    if function.as_graphs:
        rows = "1 row" if function.as_graphs == 1 else f"{function.as_graphs:,} rows"
        reason = function.closed or "none was recorded that goes their way"
        note += f" As graphs of their own ran {rows}: {reason}."
    return note
