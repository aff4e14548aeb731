"""The engine that lesson 13 builds, piece by piece, and what each piece is tried on.

A piece is a method as a plain function. What a student writes is tried beside pieces
that are right, so that one mistake stays one mistake.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tinygrad_edu.course.reading import Unanswered, agree, cut, handed_back, shown
from tinygrad_edu.course.verdict import Sentence

#: A method, before it has a class.
Piece = Callable[..., Any]

#: The graphs that `graphs` makes, in words, each with the names of its leaves.
GRAPHS = (
    ("x·x, x = 3", ("x",)),
    ("(a·b + a)·(a·b), a = 2, b = -0.5", ("a", "b")),
    ("tanh(w·v)² + w, w = 0.5, v = -1.5", ("w", "v")),
)

#: How far a nudge moves an operand, where one is told.
NUDGE = 0.01

#: Two numbers that are nearer to each other are the same.
SAME = 1e-6


class Node:
    """A number that remembers where it came from: what the lesson gives to begin with.

    >>> Node(2.0).parents
    ()
    """

    def __init__(
        self, data: float, parents: Any = (), local_derivatives: Any = ()
    ) -> None:
        self.data = data
        self.grad = 0.0
        self.parents = parents
        self.local_derivatives = local_derivatives


def add(self: Any, other: Any) -> Any:
    """Return the sum: either operand moves it by as much as it moves itself."""
    return type(self)(self.data + other.data, (self, other), (1.0, 1.0))


def mul(self: Any, other: Any) -> Any:
    """Return the product: each operand is scaled by the other one."""
    return type(self)(self.data * other.data, (self, other), (other.data, self.data))


def tanh(self: Any) -> Any:
    """Return the hyperbolic tangent, whose slope is 1 - z²."""
    z = math.tanh(self.data)
    return type(self)(z, (self,), (1 - z * z,))


def order_by_visits(self: Any) -> list[Any]:
    """Return all nodes below this one, parents first, by visits within visits."""
    order: list[Any] = []
    seen = set()

    def visit(node: Any) -> None:
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(self)
    return order


def order_by_stack(self: Any) -> list[Any]:
    """Return the same, with a list of what is to be visited: no graph is too deep."""
    order: list[Any] = []
    seen = set()
    stack = [(self, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack += [(parent, False) for parent in reversed(node.parents)]
    return order


def backward(self: Any) -> None:
    """Hand gradients back from this node, once."""
    self.grad = 1.0
    for node in reversed(self.topological_order()):
        for parent, local in zip(node.parents, node.local_derivatives):
            parent.grad += local * node.grad


def backward_again(self: Any) -> None:
    """Hand gradients back, as often as it is called: interior ones start afresh."""
    order = self.topological_order()
    for node in order:
        if node.parents:
            node.grad = 0.0
    self.grad += 1.0
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local_derivatives):
            parent.grad += local * node.grad


def neuron(weights: Any, inputs: Any, bias: Any) -> Any:
    """Return tanh(Σ wᵢ·xᵢ + b)."""
    total = bias
    for weight, x in zip(weights, inputs):
        total = total + weight * x
    return total.tanh()


def engine(**pieces: Piece) -> Any:
    """Return a class of nodes with all pieces, those that are named in place of ours.

    >>> x = engine()(3.0)
    >>> (x * x).backward()
    >>> x.grad
    6.0
    """
    ours = {
        "__add__": add,
        "__mul__": mul,
        "tanh": tanh,
        "topological_order": order_by_stack,
        "backward": backward_again,
    }
    return type("Value", (Node,), {**ours, **pieces})


# ------------------------------------------------------------------ what is tried


def made_by(name: str, *numbers: float) -> Callable[[Piece], Any]:
    """Return an experiment with an operator: what its result remembers.

    The order of the parents is free, as long as each has its own local derivative.
    """

    def experiment(piece: Piece) -> Any:
        operands = [engine(**{name: piece})(number) for number in numbers]
        result = handed_back(piece(*operands))
        if not hasattr(result, "parents"):
            # A plain number, or whatever else.
            return "forgets", result
        if not isinstance(result.parents, (tuple, list)):
            return "no tuple"
        places = {id(operand): i for i, operand in enumerate(operands)}
        remembered = [places.get(id(parent), -1) for parent in result.parents]
        locals_ = cut(result.local_derivatives)
        if len(remembered) != len(locals_):
            return result.data, remembered, locals_
        return result.data, sorted(zip(remembered, map(float, locals_)))

    return experiment


def graphs(kind: Any) -> list[tuple[Any, list[Any]]]:
    """Return small graphs with their leaves: a square, shared nodes, a chain."""
    x = kind(3.0)
    a, b = kind(2.0), kind(-0.5)
    shared = a * b
    w, v = kind(0.5), kind(-1.5)
    twice = (w * v).tanh()
    return [
        (x * x, [x]),
        ((shared + a) * shared, [a, b]),
        (twice * twice + w, [w, v]),
    ]


def ordered(piece: Piece) -> Any:
    """Tell what makes an order one: all, each once, parents first, the root last."""
    told = []
    for root, _ in graphs(engine(topological_order=piece)):
        order = cut(handed_back(piece(root)))
        if not order:
            raise Unanswered
        nodes = dict.fromkeys(order)
        early = [
            parent
            for i, node in enumerate(order)
            for parent in getattr(node, "parents", ())
            if parent not in order[:i]
        ]
        last = bool(order) and order[-1] is root
        told.append((len(order), len(nodes), len(early), last))
    return told


def ordered_in_depth(piece: Piece) -> Any:
    """Tell the same of a chain that is too long for visits within visits."""
    kind = engine(topological_order=piece)
    x = kind(1.0)
    chain = x
    for _ in range(3000):
        chain = chain + x
    try:
        order = handed_back(piece(chain))
    except RecursionError:
        return "too deep"
    return len(order), order[0] is x, order[-1] is chain, ordered(piece)


def gradients_after(walks: int) -> Callable[[Piece], Any]:
    """Return an experiment: the gradients of three graphs' leaves after some walks."""

    def experiment(piece: Piece) -> Any:
        found = []
        for root, leaves in graphs(engine(backward=piece)):
            for _ in range(walks):
                if piece(root) is ...:
                    raise Unanswered
            found.append([leaf.grad for leaf in leaves])
        return found

    return experiment


def learnt_by(piece: Piece) -> Any:
    """Return what a neuron says, and what its weights and its bias would learn."""
    kind = engine()
    weights = [kind(0.5), kind(-1.0), kind(0.25)]
    inputs = [kind(1.0), kind(0.5), kind(-2.0)]
    bias = kind(0.75)
    try:
        said = handed_back(piece(weights, inputs, bias))
    except TypeError as error:
        if "unsupported operand" in str(error) and "'int'" in str(error):
            return "adds to 0"
        raise
    said.backward()
    return said.data, [node.grad for node in (*weights, bias)]


# ------------------------------------------- what is told of a piece that went wrong


def where_operators_part(found: Any, right: Any) -> Sentence | None:
    """Tell what a nudge says of the first local derivative that is wrong."""
    if not isinstance(found, tuple) or not isinstance(found[0], float):
        return None
    if not agree(found[0], right[0], SAME):
        numbers = {"found": shown(found[0]), "right": shown(right[0])}
        return Sentence("It computes {found}, where {right} is right.", numbers)
    if len(found) != 2 or len(found[1]) != len(right[1]):
        return None
    for (_, local), (_, true) in zip(found[1], right[1]):
        if not agree(local, true, SAME):
            numbers = {
                "local": shown(local),
                "says": shown(local * NUDGE),
                "moves": shown(true * NUDGE),
            }
            return Sentence(
                "A nudge of 0.01 moves the result by {moves}; the local derivative "
                "{local} says {says}.",
                numbers,
            )
    return None


def where_walks_part(
    found: Any, right: Any, tried: tuple[tuple[str, tuple[str, ...]], ...] = GRAPHS
) -> Sentence | None:
    """Tell of the first gradient that is wrong what it should have been."""
    for (graph, names), ours, true in zip(tried, found, right):
        for name, gradient, wanted in zip(names, ours, true):
            if not agree(gradient, wanted, SAME):
                given = {"graph": graph, "name": name}
                numbers = {"found": shown(gradient), "right": shown(wanted)}
                return Sentence(
                    "In {graph} the gradient of {name} came out as {found}; it should "
                    "be {right}.",
                    {**given, **numbers},
                )
    return None


def where_orders_part(found: Any, right: Any) -> Sentence | None:
    """Tell what is wrong with the first order that is none."""
    for (graph, _), ours, true in zip(GRAPHS, found, right):
        if ours != true:
            counts = {
                "graph": graph,
                "listed": shown(ours[0]),
                "nodes": shown(true[0]),
                "early": shown(ours[2]),
            }
            return Sentence(
                "In {graph} it lists {listed} nodes of {nodes}, and {early} times a "
                "node comes before one of its parents.",
                counts,
            )
    return None


def where_neurons_part(found: Any, right: Any) -> Sentence | None:
    """Tell what a neuron says, and what it should."""
    if not isinstance(found, tuple) or agree(found[0], right[0], SAME):
        return None
    return Sentence(
        "With weights 0.5, -1, 0.25, inputs 1, 0.5, -2 and the bias 0.75 it says "
        "{found}; it should say {right}.",
        {"found": shown(found[0]), "right": shown(right[0])},
    )
