"""The exercises of lesson 12: step through it in a debugger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import (
    Unanswered,
    as_count,
    as_names_in_order,
    as_number,
    tried_by,
)
from tinygrad_edu.engine.value import Value
from tinygrad_edu.explaining.steps import Step
from tinygrad_edu.nn.mlp import Neuron


def _neuron() -> tuple[Neuron, Value]:
    neuron = Neuron(2, activation="tanh", seed=0)
    neuron.w[0].data, neuron.w[1].data, neuron.b.data = 1.0, -2.0, 0.5
    y = neuron([Value(2.0, label="x0"), Value(0.5, label="x1")])
    y.label = "y"
    return neuron, y


def _edges() -> dict[str, Any]:
    order = _neuron()[1].topological_order()
    return {
        "right": sum(len(node.parents) for node in order),
        "the nodes": len(order),
        "the leaves": sum(not node.parents for node in order),
        "the outer loop": sum(bool(node.parents) for node in order),
    }


def _steps() -> list[Step]:
    """Return the pass through a graph in which x is used three times."""
    # At -3 some of its gradients are negative.
    x = Value(-3.0, label="x")
    y = x * x + x
    return list(y.backward_steps())


def _stops(condition: Callable[[Step], Any]) -> list[bool]:
    """Tell of each step whether a condition stops there."""
    found = [condition(step) for step in _steps()]
    if any(stops is ... for stops in found):
        raise Unanswered
    return [bool(stops) for stops in found]


def _conditions() -> dict[str, Any]:
    def holds_something(step: Step) -> bool:
        return step.before != 0

    def only_positive(step: Step) -> bool:
        return step.before > 0

    def afterwards(step: Step) -> bool:
        return step.after != 0

    def nothing_yet(step: Step) -> bool:
        return step.before == 0

    def handed(step: Step) -> bool:
        return step.parent is not None

    def into_x(step: Step) -> bool:
        return step.parent_name == "x"

    return {
        "right": holds_something,
        "after": afterwards,
        "the positive ones": only_positive,
        "the other way round": nothing_yet,
        "any edge": handed,
        "every edge into x": into_x,
    }


def _left_early() -> dict[str, Any]:
    def bias(early: int) -> float:
        neuron, y = _neuron()
        steps = y.backward_steps()
        for _ in range(early):
            next(steps)
        if early:
            y.backward()
        else:
            list(steps)
        return neuron.b.grad

    once = bias(0)
    return {
        "right": bias(4),
        "as if cleared": once,
        "three times": 3 * once,
        "the upstream gradient alone": 1.0,
        "nothing": 0.0,
    }


def _shared() -> Value:
    a, b = Value(0.5, label="a"), Value(-1.0, label="b")
    d = a * b
    d.label = "d"
    e = d + a
    e.label = "e"
    y = e.tanh()
    y.label = "y"
    return y


def _order() -> dict[str, Any]:
    order = [node for node in reversed(_shared().topological_order()) if node.parents]
    right = [node.label for node in order]
    return {
        "right": right,
        "forward": right[::-1],
        "the product first": [right[0], right[2], right[1]],
        "the root last": [*right[1:], right[0]],
    }


LESSON = Lesson(
    number=12,
    title="Step through it in a debugger",
    prerequisites="Lesson 3. A debugger was seen once, in any language.",
    minutes=50,
    show=(
        "The loop over `backward_steps()` in JupyterLab, with a breakpoint in it.",
        "The same pass in the player, side by side.",
        "The hunt: ask for the number that is wrong before you show `before`.",
    ),
    stumbles=(
        "They press `s` where `n` is meant, and land in `__repr__`. `r` leads out.",
        "VS Code steps over the package. The lesson has the lines for launch.json.",
        "A wrong rule is looked for by stepping. Each step of it looks right.",
    ),
    exercises=(
        Exercise(
            number="12.1",
            question="""
In `y.backward()` of the neuron, how often is the line `contribution = local * upstream`
run? Guess before you count.
""",
            cell="""
answer = ...
""",
            answers=_edges,
            reads=as_count,
            mistakes={
                "the nodes": "{given} is the number of nodes. The line stands in the "
                "*inner* loop.",
                "the leaves": "{given} is the number of leaves. Interior nodes are "
                "handed something, too.",
                "the outer loop": "{given} is how often the outer loop finds a node "
                "that has parents. How many parents have they?",
            },
            hints=(
                "The inner loop runs once for each parent of a node, so for each edge.",
                "4 edges into `dot`. And into the sum with the bias, and into tanh?",
            ),
            solution="""
Once for each edge: 4 into `dot` (two weights, two inputs), 2 into the sum with the
bias, 1 into tanh.

```python
print(sum(len(node.parents) for node in y.topological_order()))  # 7
```
""",
            praise="Once for each edge: 4 into `dot`, 2 into the sum, 1 into tanh.",
        ),
        Exercise(
            number="12.2",
            question="""
Write the condition of a breakpoint in the loop over `backward_steps()`: stop where
something is handed to a node that **already holds** a gradient. (It is tried on y = x·x
+ x, where x is used three times.)
""",
            cell="""
def answer(step):
    return ...
""",
            answers=_conditions,
            reads=tried_by(
                _stops,
                tuple(
                    f"step {step.index} (before = {step.before:g}, contribution = "
                    f"{step.contribution:g}, after = {step.after:g})"
                    for step in _steps()
                ),
            ),
            mistakes={
                "after": "That stops nearly everywhere, as a look at the gradient "
                "*after* the step does.",
                "the positive ones": "It misses some. A gradient may be negative, too.",
                "the other way round": "That stops where nothing was there yet.",
                "any edge": "That stops at every edge.",
                "every edge into x": "The first time, x holds nothing yet. And other "
                "nodes may be handed something twice in other graphs.",
            },
            hints=(
                "Print the steps of y = x·x + x. Which number tells it?",
                "A step has `before`, `contribution` and `after`.",
            ),
            solution="""
```python
x = Value(3.0, label="x")
steps = (x * x + x).backward_steps()
print([step.after for step in steps if step.before != 0])  # [4.0, 7.0]
```

In a pass through fresh nodes it stops only where paths meet. In the hunt of the lesson
it stopped at the first edge into w: that was the fault.
""",
            praise="It stops where paths meet, or where an old gradient was left.",
        ),
        Exercise(
            number="12.3",
            question="""
Begin `backward_steps()` of the neuron, take four steps (the seed and three edges, of
which the last leads to the bias), leave, and call `y.backward()`. What is `b.grad`
then?
""",
            cell="""
answer = ...
""",
            answers=_left_early,
            reads=as_number,
            mistakes={
                "as if cleared": "{given} is what one pass hands to b. But b was "
                "handed something before, and who cleared that?",
                "three times": "{given} is too often: how many passes came to b?",
                "the upstream gradient alone": "{given} is the seed.",
                "nothing": "Leaves keep what they were handed.",
            },
            hints=(
                "`backward()` sets interior gradients afresh, but not those of leaves.",
                "One pass hands 0.1807 to b, and both passes came there.",
            ),
            solution="""
Leaves keep what they were handed, here the bias, which then counts double.
`zero_grad()` first.

```python
y.zero_grad()
steps = y.backward_steps()
for _ in range(4):
    next(steps)
y.backward()
print(round(neuron.b.grad / y.parents[0].grad, 6))  # 2.0
```
""",
            praise="Twice what one pass hands it: leaves keep theirs.",
        ),
        Exercise(
            number="12.4",
            question="""
**Predict, then look.** d = a·b, e = d + a, y = tanh(e). In which order does the outer
loop of `backward()` come to the nodes d, e and y? Answer first; then step through the
page with → and watch the line `for node in reversed(order)`.
""",
            cell="""
answer = [..., ..., ...]  # names in quotes, the first one first
""",
            answers=_order,
            reads=as_names_in_order,
            mistakes={
                "forward": "That is the order in which they are computed. On the way "
                "back it is reversed.",
                "the product first": "When d hands its gradient on, it must have all "
                "of it. From which node does it get that?",
                "the root last": "With `self.grad += 1.0` the gradient begins. Where?",
            },
            hints=(
                "The pass begins at the root.",
                "No node hands on before all that use it have handed to it.",
            ),
            solution="""
From the root back: y, then e, and then d, which was waiting for e.

```python
a, b = Value(0.5, label="a"), Value(-1.0, label="b")
d = a * b
e = d + a
z = e.tanh()
order = [node for node in reversed(z.topological_order()) if node.parents]
print(order == [z, e, d])  # True
```
""",
            page="""
a, b = Value(0.5, label="a"), Value(-1.0, label="b")
d = a * b
d.label = "d"
e = d + a
e.label = "e"
root = e.tanh()
root.label = "y"
play(root)
""",
            praise="From the root back, each when all that use it are done.",
            graph=_shared,
        ),
    ),
)
