"""What is written for the pieces of lesson 13: right, and wrong in the usual ways.

The line that hands a gradient on is that of lesson 3, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tinygrad_edu.course import pieces
from tinygrad_edu.course.pieces import Piece

#: The line in the middle of a walk: of a node, a parent and their local derivative.
HandsOn = Callable[[Any, Any, float], None]


def _result(data: float, parents: Any, locals_: Any) -> Any:
    return pieces.Node(data, parents, locals_)


def sums() -> dict[str, Piece]:
    """Return what is written for a + b, right and wrong."""

    def plain(self: Any, other: Any) -> Any:
        return self.data + other.data

    def forgets(self: Any, other: Any) -> Any:
        return _result(self.data + other.data, (), ())

    def as_product(self: Any, other: Any) -> Any:
        return _result(self.data + other.data, (self, other), (other.data, self.data))

    def no_locals(self: Any, other: Any) -> Any:
        return _result(self.data + other.data, (self, other), ())

    def own_data(self: Any, other: Any) -> Any:
        return _result(self.data + other.data, (self, other), (self.data, other.data))

    return {
        "right": pieces.add,
        "a plain number": plain,
        "no parents": forgets,
        "the rule of the product": as_product,
        "no local derivatives": no_locals,
        "its own data": own_data,
    }


def products() -> dict[str, Piece]:
    """Return what is written for a * b, right and wrong."""

    def not_swapped(self: Any, other: Any) -> Any:
        return _result(self.data * other.data, (self, other), (self.data, other.data))

    def as_sum(self: Any, other: Any) -> Any:
        return _result(self.data * other.data, (self, other), (1.0, 1.0))

    def of_itself(self: Any, other: Any) -> Any:
        z = self.data * other.data
        return _result(z, (self, other), (z, z))

    def plain(self: Any, other: Any) -> Any:
        return self.data * other.data

    def forgets(self: Any, other: Any) -> Any:
        return _result(self.data * other.data, (), ())

    return {
        "right": pieces.mul,
        "not swapped": not_swapped,
        "the rule of the sum": as_sum,
        "the product itself": of_itself,
        "a plain number": plain,
        "no parents": forgets,
    }


def tanhs() -> dict[str, Piece]:
    """Return what is written for tanh, right and wrong."""

    def curve(parents: Any, local: Callable[[float, float], float]) -> Piece:
        def piece(self: Any) -> Any:
            z = math.tanh(self.data)
            return _result(z, parents(self), (local(z, self.data),))

        return piece

    def one(self: Any) -> Any:
        return (self,)

    def bare(self: Any) -> Any:
        return self

    def slope(z: float, x: float) -> float:
        return 1 - z * z

    def not_squared(z: float, x: float) -> float:
        return 1 - z

    def at_x(z: float, x: float) -> float:
        return 1 - x * x

    def of_sigmoid(z: float, x: float) -> float:
        return z * (1 - z)

    def itself(z: float, x: float) -> float:
        return z

    return {
        "right": pieces.tanh,
        "not squared": curve(one, not_squared),
        "the square of x": curve(one, at_x),
        "the rule of sigmoid": curve(one, of_sigmoid),
        "the value for the slope": curve(one, itself),
        "no tuple": curve(bare, slope),
    }


def orders() -> dict[str, Piece]:
    """Return what is written for the topological order, right and wrong."""

    def visits(seen_before: bool, parents_first: bool) -> Piece:
        def piece(self: Any) -> list[Any]:
            order: list[Any] = []

            def visit(node: Any) -> None:
                if seen_before and node in order:
                    return
                if not parents_first:
                    order.append(node)
                for parent in node.parents:
                    visit(parent)
                if parents_first:
                    order.append(node)

            visit(self)
            return order

        return piece

    def one_level(self: Any) -> list[Any]:
        return [*dict.fromkeys(self.parents), self]

    def without_itself(self: Any) -> list[Any]:
        return pieces.order_by_visits(self)[:-1]

    return {
        "right": pieces.order_by_visits,
        "nothing seen": visits(False, True),
        "before its parents": visits(True, False),
        "one level": one_level,
        "without itself": without_itself,
    }


def handed_on() -> dict[str, HandsOn]:
    """Return what is written for the line that hands a gradient to a parent."""

    def adds(node: Any, parent: Any, local: float) -> None:
        parent.grad += local * node.grad

    def assigns(node: Any, parent: Any, local: float) -> None:
        parent.grad = local * node.grad

    def only_local(node: Any, parent: Any, local: float) -> None:
        parent.grad += local

    def only_upstream(node: Any, parent: Any, local: float) -> None:
        parent.grad += node.grad

    def by_data(node: Any, parent: Any, local: float) -> None:
        parent.grad += local * node.data

    return {
        "right": adds,
        "= for +=": assigns,
        "only the local derivative": only_local,
        "only the upstream gradient": only_upstream,
        "the value for the gradient": by_data,
    }


def walks() -> dict[str, Piece]:
    """Return what is written for `backward`, right and wrong."""

    def walk(hands_on: HandsOn, seed: float = 1.0, turn: int = -1) -> Piece:
        def piece(self: Any) -> None:
            self.grad = seed
            for node in self.topological_order()[::turn]:
                for parent, local in zip(node.parents, node.local_derivatives):
                    hands_on(node, parent, local)

        return piece

    lines = handed_on()
    adds = lines["right"]
    return {
        **{name: walk(line) for name, line in lines.items()},
        "right": pieces.backward,
        "no seed": walk(adds, seed=0.0),
        "forward": walk(adds, turn=1),
    }


def neurons() -> dict[str, Piece]:
    """Return what is written for a neuron, right and wrong."""

    def summed(weights: Any, inputs: Any, start: Any) -> Any:
        for weight, x in zip(weights, inputs):
            start = start + weight * x
        return start

    def no_bias(weights: Any, inputs: Any, bias: Any) -> Any:
        first = weights[0] * inputs[0]
        return summed(weights[1:], inputs[1:], first).tanh()

    def no_activation(weights: Any, inputs: Any, bias: Any) -> Any:
        return summed(weights, inputs, bias)

    def adds_to_zero(weights: Any, inputs: Any, bias: Any) -> Any:
        return (sum(w * x for w, x in zip(weights, inputs)) + bias).tanh()

    def tanh_of_each(weights: Any, inputs: Any, bias: Any) -> Any:
        total = bias
        for weight, x in zip(weights, inputs):
            total = total + (weight * x).tanh()
        return total

    def last_only(weights: Any, inputs: Any, bias: Any) -> Any:
        return (weights[-1] * inputs[-1] + bias).tanh()

    def bias_each_time(weights: Any, inputs: Any, bias: Any) -> Any:
        total = bias
        for weight, x in zip(weights, inputs):
            total = total + weight * x + bias
        return total.tanh()

    return {
        "right": pieces.neuron,
        "no bias": no_bias,
        "no activation": no_activation,
        "adds to 0": adds_to_zero,
        "the activation of each": tanh_of_each,
        "the last input alone": last_only,
        "a bias for each input": bias_each_time,
    }


def repeated_walks() -> dict[str, Piece]:
    """Return what is written for a repeatable `backward`, right and wrong."""

    def everything_cleared(self: Any) -> None:
        for node in self.topological_order():
            node.grad = 0.0
        pieces.backward(self)

    def seeded_first(end: int | None) -> Piece:
        def piece(self: Any) -> None:
            self.grad += 1.0
            order = self.topological_order()
            for node in order[:end]:
                if node.parents:
                    node.grad = 0.0
            for node in reversed(order):
                for parent, local in zip(node.parents, node.local_derivatives):
                    parent.grad += local * node.grad

        return piece

    return {
        "right": pieces.backward_again,
        "nothing cleared": pieces.backward,
        "everything cleared": everything_cleared,
        "cleared after the seed": seeded_first(None),
        # The root is interior too.
        "the root kept": seeded_first(-1),
    }


def deep_orders() -> dict[str, Piece]:
    """Return what is written for the order without recursion, right and wrong."""

    def listed_at_once(self: Any) -> list[Any]:
        order, seen, stack = [], set(), [self]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                order.append(node)
                stack += node.parents
        return order[::-1]

    def nothing_seen_twice_listed(self: Any) -> list[Any]:
        order: list[Any] = []
        stack = [self]
        while stack and len(order) < 10_000:
            node = stack.pop()
            order.append(node)
            stack += node.parents
        return order[::-1]

    return {
        "right": pieces.order_by_stack,
        "visits within visits": pieces.order_by_visits,
        "listed when first met": listed_at_once,
        "nothing seen": nothing_seen_twice_listed,
    }
