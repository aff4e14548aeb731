"""The words of the rules for arrays: NumPy's, JAX's and PyTorch's.

A rule then computes a whole batch at once. Outside its domain an operator gives nan or
infinity here, as IEEE 754 has it, and it is for the caller to look for them.
"""

from __future__ import annotations

import math
import operator
from functools import partial
from typing import Any

from tinygrad_edu.ranges import said

#: Under these names NumPy and JAX have what the rules ask for.
_SAME = [
    "abs",
    "exp",
    "expm1",
    "log",
    "log1p",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "maximum",
    "minimum",
]
_OTHERS = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "power": "power"}


def array_world(name: str, like: Any = None) -> dict[str, Any]:
    """Return the functions that a program on arrays calls, by their names.

    Beyond the words of the rules: `array` of floats; `constant` for a list of places or
    a column of numbers; `joined` for concatenation along the first axis, and `rows` for
    some of its places; `sum_rows` over the last axis, which stays, and `sum_segments`
    of the rows from each start to the next; `places(index, values)`, where in the flat
    `values` the row of that number is found for each row of the batch, or, with a
    `count` of lists, the row that one of them has under that number; and
    `scattered(x, places, values)`, zeros of that shape to which x is added there;
    `mean`, `ones_like` and `zeros_like`. Where there are no flags as NumPy has them,
    `all_finite` tells of arrays whether there is anything to look for.

    Args:
        name: "numpy", "jax" or "torch".
        like: An array of JAX or PyTorch, whose kind of floats new arrays have, and
            whose device; otherwise they hold float64 (in JAX, the floats that it is
            set to).

    Raises:
        ImportError: If that library is not installed.
        ValueError: If there is none of that name.
    """
    if not isinstance(name, str) or name not in _WORLDS:
        raise ValueError(f"A world is one of {', '.join(_WORLDS)}, not {said(name)}.")
    try:
        return _WORLDS[name](like)
    except ImportError as error:
        raise ImportError(
            f"To replay in the world {name!r}, {name} must be installed: "
            f"pip install {name}"
        ) from error


def world_of(arguments: Any) -> str | None:
    """Return the name of the world that any of the arguments belongs to, or None."""
    found = None
    for x in arguments:
        library = type(x).__module__.partition(".")[0]
        if library in ("jax", "jaxlib"):
            return "jax"
        if library == "torch":
            return "torch"
        if library == "numpy" and len(getattr(x, "shape", ())):
            found = "numpy"
    return found


def kind_of(array: Any) -> tuple[str, str]:
    """Return what tells arrays of JAX or PyTorch apart for which a world differs."""
    is_torch = type(array).__module__.partition(".")[0] == "torch"
    return str(getattr(array, "dtype", "")), str(array.device) if is_torch else ""


def _numpy(like: Any) -> dict[str, Any]:
    import numpy

    words = _like_numpy(numpy, float)
    words["erf"] = numpy.vectorize(math.erf, otypes=[float])

    def rows(x: Any, places: Any) -> Any:
        # Faster than x[places].
        return x.take(places, 0)

    def divide(x: Any, y: Any) -> Any:
        with numpy.errstate(all="ignore"):
            return numpy.divide(x, y)

    def mean(x: Any) -> Any:
        with numpy.errstate(all="ignore"):
            return x.mean()

    def sum_segments(x: Any, starts: Any) -> Any:
        return numpy.add.reduceat(x, starts, axis=0)

    def scattered(x: Any, places: Any, values: Any) -> Any:
        sums = numpy.bincount(places.ravel(), x.ravel(), values.size)
        return sums.reshape(values.shape)

    words["rows"] = rows
    words["divide"] = divide
    words["mean"] = mean
    words["sum_segments"] = sum_segments
    words["scattered"] = scattered
    words["constant"] = partial(_constant, numpy, float)
    return words


def _jax(like: Any) -> dict[str, Any]:
    import jax

    is_float = like is not None and jax.numpy.issubdtype(like.dtype, jax.numpy.floating)
    kind = like.dtype if is_float else float
    words = _like_numpy(jax.numpy, kind)
    words["erf"] = jax.scipy.special.erf
    words["rows"] = operator.getitem
    words["divide"] = operator.truediv
    words["mean"] = jax.numpy.mean

    def constant(numbers: list[Any]) -> Any:
        # A number, also if the program is first asked for while JAX traces a function.
        with jax.ensure_compile_time_eval():
            return _constant(jax.numpy, kind, numbers)

    def all_finite(arrays: Any) -> bool:
        found = [x for x in arrays if x is not None]
        if any(isinstance(x, jax.core.Tracer) for x in found):
            return True
        return all(bool(jax.numpy.isfinite(x).all()) for x in found)

    def sum_segments(x: Any, starts: Any) -> Any:
        places = jax.numpy.zeros(len(x), int).at[starts[1:]].add(1).cumsum()
        return jax.ops.segment_sum(x, places, len(starts))

    def scattered(x: Any, places: Any, values: Any) -> Any:
        zeros = jax.numpy.zeros(values.size, x.dtype)
        return zeros.at[places].add(x).reshape(values.shape)

    words["constant"] = constant
    words["all_finite"] = all_finite
    words["sum_segments"] = sum_segments
    words["scattered"] = scattered
    return words


def _constant(np: Any, kind: Any, numbers: list[Any]) -> Any:
    if isinstance(numbers[0], int):
        return np.asarray(numbers)
    return np.asarray(numbers, dtype=kind).reshape(-1, 1)


def _like_numpy(np: Any, kind: Any) -> dict[str, Any]:
    words = {name: getattr(np, name) for name in _SAME}
    words.update({name: getattr(np, other) for name, other in _OTHERS.items()})

    def where(test: Any, x: Any, y: Any) -> Any:
        return np.where(test > 0, x, y)

    def sum_rows(x: Any) -> Any:
        return x.sum(axis=1, keepdims=True)

    def largest(x: Any) -> Any:
        return x.max(axis=0)

    def places(index: Any, values: Any, count: Any = None, lists: Any = None) -> Any:
        rows = index.astype(int)
        if lists is not None:
            rows = rows * count + lists.reshape(-1, 1)
        width = values.shape[1]
        return rows if width == 1 else rows * width + np.arange(width)

    def sigmoid(x: Any) -> Any:
        e = np.exp(-np.abs(x))
        return np.where(x >= 0, 1.0, e) / (1.0 + e)

    return {
        **words,
        "where": where,
        "sign": _sign,
        "sigmoid": sigmoid,
        "sum_rows": sum_rows,
        "largest": largest,
        "places": places,
        "joined": np.concatenate,
        "ones_like": np.ones_like,
        "zeros_like": np.zeros_like,
        "array": partial(np.asarray, dtype=kind),
        "inf": math.inf,
        "nan": math.nan,
    }


def _torch(like: Any) -> dict[str, Any]:
    import torch

    names = [name for name in _SAME if name not in ("maximum", "minimum")]
    words = {name: getattr(torch, name) for name in [*names, "asin", "acos", "atan"]}

    def as_other(x: Any, other: Any) -> Any:
        # PyTorch's functions take no plain number.
        return x if isinstance(x, torch.Tensor) else torch.full_like(other, x)

    def pair(x: Any, y: Any) -> tuple[Any, Any]:
        return as_other(x, y), as_other(y, x)

    device = None if like is None else like.device
    is_float = like is not None and like.is_floating_point()
    kind = like.dtype if is_float else torch.float64
    array = partial(torch.as_tensor, dtype=kind, device=device)

    def constant(numbers: list[Any]) -> Any:
        if isinstance(numbers[0], int):
            return torch.as_tensor(numbers, device=device)
        return array(numbers).reshape(-1, 1)

    def all_finite(arrays: Any) -> bool:
        return all(bool(x.isfinite().all()) for x in arrays if x is not None)

    def maximum(x: Any, y: Any) -> Any:
        return torch.maximum(*pair(x, y))

    def minimum(x: Any, y: Any) -> Any:
        return torch.minimum(*pair(x, y))

    def where(test: Any, x: Any, y: Any) -> Any:
        tensor = next(z for z in (test, x, y) if isinstance(z, torch.Tensor))
        x, y = as_other(x, tensor), as_other(y, tensor)
        return torch.where(as_other(test, tensor) > 0, x, y)

    def sum_rows(x: Any) -> Any:
        return x.sum(dim=1, keepdim=True)

    def sum_segments(x: Any, starts: Any) -> Any:
        ends = torch.cat((starts[1:], starts.new_tensor([len(x)])))
        numbers = torch.arange(len(starts), device=x.device)
        places = torch.repeat_interleave(numbers, ends - starts)
        return x.new_zeros(len(starts), x.shape[1]).index_add_(0, places, x)

    def places(index: Any, values: Any, count: Any = None, lists: Any = None) -> Any:
        rows = index.long()
        if lists is not None:
            rows = rows * count + lists.reshape(-1, 1)
        width = values.shape[1]
        columns = torch.arange(width, device=index.device)
        return rows if width == 1 else rows * width + columns

    def scattered(x: Any, places: Any, values: Any) -> Any:
        zeros = x.new_zeros(values.numel())
        sums = zeros.index_add_(0, places.reshape(-1), x.reshape(-1))
        return sums.reshape(values.shape)

    return {
        **words,
        "sum_segments": sum_segments,
        "places": places,
        "scattered": scattered,
        "largest": partial(torch.amax, dim=0),
        "maximum": maximum,
        "minimum": minimum,
        "where": where,
        "sign": _sign,
        "sigmoid": torch.sigmoid,
        "erf": torch.erf,
        "rows": operator.getitem,
        "divide": operator.truediv,
        "power": torch.pow,
        "sum_rows": sum_rows,
        "joined": torch.cat,
        "ones_like": torch.ones_like,
        "zeros_like": torch.zeros_like,
        "array": array,
        "constant": constant,
        "mean": torch.mean,
        "all_finite": all_finite,
        "inf": math.inf,
        "nan": math.nan,
    }


def _sign(x: Any) -> Any:
    # NumPy's own sign of nan is nan; the rules' is 0.
    return (x > 0) * 1.0 - (x < 0) * 1.0


_WORLDS = {"numpy": _numpy, "jax": _jax, "torch": _torch}
