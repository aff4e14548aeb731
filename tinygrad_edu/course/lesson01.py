"""The exercises of lesson 1: a derivative is a nudge."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import TriedOn, as_name, as_number, as_numbers
from tinygrad_edu.engine.value import Value


def _cube() -> dict[str, Any]:
    x = Value(2.0, label="x")
    volume = x**3
    volume.backward()
    return {
        "right": x.grad,
        "the volume itself": volume.data,
        "power not lowered": 3 * volume.data,
        "power not brought down": x.grad / 3,
        "a large nudge": (x.data + 1) ** 3 - volume.data,
    }


def _lowest() -> dict[str, Any]:
    # The slope is a straight line: two of its points tell where it crosses zero.
    slopes = []
    for place in (0.0, 1.0):
        x = Value(place)
        (x * x - 4 * x).backward()
        slopes.append(x.grad)
    lowest = -slopes[0] / (slopes[1] - slopes[0])
    return {
        "right": lowest,
        "the other sign": -lowest,
        "zero of the function": 4.0,
        "slope at zero": slopes[0],
        "the origin": 0.0,
    }


def _percent() -> dict[str, Any]:
    sides = [Value(2.0), Value(5.0), Value(4.0)]
    (sides[0] * sides[1] * sides[2]).backward()
    gradients = [side.grad for side in sides]
    gains = [side.grad * 0.01 * side.data for side in sides]
    return {
        "right": gains,
        "the gradients": gradients,
        "nudged by 0.01": [0.01 * gradient for gradient in gradients],
        "by one hundred percent": [100 * gain for gain in gains],
        "the nudges": [0.01 * side.data for side in sides],
    }


def _slopes() -> dict[str, Any]:
    def exact(x: float) -> float:
        node = Value(x)
        (node * node * node - 2 * node).backward()
        return node.grad

    def value(x: float) -> float:
        return x**3 - 2 * x

    def gain(x: float) -> float:
        h = 1e-5
        return value(x + h) - value(x - h)

    def half(x: float) -> float:
        return exact(x) / 2

    def double(x: float) -> float:
        return exact(x) * 2

    def backwards(x: float) -> float:
        return -exact(x)

    return {
        "right": exact,
        "the value": value,
        "not divided": gain,
        "divided by too much": half,
        "divided by one step": double,
        "sign": backwards,
    }


def _dragged() -> dict[str, Any]:
    def gradients(height: float) -> dict[str, float]:
        sides = {
            "width": Value(2.0, label="width"),
            "depth": Value(5.0, label="depth"),
            "height": Value(height, label="height"),
        }
        (sides["width"] * sides["depth"] * sides["height"]).backward()
        return {name: side.grad for name, side in sides.items()}

    before, after = gradients(4.0), gradients(8.0)
    still = [name for name in before if before[name] == after[name]]
    width, depth = [name for name in before if before[name] != after[name]]
    return {"right": still[0], "width": width, "depth": depth}


LESSON = Lesson(
    number=1,
    title="A derivative is a nudge",
    prerequisites="What a function is, and x². No calculus; Python as far as `def` "
    "and `for`.",
    minutes=45,
    show=(
        "The square that grows, at the blackboard: two strips and a corner.",
        "`draw_curve(area, 2.9, 3.1, at=3)`: from close by a curve is a line.",
        "The player on the box: drag a side, and ask first which gradients move.",
    ),
    stumbles=(
        "The gain is taken for the derivative. Ask: for each unit of what?",
        "A smaller h is thought to be always better: let them run h = 1e-17 (1.4).",
        "A gradient of 20 beside one of 8 is read as 'the width is larger'. It says "
        "what a nudge of each does; exercise 1.3 takes nudges in percent.",
    ),
    exercises=(
        Exercise(
            number="1.1",
            question="""
What is the derivative of x³ at x = 2? Find it by a nudge on paper (how many plates does
a cube gain?), then with a `Value`.
""",
            cell="""
x = Value(2.0, label="x")

answer = ...
""",
            answers=_cube,
            reads=as_number,
            mistakes={
                "the volume itself": "{given} is x³ itself, the volume. How far does "
                "it move for each unit of a small nudge?",
                "power not lowered": "{given} is 3·x³: a plate has two sides of "
                "length x, and its thickness is the nudge.",
                "power not brought down": "{given} is x², one plate (and 2·x, the "
                "slope of a square). On how many sides does the cube gain a plate?",
                "a large nudge": "{given} is what is gained when x grows by a whole "
                "1. Take a small nudge, and divide by it.",
            },
            hints=(
                "A square gained two strips. What does a cube gain on its sides?",
                "Three plates. Each is as long and as wide as the cube, and h thick.",
                "`(x**3).backward()`, and then `x.grad`.",
            ),
            solution="""
A cube gains three plates of 2 × 2 × *h*: the derivative is 3·2² = 12.

```python
x = Value(2.0, label="x")
(x**3).backward()
print(x.grad)  # 12.0
```
""",
            praise="Three plates of 2 × 2; what edges and corner gain vanishes.",
        ),
        Exercise(
            number="1.2",
            question="""
At which x is the slope of x² - 4x zero, and what is special about this place?
""",
            cell="""
answer = ...  # x
""",
            answers=_lowest,
            reads=as_number,
            mistakes={
                "the other sign": "At {given} the slope is twice as steep as at 0. "
                "Which way does the curve fall?",
                "zero of the function": "At {given} the *function* is zero. Where is "
                "its *slope* zero?",
                "slope at zero": "{given} is the slope at x = 0, and also how low the "
                "curve comes. At which x has the slope grown to zero?",
                "the origin": "At {given} the function is zero, and still falling.",
            },
            hints=(
                "The slope of x² is 2x, and the slope of 4x is 4.",
                "Solve 2x - 4 = 0. `draw_curve` shows what the place is.",
            ),
            solution="""
The slope is 2x - 4, which is 0 at x = 2. There the curve turns: it is its lowest point.

```python
x = Value(2.0, label="x")
(x * x - 4 * x).backward()
print(x.grad)  # 0.0
```
""",
            praise="There the curve turns: it is its lowest point.",
        ),
        Exercise(
            number="1.3",
            question="""
How much volume does the box (width 2, depth 5, height 4) gain if one side grows by
**1 %** of its length? Answer for each of the three sides. Which one gains most?
""",
            cell="""
answer = [..., ..., ...]  # by 1 % of the width, of the depth, of the height
""",
            answers=_percent,
            reads=as_numbers,
            mistakes={
                "the gradients": "{given} are the gradients: the gain for a whole "
                "unit. The nudge is 1 % of each side.",
                "nudged by 0.01": "{given} is what a nudge of 0.01 gains. 1 % of a "
                "side of 2 is another nudge than 1 % of a side of 5.",
                "by one hundred percent": "{given} is what 100 % would gain at this "
                "rate. 1 % is a hundredth of the side.",
                "the nudges": "{given} are the nudges. Each gains gradient × nudge.",
            },
            hints=(
                "gain ≈ derivative × nudge, and the nudges are not the same.",
                "The nudges are 0.02, 0.05 and 0.04.",
                "For the width: 20 × 0.02. And the others?",
            ),
            solution="""
It does not matter which side grows. Each gains derivative × nudge, for example
20 × 0.02 for the width, and all three are 0.4.

```python
w, d, h = Value(2.0), Value(5.0), Value(4.0)
(w * d * h).backward()
print([round(x.grad * 0.01 * x.data, 9) for x in (w, d, h)])  # [0.4, 0.4, 0.4]
```
""",
            praise="All the same: in percent no side matters more.",
        ),
        Exercise(
            number="1.4",
            question="""
Complete `answer`, so that it returns the slope of x³ - 2x at any x. A nudge to both
sides is exact enough; a `Value` is exact. (Then try the nudge with *h* = 1e-17. Why is
it 0?)
""",
            cell="""
def answer(x):
    return ...
""",
            answers=_slopes,
            reads=TriedOn(-1.0, 0.0, 0.5, 2.0),
            mistakes={
                "the value": "It returns the value of x³ - 2x. Asked is how fast that "
                "changes.",
                "not divided": "It returns the gain. Divide by how far x moved.",
                "divided by too much": "Its results are half of what they should be. "
                "By how much did x move?",
                "divided by one step": "Its results are twice what they should be. "
                "From x - h to x + h is how far?",
                "sign": "Its slopes have the wrong sign: take what is further right, "
                "less what is further left.",
            },
            hints=(
                "Look at `slope` in the lesson above.",
                "`(f(x + h) - f(x - h)) / (2 * h)`, with f(x) = x³ - 2x, h = 1e-5.",
                "Or: make a `Value` of x, build the formula, call `backward()`, "
                "return `.grad`.",
            ),
            solution="""
The slope is 3x² - 2. With *h* = 1e-17 a nudge finds zero: next to 3 the smallest step
that a float can take is about 4 · 10⁻¹⁶, so 3 + h is 3.

```python
def slope_of_it(x):
    x = Value(x)
    (x**3 - 2 * x).backward()
    return x.grad


print(slope_of_it(0.0), slope_of_it(2.0))  # -2.0 10.0
print(3.0 + 1e-17 == 3.0)  # True
print(slope(area, 3.0, h=1e-17))  # 0.0
```
""",
            praise="Exactly 3x² - 2, at every place that was tried.",
        ),
        Exercise(
            number="1.5",
            question="""
**Predict, then look.** The height of the box is dragged from 4 to 8. One of the three
gradients stays as it is: that of which side? Answer first; then run the page below, go
to its end, and drag the height.
""",
            cell="""
answer = ...  # "width", "depth" or "height"
""",
            answers=_dragged,
            reads=as_name,
            mistakes={
                "width": "A nudge of the width adds a plate of depth × height. Does "
                "that plate grow with the height?",
                "depth": "A nudge of the depth adds a plate of width × height. Does "
                "that plate grow with the height?",
            },
            hints=(
                "Each gradient is the area of the plate that a nudge adds.",
                "Which of these areas is made without the height?",
            ),
            solution="""
∂volume/∂height is width × depth: the height is not in it. The two others double.

```python
width, depth, height = Value(2.0), Value(5.0), Value(8.0)
(width * depth * height).backward()
print(width.grad, depth.grad, height.grad)  # 40.0 16.0 10.0
```
""",
            page="""
width, depth = Value(2.0, label="width"), Value(5.0, label="depth")
height = Value(4.0, label="height")
volume = width * depth * height
volume.label = "volume"
play(volume)
""",
            praise="Its plate is width × depth. Look: the two others double.",
        ),
    ),
)
