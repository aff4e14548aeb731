"""The exercises of lesson 10: recurrence."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import TriedOn, as_names, as_numbers
from tinygrad_edu.engine.functions import dot
from tinygrad_edu.engine.value import Value
from tinygrad_edu.optim.clipping import clip_gradients


def _unrolled(inputs: list[Value], w: Value, u: Value) -> list[Value]:
    states = []
    state = Value(0.0, label="h0")
    for t, x in enumerate(inputs, start=1):
        state = dot([w, u], [x, state]).tanh()
        state.label = f"h{t}"
        states.append(state)
    return states


def _three_steps(u: float = 0.8) -> tuple[list[Value], Value]:
    inputs = [Value(x, label=f"x{t}") for t, x in enumerate((1.0, 0.0, 0.0), start=1)]
    last = _unrolled(inputs, Value(0.5, label="w"), Value(u, label="u"))[-1]
    return inputs, last


def _last_state() -> Value:
    return _three_steps()[1]


def _nodes() -> dict[str, Any]:
    def count(steps: int) -> int:
        inputs = [Value(0.0) for _ in range(steps)]
        last = _unrolled(inputs, Value(0.5), Value(0.8))[-1]
        return len(last.topological_order())

    def anew(steps: int) -> int:
        state = Value(0.0)
        for _ in range(steps):
            state = dot([Value(0.5), Value(0.8)], [Value(0.0), state]).tanh()
        return len(state.topological_order())

    five, more = count(5), count(6) - count(5)
    return {
        "right": [five, more],
        "weights anew": [anew(5), anew(6) - anew(5)],
        "without the inputs": [five - 5, more - 1],
        "no first state": [five - 1, more],
        "the whole of six": [five, count(6)],
    }


def _gradient_of_u() -> dict[str, Any]:
    def states_of(inputs: list[float], strength: float) -> tuple[Value, list[Value]]:
        u = Value(strength)
        states = _unrolled([Value(x) for x in inputs], Value(0.5), u)
        return u, states

    def exact(inputs: list[float], strength: float) -> float:
        u, states = states_of(inputs, strength)
        states[-1].backward()
        return u.grad

    def last_part(inputs: list[float], strength: float) -> float:
        _, states = states_of(inputs, strength)
        return states[-2].data * (1 - states[-1].data ** 2)

    def value(inputs: list[float], strength: float) -> float:
        return states_of(inputs, strength)[1][-1].data

    def of_w(inputs: list[float], strength: float) -> float:
        w = Value(0.5)
        _unrolled([Value(x) for x in inputs], w, Value(strength))[-1].backward()
        return w.grad

    def double(inputs: list[float], strength: float) -> float:
        return 2 * exact(inputs, strength)

    return {
        "right": exact,
        "the last part": last_part,
        "the state": value,
        "of w": of_w,
        "twice": double,
    }


def _clipped() -> dict[str, Any]:
    gradient = [24.0, 32.0]
    p, q = Value(0.0), Value(0.0)
    p.grad, q.grad = gradient
    clip_gradients([p, q], max_norm=5.0)
    return {
        "right": [p.grad, q.grad],
        "each by itself": [min(x, 5.0) for x in gradient],
        "divided by the bound": [x / 5.0 for x in gradient],
        "by their sum": [x * 5.0 / sum(gradient) for x in gradient],
        "of length one": [p.grad / 5.0, q.grad / 5.0],
        "as it was": gradient,
    }


def _cut_off() -> dict[str, Any]:
    inputs, last = _three_steps(u=0.0)
    last.backward()
    without = [x.label for x in inputs if x.grad == 0]
    return {
        "right": without,
        "the farthest alone": without[:1],
        "the inputs that are 0": [x.label for x in inputs if x.data == 0],
        "all": [x.label for x in inputs],
        "the nearest": [x.label for x in inputs if x.label not in without],
    }


LESSON = Lesson(
    number=10,
    title="Recurrence: backpropagation through time",
    prerequisites="Lesson 3; lesson 7 for saturation.",
    minutes=60,
    show=(
        "The loop of three steps, and its graph beside it: one line of code, three "
        "columns of nodes.",
        "The player on h3: watch `u` receive three parts, then drag `u`.",
        "The six draws of an LSTM: what is luck, and what is the open gate.",
    ),
    stumbles=(
        "The weights of each step are taken for different ones. Count the leaves.",
        "Clipping is expected to help against vanishing gradients, too.",
        "The LSTM is believed to remember by itself. Show the line 'as drawn'.",
    ),
    exercises=(
        Exercise(
            number="10.1",
            question="""
Unroll the first example by **five** steps, with one weighted sum (`dot`) and one tanh a
step. How many nodes does the graph have? And how many more does each further step add?
""",
            cell="""
answer = [..., ...]  # nodes of five steps, nodes more with each further step
""",
            answers=_nodes,
            reads=as_numbers,
            mistakes={
                "weights anew": "{given} gives each step weights of its own. They are "
                "the same at every step: how often do they stand in the graph?",
                "without the inputs": "{given} leaves out the inputs: each step reads "
                "one.",
                "no first state": "{given} leaves out h0, which the first step reads.",
                "the whole of six": "The first is right. The second is how many nodes "
                "*more* a step adds, not how many there are then.",
            },
            hints=(
                "What is there only once, and what is new in each step?",
                "Once: w, u and h0. In each step: an input, a weighted sum, a tanh.",
            ),
            solution="""
The two weights and the first state are there once; each step adds an input, a weighted
sum and a tanh.

```python
def nodes(steps):
    state = Value(0.0)
    for _ in range(steps):
        state = dot([w, u], [Value(0.0), state]).tanh()
    return len(state.topological_order())


print(nodes(5), nodes(6) - nodes(5))  # 18 3
```
""",
            praise="Three that are there once, and three for each step.",
        ),
        Exercise(
            number="10.2",
            question="""
Complete `answer`: it returns dh/du, where h is the last state of h ← tanh(0.5 · x + u ·
h), begun at 0, for a list of numbers as inputs. Use the engine, or a nudge to both
sides. Do not write the chain rule by hand: the list may be long.
""",
            cell="""
def answer(inputs, u):
    return ...
""",
            answers=_gradient_of_u,
            reads=TriedOn(
                ([1.0, 0.0, 0.0], 0.8), ([1.0, 2.0], 0.5), ([0.5, -1.0, 2.0, 1.0], 1.1)
            ),
            mistakes={
                "the last part": "That is only what the *last* step hands to u. Every "
                "step uses u, and the parts add up.",
                "the state": "It returns the last state h. How fast does that change "
                "with u?",
                "of w": "That is the gradient of w, the 0.5. Asked is that of u.",
                "twice": "Its results are twice what they should be. Is a gradient "
                "left over, or a nudge to both sides divided by one?",
            },
            hints=(
                "Make one `Value` of u, and use the same one in every step.",
                "`u = Value(u)`, `h = Value(0.0)`, and then the loop over the inputs.",
                "After the loop `h.backward()`, and return `u.grad`.",
            ),
            solution="""
One node u for all steps; `backward()` adds up its parts. A nudge of u moves all steps
at once, and finds the same.

```python
def last_state(inputs, u):
    h = Value(0.0)
    for x in inputs:
        h = (0.5 * x + u * h).tanh()
    return h


strength = Value(0.8)
last_state([1.0, 0.0, 0.0], strength).backward()
above, below = (last_state([1.0, 0.0, 0.0], 0.8 + h).data for h in (1e-6, -1e-6))
print(f"{strength.grad:.6f} {(above - below) / 2e-6:.6f}")  # 0.625705 0.625705
```
""",
            praise="The sum of what all steps hand to u.",
        ),
        Exercise(
            number="10.3",
            question="""
Two parameters have the gradients 24 and 32: together they are a gradient of the norm
(the length) 40. What becomes of them by `clip_norm=5`?
""",
            cell="""
answer = [..., ...]
""",
            answers=_clipped,
            reads=as_numbers,
            mistakes={
                "each by itself": "{given} cuts each by itself. That turns the step in "
                "another direction; the norm is bounded, and not each number.",
                "divided by the bound": "{given} divides by 5. The norm is to *become* "
                "5.",
                "by their sum": "{given} takes the sum for the length. The length is "
                "√(24² + 32²).",
                "of length one": "{given} has the length 1. It may have more.",
                "as it was": "{given} is as it was: its length is above 5.",
            },
            hints=(
                "The direction stays: both are multiplied by the same number.",
                "40 is to become 5. By what is each multiplied?",
            ),
            solution="""
It is made 8 times shorter; its direction stays.

```python
from tinygrad_edu import clip_gradients

p, q = Value(0.0), Value(0.0)
p.grad, q.grad = 24.0, 32.0
clip_gradients([p, q], max_norm=5.0)
print(f"{p.grad:.4f} {q.grad:.4f}")  # 3.0000 4.0000
```
""",
            praise="Eight times shorter, and in the same direction.",
        ),
        Exercise(
            number="10.4",
            question="""
**Predict, then look.** In the example of three steps (w = 0.5, inputs 1, 0, 0) `u` is
dragged to **0**. Which of the inputs x1, x2, x3 get a gradient of 0? Answer first; then
run the page, set `u` to 0, and go to the end.
""",
            cell="""
answer = [...]  # names in quotes
""",
            answers=_cut_off,
            reads=as_names,
            mistakes={
                "the farthest alone": "x1 gets none, right. Does another input have to "
                "pass u on its way back?",
                "the inputs that are 0": "An input that *is* 0 can have a gradient: a "
                "nudge of it moves the result. What counts is what lies on the way.",
                "all": "The last input does not pass u: it goes through w, and tanh.",
                "the nearest": "x3 is the one with the shortest way. Which ways lead "
                "through u?",
            },
            hints=(
                "Follow the edges from h3 back to each input.",
                "From h3 to h2 the local derivative holds u.",
            ),
            solution="""
Every way to a step before leads through u, and one factor 0 makes the product 0. The
network without u sees only the last input: it has no memory.

```python
xs = [Value(1.0), Value(0.0), Value(0.0)]
h = Value(0.0)
for x in xs:
    h = dot([Value(0.5), Value(0.0)], [x, h]).tanh()
h.backward()
print([x.grad for x in xs])  # [0.0, 0.0, 0.5]
```
""",
            page="""
w, u = Value(0.5, label="w"), Value(0.8, label="u")
h = Value(0.0, label="h0")
for t, number in enumerate((1.0, 0.0, 0.0), start=1):
    h = dot([w, u], [Value(number, label=f"x{t}"), h]).tanh()
    h.label = f"h{t}"
play(h)
""",
            praise="Every way to a step before leads through u: no u, no memory.",
            graph=_last_state,
        ),
    ),
)
