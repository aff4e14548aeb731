"""The architecture of a model as data, from which it can be made again.

Every module of the package keeps the arguments of its constructor in attributes of the
same names, so they can be read off it: a module becomes {"module": its name, "config":
its arguments}, and so do the modules among these. One that is not the package's own
becomes {"module": its name}: a file must not say what code to run.
"""

from __future__ import annotations

import inspect
import random
from numbers import Integral, Real
from typing import Any

from tinygrad_edu import nn
from tinygrad_edu.errors import ModelFileError
from tinygrad_edu.nn.module import Module


def _modules() -> dict[str, type[Module]]:
    classes = [getattr(nn, name) for name in nn.__all__]
    modules = [c for c in classes if isinstance(c, type) and issubclass(c, Module)]
    return {c.__name__: c for c in modules if c is not Module}


#: All that can be made: the modules of `tinygrad_edu.nn`.
MODULES = _modules()


def describe(model: Module) -> dict[str, Any]:
    """Return a model's architecture as data.

    A model that was changed after it was made, so that its arguments do not tell it, is
    described by its name alone.

    >>> from tinygrad_edu.nn import Neuron
    >>> describe(Neuron(2, seed=0))["config"]
    {'nin': 2, 'activation': 'relu', 'expanded': False}
    """
    description: dict[str, Any] = _described(model)
    try:
        twin = build(description, len(model.parameters()))
    except ModelFileError:
        # A module of one's own is in it: whoever builds it is told which.
        return description
    if _outline(twin) != _outline(model):
        return {"module": type(model).__name__}
    return description


def build(description: dict[str, Any], count: int) -> Module:
    """Return a new model of the architecture described, whose weights mean nothing yet.

    Args:
        description: What `describe` returned.
        count: How many parameters it has. One that would have more than twice as many
            is not made; of one that has a few more, the caller can say which.

    Raises:
        ModelFileError: If it cannot be made.

    >>> build({"module": "Layer", "config": {"nin": 2, "nout": 3}}, count=9)
    Layer(2 -> 3 relu; 9 parameters)
    """
    try:
        model: Module = _built(description, _Placeholders(2 * count))
    except ModelFileError:
        raise
    except Exception as error:
        # In how many ways wrong arguments can break a constructor nobody knows.
        raise ModelFileError(
            f"The architecture cannot be made ({error}). Make the model, and load the "
            "parameters into it: load(path, model)."
        ) from error
    return model


class _Placeholders(random.Random):
    """A source of weights that are replaced soon, in place of random numbers.

    It gives no more than it is told to: a few bytes must not fill the memory.

    Attributes:
        left: How many more parameters may be made.
    """

    def __init__(self, count: int) -> None:
        super().__init__()
        self.left = count

    def uniform(self, a: float, b: float) -> float:
        self.take(1)
        return 0.0

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        return self.uniform(mu, sigma)

    def take(self, count: int) -> None:
        if count > self.left:
            raise ValueError("it has more weights than there are parameters")
        self.left -= count


def _described(part: Any) -> Any:
    # As deep as modules are nested in the source, so recursion is safe here.
    if isinstance(part, (list, tuple)):
        return [_described(member) for member in part]
    if part is None or isinstance(part, (bool, str)):
        return part
    if isinstance(part, Integral):
        # NumPy's numbers too.
        return int(part)
    if isinstance(part, Real):
        return float(part)
    kind = type(part)
    if MODULES.get(kind.__name__) is not kind:
        return {"module": getattr(part, "__name__", kind.__name__)}
    arguments = {
        name: _described(vars(part)[name])
        for name in inspect.signature(kind).parameters
        if name in vars(part)
    }
    return {"module": kind.__name__, "config": arguments}


def _built(part: Any, source: _Placeholders) -> Any:
    if isinstance(part, list):
        return [_built(member, source) for member in part]
    if not isinstance(part, dict):
        return part
    name = part.get("module")
    if "config" not in part or name not in MODULES:
        raise ModelFileError(
            f"{name!r} is not a module as tinygrad_edu.nn makes it. Make the model, "
            "and load the parameters into it: load(path, model)."
        )
    kind = MODULES[name]
    arguments = {key: _built(value, source) for key, value in part["config"].items()}
    signature = inspect.signature(kind).parameters
    for argument in signature.values():
        if argument.kind is argument.VAR_POSITIONAL:
            # What it holds has been made, and counted.
            return kind(*arguments[argument.name])
    # Whatever the file says, weights are drawn from the placeholders alone.
    if "initialiser" in signature:
        arguments["initialiser"] = "uniform"
    if "seed" in signature and kind is not nn.Dropout:
        arguments["seed"] = source
    return _counted(kind, arguments, source)


def _counted(
    kind: type[Module], arguments: dict[str, Any], source: _Placeholders
) -> Module:
    # A module whose rows have a size has as many parameters at least, and those of a
    # norm, which come first in a block, are not drawn.
    left = source.left
    size = arguments.get("size")
    if isinstance(size, int):
        source.take(size)
        source.left = left
    module = kind(**arguments)
    source.left = left
    source.take(len(module.parameters()))
    return module


def _outline(model: Module) -> list[Any]:
    # What every module inside says of itself, and the names of the parameters.
    modules = [(name, _described(module)) for name, module in model.named_modules()]
    return [*modules, *[name for name, _ in model.named_parameters()]]
