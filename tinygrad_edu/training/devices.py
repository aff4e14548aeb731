"""A training whose whole step is compiled by JAX, for all devices that it sees.

The step is that of `Trainer`, as one function of arrays: the recorded loss of a row and
its gradient, regularisation, clipping, and the optimiser's own rule. The rows of a
batch lie side by side on the devices, the parameters on each of them; what must be
added up between them JAX finds out for itself. Where `jax.distributed` has joined
several processes, each runs the same program on the same rows, and has some devices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any

from tinygrad_edu.engine.value import Value
from tinygrad_edu.optim import Optimiser
from tinygrad_edu.replay.array_worlds import array_world
from tinygrad_edu.replay.batch import NotReplayableError
from tinygrad_edu.replay.compiled import CompiledGraph
from tinygrad_edu.replay.path import Path
from tinygrad_edu.replay.rows import RowFunction
from tinygrad_edu.training.batches import BatchReplay
from tinygrad_edu.training.history import Report
from tinygrad_edu.training.step import Data, Row, Trainer


class DeviceTrainer(Trainer):
    """A trainer whose parameters are arrays of JAX, until they are written back.

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
        self, trainer: Trainer, data: Data, *, batch_size: int, dtype: str
    ) -> None:
        array_world("jax")
        import jax
        from jax import sharding

        vars(self).update(vars(trainer))
        _check_rule(self.optimiser)
        self._replay = BatchReplay(trainer, data, insist=True)
        self.replay = self._replay
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
        self._state: Any = None
        count = "1 device" if len(devices) == 1 else f"{len(devices)} devices"
        if jax.process_count() > 1:
            count += f" of {jax.process_count()} processes"
        self.told = (
            "jax",
            f"JAX compiled the whole step, in {dtype}, and ran it on {count}.",
        )

    def step(self, rows: Sequence[Row]) -> Report:  # noqa: D102
        optimiser = self.optimiser
        way = self._way_of(self._replay.learning, rows)
        program = self._program_of(way, _options_of(optimiser), self._compiled_step)
        masks = [[layer.draw_number() for layer in way.draws] for _ in rows]
        with _doubles():
            *state, steps = self._state or self._loaded()
            x = self._columns(way, rows, masks, self._length)
            weights = [1.0 / len(rows)] * len(rows) + [0.0] * (self._length - len(rows))
            w = self._put([weights], self._side_by_side)
            rate = optimiser.learning_rate
            is_finite, state, slopes, loss, norms, outputs = program(
                state, steps + 1, rate, x, w
            )
        if not is_finite:
            # A graph tells why; or it goes on where a replay cannot.
            self.write_back()
            return super().step(rows)
        self._state = (*state, steps + 1)
        self._slopes = slopes
        named = zip([name for name, _ in self.layers], norms)
        return Report(
            len(rows),
            float(loss),
            self._mean_score(self._scores(way, outputs, rows)),
            {name: float(norm) for name, norm in named},
        )

    def evaluate(self, rows: Sequence[Row]) -> tuple[float, float | None]:  # noqa: D102
        import numpy

        assert self._replay.measuring is not None
        way = self._way_of(self._replay.measuring, rows)
        program = self._program_of(way, None, self._compiled_measure)
        with _doubles():
            p, _, _ = self._loaded()
            x = self._columns(way, rows, [[]] * len(rows), self._filled(len(rows)))
            outputs = program(p, x)
        losses = _across(outputs[:1], len(rows))
        if not numpy.isfinite(losses).all():
            return super().evaluate(rows)
        scores = self._scores(way, outputs, rows)
        return float(losses.mean()), self._mean_score(scores)

    def write_back(self) -> None:
        """Give the Values, and the optimiser, the numbers that the arrays have."""
        if self._state is None:
            return
        p, memory, steps = self._state
        self._state = None
        self.optimiser._move(_listed(p), tuple(map(_listed, memory)), steps)
        for parameter, slope in zip(self.optimiser.parameters, _listed(self._slopes)):
            parameter.grad = slope

    def _way_of(self, function: RowFunction, rows: Sequence[Row]) -> Path:
        way = self._ways.get(function)
        if way is None or way.is_stale:
            way = self._ways[function] = function.one_way(self._replay.prepared(rows))
        return way

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
        import jax

        np = jax.numpy
        parameters = self.optimiser.parameters
        differentiate = way.function("jax", gradient=True)
        penalty = self._regularised(Value(0.0))
        regularise = CompiledGraph([penalty], parameters).on_arrays("jax", [], "shared")
        is_regularised = bool(penalty.parents)
        places = {parameter: i for i, parameter in enumerate(parameters)}
        layers = [[places[node] for node in part] for _, part in self.layers]
        update, clip_norm = self.optimiser.update, self.clip_norm

        def step(state: Any, number: Any, rate: Any, x: Any, w: Any) -> Any:
            p, memory = state
            *outputs, g = differentiate(p, x, w)
            loss = (outputs[0] * w).sum()
            if is_regularised:
                more, slopes = regularise(p, None, 1.0)
                loss, g = loss + more.sum(), g + slopes
            norms = [np.linalg.norm(g[np.array(part)]) for part in layers]
            if clip_norm is not None:
                norm = np.linalg.norm(g)
                g = np.where(norm > clip_norm, g * (clip_norm / norm), g)
            words = SimpleNamespace(**array_world("jax", p))
            state = update(words, p, g, memory, step=number, rate=rate)  # type: ignore[arg-type]
            numbers = jax.tree.leaves((loss, g, state))
            is_finite = np.array([np.isfinite(z).all() for z in numbers]).all()
            return is_finite, state, g, loss, norms, outputs

        return self._compiled(step)

    def _compiled_measure(self, way: Path) -> Callable[..., Any]:
        return self._compiled(way.function("jax", gradient=False))

    def _compiled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        import jax

        # What it gives lies whole on each device, so that every process can read it.
        compiled: Any = jax.jit(function, out_shardings=self._everywhere)
        return compiled  # type: ignore[no-any-return]

    def _loaded(self) -> Any:
        optimiser = self.optimiser
        kinds = [[node.data for node in optimiser.parameters], *optimiser.memory]
        p, *memory = [
            self._put([[number] for number in kind], self._everywhere) for kind in kinds
        ]
        return p, tuple(memory), optimiser.steps

    def _columns(
        self, way: Path, rows: Sequence[Row], masks: list[list[float]], length: int
    ) -> Any:
        # Rows of no weight fill it up: the first, for that is defined if all are.
        numbers = [
            [*row.numbers, *mask]
            for row, mask in zip(self._replay.prepared(rows), masks)
        ]
        numbers += [numbers[0]] * (length - len(rows))
        import numpy

        return self._put(numpy.array(numbers).T, self._side_by_side)

    def _put(self, numbers: Any, sharding: Any) -> Any:
        import jax
        import numpy

        array = numpy.asarray(numbers, dtype=self._dtype)
        return jax.make_array_from_callback(array.shape, sharding, array.__getitem__)

    def _filled(self, count: int) -> int:
        return -(-count // self._devices) * self._devices

    def _scores(self, way: Path, outputs: Any, rows: Sequence[Row]) -> list[float]:
        if self.metric is None:
            return []
        numbers = _across(outputs, len(rows)).T.tolist()
        return self._replay.scores(numbers, [way.form] * len(rows), rows)


def _check_rule(optimiser: Optimiser) -> None:
    kind = type(optimiser)
    for name in ("propose", "step"):
        if getattr(kind, name) is not getattr(Optimiser, name):
            raise NotReplayableError(
                f"{kind.__name__} has a {name}() of its own, which JAX cannot compile; "
                "write the rule of one parameter as update()"
            )


def _options_of(optimiser: Optimiser) -> dict[str, Any]:
    # What is fixed in a compiled step; whoever is called between epochs may change it.
    given = {"parameters", "memory", "steps", "learning_rate"}
    return {name: x for name, x in vars(optimiser).items() if name not in given}


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


def _listed(column: Any) -> list[float]:
    import numpy

    numbers: list[float] = numpy.asarray(column, dtype=float)[:, 0].tolist()
    return numbers
