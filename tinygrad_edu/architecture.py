"""The architecture of a model as data, from which it can be made again.

A module becomes {"module": its name, "config": what its `config()` says}, and so do the
modules among that. One that is none of the package's own becomes {"module": its name}:
a file must not say what code to run.
"""

from __future__ import annotations

import random
from numbers import Integral
from typing import Any

from tinygrad_edu import nn
from tinygrad_edu.errors import ModelFileError
from tinygrad_edu.nn.module import Module


def _modules() -> dict[str, type[Module]]:
    classes = [getattr(nn, name) for name in nn.__all__]
    modules = [c for c in classes if isinstance(c, type) and issubclass(c, Module)]
    return {c.__name__: c for c in modules if c.config is not Module.config}


#: All that can be made: the modules of `tinygrad_edu.nn` that have a `config()`.
MODULES = _modules()


def describe(model: Module) -> dict[str, Any]:
    """Return a model's architecture as data.

    A model that was changed after it was made, so that its `config()` does not tell it,
    is described by its name alone.

    >>> from tinygrad_edu.nn import Neuron
    >>> describe(Neuron(2, seed=0))["config"]
    {'nin': 2, 'activation': 'relu', 'expanded': False}
    """
    description: dict[str, Any] = _described(model)
    try:
        twin = build(description)
    except ModelFileError:
        # A module of one's own is in it: whoever builds it is told which.
        return description
    if _outline(twin) != _outline(model):
        return {"module": type(model).__name__}
    return description


def build(description: dict[str, Any]) -> Module:
    """Return a new model of the architecture described, with weights of no meaning.

    Raises:
        ModelFileError: If it cannot be made.

    >>> build({"module": "Layer", "config": {"nin": 2, "nout": 3}})
    Layer(2 -> 3 relu; 9 parameters)
    """
    # Nothing must be missing from the random numbers that the user draws next.
    state = random.getstate()
    try:
        model = _built(description)
    except ModelFileError:
        raise
    except Exception as error:
        # In how many ways a wrong config can break a constructor nobody knows.
        raise ModelFileError(
            f"The architecture cannot be made ({error}). Make the model, and load the "
            "parameters into it: load(path, model)."
        ) from error
    finally:
        random.setstate(state)
    if not isinstance(model, Module):
        raise ModelFileError("There is no module in the architecture.")
    return model


def _described(part: Any) -> Any:
    # As deep as modules are nested in the source, so recursion is safe here.
    if isinstance(part, Module):
        name = type(part).__name__
        if MODULES.get(name) is not type(part):
            return {"module": name}
        return {"module": name, "config": _described(part.config())}
    if isinstance(part, dict):
        return {key: _described(value) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [_described(member) for member in part]
    if isinstance(part, Integral) and not isinstance(part, bool):
        # NumPy's integers too.
        return int(part)
    return part


def _built(part: Any) -> Any:
    if isinstance(part, list):
        return [_built(member) for member in part]
    if not isinstance(part, dict):
        return part
    if "module" not in part:
        return {key: _built(value) for key, value in part.items()}
    name = part["module"]
    if "config" not in part or name not in MODULES:
        raise ModelFileError(
            f"{name!r} is no module of tinygrad_edu.nn as it was made. Make the model, "
            "and load the parameters into it: load(path, model)."
        )
    return MODULES[name].from_config(_built(part["config"]))


def _outline(model: Module) -> list[Any]:
    # What every module inside says of itself, and the names of the parameters.
    modules = [(name, _described(module)) for name, module in model.named_modules()]
    return [*modules, *[name for name, _ in model.named_parameters()]]
