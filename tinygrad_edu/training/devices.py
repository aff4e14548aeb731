"""A training whose whole step is compiled by JAX, for all devices that it sees.

The step is that of `Trainer`, as one function of arrays: the recorded loss of a row and
its gradient, regularisation, clipping, and the optimiser's own rule. The rows of a
batch lie side by side on the devices, the parameters on each of them; what must be
added up between them JAX finds out for itself. Where `jax.distributed` has joined
several processes, each runs the same program on the same rows, and has some devices.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from tinygrad_edu.replay.array_worlds import array_world
from tinygrad_edu.replay.draws import Draws
from tinygrad_edu.replay.one_way import one_way
from tinygrad_edu.replay.path import Path
from tinygrad_edu.replay.rows import RowFunction
from tinygrad_edu.training.arrays import Arrays, State
from tinygrad_edu.training.batches import BatchReplay
from tinygrad_edu.training.jax_step import check_rule, options_of, step_function
from tinygrad_edu.training.step import Data, Row, Trainer


class DeviceReplay(BatchReplay):
    """Measures the rows of a batch, and takes the step, as JAX compiled it.

    Args:
        trainer: What to do in a step.
        data: The rows.
        batch_size: How many rows a step looks at.
        dtype: The floats to compute with, "float64" or "float32".

    Raises:
        ImportError: If JAX is not installed.
        NotReplayableError: If the rows or the optimiser cannot be compiled; the first
            step raises it too, of a model or a loss that cannot.
    """

    def __init__(
        self, trainer: Trainer, data: Data, batch_size: int, dtype: str
    ) -> None:
        array_world("jax")
        import jax
        from jax import sharding

        check_rule(trainer.optimiser)
        super().__init__(trainer, data, insist=True)
        self._dtype = dtype
        devices = jax.devices()
        mesh = sharding.Mesh(devices, ("rows",))
        axes: Any = sharding.PartitionSpec
        self._side_by_side = sharding.NamedSharding(mesh, axes(None, "rows"))
        self._everywhere = sharding.NamedSharding(mesh, axes())
        self._devices = len(devices)
        # The last batch of an epoch is filled up: it needs no program of its own.
        self._length = self._filled(min(batch_size, len(data.rows)))
        self._ways: dict[RowFunction, Path] = {}
        self._programs: list[tuple[Any, Callable[..., Any]]] = []
        self._values = Arrays(trainer)
        self._state: State | None = None
        self._next: tuple[State, float, dict[str, float]] | None = None
        count = "1 device" if len(devices) == 1 else f"{len(devices)} devices"
        if jax.process_count() > 1:  # pragma: no cover (a test starts two processes)
            count += f" of {jax.process_count()} processes"
        note = f"JAX compiled the whole step, in {dtype}, and ran it on {count}."
        self.told: tuple[str, str] | None = ("jax", note)

    def begin_epoch(self, epochs: int, *, is_open: bool) -> None:  # noqa: D102
        super().begin_epoch(epochs, is_open=is_open)
        if is_open:
            self._ways.clear()

    def differentiate(  # noqa: D102
        self, places: Sequence[int]
    ) -> tuple[float, list[float], Any]:
        self._look()
        optimiser = self._trainer.optimiser
        count = len(places)
        way = self._way_of(self.learning, places)
        program = self._program_of(way, options_of(optimiser), self._compiled_step)
        draws = Draws(way.draws)
        begin = draws.states()
        masks = [[layer.draw_number() for layer in way.draws] for _ in places]
        with _doubles():
            p, _, memory, steps = self._state or self._loaded()
            x = self._columns(self.learning, places, masks, self._length)
            weights = [1.0 / count] * count + [0.0] * (self._length - count)
            w = self._put([weights], self._side_by_side)
            is_finite, p, memory, g, loss, norms, outputs = program(
                (p, memory), steps + 1, optimiser.learning_rate, x, w
            )
        if not is_finite:
            # A graph tells why; or it goes on where JAX cannot, by the same masks.
            draws.rewind(begin)
            self.release()
            return super().differentiate(places)
        named = {
            name: float(norm) for (name, _), norm in zip(self._trainer.layers, norms)
        }
        self._next = State(p, g, memory, steps + 1), float(loss), named
        scores = self._scores_of(way, outputs, self._data.rows, places)
        return float(loss), scores, g

    def move(  # noqa: D102
        self, loss: float, slopes: Any
    ) -> tuple[float, dict[str, float]] | None:
        if self._next is None:
            return super().move(loss, slopes)
        self._state, objective, norms = self._next
        self._next = None
        return objective, norms

    def measure(self) -> tuple[float, list[float]]:  # noqa: D102
        assert self.measuring is not None
        rows = self._data.unseen
        places = range(len(rows))
        way = self._way_of(self.measuring, places)
        program = self._program_of(way, None, self._compiled_measure)
        with _doubles():
            masks: list[list[float]] = [[]] * len(rows)
            x = self._columns(self.measuring, places, masks, self._filled(len(rows)))
            outputs = program(self._loaded().p, x)
        mean = float(_across(outputs[:1], len(rows)).mean())
        if not math.isfinite(mean):
            return super().measure()
        return mean, self._scores_of(way, outputs, rows, places)

    def release(self) -> None:  # noqa: D102
        if self._state is not None:
            state = self._state
            self._state = None
            self._values.write(state)
        super().release()

    def _way_of(self, function: RowFunction, places: Sequence[int]) -> Path:
        if function not in self._ways:
            # Whatever it counts, a metric is called once for each row.
            trainer, metric = self._trainer, self._trainer.metric
            try:
                trainer.metric = None if metric is None else _no_metric
                self._ways[function] = one_way(function, places)
            finally:
                trainer.metric = metric
            # The Values hold the numbers again.
            super().release()
        return self._ways[function]

    def _program_of(
        self, way: Path, options: Any, make: Callable[[Path], Callable[..., Any]]
    ) -> Callable[..., Any]:
        for key, program in self._programs:
            if key == (way, options):
                return program
        program = make(way)
        self._programs.append(((way, options), program))
        return program

    def _compiled_step(self, way: Path) -> Callable[..., Any]:
        return self._compiled(step_function(self._trainer, way))

    def _compiled_measure(self, way: Path) -> Callable[..., Any]:
        return self._compiled(way.function("jax", gradient=False))

    def _compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        import jax

        # What it gives lies whole on each device, so that every process can read it.
        compiled: Any = jax.jit(function, out_shardings=self._everywhere)
        return compiled  # type: ignore[no-any-return]

    def _loaded(self) -> State:
        optimiser = self._trainer.optimiser
        p = self._put([[node.data] for node in optimiser.parameters], self._everywhere)
        memory = [self._put(kind, self._everywhere) for kind in optimiser.memory]
        return State(p, None, tuple(memory), optimiser.steps)

    def _columns(
        self,
        function: RowFunction,
        places: Sequence[int],
        masks: list[list[float]],
        length: int,
    ) -> Any:
        import numpy

        columns = [function.rows.columns(places), numpy.array(masks).T]
        x = numpy.concatenate([part for part in columns if part.size])
        # Rows of no weight fill it up: the first, for that is defined if all are.
        more = numpy.repeat(x[:, :1], length - len(places), axis=1)
        return self._put(numpy.concatenate([x, more], axis=1), self._side_by_side)

    def _put(self, numbers: Any, sharding: Any) -> Any:
        import jax
        import numpy

        array = numpy.asarray(numbers, dtype=self._dtype)
        return jax.make_array_from_callback(array.shape, sharding, array.__getitem__)

    def _filled(self, count: int) -> int:
        return -(-count // self._devices) * self._devices

    def _scores_of(
        self, way: Path, outputs: Any, rows: Sequence[Row], places: Sequence[int]
    ) -> list[float]:
        numbers = _across(outputs, len(places)).T
        return self._scores(numbers, [way.form] * len(places), rows, places)


def _no_metric(output: Any, target: Any) -> float:
    return math.nan


def _doubles() -> AbstractContextManager[Any]:
    # Without it JAX makes float32 of float64.
    import jax
    from jax import experimental

    # JAX has moved it out of what is experimental.
    place: Any = jax if hasattr(jax, "enable_x64") else experimental
    context: AbstractContextManager[Any] = place.enable_x64(True)
    return context


def _across(outputs: Sequence[Any], count: int) -> Any:
    import numpy

    # An output that no row reaches is the same for all.
    columns = [numpy.asarray(z, dtype=float)[:, :count] for z in outputs]
    return numpy.concatenate([numpy.broadcast_to(z, (1, count)) for z in columns])
