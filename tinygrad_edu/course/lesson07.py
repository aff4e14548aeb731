"""The exercises of lesson 7: saturation and initialisation."""

from __future__ import annotations

import random
from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import (
    TriedOn,
    as_name,
    as_names,
    as_names_in_order,
    as_number,
)
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.initialisers import he_normal
from tinygrad_edu.nn.losses import cross_entropy
from tinygrad_edu.nn.mlp import MLP


def _threshold() -> dict[str, Any]:
    w, x = 2.0, 4.0
    # z = w·x + b grows as b does: what is missing to 0 is the bias.
    z = Value(w) * x
    return {
        "right": -z.data,
        "the other sign": z.data,
        "without the weight": -x,
        "the weight divides": -x / w,
        "neither": x,
    }


def _chain() -> dict[str, Any]:
    def gradient(weight: float, count: int, activation: str = "tanh") -> float:
        x = h = Value(0.0)
        for _ in range(count):
            h = getattr(weight * h, activation)()
        h.backward()
        return x.grad

    return {
        "right": gradient(0.5, 10),
        "the sum": 10 * gradient(0.5, 1),
        "one neuron": gradient(0.5, 1),
        "no weights": gradient(1.0, 10),
        "nine neurons": gradient(0.5, 9),
        "eleven neurons": gradient(0.5, 11),
    }


def _dead() -> dict[str, Any]:
    def learns(bias: float) -> bool:
        w, b = Value(1.0), Value(bias)
        for i in range(11):
            (w * (i / 10) + b).relu().backward()
        return b.grad != 0

    low, high = -10.0, 0.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if learns(middle) else (middle, high)
    return {
        "right": low,
        "the other sign": -low,
        "for the smallest input": 0.0,
        "that of a dead one": 2 * low,
        "half of the inputs": low / 2,
    }


def _gradients_of_zeros() -> dict[str, Any]:
    model = MLP(2, [8, 8, 2], "tanh", initialiser="zeros", seed=0)
    cross_entropy(model([1.0, 2.0]), 0).backward()
    learning = []
    for i, layer in enumerate(model.layers):
        weights = [w for neuron in layer.neurons for w in neuron.w]
        biases = [neuron.b for neuron in layer.neurons if neuron.b is not None]
        learning += [f"w{i}"] if any(w.grad for w in weights) else []
        learning += [f"b{i}"] if any(b.grad for b in biases) else []
    return {
        "right": learning,
        "all": ["w0", "b0", "w1", "b1", "w2", "b2"],
        "the last layer": ["w2", "b2"],
        "none": [],
        "all biases": ["b0", "b1", "b2"],
        "the first layer": ["w0", "b0"],
    }


def _deviation() -> dict[str, Any]:
    def right(fan_in: int) -> float:
        # What the package's own draws, per unit of the standard normal number.
        drawn = he_normal(random.Random(0), fan_in, 1)
        return drawn / random.Random(0).gauss(0.0, 1.0)

    def variance(fan_in: int) -> float:
        return float(2 / fan_in)

    def without_two(fan_in: int) -> float:
        return float((1 / fan_in) ** 0.5)

    def not_divided(fan_in: int) -> float:
        return float((2 * fan_in) ** 0.5)

    def two_outside(fan_in: int) -> float:
        return float(2 / fan_in**0.5)

    return {
        "right": right,
        "the variance": variance,
        "1 for 2": without_two,
        "times n": not_divided,
        "2 outside": two_outside,
    }


def _diagnoses() -> dict[str, Any]:
    # Known and unseen loss; at chance, two classes give ln 2 = 0.69.
    runs = {"A": (1.80, 1.85), "B": (0.003, 0.74), "C": (0.31, 0.28)}

    def name(known: float, unseen: float) -> str:
        if known > 0.69:
            return "slow"
        return "overfitting" if unseen - known > 0.1 else "good"

    return {
        "right": [name(known, unseen) for known, unseen in runs.values()],
        "by unseen rows alone": [
            "overfitting" if unseen > 0.69 else "good" for _, unseen in runs.values()
        ],
        "by known rows alone": [
            "slow" if known > 0.69 else "good" for known, _ in runs.values()
        ],
        "the two names changed": ["overfitting", "slow", "good"],
    }


def _saturated(w: float = 10.0) -> Value:
    weight = Value(w, label="w")
    y = (weight * 1.0).sigmoid()
    y.label = "y"
    loss = y * y / 2
    loss.label = "L"
    return loss


def _loosened() -> dict[str, Any]:
    def size(w: float) -> float:
        loss = _saturated(w)
        loss.backward()
        return abs(next(n for n in loss.topological_order() if n.label == "w").grad)

    before, after = size(10.0), size(1.0)
    right = "larger" if after > before else "smaller"
    return {
        "right": right,
        "smaller": "smaller" if right == "larger" else "larger",
        "the same": "the same",
    }


LESSON = Lesson(
    number=7,
    title="Saturation and initialisation",
    prerequisites="Lessons 5 and 6: δ of a hidden neuron, a training by `fit`.",
    minutes=75,
    show=(
        "The playground with five sigmoid layers: the bars of the gradients, and then "
        "tanh, with the very same weights.",
        "The histograms of a Xavier start and a large one, side by side.",
        "Known and unseen loss for three seeds: two numbers for two claims.",
    ),
    stumbles=(
        "The bias is taken for the slope. Let them drag both in a player.",
        "Variance and standard deviation: n times the one is √n times the other.",
        "A high loss is called overfitting. First look at the known rows.",
    ),
    exercises=(
        Exercise(
            number="7.1",
            question="""
A sigmoid neuron shall be half on at x = 4, with the weight w = 2. Which bias?
""",
            cell="""
answer = ...
""",
            answers=_threshold,
            reads=as_number,
            mistakes={
                "the other sign": "With {given} it is half on at x = -4. Which sign "
                "must b have, so that w·x + b is 0?",
                "without the weight": "With {given} it is half on at x = 2: the weight "
                "multiplies x before b is added.",
                "the weight divides": "With {given} it is half on at x = 1. Solve "
                "w·x + b = 0 for b: does the weight multiply or divide?",
                "neither": "{given} is the place itself. Solve w·x + b = 0 for b.",
            },
            hints=(
                "Half on is where z = w·x + b is 0.",
                "2 · 4 + b = 0.",
            ),
            solution="""
2 · 4 + b = 0, so b = -8.

```python
print(respond(2.0, -8.0, 4.0))  # 0.5
```
""",
            praise="The threshold is at -b/w.",
        ),
        Exercise(
            number="7.2",
            question="""
Ten tanh neurons in a chain, each with weight 0.5 and bias 0. The input is 0. What is
the gradient of the output by the input?
""",
            cell="""
answer = ...
""",
            answers=_chain,
            reads=as_number,
            mistakes={
                "the sum": "{given} is a sum. Along a path derivatives multiply.",
                "one neuron": "{given} is what one neuron passes on. There are ten.",
                "no weights": "{given} would be right for weights of 1. Each edge "
                "multiplies by its weight, too.",
                "nine neurons": "{given} is what nine neurons leave.",
                "eleven neurons": "{given} is what eleven neurons leave.",
            },
            hints=(
                "At 0 the slope of tanh is 1. So what multiplies?",
                "Ten weights of 0.5, one behind the other.",
            ),
            solution="""
At 0 the slope of tanh is 1. So the gradient is the product of the weights, 0.5¹⁰.

```python
x = Value(0.0)
h = x
for _ in range(10):
    h = (0.5 * h).tanh()
h.backward()
print(x.grad == 0.5**10)  # True
```
""",
            praise="Even at the best slope, ten small weights leave a thousandth.",
        ),
        Exercise(
            number="7.3",
            question="""
A ReLU neuron has w = 1, and its inputs lie between 0 and 1. From which bias
**downward** does it learn nothing, whatever the input? (Such a neuron is called dead.)
""",
            cell="""
answer = ...
""",
            answers=_dead,
            reads=as_number,
            mistakes={
                "the other sign": "With {given} every z is positive, and the slope 1.",
                "for the smallest input": "At {given} only the input 0 gives no "
                "slope; all others do.",
                "that of a dead one": "With {given} it is dead, yes. But it is with "
                "larger biases, too: which is the largest?",
                "half of the inputs": "With {given} half of the inputs still teach it.",
            },
            hints=(
                "It learns while z = x + b is positive for some input.",
                "The largest input is 1. For which b is 1 + b no more positive?",
            ),
            solution="""
For b = -1 even the largest input gives z = 0, where ReLU has slope 0 by convention.

```python
dead = Neuron(1, activation="relu", seed=0)
dead.w[0].data, dead.b.data = 1.0, -1.0
sum(dead([x / 10]) for x in range(11)).backward()
print(dead.w[0].grad, dead.b.grad)  # 0.0 0.0
```
""",
            praise="There even the largest input gives z = 0, and no slope.",
        ),
        Exercise(
            number="7.4",
            question="""
The network 2-8-8-2 with tanh starts with all weights and biases at **zero**
(`build("zeros")`), and takes one step of backward. Which of these get a gradient that
is not 0: the weights w0, w1, w2 and the biases b0, b1, b2 of its three layers?
""",
            cell="""
model = build("zeros")

answer = [...]  # names, such as "w0", "b0"
""",
            answers=_gradients_of_zeros,
            reads=as_names,
            mistakes={
                "all": "All of them? The gradient goes back *through* weights, and "
                "they are 0.",
                "the last layer": "The gradient of a weight is what came in, times δ. "
                "What comes into the last layer here?",
                "none": "One layer stands right before the loss: no weight lies "
                "between, so its δ is not 0.",
                "all biases": "The gradient of a bias is δ. Does δ reach the layers "
                "further back, through weights of 0?",
                "the first layer": "The first layer is reached last, through the "
                "weights of all others.",
            },
            hints=(
                "`nn.cross_entropy(model([1.0, 2.0]), 0).backward()`, and look.",
                "The δ of the outputs are not 0. What is multiplied by them, and what "
                "do they go back through?",
            ),
            solution="""
Only the biases of the last layer. What comes into it is tanh(0) = 0, so its weights get
nothing; and what goes back goes through weights of 0.

```python
model = build("zeros")
nn.cross_entropy(model([1.0, 2.0]), 0).backward()
print([p.label for p in model.parameters() if p.grad][0])  # layer2.neuron0.b
print(any(p.grad for p in model.layers[0].parameters()))  # False
```
""",
            praise="So weights must not start at zero; biases may.",
        ),
        Exercise(
            number="7.5",
            question="""
He's start for ReLU: the **variance** of the weights is 2/n for n inputs. Complete
`answer`, so that it returns their **standard deviation**.
""",
            cell="""
def answer(n):
    return ...
""",
            answers=_deviation,
            reads=TriedOn(1, 8, 64, 784),
            mistakes={
                "the variance": "It returns the variance. The standard deviation is "
                "its square root.",
                "1 for 2": "It takes a variance of 1/n. ReLU stops half of the "
                "signal: He makes up for that.",
                "times n": "It grows with n. The more products are added, the smaller "
                "each weight must be.",
                "2 outside": "It takes the root of n alone. The 2 belongs to the "
                "variance, too.",
            },
            hints=(
                "The variance is the square of the standard deviation.",
                "`math.sqrt(2 / n)`",
            ),
            solution="""
The root of the variance. For 64 inputs:

```python
print(round(math.sqrt(2 / 64), 4))  # 0.1768
```
""",
            praise="The root of 2/n: small weights where many products are added.",
        ),
        Exercise(
            number="7.6",
            question="""
Three trainings with two classes, where guessing has a loss of 0.69. Loss on the known
rows and on the unseen ones: **A** 1.80 and 1.85, **B** 0.003 and 0.74, **C** 0.31 and
0.28. Name each: "slow" (it has not learnt), "overfitting" or "good".
""",
            cell="""
answer = [..., ..., ...]  # A, B, C
""",
            answers=_diagnoses,
            reads=as_names_in_order,
            mistakes={
                "by unseen rows alone": "A is bad on unseen rows, but as bad on the "
                "known ones: where is the gap?",
                "by known rows alone": "The known rows of B are perfect. And its "
                "unseen ones?",
                "the two names changed": "A and B the other way round: overfitting is "
                "a gap between known and unseen rows.",
            },
            hints=(
                "First the known rows: has it learnt them?",
                "Only then the gap between known and unseen rows.",
            ),
            solution="""
A has not even learnt the known rows. B knows them by heart: a gap of 0.74. C has no
gap.

```python
runs = ((1.80, 1.85), (0.003, 0.74), (0.31, 0.28))
print([known > 0.69 for known, _ in runs])  # [True, False, False]
print([new - known > 0.1 for known, new in runs])  # [False, True, False]
```
""",
            praise="Two numbers for two questions.",
        ),
        Exercise(
            number="7.7",
            question="""
**Predict, then look.** y = σ(w·1), the target is 0 and the loss y²/2. So y = σ(10) is
very wrong. Is the gradient of w at w = 1 **larger** or **smaller** than at w = 10, or
the same? Answer first; then run the page below, press End, and drag w.
""",
            cell="""
answer = ...  # "larger", "smaller" or "the same"
""",
            answers=_loosened,
            reads=as_name,
            mistakes={
                "smaller": "At w = 1 the error is smaller, that is true. But by what "
                "is it multiplied, and where is that nearly 0?",
                "the same": "The slope of the sigmoid stands in the gradient, and it "
                "is not the same at 1 and at 10.",
            },
            hints=(
                "The gradient is the error y, times the slope of the sigmoid.",
                "The slope is 0.00005 at 10. And at 1?",
            ),
            solution="""
Much larger, although y is less wrong there: at 10 the neuron is saturated.

```python
sizes = []
for number in (10.0, 1.0):
    w = Value(number)
    (w.sigmoid() ** 2 / 2).backward()
    sizes.append(w.grad)
print(f"{sizes[0]:.6f} {sizes[1]:.6f}")  # 0.000045 0.143735
```
""",
            page="""
w = Value(10.0, label="w")
y = (w * 1.0).sigmoid()
y.label = "y"
L = y * y / 2
L.label = "L"
play(L)
""",
            graph=_saturated,
            praise="At 10 it is most wrong, and learns least: it is saturated.",
        ),
    ),
)
