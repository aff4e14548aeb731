"""The exercises of lesson 6: training, and the numbers that it does not learn."""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import as_count, as_number, as_numbers, tried_on
from tinygrad_edu.engine.functions import mean
from tinygrad_edu.engine.value import Value
from tinygrad_edu.optim.sgd import SGD
from tinygrad_edu.training.early_stopping import EarlyStopping

#: Validation losses, epoch by epoch, of exercise 6.5.
LOSSES = (0.9, 0.5, 0.6, 0.4, 0.45, 0.43, 0.41, 0.3)
PATIENCE = 3


def _bowl(w: float = 3.0) -> Value:
    node = Value(w, label="w")
    loss = node * node
    loss.label = "L"
    return loss


def _gradient(w: float) -> float:
    loss = _bowl(w)
    loss.backward()
    return loss.parents[0].grad


def _rates() -> dict[str, Any]:
    # A step makes w into (1 - slope·η)·w.
    slope = _gradient(1.0)
    return {
        "right": [1 / slope, 2 / slope],
        "a slope of w": [1.0, 2.0],
        "the other way round": [2 / slope, 1 / slope],
        "half of the way": [0.5 / slope, 1 / slope],
        "the bottom twice": [1 / slope, 1 / slope],
    }


def _steps() -> dict[str, Any]:
    rows, size, epochs = 100, 16, 40
    a_batch = math.ceil(rows / size)
    return {
        "right": epochs * a_batch,
        "the last batch lost": epochs * (rows // size),
        "a part of a step": epochs * rows // size,
        "one epoch": a_batch,
        "a step for each row": epochs * rows,
        "a step for each epoch": epochs,
    }


def _averaged() -> dict[str, Any]:
    def gradients(*points: tuple[float, float]) -> float:
        w = Value(1.0, label="w")
        mean([(w * x - t) ** 2 for x, t in points]).backward()
        return w.grad

    points = ((1.0, 2.0), (2.0, 1.0), (3.0, 0.0))
    by_row = [gradients(point) for point in points]
    return {
        "right": gradients(*points),
        "the sum": sum(by_row),
        "the wish": -gradients(*points),
        "the last row": by_row[-1],
        "of the mean row": gradients((2.0, 1.0)),
        "the 2 forgotten": gradients(*points) / 2,
    }


def _momentum() -> dict[str, Any]:
    def right(w: float, velocity: float, g: float) -> list[float]:
        # The package's own, with the velocity that it is told.
        parameter = Value(w)
        parameter.grad = g
        optimiser = SGD([parameter], learning_rate=0.1, momentum=0.9)
        optimiser.memory = ([velocity],)
        optimiser.step()
        ((moved,),) = optimiser.memory
        return [parameter.data, moved]

    def plain(w: float, velocity: float, g: float) -> list[float]:
        return [w - 0.1 * g, velocity]

    def late(w: float, velocity: float, g: float) -> list[float]:
        return [w - 0.1 * velocity, 0.9 * velocity + g]

    def averaged(w: float, velocity: float, g: float) -> list[float]:
        new = 0.9 * velocity + (1 - 0.9) * g
        return [w - 0.1 * new, new]

    def uphill(w: float, velocity: float, g: float) -> list[float]:
        new = 0.9 * velocity + g
        return [w + 0.1 * new, new]

    def whole(w: float, velocity: float, g: float) -> list[float]:
        new = velocity + g
        return [w - 0.1 * new, new]

    return {
        "right": right,
        "plain": plain,
        "the old velocity": late,
        "averaged": averaged,
        "uphill": uphill,
        "no friction": whole,
    }


def _patience() -> dict[str, Any]:
    stopping = EarlyStopping([Value(0.0)], PATIENCE)
    stops = 0
    while not stops or not stopping.is_due(stops):
        stopping.see(stops + 1, LOSSES[stops])
        stops += 1
    kept = stopping.best_epoch or 0
    lowest = LOSSES.index(min(LOSSES)) + 1
    return {
        "right": [stops, kept],
        "the last one kept": [stops, stops],
        "the end foreseen": [lowest, lowest],
        "at the first rise": [3, 2],
        "counted from 0": [stops - 1, kept - 1],
        "one epoch late": [stops + 1, kept],
    }


def _as_many_steps() -> dict[str, Any]:
    few, many, epochs, size = 40, 200, 200, 10
    steps = epochs * few // size
    return {
        "right": steps // (many // size),
        "the same epochs": epochs,
        "the wrong way": epochs * many // few,
        "the steps": steps,
        "steps of one epoch": many // size,
    }


def _one_step() -> dict[str, Any]:
    w, rate = 3.0, 1.0
    gradient = _gradient(w)
    return {
        "right": w - rate * gradient,
        "uphill": w + rate * gradient,
        "a slope of 2": w - rate * 2,
        "a slope of w": w - rate * w,
        "the gradient": gradient,
        "at once to L": w - rate * w * w,
    }


LESSON = Lesson(
    number=6,
    title="Training",
    prerequisites="Lesson 5: one update by hand. That a loss is one number.",
    minutes=90,
    show=(
        "The playground with all 100 rows: η = 0.1, 1, 3, 10, and ask before each run.",
        "The wishes of ten rows for one weight, and their mean.",
        "The coins: the best of 500 by 30 rows is right in 77 %, and knows nothing.",
    ),
    stumbles=(
        "Epoch, step and batch are mixed up: let them count (6.2).",
        "Validation and test rows are taken for one thing. Who has chosen by a row "
        "may not be judged by it.",
        "A loss that rises once is thought to be an error. Look at η = 3.",
    ),
    exercises=(
        Exercise(
            number="6.1",
            question="""
For L = w², which learning rate reaches the bottom in **one** step? And at which one
does the walk stay as far away as it was, so that every larger one climbs out?
""",
            cell="""
answer = [..., ...]  # the bottom in one step; neither nearer nor further
""",
            answers=_rates,
            reads=as_numbers,
            mistakes={
                "a slope of w": "{given} would be right for a slope of w. Which slope "
                "has w²?",
                "the other way round": "The other way round: first the rate that "
                "arrives, then the one that stays as far away.",
                "half of the way": "With {given} the first step goes half of the way "
                "to 0, and the second rate arrives there.",
                "the bottom twice": "The first is right. With the second rate the walk "
                "must land on the other side, just as far away.",
            },
            hints=(
                "A step makes w into w - η·2w, which is (1 - 2η)·w.",
                "When is 1 - 2η zero, and when is it -1?",
                "`walk(rate, steps=1)` of the lesson tries it.",
            ),
            solution="""
A step makes w into (1 - 2η)·w. That is 0 for η = 0.5, and -w for η = 1: from there on
it climbs out.

```python
print(walk(0.5, steps=1)[-1], walk(1.0, steps=3)[-1])  # 0.0 -1.0
```
""",
            praise="From the second one on the steps grow.",
        ),
        Exercise(
            number="6.2",
            question="""
How many steps does `fit` take for 100 rows, batches of 16 and 40 epochs? (The last
batch of an epoch may be smaller.)
""",
            cell="""
answer = ...
""",
            answers=_steps,
            reads=as_count,
            mistakes={
                "the last batch lost": "With {given} the last 4 rows of each epoch "
                "are left out. They are a batch, too.",
                "a part of a step": "{given} is 40 · 6.25; but a batch of 4 rows is a "
                "whole step.",
                "one epoch": "{given} is one epoch.",
                "a step for each row": "{given} would be a step for each row.",
                "a step for each epoch": "{given} would be one step for each epoch.",
            },
            hints=(
                "How many batches has one epoch?",
                "6 batches of 16 rows, and one with the 4 rows that are left.",
            ),
            solution="""
The last batch of each epoch is smaller: 7 batches, not 6.25.

```python
print(40 * math.ceil(100 / 16))  # 280
```
""",
            praise="Seven batches in each epoch, the last one of four rows.",
        ),
        Exercise(
            number="6.3",
            question="""
A neuron without bias says w·x, its loss is (w·x - t)², and w = 1. What is the gradient
of w for the **batch** of the three rows (x, t) = (1, 2), (2, 1) and (3, 0)?
""",
            cell="""
w = Value(1.0, label="w")

answer = ...
""",
            answers=_averaged,
            reads=as_number,
            mistakes={
                "the sum": "{given} is the sum of the three gradients. The loss of a "
                "batch is a mean.",
                "the wish": "{given} is the wish, against the gradient. The gradient "
                "is asked for.",
                "the last row": "{given} is the gradient of the last row alone: an = "
                "where a += should be?",
                "of the mean row": "{given} is the gradient of the mean row (2, 1). "
                "First the gradient of each row, then the mean.",
                "the 2 forgotten": "{given} is half of it: the slope of a square is 2 "
                "times its root.",
            },
            hints=(
                "For one row it is 2·(w·x - t)·x.",
                "The three are -2, 4 and 18. And the batch?",
                "`mean([(w * x - t) ** 2 for x, t in ...]).backward()`",
            ),
            solution="""
The rows have the gradients -2, 4 and 18, and the batch their mean.

```python
w = Value(1.0, label="w")
mean([(w * x - t) ** 2 for x, t in [(1, 2), (2, 1), (3, 0)]]).backward()
print(round(w.grad, 4))  # 6.6667
```
""",
            praise="One row wishes more, two wish less; the batch takes the mean.",
        ),
        Exercise(
            number="6.4",
            question="""
Complete `answer`: one step with **momentum**, η = 0.1 and μ = 0.9, for one weight with
the gradient g. It returns the new weight and the new velocity.
""",
            cell="""
def answer(w, velocity, g):
    return [..., ...]
""",
            answers=_momentum,
            reads=tried_on((1.0, 0.0, 2.0), (0.5, 1.0, -0.3), (-2.0, 0.4, 0.0)),
            mistakes={
                "plain": "That is plain descent: the velocity neither changes nor "
                "moves anything.",
                "the old velocity": "It moves w by the *old* velocity. First the "
                "velocity takes in g, then w moves by it.",
                "averaged": "It takes (1 - μ)·g, as Adam's mean does. Here g counts "
                "whole.",
                "uphill": "It moves uphill: w goes *against* the velocity.",
                "no friction": "It keeps the whole of the old velocity. How much of it "
                "does μ keep?",
            },
            hints=(
                "v ← μ·v + g, and then w ← w - η·v.",
                "`velocity = 0.9 * velocity + g` is the first of two lines.",
                "`return [w - 0.1 * velocity, velocity]` is the second.",
            ),
            solution="""
First the velocity takes in the gradient, then the weight moves by it.

```python
def step_with_momentum(w, velocity, g):
    velocity = 0.9 * velocity + g
    return [w - 0.1 * velocity, velocity]


print(step_with_momentum(1.0, 0.0, 2.0))  # [0.8, 2.0]
```
""",
            praise="Even where g is 0 the weight rolls on.",
        ),
        Exercise(
            number="6.5",
            question="""
The validation losses of eight epochs would be 0.9, 0.5, 0.6, 0.4, 0.45, 0.43, 0.41 and
0.3. With `patience=3`, after which epoch does `fit` stop, and the parameters of which
epoch does it keep? Count from 1.
""",
            cell="""
answer = [..., ...]  # the last epoch that runs, the epoch that is kept
""",
            answers=_patience,
            reads=as_numbers,
            mistakes={
                "the last one kept": "It stops there, but it does not keep the last "
                "parameters: it goes back to the best ones.",
                "the end foreseen": "Epoch 8 would be better, but nobody knows that "
                "before: patience ends earlier.",
                "at the first rise": "That is a patience of 1. After three epochs "
                "without a lower loss it stops.",
                "counted from 0": "Counted from 0. The first epoch is number 1.",
                "one epoch late": "One epoch late: it stops *at* the third one without "
                "a lower loss.",
            },
            hints=(
                "Which is the lowest loss so far, epoch by epoch?",
                "After epoch 4 no loss is lower for a while. Count three epochs on.",
            ),
            solution="""
Epoch 4 is the best so far; 5, 6 and 7 are not lower, and patience is at an end. That
epoch 8 would be better it never sees. On the moons:

```python
_, stopped = train_long(patience=20)
print(len(stopped.losses) == stopped.best_epoch + 20 < 200)  # True
print(min(stopped.validation_losses) < by_heart_history.validation_losses[-1])  # True
```
""",
            praise="What comes after that it never sees.",
        ),
        Exercise(
            number="6.6",
            question="""
Another cure for overfitting is more rows. To change the rows **alone**, the training
must have as many steps as before: 200 epochs of 40 rows, in batches of 10. How many
epochs of 200 rows are as many steps? (Then train, and compare training and test rows.)
""",
            cell="""
answer = ...
""",
            answers=_as_many_steps,
            reads=as_count,
            mistakes={
                "the same epochs": "{given} epochs of five times as many rows are five "
                "times as many steps.",
                "the wrong way": "{given} epochs are 25 times as many steps. More rows "
                "make an epoch longer.",
                "the steps": "{given} is the number of steps. How many epochs is that?",
                "steps of one epoch": "{given} is how many steps one such epoch has.",
            },
            hints=(
                "200 epochs of 4 batches are 800 steps.",
                "One epoch of 200 rows has 20 batches.",
            ),
            solution="""
40 epochs of 20 batches. Now training and test rows are as good as equal, where they
were 20 percent apart: with so many rows, learning by heart is hard.

```python
many = make_moons(200, noise=0.3, seed=2)
model, _ = train_long(many, epochs=40)
gaps = [
    percent_right(m, data) - percent_right(m, test)
    for m, data in ((model, many), (by_heart, few))
]
print(abs(gaps[0]) < 2, gaps[1] > 15)  # True True
```
""",
            praise="As many steps. Train with them: the gap is gone.",
        ),
        Exercise(
            number="6.7",
            question="""
**Predict, then look.** L = w² and w = 3. Where is w after **one** step with η = 1?
Answer first; then run the page below, set η to 1 there and press *Step*, again and
again.
""",
            cell="""
answer = ...
""",
            answers=_one_step,
            reads=as_number,
            mistakes={
                "uphill": "{given} is uphill: a step goes *against* the gradient.",
                "a slope of 2": "{given} would be right for a slope of 2. The slope of "
                "w² is 2w, and w is 3.",
                "a slope of w": "{given} is the bottom. Is the slope of w² w, or is it "
                "steeper?",
                "the gradient": "{given} is the gradient. How far does w move, and "
                "which way?",
                "at once to L": "{given} comes of taking L itself for its slope.",
            },
            hints=(
                "w ← w - η·gradient. What is the gradient of w² at 3?",
                "The gradient is 6, and η is 1.",
            ),
            solution="""
3 - 1 · 6 = -3: on the other side, just as high. It jumps to and fro for ever.

```python
print([3 * place for place in walk(1.0, steps=3)])  # [3.0, -3.0, 3.0, -3.0]
```
""",
            page="""
w = Value(3.0, label="w")
L = w * w
L.label = "L"
play(L)
""",
            graph=_bowl,
            praise="On the other side, just as high: it jumps to and fro for ever.",
        ),
    ),
)
