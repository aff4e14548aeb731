"""How a training gets its gradients: by graphs, or by the replay of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

from tinygrad_edu.training.modes import Modes
from tinygrad_edu.training.step import Row, Trainer

#: How a training gets its gradients, by name.
Engine: TypeAlias = Literal["auto", "eager", "replay"]

ENGINES: tuple[Engine, ...] = get_args(Engine)


def check_engine(engine: Engine) -> None:
    """Raise a ValueError for a name that is no engine's."""
    if engine not in ENGINES:
        raise ValueError(f"An engine is one of {', '.join(ENGINES)}, not {engine!r}.")


def begin_replay(trainer: Trainer, rows: Sequence[Row], engine: Engine) -> str:
    """Let a trainer replay if it can, and return what the history says of the engine.

    Args:
        trainer: Whose `replay` is set.
        rows: All that will be learnt from and measured.
        engine: "auto", or "replay" to insist.

    Raises:
        NotReplayableError: If a replay is insisted on and cannot be had.
    """
    # Not above: the replay is only read by those who train.
    from tinygrad_edu.replay.rows import NotReplayableError
    from tinygrad_edu.training.batches import BatchReplay

    try:
        with Modes(trainer.model) as modes:
            modes.switch(learning=True)
            replay = BatchReplay(trainer, rows)
            replay.check(rows)
            modes.switch(learning=False)
            replay.check(rows)
    except NotReplayableError as error:
        if engine == "replay":
            raise
        return f"eager: {error}"
    trainer.replay = replay
    return "replay"


def go_on_replaying(
    trainer: Trainer, rows: Sequence[Row], engine: Engine, epochs: int
) -> str:
    """Return what the history says of the engine after some epochs of replay.

    What a recording takes for a constant may change as the training goes on: a weight
    in the loss that a callback sets, a decision on a parameter. So some rows are
    compared with their graphs again after 1, 2, 4, 8, ... epochs; if they differ, the
    trainer goes on eagerly.

    Raises:
        NotReplayableError: If a replay is insisted on and cannot go on.
    """
    is_due = epochs > 0 and epochs & (epochs - 1) == 0
    if trainer.replay is not None and is_due:
        try:
            trainer.replay.check(rows)
        except ValueError as error:
            if engine == "replay":
                raise
            trainer.replay = None
            count = "1 epoch" if epochs == 1 else f"{epochs} epochs"
            return f"replay for {count}, then eager: {error}"
    return "replay"
