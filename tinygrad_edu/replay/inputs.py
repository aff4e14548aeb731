"""What a recording is called with: names, and for each a number or an array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinygrad_edu.engine.names import node_names
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.ranges import said


def input_names(leaves: Sequence[Any]) -> list[str]:
    """Return what each leaf is called: its label, or x0, x1, ... by position.

    >>> input_names([Value(1.0, label="a"), Value(2.0), Value(3.0, label="a")])
    ['a', 'x1', 'a_2']
    """
    given = node_names(leaves)
    labels = {given[leaf] for leaf in leaves if leaf.label}
    names = []
    for i, leaf in enumerate(leaves):
        name = given[leaf] if leaf.label else f"x{i}"
        while not leaf.label and name in labels:
            name += "_"
        names.append(name)
    return names


def in_order(
    names: Sequence[str], numbers: Sequence[Any], named: dict[str, Any]
) -> list[Any]:
    """Return one argument for each name, from those in order and those by name.

    Raises:
        TypeError: If one is missing, surplus or given twice.
    """
    if len(numbers) == len(names) and not named:
        return list(numbers)
    given = dict(zip(names, numbers))
    wrong = [name for name in named if name in given or name not in names]
    given.update(named)
    missing = [name for name in names if name not in given]
    if wrong or missing or len(numbers) > len(names):
        raise TypeError(
            f"The inputs are {few(names)}, each given once: there were "
            f"{len(numbers)} in order"
            + (f", and by name {few(list(named))}" if named else "")
            + (f"; {few(missing)} missing." if missing else ".")
        )
    return [given[name] for name in names]


def few(names: Sequence[str]) -> str:
    """Return names as a message has them: the first ones, of a network's hundreds.

    >>> few(["a", "b"]), few([f"w{i}" for i in range(300)])
    ('a, b', 'w0, w1, w2, w3, w4, w5, w6, w7, ... (300 in all)')
    """
    if len(names) <= 10:
        return ", ".join(names)
    return f"{', '.join(names[:8])}, ... ({len(names)} in all)"


def beginning(numbers: Sequence[float]) -> str:
    """Return how a row begins: its place tells little after a shuffle.

    >>> beginning([1.0, 2.5]), beginning([0.0] * 5)
    ('1, 2.5', '0, 0, 0, 0, …')
    """
    words = ", ".join(f"{x:g}" for x in numbers[:4])
    return f"{words}, …" if len(numbers) > 4 else words


def plain_number(name: str, x: Any) -> float:
    """Return an argument as a float.

    Raises:
        TypeError: If it is no real number.
    """
    try:
        return Value(x).data
    except TypeError:
        raise TypeError(
            f"The input {name} is a real number, or an array of NumPy, PyTorch or JAX "
            f"with one for each row, and {said(x):.80} is neither."
        ) from None


def row_count(names: Sequence[str], arguments: Sequence[Any]) -> int:
    """Return how many rows the arrays among some arguments have; 1 without arrays.

    Raises:
        ShapeError: If an array has more than one axis, or two differ in length.
        TypeError: If an array holds no real numbers.
    """
    lengths = set()
    for name, x in zip(names, arguments):
        if not is_array(x):
            continue
        if x.ndim > 1:
            raise ShapeError(
                f"An array holds one number for each row, and that for {name} has the "
                f"shape {tuple(x.shape)}. Give each column X[:, i] to an input of its "
                "own: f(*X.T) does."
            )
        if not any(kind in str(x.dtype) for kind in ("float", "int", "bool")):
            raise TypeError(
                f"The array for {name} holds {x.dtype}, and no real numbers. Convert "
                "it first."
            )
        lengths.add(len(x))
    if len(lengths) > 1:
        raise ShapeError(
            "Each array holds one number for each row, and these have different "
            f"lengths: {sorted(lengths)}."
        )
    return lengths.pop() if lengths else 1


def is_array(x: Any) -> bool:
    """Return whether an argument has a number for each row."""
    return bool(getattr(x, "ndim", 0))


def stacked(
    words: dict[str, Any], names: Sequence[str], arguments: Sequence[Any]
) -> Any:
    """Return arguments as the rows of one array, or None if there are none."""
    if not arguments:
        return None
    rows = [
        # A scalar of PyTorch or JAX stays one: it may be traced.
        words["array"](x if hasattr(x, "ndim") else plain_number(name, x))
        for name, x in zip(names, arguments)
    ]
    return words["joined"](tuple(row.reshape(1, -1) for row in rows))
