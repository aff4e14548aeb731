"""Writes the program of a graph: forward, and backward by the chain rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tinygrad_edu.primitives import DOT
from tinygrad_edu.replay.groups import Group, Operand, group_nodes
from tinygrad_edu.replay.tape import WRITING, Tape, Term


class Program(NamedTuple):
    """The text of a function, and the constants that it needs by their names."""

    text: str
    constants: dict[str, Any]


class Part(NamedTuple):
    """What some members of a group are handed: their places, and the term."""

    places: list[int]
    term: Any


class Writer:
    """Writes a graph down, node by node for floats or group by group for arrays.

    On arrays, every group is one of shape (members, rows of the batch), with one column
    where it does not differ from row to row.

    Args:
        groups: The groups, each after those that it needs.
        places: In which group, and where in it, a node is found.
        on_arrays: Whether they are arrays.
    """

    def __init__(
        self,
        groups: Sequence[Group],
        places: dict[Any, tuple[Group, int]],
        *,
        on_arrays: bool,
    ) -> None:
        self.groups = groups
        self.places = places
        self.on_arrays = on_arrays
        self.tape = Tape()
        self.terms: dict[Group, Any] = {}
        self.parts: dict[Group, list[Part]] = {group: [] for group in groups}

    def forward(self) -> None:
        """Write the forward pass: each operator's own rule, on terms."""
        for group in self.groups:
            if group.op is None:
                continue
            product = self._product(group)
            if product is not None:
                self.terms[group] = product.forward(self)
            else:
                arguments = [self.gather(operand) for operand in group.operands]
                self.terms[group] = group.op.forward(WRITING, *arguments)

    def backward(self) -> None:
        """Write the backward pass: each group hands to its operands what they get."""
        for group in reversed(self.groups):
            if group.op is None or not self.parts[group]:
                continue
            upstream = self.gradient(group)
            product = self._product(group)
            if product is not None:
                product.backward(self, upstream)
                continue
            arguments = [self.gather(operand) for operand in group.operands]
            z = self.terms[group]
            partials = group.op.partials(WRITING, z, *arguments)
            for operand, partial in zip(group.operands, partials):
                contribution = _times(partial, upstream)
                if contribution is not None:
                    self.hand(operand, contribution, group.batched)

    def output(self, node: Any) -> Any:
        """Return the term of a node."""
        group, i = self.places[node]
        return self.gather(Operand(group, [i]))

    def array_output(self, node: Any) -> Any:
        """Return the term of a node; an array also where it is a constant."""
        z = self.output(node)
        if isinstance(z, Term):
            return z
        return Term(self.tape.constant([z]), self.tape)

    def seed(self, node: Any, term: Any, batched: bool) -> None:
        """Hand a node, the root, the gradient that the backward pass begins with."""
        group, i = self.places[node]
        self.hand(Operand(group, [i]), term, batched)

    def gather(self, operand: Operand) -> Any:
        """Return the term of an operand: the rows of its group that are asked for."""
        group, places = operand
        if group.numbers is not None:
            numbers = [group.numbers[i] for i in places]
            if len(set(map(repr, numbers))) == 1:
                return numbers[0]
            return Term(self.tape.constant(numbers), self.tape)
        return self.rows(self.terms[group], places, len(group.members))

    def rows(self, term: Any, places: list[int], count: int) -> Any:
        """Return some of the rows of an array of `count`; all of them as they are."""
        if not self.on_arrays:
            return term
        first, length = places[0], len(places)
        # The last place first: a short list in a long array is no long comparison.
        last = first + length - 1
        if places[-1] == last and places == list(range(first, last + 1)):
            if length == count:
                return term
            return self.tape.write(f"{{}}[{first}:{last + 1}]", term)
        return self.tape.write(f"{{}}[{self.tape.constant(places)}]", term)

    def hand(self, operand: Operand, contribution: Any, batched: bool) -> None:
        """Hand a contribution to an operand; summed over the batch if it has none."""
        if operand.group.numbers is not None:
            return
        if self.on_arrays and batched and not operand.group.batched:
            contribution = self.tape.write("sum_rows({})", contribution)
        self.parts[operand.group].append(Part(operand.places, contribution))

    def gradient(self, group: Group) -> Any:
        """Return the sum of what a group was handed, as one term."""
        alike: dict[tuple[int, ...], list[Any]] = {}
        for part in self.parts[group]:
            alike.setdefault(tuple(part.places), []).append(part.term)
        parts = [Part(list(p), WRITING.sum(terms)) for p, terms in alike.items()]
        count = len(group.members)
        if not parts and not self.on_arrays:
            return 0.0
        if not parts:
            return self.tape.write("zeros_like({})", self.terms[group])
        if len(parts) == 1 and parts[0].places == list(range(count)):
            return parts[0].term
        return self._summed(parts, count)

    def _summed(self, parts: list[Part], count: int) -> Any:
        # By a table of where in the parts each member finds its contributions, and a
        # row of zeros for those that have fewer: a product with zeros would turn an
        # infinite contribution to one member into nan for all.
        joined = parts[0].term
        if len(parts) > 1:
            pattern = ", ".join("{}" for _ in parts)
            joined = self.tape.write(f"joined(({pattern}))", *[p.term for p in parts])
        found: list[list[int]] = [[] for _ in range(count)]
        length = 0
        for part in parts:
            for i, member in enumerate(part.places):
                found[member].append(length + i)
            length += len(part.places)
        most = max(map(len, found))
        if min(map(len, found)) < most:
            joined = self.tape.write("joined(({0}, zeros_like({0}[:1])))", joined)
        sums = []
        for i in range(most):
            column = [places[i] if i < len(places) else length for places in found]
            sums.append(self.rows(joined, column, -1))
        return WRITING.sum(sums)

    def _product(self, group: Group) -> Product | None:
        if not (self.on_arrays and group.op is DOT):
            return None
        half = len(group.operands) // 2
        weights, inputs = group.operands[:half], group.operands[half:]
        sources = ({o.group for o in weights}, {o.group for o in inputs})
        if any(len(found) > 1 for found in sources):
            return None
        if any(o.group.numbers is not None for o in group.operands):
            return None
        return Product(group, weights, inputs)


class Product:
    """A group of weighted sums, z = Σ wᵢ·xᵢ, as a product of matrices if it is one.

    It is one where the weights are the same for all rows of the batch and each of c
    weight vectors meets each of p input vectors: Z = W·X with W of shape (c, n) and X
    of shape (n, p·batch). A layer has p = 1, a convolution p places.

    Args:
        group: Of `dot` nodes, by their weights and then by their inputs.
        weights: The first half of its operands, n of them, all from one group.
        inputs: The second half, all from one group.
    """

    def __init__(
        self, group: Group, weights: list[Operand], inputs: list[Operand]
    ) -> None:
        self.group = group
        self.n = len(weights)
        self.count = len(group.members)
        w = list(zip(*[operand.places for operand in weights]))
        x = list(zip(*[operand.places for operand in inputs]))
        self.p = len(set(x))
        # Not the number of different weights: the same sum may be there twice.
        self.c = len(w[:: self.p])
        outer = [(u, v) for u in w[:: self.p] for v in x[: self.p]]
        self.is_matrix = not weights[0].group.batched and outer == list(zip(w, x))
        if self.is_matrix:
            w, x = w[:: self.p], x[: self.p]
            # W is stored by rows, X with one row for each place in the vectors.
            self.w = Operand(weights[0].group, [i for row in w for i in row])
        else:
            self.w = Operand(weights[0].group, [i for row in zip(*w) for i in row])
        self.x = Operand(inputs[0].group, [i for row in zip(*x) for i in row])

    def forward(self, writer: Writer) -> Any:
        """Return the term of all the sums."""
        w, x = self._factors(writer)
        write = writer.tape.write
        if not self.is_matrix:
            return write("({} * {}).sum(0)", w, x)
        z = write("{} @ {}", w, x)
        return z if self.p == 1 else write(f"{{}}.reshape({self.count}, -1)", z)

    def backward(self, writer: Writer, upstream: Any) -> None:
        """Hand ∂L/∂W = ∂L/∂Z·Xᵀ and ∂L/∂X = Wᵀ·∂L/∂Z to weights and inputs."""
        w, x = self._factors(writer)
        write = writer.tape.write
        if not self.is_matrix:
            size = self.n * self.count
            dw = write(f"({{}} * {{}}).reshape({size}, -1)", x, upstream)
            dx = write(f"({{}} * {{}}).reshape({size}, -1)", w, upstream)
            writer.hand(self.w, dw, self.group.batched)
            writer.hand(self.x, dx, self.group.batched)
            return
        if self.p > 1:
            upstream = write(f"{{}}.reshape({self.c}, -1)", upstream)
        dw = write(f"({{}} @ {{}}.T).reshape({self.c * self.n}, 1)", upstream, x)
        # The product has summed over the batch already.
        writer.hand(self.w, dw, batched=False)
        dx = write("{}.T @ {}", w, upstream)
        if self.p > 1:
            dx = write(f"{{}}.reshape({self.n * self.p}, -1)", dx)
        writer.hand(self.x, dx, self.group.batched)

    def _factors(self, writer: Writer) -> tuple[Any, Any]:
        write = writer.tape.write
        w, x = writer.gather(self.w), writer.gather(self.x)
        if not self.is_matrix:
            shape = f"{self.n}, {self.count}, -1"
            return write(f"{{}}.reshape({shape})", w), write(
                f"{{}}.reshape({shape})", x
            )
        w = write(f"{{}}.reshape({self.c}, {self.n})", w)
        return w, x if self.p == 1 else write(f"{{}}.reshape({self.n}, -1)", x)


def write_floats(
    recorded: Mapping[Any, float],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    slopes: bool,
) -> Program:
    """Return the program for floats, which takes each input by itself.

    It returns the outputs as a tuple; with `slopes`, also the gradient of the only one
    by each input, as a second tuple.
    """
    groups, places = group_nodes(
        recorded, [[x] for x in inputs], [False] * len(inputs), together=False
    )
    writer = Writer(groups, places, on_arrays=False)
    names = [f"x{i}" for i in range(len(inputs))]
    for group, name in zip(groups, names):
        writer.terms[group] = Term(name, writer.tape)
    writer.forward()
    results: list[Any] = [writer.output(node) for node in outputs]
    if slopes:
        writer.seed(outputs[0], 1.0, batched=False)
        writer.backward()
        gradients = [writer.gradient(group) for group in groups[: len(inputs)]]
        results = [results, gradients]
    return Program(writer.tape.program(names, results), {})


def write_arrays(
    recorded: Mapping[Any, float],
    shared: Sequence[Any],
    rows: Sequence[Any],
    outputs: Sequence[Any],
    gradient: str,
) -> Program:
    """Return the program for arrays.

    It takes P, of shape (shared inputs, 1), and X, of shape (inputs that differ by row,
    rows), and returns the outputs as arrays of shape (1, rows), or (1, 1) where they
    are the same for all. With a gradient, "shared" or "all", it takes the `seed` that
    each row's output counts with too, and returns the outputs, the gradient in the
    shape of P, and, if it is "all", that in the shape of X.
    """
    leaves = [members for members in (shared, rows) if members]
    batched = [members is rows for members in leaves]
    groups, places = group_nodes(recorded, leaves, batched, together=True)
    writer = Writer(groups, places, on_arrays=True)
    for group, flag in zip(groups, batched):
        writer.terms[group] = Term("X" if flag else "P", writer.tape)
    writer.forward()
    results: list[Any] = [writer.array_output(node) for node in outputs]
    parameters = ["P", "X"]
    if gradient:
        parameters.append("seed")
        if leaves:
            # One for each row, also where the output is the same for all of them.
            leaf = Term("X" if rows else "P", writer.tape)
            ones = writer.tape.write("ones_like({}[:1])", leaf)
            writer.seed(outputs[0], ones * Term("seed", writer.tape), bool(rows))
        writer.backward()
        of_leaves = {flag: group for group, flag in zip(groups, batched)}
        for flag in (False, True) if gradient == "all" else (False,):
            leaf = of_leaves.get(flag)
            results.append(None if leaf is None else writer.gradient(leaf))
    return Program(writer.tape.program(parameters, results), writer.tape.constants)


def _times(partial: Any, upstream: Any) -> Any:
    # A rule that gives a plain 0 hands nothing on, one that gives 1 all of it.
    if not isinstance(upstream, Term) and upstream == 1:
        return partial
    if not isinstance(partial, Term):
        if partial == 0:
            return None
        if partial == 1:
            return upstream
        if partial == -1:
            return -upstream
    return partial * upstream
