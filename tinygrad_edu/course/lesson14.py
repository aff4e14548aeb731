"""The exercises of lesson 14: larger than one machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import (
    TriedOn,
    as_count,
    as_names_in_order,
    as_number,
    as_numbers,
)
from tinygrad_edu.engine.functions import mean
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.mlp import MLP

Parts = Sequence[Sequence[float]]


def _losses() -> tuple[Value, list[list[Value]]]:
    """Return a weight, and the losses of the rows of two devices."""
    w = Value(1.0, label="w")
    devices = []
    for device, numbers in enumerate(((1.0, 2.0, 3.0), (6.0,))):
        rows = [
            w * Value(x, label=f"x{device}{i}") for i, x in enumerate(numbers, start=1)
        ]
        devices.append(rows)
    return w, devices


def _gradient(make: Any) -> float:
    w, devices = _losses()
    make(devices).backward()
    return w.grad


def _unequal() -> dict[str, Any]:
    def whole(devices: list[list[Value]]) -> Value:
        return mean(row for rows in devices for row in rows)

    def mean_of_means(devices: list[list[Value]]) -> Value:
        return mean(mean(rows) for rows in devices)

    return {
        "right": _gradient(whole),
        "the mean of the means": _gradient(mean_of_means),
        "the sum of the means": 2 * _gradient(mean_of_means),
        "the sum over rows": 4 * _gradient(whole),
        "the larger device": 2.0,
    }


def _added() -> dict[str, Any]:
    def whole(parts: Parts) -> float:
        return sum(n * g for n, g in parts) / sum(n for n, _ in parts)

    def mean_of_means(parts: Parts) -> float:
        return sum(g for _, g in parts) / len(parts)

    def sum_of_means(parts: Parts) -> float:
        return sum(g for _, g in parts)

    def over_rows(parts: Parts) -> float:
        return sum(n * g for n, g in parts)

    def by_devices(parts: Parts) -> float:
        return sum(n * g for n, g in parts) / len(parts)

    return {
        "right": whole,
        "the mean of the means": mean_of_means,
        "the sum of the means": sum_of_means,
        "the sum over rows": over_rows,
        "divided by the devices": by_devices,
    }


def _filled() -> dict[str, Any]:
    rows, devices = 100, 6
    each = -(-rows // devices)
    return {
        "right": [each, each * devices - rows],
        "rounded down": [rows // devices, rows % devices],
        "cut in pieces": [rows / devices, 0],
        "the rows of the last one": [each, rows - (devices - 1) * each],
        "what does not divide": [each, rows % devices],
    }


def _sent() -> dict[str, Any]:
    model = MLP(10, [5, 2], "tanh", seed=0)
    count = len(model.parameters())
    biases = sum(len(layer.neurons) for layer in model.layers)
    return {
        "right": count,
        "for each row": 32 * count,
        "without biases": count - biases,
        "the outputs": 32 * 2,
        "the inputs": 32 * 10,
        "one loss": 1,
    }


def _tools() -> dict[str, Any]:
    return {
        "right": ["eager", "replay", "jax"],
        "arrays in a debugger": ["replay", "replay", "jax"],
        "jax for all": ["jax", "jax", "jax"],
        "jax on the laptop": ["eager", "jax", "jax"],
        "replay on many devices": ["eager", "replay", "replay"],
        "graphs for all": ["eager", "eager", "eager"],
    }


LESSON = Lesson(
    number=14,
    title="Larger than one machine",
    prerequisites="Lessons 6 and 8: batches, and what a replay is.",
    minutes=45,
    show=(
        "Eight students compute a part of the gradient each, on paper, and add up.",
        "The player on two devices: drag a row, and watch the four steps into w.",
        "The same losses from one device, eight, and two processes.",
    ),
    stumbles=(
        "The mean of the devices' means is taken for the mean over rows (14.1).",
        "Eight devices are expected to be eight times as fast. Count what is sent.",
        "They think that the model is cut in pieces. Here the rows are.",
    ),
    exercises=(
        Exercise(
            number="14.1",
            question="""
**Predict, then look.** One weight w; each row costs w · x. Device 0 has the rows x = 1,
2, 3, and so a mean gradient of 2. Device 1 has one row, x = 6. What is the gradient of
the mean over **all four rows**? Answer first; then run the page and go to its end.
""",
            cell="""
answer = ...
""",
            answers=_unequal,
            reads=as_number,
            mistakes={
                "the mean of the means": "{given} is the mean of 2 and 6. But three "
                "rows stand behind the 2, and one behind the 6.",
                "the sum of the means": "{given} adds up the means. The loss is one "
                "mean over all rows.",
                "the sum over rows": "{given} is the sum over the rows. The loss is "
                "their mean.",
                "the larger device": "{given} is what device 0 finds alone.",
            },
            hints=(
                "Add up over rows, not over devices.",
                "Each row counts a quarter: 1, 2, 3 and 6.",
            ),
            solution="""
(1 + 2 + 3 + 6) / 4 = 3. Each device divides by the number of **all** rows, and then the
parts are added.

```python
w = Value(1.0)
mean(w * x for x in (1.0, 2.0, 3.0, 6.0)).backward()
print(w.grad)  # 3.0
```
""",
            page="""
w = Value(1.0, label="w")
costs = [w * Value(x, label=f"x{i}") for i, x in enumerate((1.0, 2.0, 3.0, 6.0))]
whole = mean(costs)
whole.label = "loss"
play(whole)
""",
            praise="Each row counts the same, wherever it is.",
        ),
        Exercise(
            number="14.2",
            question="""
Now for any devices. `answer` is given a list of pairs, one for each device: how many
rows it has, and their mean gradient. It returns the gradient of the mean over all rows.
""",
            cell="""
def answer(parts):
    return ...
""",
            answers=_added,
            reads=TriedOn(
                [(3, 2.0), (1, 6.0)], [(2, 1.0), (5, -3.0), (1, 0.5)], [(4, 0.25)]
            ),
            mistakes={
                "the mean of the means": "Every *device* counts the same there. Every "
                "row should.",
                "the sum of the means": "That grows with the number of devices.",
                "the sum over rows": "That is the sum over all rows. Divide by how "
                "many there are.",
                "divided by the devices": "Divide by the number of rows, not of "
                "devices.",
            },
            hints=(
                "From a mean gradient, how do you get the sum over a device's rows?",
                "Add up count · gradient, and divide by the sum of the counts.",
            ),
            solution="""
```python
def together(parts):
    rows = sum(count for count, _ in parts)
    return sum(count * gradient for count, gradient in parts) / rows


print(together([(3, 2.0), (1, 6.0)]))  # 3.0
```
""",
            praise="This is what all devices do after each step.",
        ),
        Exercise(
            number="14.3",
            question="""
A batch of 100 rows on 6 devices: all devices take the same number of rows, and what is
missing is filled up with rows of weight 0. How many rows does each device take, and how
many of all have the weight 0?
""",
            cell="""
answer = [..., ...]  # rows on each device, rows of weight 0
""",
            answers=_filled,
            reads=as_numbers,
            mistakes={
                "rounded down": "{given}: then some rows of the batch are left over, "
                "and nobody learns from them. Round up.",
                "cut in pieces": "{given}: a row cannot be cut. Round up, and fill up.",
                "the rows of the last one": "The first is right. The second is how "
                "many true rows are left for the last device.",
                "what does not divide": "The first is right. The second is what is "
                "left of 100 by 6; asked is what is missing to the next multiple.",
            },
            hints=(
                "100 / 6 is a little more than 16.",
                "6 · 17 = 102. How many more than 100 is that?",
            ),
            solution="""
Seventeen each: 102 places, of which 2 are filled up. They are computed, and count
nothing.

```python
each = -(-100 // 6)
print(each, 6 * each - 100)  # 17 2
```
""",
            praise="They are computed, too, and count nothing.",
        ),
        Exercise(
            number="14.4",
            question="""
A network 10-5-2 learns in batches of 32 rows on two devices. How many numbers does each
device send in a step?
""",
            cell="""
answer = ...
""",
            answers=_sent,
            reads=as_count,
            mistakes={
                "for each row": "{given} would be a gradient for each row. They are "
                "added up before they are sent.",
                "without biases": "{given} counts the weights. Biases learn, too.",
                "the outputs": "{given} are the outputs of all rows. Nobody else "
                "needs them.",
                "the inputs": "{given} are the inputs. Each device has its own rows.",
                "one loss": "A loss alone does not tell which way to go.",
            },
            hints=(
                "One gradient: how many numbers has it?",
                "One for each parameter: (10 + 1) · 5 + (5 + 1) · 2.",
            ),
            solution="""
A gradient: one number for each parameter, however large the batch is.

```python
print(len(MLP(10, [5, 2], "tanh", seed=0).parameters()))  # 67
```
""",
            praise="One gradient, however large the batch is.",
        ),
        Exercise(
            number="14.5",
            question="""
Which `engine` of `fit` ("eager", "replay" or "jax")? First: you want to stop in
`backward()` with a debugger. Second: 1,000 rows, a small network, a laptop with NumPy
and nothing else. Third: a machine with eight graphics cards.
""",
            cell="""
answer = [..., ..., ...]  # in this order, each in quotes
""",
            answers=_tools,
            reads=as_names_in_order,
            mistakes={
                "arrays in a debugger": "A replay builds no graph: `backward()` of "
                "the nodes is not even called.",
                "jax for all": "JAX compiles the whole step: there is nothing to stop "
                "in, and the laptop has no JAX.",
                "jax on the laptop": "The laptop has NumPy and nothing else.",
                "replay on many devices": "NumPy uses one processor, and no graphics "
                "card.",
                "graphs for all": "Graphs run anywhere, on one core. What else can "
                "the laptop do with NumPy, and eight cards?",
            },
            hints=(
                "Where is there a graph to stop in?",
                "A replay needs NumPy. Who spreads rows over devices?",
            ),
            solution="""
Graphs can be stepped through; arrays are fast on one machine; JAX reaches all devices.

```python
history = fit(MLP(2, [1], seed=0), [[0.0, 1.0]], [1.0], engine="eager", progress=False)
print(history.engine)  # eager
```
""",
            praise="To see, to work, and to grow.",
        ),
    ),
)
