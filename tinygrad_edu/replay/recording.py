"""Record a graph once, and run it again on other numbers without building nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.value import Value
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.ranges import check_flag, check_list, check_sequence, said
from tinygrad_edu.replay.array_worlds import array_world, world_of
from tinygrad_edu.replay.compiled import CompiledGraph
from tinygrad_edu.replay.inputs import (
    few,
    in_order,
    input_names,
    is_array,
    plain_number,
    row_count,
    stacked,
)
from tinygrad_edu.replay.one_node import ONE_NODE, REPLAYED


class Recording:
    """A graph as one Python function of its inputs, for floats and for arrays.

    Called with floats it gives floats. Called with arrays of NumPy, JAX or PyTorch, one
    number for each row of a batch, it gives arrays: with NumPy of float64, otherwise of
    the floats, and on the device, of the first of them that holds floats. Inputs that
    are plain floats are then the same for all rows. The
    arithmetic is that of the records in `primitives`; nodes that do the same are one
    operation on arrays, so that a layer is a product of matrices.

    What no input reaches keeps the number that it had when the graph was recorded, and
    so does every decision that Python took on the way: an `if` on data is frozen, and
    `where` is not.

    Attributes:
        inputs: The leaves that it is a function of.
        outputs: The nodes that it computes.
        names: What the inputs are called: their labels, or x0, x1, ... by position.
    """

    def __init__(self, outputs: list[Any], inputs: list[Any], is_list: bool) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self._is_list = is_list
        self._graph = CompiledGraph(outputs, inputs)
        self.names: list[str] = input_names(inputs)

    @property
    def size(self) -> int:
        """How many nodes the graph has."""
        return len(self._graph.recorded)

    @property
    def source(self) -> str:
        """The text of the function for floats, forward and backward."""
        return self._graph.float_program(self._has_slopes).text

    def array_source(self, *batched: str, gradient: bool = False) -> str:
        """Return the text of the function for arrays.

        Args:
            batched: The names of the inputs that differ from row to row.
            gradient: Whether it computes the gradient too.

        >>> from tinygrad_edu import Layer, Value
        >>> x = [Value(1.0, label="a"), Value(2.0, label="b")]
        >>> layer = Layer(2, 3, seed=0)
        >>> outputs = record(layer(x), [*layer.parameters(), *x])
        >>> print(outputs.array_source("a", "b"))
        def replay(P, X):
            t0 = rows(P, c0)
            t1 = t0.reshape(3, 2)
            t2 = t1 @ X
            t3 = P[2:9:3]
            t4 = t2 + t3
            t5 = maximum(t4, 0.0)
            t6 = t5[0:1]
            t7 = t5[1:2]
            t8 = t5[2:3]
            return [t6, t7, t8]
        <BLANKLINE>
        """
        check_flag("gradient", gradient)
        rows = self._positions(batched)
        return self._graph.array_program(rows, "all" if gradient else "").text

    def __call__(self, /, *numbers: Any, world: str | None = None, **named: Any) -> Any:
        """Return the outputs for these inputs.

        Args:
            numbers: One for each input, in order: a float, or an array with a number
                for each row.
            world: "numpy", "jax" or "torch"; otherwise that of the arrays. (An input
                that is called "world" can be given in order only.)
            named: Inputs by name, in place of those that are not given in order.

        Raises:
            DomainError: If an operator is undefined for these inputs; for arrays, it
                says in which row. JAX and PyTorch are asked only where a result is not
                finite, and under `jax.jit` the outputs are nan instead.
            TypeError: If an input is missing, surplus, given twice, or no real number.
            ShapeError: If two arrays differ in length, or one has several axes.
        """
        arguments = in_order(self.names, numbers, named)
        return self._run(arguments, world, slopes=False)[0]

    def value_and_gradient(
        self, /, *numbers: Any, world: str | None = None, **named: Any
    ) -> tuple[Any, list[Any]]:
        """Return the output, and its gradient by each input.

        For arrays the output is the mean over the rows, and the gradient that of the
        mean: a number for an input that all rows share, and an array for one that
        differs from row to row.

        Raises:
            ValueError: If several outputs were recorded.
            DomainError, TypeError, ShapeError: As in a call; ShapeError also if there
                are no rows.

        >>> from tinygrad_edu import Value
        >>> a, b = Value(2.0, label="a"), Value(3.0, label="b")
        >>> record(a * b, [a, b]).value_and_gradient(5.0, b=7.0)
        (35.0, [7.0, 5.0])
        """
        if not self._has_slopes:
            raise ValueError(
                f"A gradient is that of one output, and {len(self.outputs)} were "
                "recorded. Record each by itself, or their sum."
            )
        arguments = in_order(self.names, numbers, named)
        value, slopes = self._run(arguments, world, slopes=True)
        return value, list(slopes)

    def function(
        self, world: str, batched: Sequence[str | int] = (), *, gradient: str = ""
    ) -> Callable[..., Any]:
        """Return the bare function on arrays, for `jax.jit` and for loops of one's own.

        It takes P, of shape (inputs that all rows share, 1), and X, of shape (inputs
        that differ, rows), each in the order of the inputs, and returns a list of
        outputs, arrays of shape (1, rows), or (1, 1) where they are the same for all
        rows. With a gradient, it takes the weight of each row's output as a third
        argument, such as 1/rows for a mean, and its list goes on with the gradient of
        the first output in the shape of P, and that in the shape of X; None where there
        are no such inputs. No number is checked.

        Args:
            world: "numpy", "jax" or "torch".
            batched: Names or positions of the inputs that differ from row to row.
            gradient: "" for none, "shared" for that by P, "all" for that by X too.

        Raises:
            ImportError: If that library is not installed.
            ValueError: If there is no such world, input or gradient.
        """
        rows = self._positions(batched)
        if gradient not in ("", "shared", "all"):
            raise ValueError(
                f'A gradient is "", "shared" or "all", and not {said(gradient)}.'
            )
        return self._graph.on_arrays(world, rows, gradient)

    @property
    def _has_slopes(self) -> bool:
        return len(self.outputs) == 1

    def _positions(self, batched: Sequence[str | int]) -> list[int]:
        if not isinstance(batched, str):
            # Inputs with names of one letter may stand in one text.
            check_sequence("batched", batched)
        known = {*self.names, *range(len(self.names))}
        for x in batched:
            if not isinstance(x, (str, int)) or x not in known:
                raise ValueError(
                    f"There is no input {said(x)}. The inputs are {few(self.names)}."
                )
        wanted = set(batched)
        return [i for i, name in enumerate(self.names) if {i, name} & wanted]

    def _run(self, arguments: list[Any], world: str | None, slopes: bool) -> Any:
        if world is None and not {float}.issuperset(map(type, arguments)):
            world = world_of(arguments)
            if world is None:
                arguments = list(map(plain_number, self.names, arguments))
        if world is None:
            results = self._graph.on_floats(arguments, slopes)
            if slopes:
                (value,), gradient = results
                return value, gradient
            return self._shaped(results), None
        return self._run_arrays(arguments, world, slopes)

    def _run_arrays(self, arguments: list[Any], world: str, slopes: bool) -> Any:
        like = next(
            (x for x in arguments if is_array(x) and "float" in str(x.dtype)), None
        )
        words = array_world(world, like)
        count = row_count(self.names, arguments)
        if slopes and count == 0:
            raise ShapeError("There are no rows, and so there is no mean of them.")
        rows = [i for i, x in enumerate(arguments) if is_array(x)]
        shared = [i for i, x in enumerate(arguments) if not is_array(x)]
        function = self._graph.on_arrays(world, rows, "all" if slopes else "")
        p, x = [
            stacked(words, [self.names[i] for i in part], [arguments[i] for i in part])
            for part in (shared, rows)
        ]
        calls = (p, x, 1.0 / count) if slopes else (p, x)
        if world == "numpy":
            results = self._graph.watched(function, rows, calls)
        else:
            results = function(*calls)
            if not words["all_finite"](results):
                self._graph.explain_rows(rows, p, x)
        if not slopes:
            return self._shaped([_row(z, count) for z in results]), None
        z, dp, dx = results
        column = iter(() if dp is None else dp.ravel())
        across = iter(() if dx is None else dx)
        gradient = [next(across if is_array(x) else column) for x in arguments]
        return words["mean"](_row(z, count)), gradient

    def _shaped(self, results: Any) -> Any:
        return list(results) if self._is_list else results[0]

    def __repr__(self) -> str:
        return (
            f"<recording of {self.size:,} nodes: {len(self.inputs):,} inputs, "
            f"{len(self.outputs):,} outputs>"
        )

    def _repr_html_(self) -> str:
        from tinygrad_edu.draw.notebook import recording_html

        return recording_html(self)


def record(outputs: Value | Sequence[Value], inputs: Sequence[Value]) -> Recording:
    """Return the graph of some nodes as a function of their inputs.

    An `if` that Python took while the graph was built is frozen in it. The function
    gives what the graph gives, nan for 0·inf too; but on arrays it adds in another
    order, so that sums which cancel may differ in the last digits, and the sign of a
    zero may be the other one: `ratio(1, total([a * 0.0]))` at a = -1 is -inf, and inf
    in the graph, whose sum begins at 0.

    Args:
        outputs: What to compute: a node, or a list of them.
        inputs: The leaves that it is to be a function of, parameters too.

    Raises:
        TypeError: If an output or an input is no Value.
        ValueError: If an input is no leaf, or is named twice; if there is no output.

    >>> x = Value(3.0, label="x")
    >>> y = record(x * x + 1, [x])
    >>> y(5.0)
    26.0
    >>> print(y.source)
    def replay(x0):
        t0 = x0 * x0
        t1 = t0 + 1.0
        t2 = x0 + x0
        return [[t1], [t2]]
    <BLANKLINE>
    """
    is_list = isinstance(outputs, (list, tuple))
    wanted: list[Any] = list(outputs) if is_list else [outputs]  # type: ignore[arg-type]
    if isinstance(inputs, Value):
        raise TypeError(
            f"The inputs are a list, also if there is one: record(y, [x]). {inputs!r} "
            "is a Value."
        )
    check_list("inputs", inputs)
    leaves = list(inputs)
    for node in [*wanted, *leaves]:
        if not isinstance(node, Value):
            raise TypeError(
                f"A recording is made of Values, and {said(node):.80} is none."
            )
    if any(node.op is REPLAYED for node in topological_order(*wanted)):
        raise TypeError(ONE_NODE)
    for node in leaves:
        if node.parents:
            raise ValueError(
                f"An input is a leaf, and {node!r} was computed from others. Name "
                "those."
            )
    if len(set(leaves)) < len(leaves):
        raise ValueError("An input is named twice. Name each leaf once.")
    if not wanted:
        raise ValueError("There is no output to record.")
    return Recording(wanted, leaves, is_list)


def _row(z: Any, count: int) -> Any:
    # An output that no batched input reaches is the same for all rows.
    return z.ravel() if z.shape[1] == count else z.ravel().repeat(count)
