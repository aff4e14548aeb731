"""How a training gets its gradients: by graphs, or by the replay of one."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from tinygrad_edu.training.history import History
from tinygrad_edu.training.step import Data, Trainer

if TYPE_CHECKING:
    from tinygrad_edu.replay.rows import RowFunction
else:
    # For `typing.get_type_hints`, when a program runs: the replay loads when used.
    RowFunction = Any

#: How a training gets its gradients, by name.
Engine: TypeAlias = Literal["auto", "eager", "replay"]

ENGINES: tuple[Engine, ...] = get_args(Engine)

GRAPHS = "Each row ran as a graph of its own"


def begin_replay(
    trainer: Trainer, data: Data, engine: Engine, history: History
) -> None:
    """Let a trainer replay the rows, if they can be replayed.

    Args:
        trainer: Whose `replay` is set.
        data: The rows.
        engine: "eager", "auto", or "replay" to insist.
        history: Is told if it cannot be.

    Raises:
        NotReplayableError: If a replay is insisted on and cannot be had.
    """
    if engine == "eager":
        return
    # Not above: the replay is only read by those who train.
    from tinygrad_edu.replay.prepared import NotReplayableError
    from tinygrad_edu.training.batches import BatchReplay

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
