"""The step of a `Trainer` as one function of arrays, for JAX to compile."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from tinygrad_edu.engine.value import Value
from tinygrad_edu.optim import Optimiser
from tinygrad_edu.replay.array_worlds import array_world
from tinygrad_edu.replay.compiled import CompiledGraph
from tinygrad_edu.replay.path import Path
from tinygrad_edu.replay.prepared import NotReplayableError
from tinygrad_edu.training.arrays import METHODS
from tinygrad_edu.training.step import Trainer


def step_function(trainer: Trainer, way: Path) -> Callable[..., Any]:
    """Return the step of a trainer: gradient, regularisation, clipping, and the rule.

    It takes (the parameters as a column, the optimiser's memory), the number of the
    step, the learning rate, the rows as columns, and what each of them counts with. It
    returns whether all is finite, the next parameters and memory, the gradient, the
    loss, the norms of the layers' gradients, and what the rows gave.

    Args:
        trainer: Whose step it is.
        way: The recorded loss of a row.
    """
    import jax

    np = jax.numpy
    parameters = trainer.optimiser.parameters
    differentiate = way.function("jax", gradient=True)
    penalty = trainer.regularised(Value(0.0))
    regularise = CompiledGraph([penalty], parameters).on_arrays("jax", [], "shared")
    is_regularised = bool(penalty.parents)
    places = {parameter: i for i, parameter in enumerate(parameters)}
    layers = [[places[node] for node in part] for _, part in trainer.layers]
    update, clip_norm = trainer.optimiser.update, trainer.clip_norm
    kind = type(trainer.optimiser).__name__

    def step(state: Any, number: Any, rate: Any, x: Any, w: Any) -> Any:
        p, memory = state
        *outputs, slopes = differentiate(p, x, w)
        loss = (outputs[0] * w).sum()
        if is_regularised:
            more, slope = regularise(p, None, 1.0)
            loss, slopes = loss + more.sum(), slopes + slope
        g = slopes.ravel()
        norms = [np.linalg.norm(g[np.array(part)]) for part in layers]
        # Where its squares overflow, clipping by it would leave nothing of g.
        norm = np.linalg.norm(g)
        if clip_norm is not None:
            g = np.where(norm > clip_norm, g * (clip_norm / norm), g)
        words: Any = SimpleNamespace(**array_world("jax", p))
        try:
            moved, memory = update(words, p.ravel(), g, memory, step=number, rate=rate)
        except (TypeError, ValueError) as error:
            # Such as that of an `if` on an array.
            first, _, _ = str(error).partition("\n")
            raise NotReplayableError(
                f"JAX cannot compile the update() of {kind}, in which `xp.where` "
                f"chooses and no `if`: {first}"
            ) from error
        numbers = [loss, norm, moved, *memory]
        is_finite = np.array([np.isfinite(z).all() for z in numbers]).all()
        return is_finite, moved.reshape(-1, 1), memory, g, loss, norms, outputs

    return step


def check_rule(optimiser: Optimiser) -> None:
    """Refuse an optimiser whose step is more than a rule of one parameter.

    Raises:
        NotReplayableError: If it is, with the reason.
    """
    kind = type(optimiser).__name__
    for name in METHODS:
        found = getattr(optimiser, name)
        if getattr(found, "__func__", found) is not getattr(Optimiser, name):
            raise NotReplayableError(
                f"{kind} has a {name}() of its own, which JAX cannot compile; write "
                "the rule of one parameter as update()"
            )
    if "learning_rate" not in vars(optimiser):
        raise NotReplayableError(
            f"{kind} works out its learning rate, perhaps by the steps that it has "
            "taken, and JAX takes them; give a schedule as learning_rate"
        )


def options_of(optimiser: Optimiser) -> dict[str, Any]:
    """Return what is fixed in a compiled step, such as a momentum.

    Whoever is called between epochs may change it.
    """
    given = {"parameters", "memory", "steps", "learning_rate"}
    return {name: x for name, x in vars(optimiser).items() if name not in given}
