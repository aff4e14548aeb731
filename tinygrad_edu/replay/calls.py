"""The calls of a function of a row: plain, with a look at what changed, under watch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import DomainError
from tinygrad_edu.nn.dropout import Drawn
from tinygrad_edu.replay.draws import Draws
from tinygrad_edu.replay.path import Path, key_of
from tinygrad_edu.replay.prepared import Row
from tinygrad_edu.replay.state import changed_name, state_of
from tinygrad_edu.replay.watch import Watch
from tinygrad_edu.replay.watching import flattened, watched_call

#: Of a model that draws in another way than `Dropout` does.
RANDOM = "the model draws random numbers for each row"


class Trial(NamedTuple):
    """A plain call, and whether another one would do harm.

    Attributes:
        nodes: What it computed.
        form: What came beside them.
        state: What the model and the loss keep after it.
        refusal: Why there must be no call more than without a replay, or None.
        draws: The layers that draw masks.
        begin: Where their generators stood before.
    """

    nodes: list[Value]
    form: Any
    state: Any
    refusal: str | None
    draws: Draws
    begin: list[Any]


class Recorded(NamedTuple):
    """A call under watch.

    Attributes:
        watch: What it looked at; with a reason, nothing else holds.
        nodes: What it computed.
        form: What came beside them.
        key: As of `key_of`, with the shape of the row.
        layers: Those that drew its masks.
        is_repeatable: Whether these layers draw the same masks again.
    """

    watch: Watch
    nodes: list[Value]
    form: Any
    key: list[Any]
    layers: list[Any]
    is_repeatable: bool

    def path(self, parameters: Sequence[Value], shape: int) -> Path:
        """Return the way that the call went."""
        return Path(
            self.nodes, parameters, self.watch, self.form, self.key, shape=shape
        )


class Calls:
    """A function of a row, and the ways to call it.

    Args:
        compute: Called with the parts of a row, returns nodes and a form.
        parameters: The Values that all rows share.
        keepers: What is called by `compute`, and may keep something from call to call.
    """

    def __init__(
        self,
        compute: Callable[..., tuple[list[Value], Any]],
        parameters: Sequence[Value],
        keepers: Sequence[Any],
    ) -> None:
        self._compute = compute
        self._parameters = parameters
        self._keepers = keepers

    def plain(self, row: Row) -> tuple[list[Value], Any]:
        """Return the nodes of a row and what comes beside them.

        Raises:
            DomainError: If an operator is undefined, with the place of the row.
        """
        try:
            return self._compute(*row.parts)
        except DomainError as error:
            raise DomainError(f"{error} ({row.told()})") from None

    def trial(self, row: Row, before: Any) -> Trial:
        """Return the same, and whether a further call would do harm.

        Args:
            row: The row.
            before: The state, if it was looked at after the call before.
        """
        draws = Draws(self._keepers)
        if before is None or draws.layers:
            before = state_of(*self._keepers)
        begin = draws.states()
        nodes, form = self.plain(row)
        end = draws.states()
        # What layers have drawn is no change, if they draw it again; see `watched`.
        draws.rewind(begin)
        after = state_of(*self._keepers)
        draws.rewind(end)
        changed = changed_name(before, after)
        if flattened(row.parts) != row.numbers:
            changed = "the row that it is given"
        refusal = None
        if not nodes:
            refusal = "the model gives plain numbers"
        elif not draws.layers and any(
            type(node) is Drawn for node in topological_order(*nodes)
        ):
            refusal = RANDOM
        elif changed is not None:
            refusal = f"a call of the model or the loss changes {changed}"
        return Trial(nodes, form, after, refusal, draws, begin)

    def watched(self, row: Row, trial: Trial, *, is_mixed: bool) -> Recorded:
        """Return the same call once more, under watch; generators end where they were.

        Args:
            row: The row.
            trial: The plain call of it.
            is_mixed: As of `Watch`.
        """
        draws = trial.draws
        end = draws.states()
        watch = Watch(is_mixed=is_mixed)
        nodes: list[Value] = []
        form = None
        try:
            draws.rewind(trial.begin)
            nodes, form = watched_call(
                watch, self._compute, self._parameters, row.parts
            )
        except Exception as error:
            # As a plain call it went well.
            watch.reason = watch.reason or f"the recording fails: {error}"
        finally:
            drawn = draws.states()
            draws.rewind(end)
        if watch.reason is None:
            watch.reason = compared_mask(watch)
        if watch.reason is not None:
            return Recorded(watch, nodes, form, [], [], is_repeatable=False)
        key = [row.shape, *key_of(nodes, self._parameters, watch)]
        layers = [layer for _, layer in watch.draws]
        masks = [mask.data for mask, _ in watch.draws]
        draws.rewind(trial.begin)
        again = [layer.draw_number() for layer in layers] if draws.has(layers) else []
        is_repeatable = again == masks and draws.states() == drawn
        draws.rewind(end)
        return Recorded(watch, nodes, form, key, layers, is_repeatable)


def compared_mask(watch: Watch) -> str | None:
    """Return where a number was compared that comes from a mask, or None."""
    masks = {mask for mask, _ in watch.draws}
    for guard in watch.guards:
        sides = [x for x in (guard.left, guard.right) if isinstance(x, Value)]
        if not masks.isdisjoint(topological_order(*sides)):
            return f"what was drawn is compared at {guard.place}"
    return None
