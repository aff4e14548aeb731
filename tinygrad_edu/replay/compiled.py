"""A graph compiled: functions on floats and on arrays, and what is wrong if they fail.

Inputs are known by their positions here; names, and the care that a user wants, are for
`recording`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_edu.engine.evaluation import evaluate_all
from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.record import OUTSIDE_DOMAIN
from tinygrad_edu.engine.worlds import FLOATS
from tinygrad_edu.errors import DomainError
from tinygrad_edu.replay.array_worlds import array_world, kind_of
from tinygrad_edu.replay.inputs import beginning
from tinygrad_edu.replay.programs import Program, write_arrays, write_floats


class CompiledGraph:
    """A graph, and the functions that are made of it when they are first asked for.

    Args:
        outputs: The nodes to compute.
        inputs: The leaves that they are a function of.
        keeps_order: Whether sums on arrays are to add in the order of the graph.
    """

    def __init__(
        self,
        outputs: Sequence[Any],
        inputs: Sequence[Any],
        *,
        keeps_order: bool = False,
    ) -> None:
        self._keeps_order = keeps_order
        self.outputs = outputs
        self.inputs = inputs
        # As they are now: what is assigned to them later does not come in.
        self.recorded: dict[Any, Any] = {
            node: node.data for node in topological_order(*outputs)
        }
        self._functions: dict[Any, Callable[..., Any]] = {}

    def float_program(self, slopes: bool) -> Program:
        """Return the program for floats; see `write_floats`."""
        return write_floats(self.recorded, self.inputs, self.outputs, slopes)

    def array_program(self, rows: Sequence[int], gradient: str) -> Program:
        """Return the program for arrays, where inputs in `rows` differ from row to row.

        See `write_arrays`.
        """
        differ = set(rows)
        return write_arrays(
            self.recorded,
            [x for i, x in enumerate(self.inputs) if i not in differ],
            [x for i, x in enumerate(self.inputs) if i in differ],
            self.outputs,
            gradient,
            keeps_order=self._keeps_order,
        )

    def on_floats(self, numbers: list[float], slopes: bool) -> Any:
        """Return what the program for floats gives.

        Raises:
            DomainError: If an operator is undefined for these numbers.
        """
        key = ("floats", slopes)
        if key not in self._functions:
            words = {**FLOATS._asdict(), "inf": math.inf, "nan": math.nan}
            self._functions[key] = _compiled(self.float_program(slopes), words)
        try:
            return self._functions[key](*numbers)
        except OUTSIDE_DOMAIN:
            self.explain(numbers)
            raise  # pragma: no cover - what fails in the program fails node by node

    def on_arrays(
        self, world: str, rows: Sequence[int], gradient: str
    ) -> Callable[..., Any]:
        """Return the function of the program for arrays, in a world.

        In JAX and PyTorch its constants are of the floats, and on the device, of what
        it is called with.
        """
        if not isinstance(world, str):
            # Which says what worlds there are.
            array_world(world)
        key = (world, tuple(rows), gradient)
        if key not in self._functions:
            program = self.array_program(rows, gradient)
            if world == "numpy":
                self._functions[key] = _in_world(program, array_world(world))
            else:
                array_world(world)
                self._functions[key] = _for_each_kind(program, world)
        return self._functions[key]

    def watched(
        self,
        function: Callable[..., Any],
        batched: Sequence[int],
        arguments: tuple[Any, ...],
        first: int = 0,
    ) -> Any:
        """Call a function on NumPy arrays, and name the row where it is undefined.

        Args:
            function: What `function` returned for "numpy".
            batched: The positions of the inputs that differ from row to row.
            arguments: What it is called with.
            first: The number of its first row.

        Raises:
            DomainError: If an operator is undefined in a row.
        """
        # NumPy's flags tell that something overflowed or left its domain; the row is
        # then found by going through it with floats, which know the rules.
        import numpy

        try:
            with numpy.errstate(all="raise", under="ignore"):
                return function(*arguments)
        except FloatingPointError:
            p, x, *_ = arguments
            self.explain_rows(batched, p, x, first)
            # Numbers that overflow in plain arithmetic are infinite, and no error.
            with numpy.errstate(all="ignore"):
                return function(*arguments)

    def explain_rows(
        self, batched: Sequence[int], p: Any, x: Any, first: int = 0
    ) -> None:
        """Raise the error of the first row where an operator is undefined, if any."""
        differ = set(batched)
        rows = x.T.tolist() if differ else [[]]
        for row, numbers in enumerate(rows, start=first):
            shared = iter([] if p is None else p.ravel().tolist())
            across = iter(numbers)
            self.explain(
                [
                    next(across if i in differ else shared)
                    for i in range(len(self.inputs))
                ],
                f" (row {row}: {beginning(numbers)})" if differ else "",
            )

    def explain(self, inputs: list[float], where: str = "") -> None:
        """Raise the error of the first operator that is undefined here, if any."""
        # The other leaves keep the numbers that they were recorded with.
        numbers = {x: n for x, n in self.recorded.items() if x.op is None}
        numbers.update(zip(self.inputs, inputs))
        try:
            evaluate_all(self.recorded, numbers, slopes=True)
        except DomainError as error:
            raise DomainError(f"{error}{where}") from None


def _in_world(program: Program, words: dict[str, Any]) -> Callable[..., Any]:
    constants = {
        name: words["constant"](numbers) for name, numbers in program.constants.items()
    }
    return _compiled(program, {**words, **constants})


def _for_each_kind(program: Program, world: str) -> Callable[..., Any]:
    functions: dict[Any, Callable[..., Any]] = {}

    def replay(*arguments: Any) -> Any:
        like = next((x for x in arguments[:2] if x is not None), None)
        kind = kind_of(like)
        if kind not in functions:
            functions[kind] = _in_world(program, array_world(world, like))
        return functions[kind](*arguments)

    return replay


def _compiled(program: Program, words: dict[str, Any]) -> Callable[..., Any]:
    code = compile(program.code, "<replay>", "exec")
    names = dict(words)
    exec(code, names)
    function: Callable[..., Any] = names["replay"]
    return function
