"""Elements of lists, chosen by an index that is data: a gather, and back a scatter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tinygrad_edu.engine.record import Primitive
from tinygrad_edu.replay.groups import Column, Group, Places
from tinygrad_edu.replay.tape import Tape, Term


def _themselves(xp: Any, *values: Any) -> tuple[Any, ...]:
    return values


def _element(xp: Any, index: Any, values: Any) -> Any:
    return values[int(index)]


def _nothing(xp: Any, z: Any, *args: Any) -> tuple[None, ...]:
    # What the elements get is not theirs to say, but the writers'.
    return (None,) * len(args)


#: Many nodes as one operand. Nothing is computed of it: a choice reads its elements.
LIST = Primitive(
    name="list",
    symbol="[]",
    forward=_themselves,
    partials=_nothing,
    summary="Return the nodes as a list.",
    formula="z = (x₀, x₁, …)",
    example=("x", (3.0,), (0.0,)),
)


@lru_cache(maxsize=1024)
def choose(count: int) -> Primitive:
    """Return the operator that chooses among so many elements: an index, and a list.

    >>> choose(3)
    <primitive choose(3)>
    """
    return Primitive(
        name="choose",
        symbol="choose",
        forward=_element,
        partials=_nothing,
        summary="Return the element of a list that an index counts.",
        formula="z = xₖ,  ∂z/∂xᵢ = 1 where i = k, otherwise 0",
        example=("[x][0]", (3.0,), (1.0,)),
        arguments=("k", "x"),
        parameters=(count,),
    )


def is_choice(node: Any) -> bool:
    """Return whether a node, or a group of them, is what `choose` makes."""
    return node.op is not None and node.op.forward is _element


def chosen(tape: Tape, index: Any, values: Sequence[Any]) -> Term:
    """Return the term of the element that an index counts, on floats."""
    return tape.write(f"({'{}, ' * len(values)})[int({{}})]", *values, index)


def handed_back(tape: Tape, index: Any, count: int, upstream: Any) -> list[Term]:
    """Return what each of so many elements is handed, on floats."""
    # No product: 0 times an infinite gradient would be nan.
    return [
        tape.write(f"{{}} if {{}} == {i} else 0.0", upstream, index)
        for i in range(count)
    ]


class Choice:
    """A group of choices, all among as many elements.

    On arrays, those of all lists are the rows of one, first all that have the number
    0: in an embedding it is the table as it stands, which no row of a batch copies.

    Args:
        group: Of nodes that `choose` makes.
        places: In which group, and where in it, a node is found.
    """

    def __init__(self, group: Group, places: Places) -> None:
        lists = list(dict.fromkeys([node.parents[1] for node in group.members]))
        number = {node: i for i, node in enumerate(lists)}
        self.group = group
        self.index: Column = group.operands[0]
        self.values: Column = Column.of(
            places[value] for row in zip(*[x.parents for x in lists]) for value in row
        )
        self._count = len(lists)
        self._lists = [number[node.parents[1]] for node in group.members]

    def forward(self, tape: Tape, index: Any, values: Any) -> Any:
        """Return the term of the elements that are chosen."""
        return tape.write("{}.reshape(-1)[{}]", values, self._at(tape, index, values))

    def backward(
        self, tape: Tape, index: Any, values: Any, upstream: Any
    ) -> list[tuple[Column, Any, bool]]:
        """Return what is handed to the elements, as `Product.backward` does."""
        at = self._at(tape, index, values)
        slopes = tape.write("scattered({}, {}, {})", upstream, at, values)
        # Where the elements are the same for all rows, it has summed over the batch.
        return [(self.values, slopes, self.values.is_batched())]

    def _at(self, tape: Tape, index: Any, values: Any) -> Any:
        if self._count == 1:
            return tape.write("places({}, {})", index, values)
        lists = tape.constant(self._lists)
        return tape.write(f"places({{}}, {{}}, {self._count}, {lists})", index, values)
