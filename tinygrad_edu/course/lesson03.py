"""The exercises of lesson 3: the chain rule walks backward."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.lesson02 import sum_times_difference
from tinygrad_edu.course.mistaken import HandsOn, handed_on
from tinygrad_edu.course.pieces import where_walks_part
from tinygrad_edu.course.reading import (
    Unanswered,
    as_number,
    as_numbers,
    tried_by,
)
from tinygrad_edu.engine.value import Value
from tinygrad_edu.explaining.explanation import explain


def _nested() -> dict[str, Any]:
    x = Value(1.0, label="x")
    y = 3 * x + 1
    z = y * y
    z.backward()
    return {
        "right": x.grad,
        "only the outer slope": y.grad,
        "only the inner slope": x.grad / y.grad,
        "the outer slope at x": 2 * x.data * 3,
        "the slopes added": y.grad + x.grad / y.grad,
        "the value": z.data,
        "the inner slope squared too": 2 * 3 * x.data * 3,
    }


def _two_paths() -> dict[str, Any]:
    y = sum_times_difference()
    y.backward()
    s, d = y.parents
    a, b = s.parents
    return {
        "right": [a.grad, b.grad],
        "only through the sum": [s.grad, s.grad],
        "only through the difference": [d.grad, -d.grad],
        "no minus": [a.grad, s.grad + d.grad],
        "factors not swapped": [s.data + d.data, s.data - d.data],
        "edges only": [2.0, 0.0],
        "swapped": [b.grad, a.grad],
    }


def _switched_off() -> dict[str, Any]:
    w = Value(-1.0, label="w")
    product = w * 2
    product.relu().backward()
    return {
        "right": w.grad,
        "the unit passes it on": 2.0,
        "the value of the product": product.data,
        "only the slope of a positive relu": 1.0,
        "relu of w": w.data,
    }


def _steps_and_paths() -> dict[str, Any]:
    x = Value(1.1)
    power = x
    for _ in range(3):
        power = power * power
    steps, paths = len(list(power.backward_steps())), explain(x, power).path_count
    return {
        "right": [steps, paths],
        "no seed": [steps - 1, paths],
        "a step for each node": [len(power.topological_order()), paths],
        "a step for each path": [paths, paths],
        "as many paths as edges": [steps, steps - 1],
        "swapped": [paths, steps],
    }


Walk = Callable[[Value], None]


def _walks() -> dict[str, Walk]:
    """Return a right walk, and what is written in its place."""

    def walk_that(hands_on: HandsOn) -> Walk:
        def walk(root: Value) -> None:
            for node in reversed(root.topological_order()):
                for parent, local in zip(node.parents, node.local_derivatives):
                    hands_on(node, parent, local)

        return walk

    def into_the_node(node: Value, parent: Value, local: float) -> None:
        node.grad += local * parent.grad

    def added(node: Value, parent: Value, local: float) -> None:
        parent.grad += local + node.grad

    lines = {**handed_on(), "forward": into_the_node, "added, not multiplied": added}
    return {name: walk_that(line) for name, line in lines.items()}


#: The graphs that a walk goes back through, in words, and the names of their nodes.
WALKED = (
    ("x·x, x = 3, x.grad = 0.25", ("x", "x·x")),
    (
        "(a·b + a)·b, a = 2, b = 5, a.grad = b.grad = 0.25",
        ("a", "b", "a·b", "a·b + a", "(a·b + a)·b"),
    ),
    (
        "4·tanh(x·w), x = 0.5, w = -2, x.grad = w.grad = 0.25",
        ("x", "w", "x·w", "tanh(x·w)"),
    ),
)


def _gradients_after(walk: Walk) -> list[list[float]]:
    """Let a walk go back through three small graphs, from a seed of 1.

    Leaves have something already, as after an earlier walk, so that every direction
    and every overwriting leaves a trace.
    """
    found = []
    for root in (_square(), _shared_product(), _chain()):
        order = root.topological_order()
        for leaf in order:
            if not leaf.parents:
                leaf.grad = 0.25
        root.grad = 1.0
        before = [node.grad for node in order]
        walk(root)
        after = [node.grad for node in order]
        if after == before:
            # Nothing was handed on: the line is still `...`.
            raise Unanswered
        found.append(after)
    return found


def _square() -> Value:
    x = Value(3.0)
    return x * x


def _shared_product() -> Value:
    a, b = Value(2.0), Value(5.0)
    return (a * b + a) * b


def _chain() -> Value:
    x, w = Value(0.5), Value(-2.0)
    return (x * w).tanh() * 4.0


def _shared(a: float = 3.0) -> Value:
    leaf = Value(a, label="a")
    b = leaf + 1
    b.label = "b"
    y = leaf * b
    y.label = "y"
    return y


def _dragged() -> dict[str, Any]:
    y = _shared(5.0)
    y.backward()
    a, b = y.parents
    before = _shared(3.0)
    before.backward()
    return {
        "right": a.grad,
        "only the edge": y.local_derivatives[0],
        "only through b": b.grad,
        "as before": before.parents[0].grad,
        "two steps more": before.parents[0].grad + 2,
        "the value": y.data,
    }


LESSON = Lesson(
    number=3,
    title="The chain rule walks backward",
    prerequisites="Lessons 1 and 2: a nudge, a graph, local derivatives.",
    minutes=60,
    show=(
        "Two gear wheels, or two rates of exchange: rates multiply.",
        "The player on the bill, backward, in full screen, with 'predict' on: the "
        "class says each number before it is shown.",
        "The hasty walk beside `backward()`: 6 in place of 4.",
    ),
    stumbles=(
        "The local derivative is taken at x where it belongs at y: let them fill in "
        "all values of the forward pass first.",
        "∂y/∂a = 4 and dy/da = 7 in one picture: one is the edge, one is the node.",
        "Paths are multiplied where they should be added. Nudge a, and count how "
        "often it arrives.",
        "`backward()` run twice doubles the leaves: run `zero_grad()` first.",
    ),
    exercises=(
        Exercise(
            number="3.1",
            question="""
The chain rule alone: y = 3x + 1 and z = y². What is dz/dx at x = 1? On paper first.
""",
            cell="""
answer = ...
""",
            answers=_nested,
            reads=as_number,
            mistakes={
                "only the outer slope": "{given} is dz/dy alone, the slope of the "
                "square. How fast does y move when x does?",
                "only the inner slope": "{given} is dy/dx alone. How fast does z move "
                "when y does?",
                "the outer slope at x": "{given}: the slope of the square was taken at "
                "x. It belongs at y, which is 4 there.",
                "the slopes added": "{given} adds the two rates. Along a path they "
                "multiply.",
                "the value": "{given} is z itself. Asked is how fast it moves.",
                "the inner slope squared too": "{given}: 3x was put in for y, and the "
                "1 was lost.",
            },
            hints=(
                "First the forward pass: what is y at x = 1?",
                "dz/dx = dz/dy · dy/dx, and dz/dy is 2y at that y.",
                "dz/dy = 2·4, dy/dx = 3.",
            ),
            solution="""
At x = 1, y is 4. dz/dy = 2y = 8 and dy/dx = 3, together 24.

```python
x = Value(1.0)
y = 3 * x + 1
(y * y).backward()
print(y.grad, x.grad)  # 8.0 24.0
```
""",
            praise="dz/dy · dy/dx, and each where the forward pass came by.",
        ),
        Exercise(
            number="3.2",
            question="""
By hand: y = (a + b)·(a - b) at a = 3, b = 2. Find dy/da and dy/db along the graph.
""",
            cell="""
answer = [..., ...]  # dy/da, dy/db
""",
            answers=_two_paths,
            reads=as_numbers,
            mistakes={
                "only through the sum": "{given} is what arrives through the sum. "
                "A nudge also goes through the difference.",
                "only through the difference": "{given} is what arrives through "
                "the difference (or the paths were multiplied). Add what comes "
                "through the sum.",
                "no minus": "{given}: in a - b the local derivative by b is -1.",
                "factors not swapped": "{given}: the sum was handed the sum. In a "
                "product each factor is handed the *other* one.",
                "edges only": "{given} adds the edges at a and at b. Multiply each by "
                "the gradient of the node that it leads to.",
                "swapped": "{given}: asked is first dy/da.",
            },
            hints=(
                "Each leaf has two paths to y. Follow both, and add.",
                "The factors are 5 and 1. The gradient of each is the other one.",
                "a gets 1·1 from the sum, and 1·5 from the difference. And b?",
            ),
            solution="""
The factors are 5 and 1. The sum gets 1 from y and the difference gets 5. So
dy/da = 1 + 5 = 6, and dy/db = 1 - 5 = -4.

```python
a, b = Value(3.0), Value(2.0)
((a + b) * (a - b)).backward()
print(a.grad, b.grad)  # 6.0 -4.0
```
""",
            praise="Two paths each: for b one of them has a minus.",
            graph=sum_times_difference,
        ),
        Exercise(
            number="3.3",
            question="""
relu(x) is x where x is positive, otherwise 0. What is the gradient of w in relu(w·2) at
w = -1, and what does that mean for learning?
""",
            cell="""
answer = ...
""",
            answers=_switched_off,
            reads=as_number,
            mistakes={
                "the unit passes it on": "{given} would arrive if relu passed it on. "
                "Is w·2 positive?",
                "the value of the product": "{given} is w·2, a value. Asked is the "
                "gradient.",
                "only the slope of a positive relu": "{given} is the slope of relu "
                "where its input is positive. Is it?",
                "relu of w": "{given} is w. If w moves a little, does relu(w·2)?",
            },
            hints=(
                "First the forward pass: what goes into relu, and what comes out?",
                "Nudge w from -1 to -0.99. Does the result move?",
            ),
            solution="""
The edge into relu carries 0, so everything before it gets 0: w does not learn from this
example.

```python
w = Value(-1.0, label="w")
(w * 2).relu().backward()
print(w.grad)  # 0.0
```
""",
            praise="The edge into relu carries 0: w learns nothing from this example.",
        ),
        Exercise(
            number="3.4",
            question="""
How many steps has `backward_steps()` for x⁸, made by squaring three times, the seed
included? How many paths are there?
""",
            cell="""
answer = [..., ...]  # steps, paths
""",
            answers=_steps_and_paths,
            reads=as_numbers,
            mistakes={
                "no seed": "{given}: the seed is a step as well.",
                "a step for each node": "{given}: a step is not a node but an edge, "
                "and the seed.",
                "a step for each path": "{given}: the walk does not follow paths. It "
                "takes each edge once.",
                "as many paths as edges": "{given}: paths double with each squaring.",
                "swapped": "{given}: asked are first the steps, then the paths.",
            },
            hints=(
                "A step for each edge, and one for the seed.",
                "Three products have two edges each; paths double each time.",
            ),
            solution="""
The seed and 6 edges: 7 steps, for 8 paths.

```python
x = Value(1.1)
power = x
for _ in range(3):
    power = power * power
print(len(list(power.backward_steps())), explain(x, power).path_count)  # 7 8
```
""",
        ),
        Exercise(
            number="3.5",
            question="""
Write `backward` yourself: put the one line in place of `...` that hands on to a parent.
(The root's gradient is 1 already.) And what would x·x give at 3 with `=` in place of
`+=`? Try it: the check knows.
""",
            cell="""
def answer(root):
    for node in reversed(root.topological_order()):
        for parent, local in zip(node.parents, node.local_derivatives):
            ...
""",
            answers=_walks,
            reads=tried_by(_gradients_after),
            tells=partial(where_walks_part, tried=WALKED),
            mistakes={
                "= for +=": "You wrote `=` for `+=`: x·x at 3 got 3 in place of 6. The "
                "second edge overwrote what the first one brought.",
                "only the local derivative": "It hands on the local derivative alone. "
                "It must be multiplied by what the node has: its gradient.",
                "only the upstream gradient": "It hands on the gradient of the node "
                "alone, as if each edge were a 1. Multiply by the local derivative.",
                "the value for the gradient": "It multiplies by the node's data, "
                "its value. The chain rule wants its gradient.",
                "forward": "It hands on from the parent to the node. The walk goes "
                "back: the parent receives.",
                "added, not multiplied": "It adds local derivative and gradient. Along "
                "a path they multiply; only where paths meet is there a sum.",
            },
            hints=(
                "contribution = local derivative of the edge · gradient of the node.",
                "The parent *adds up* what it is handed: `parent.grad += …`.",
                "`parent.grad += local * …`, and the node has it.",
            ),
            solution="""
With `=`, x·x at 3 gets 3 in place of 6: the second edge overwrites what the first one
brought.

```python
def walk_back(root):
    for node in reversed(root.topological_order()):
        for parent, local in zip(node.parents, node.local_derivatives):
            parent.grad += local * node.grad


x = Value(3.0)
square = x * x
square.grad = 1.0
walk_back(square)
print(x.grad)  # 6.0
```
""",
            praise="That line is backpropagation. It found every gradient of three "
            "graphs.",
        ),
        Exercise(
            number="3.6",
            question="""
**Predict, then look.** In y = a·b with b = a + 1, *a* is dragged from 3 to 5. What is
the gradient of a then? Answer first; then run the page below, go to its end, and drag.
""",
            cell="""
answer = ...
""",
            answers=_dragged,
            reads=as_number,
            mistakes={
                "only the edge": "{given} is ∂y/∂a, the edge alone. A second path "
                "leads through b.",
                "only through b": "{given} is what comes through b. There is an edge "
                "straight from y as well.",
                "as before": "{given} is the gradient at a = 3. The local derivatives "
                "move with a.",
                "two steps more": "{given}: a moved by 2, and both paths bring that "
                "much more.",
                "the value": "{given} is y. Asked is the gradient of a.",
            },
            hints=(
                "Two paths: one edge straight from y, one through b.",
                "The edge from a to y shows b, and that from b to y shows a.",
                "b is 6 then, and a is 5; the edge from a to b is 1.",
            ),
            solution="""
The edge brings b = 6, and the path through b brings a · 1 = 5: together 11.

```python
a = Value(5.0)
(a * (a + 1)).backward()
print(a.grad)  # 11.0
```
""",
            page="""
a = Value(3.0, label="a")
b = a + 1
b.label = "b"
y = a * b
y.label = "y"
play(y)
""",
            praise="Edge and path, added: both moved.",
            graph=_shared,
        ),
    ),
)
