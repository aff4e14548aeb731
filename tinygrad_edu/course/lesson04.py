"""The exercises of lesson 4: a neuron and a layer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import (
    Unread,
    as_count,
    as_number,
    as_numbers,
    seen_by,
    tried_on,
)
from tinygrad_edu.engine.functions import softmax
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.losses import cross_entropy
from tinygrad_edu.nn.mlp import MLP

ROWS = [(0, 0), (0, 1), (1, 0), (1, 1)]


def _parameters() -> dict[str, Any]:
    model = MLP(4, [8, 3], seed=0)
    weights = sum(len(neuron.w) for layer in model.layers for neuron in layer.neurons)
    count = len(model.parameters())
    return {
        "right": count,
        "no biases": weights,
        "only the biases": count - weights,
        "one bias a layer": weights + 2,
        "inputs with biases": count + 4,
        "inputs to outputs too": count + 4 * 3,
        "the circles": 4 + 8 + 3,
    }


def _answers_of_a_neuron(numbers: Sequence[float]) -> tuple[str, ...]:
    """In which range a sigmoid neuron's answer to each of the four rows lies."""
    if len(numbers) != 3:
        raise Unread(
            "Entries given: {given_count}; asked for: {wanted_count}.",
            given_count=str(len(numbers)),
            wanted_count="3",
        )
    w1, w2, b = numbers
    said = []
    for p, q in ROWS:
        h = (w1 * p + w2 * q + Value(b)).sigmoid().data
        said.append("> 0.9" if h > 0.9 else "< 0.1" if h < 0.1 else "0.1 … 0.9")
    return tuple(said)


def _both() -> dict[str, Any]:
    return {
        "right": [10.0, 10.0, -15.0],
        "OR": [10.0, 10.0, -5.0],
        "the threshold's sign": [10.0, 10.0, 15.0],
        "never": [10.0, 10.0, -25.0],
        "too small": [1.0, 1.0, -1.5],
        "only the first input": [10.0, 0.0, -5.0],
        "only the second input": [0.0, 10.0, -5.0],
        "NAND": [-10.0, -10.0, 15.0],
        "no bias": [10.0, 10.0, 0.0],
    }


def _one_layer() -> dict[str, Any]:
    def both(x: float) -> Value:
        h = 2 * Value(x) + 1
        return 3 * h - 4

    bias = both(0.0).data
    weight = both(1.0).data - bias
    return {
        "right": [weight, bias],
        "only the second bias": [weight, -4.0],
        "biases added": [weight, 1.0 - 4.0],
        "weights added": [2.0 + 3.0, bias],
        "the second layer alone": [3.0, -4.0],
        "all multiplied": [weight, 1.0 * -4.0 * 3.0],
    }


Share = Callable[[float, float], float]


def _first_share() -> dict[str, Share]:
    def sigmoid(z: float) -> float:
        return 1 / (1 + math.exp(-z))

    def right(a: float, b: float) -> float:
        return softmax([a, b])[0].data

    def alone(a: float, b: float) -> float:
        return sigmoid(a)

    def the_other_class(a: float, b: float) -> float:
        return sigmoid(b - a)

    def shares_of_sigmoids(a: float, b: float) -> float:
        return sigmoid(a) / (sigmoid(a) + sigmoid(b))

    def of_the_sum(a: float, b: float) -> float:
        return sigmoid(a + b)

    def difference_of_sigmoids(a: float, b: float) -> float:
        return sigmoid(a) - sigmoid(b)

    def of_the_quotient(a: float, b: float) -> float:
        return sigmoid(a / b)

    return {
        "right": right,
        "one sigmoid alone": alone,
        "the other class": the_other_class,
        "shares of sigmoids": shares_of_sigmoids,
        "the sum": of_the_sum,
        "the difference outside": difference_of_sigmoids,
        "the quotient": of_the_quotient,
    }


def _surprise() -> dict[str, Any]:
    # Logits whose shares are 1/4 and 3/4.
    share = 0.25
    loss = cross_entropy([Value(math.log(share)), Value(math.log(1 - share))], 0)
    return {
        "right": loss.data,
        "no minus": -loss.data,
        "what is missing": 1 - share,
        "the other class": -math.log(1 - share),
        "logarithm to base 2": -math.log2(share),
        "logarithm to base 10": -math.log10(share),
        "squared": (1 - share) ** 2,
    }


def _neuron(bias: float = -0.5) -> Value:
    w1, w2 = Value(2.0, label="w1"), Value(-1.0, label="w2")
    x1, x2 = Value(1.0, label="x1"), Value(0.5, label="x2")
    z = w1 * x1 + w2 * x2 + Value(bias, label="b")
    z.label = "z"
    h = z.sigmoid()
    h.label = "h"
    return h


def _threshold() -> dict[str, Any]:
    h = _neuron(-0.5)
    (z,) = h.parents
    right = -0.5 - z.data
    return {
        "right": right,
        "sign": -right,
        "the move for the place": -z.data,
        "no bias at all": 0.0,
        "one half": 0.5,
        "not moved": -0.5,
    }


LESSON = Lesson(
    number=4,
    title="A neuron and a layer",
    prerequisites="Lessons 1 to 3. The function eˣ; a table of numbers with rows and "
    "columns helps, matrices are not needed.",
    minutes=60,
    show=(
        "One neuron by hand, with a class that plays the inputs and shouts its number "
        "times the weight.",
        "The player on the neuron: drag the bias until h is one half.",
        "The network picture of 3-4-2: which circles are neurons?",
    ),
    stumbles=(
        "The input circles are counted as neurons. They compute nothing and learn "
        "nothing.",
        "The bias is taken for the threshold. The threshold is where z = 0, against "
        "the sign of the bias.",
        "Row and column: hidden neuron 1 takes the *column* w₁₁, w₂₁, w₃₁.",
        "Two sigmoids are read as probabilities of two classes: add them up.",
    ),
    exercises=(
        Exercise(
            number="4.1",
            question="""
How many parameters has a network of 4 inputs, 8 hidden neurons and 3 outputs?
""",
            cell="""
answer = ...
""",
            answers=_parameters,
            reads=as_count,
            mistakes={
                "no biases": "{given} counts the weights. Each neuron has a bias as "
                "well.",
                "only the biases": "{given} counts the neurons, or their biases. And "
                "the weights?",
                "one bias a layer": "{given} has one bias for a whole layer. Each "
                "neuron has its own.",
                "inputs with biases": "{given} gives the inputs a bias each. Inputs "
                "are numbers, not neurons: they have no parameters.",
                "inputs to outputs too": "{given} also joins inputs with outputs. The "
                "outputs look at the hidden neurons only.",
                "the circles": "{given} counts the circles of the picture. Parameters "
                "are weights (edges) and biases.",
            },
            hints=(
                "A neuron has a weight for each of its inputs, and one bias.",
                "A hidden neuron here has 4 + 1 parameters. And an output?",
                "8·(4 + 1), and 3·(8 + 1).",
            ),
            solution="""
Each neuron has a weight for each input and one bias: 8·(4 + 1) + 3·(8 + 1) = 67.

```python
print(len(MLP(4, [8, 3], seed=0).parameters()))  # 67
```
""",
        ),
        Exercise(
            number="4.2",
            question="""
Find weights and a bias for one sigmoid neuron that computes AND: above 0.9 if both
inputs are 1, and below 0.1 otherwise.
""",
            cell="""
answer = [..., ..., ...]  # w1, w2, b
""",
            answers=_both,
            reads=seen_by(_answers_of_a_neuron, tuple(map(str, ROWS))),
            mistakes={
                "OR": "{given} says yes if either input is 1: that is OR. The "
                "threshold must lie above one input alone.",
                "the threshold's sign": "{given} always says yes. The threshold moves "
                "against the sign of the bias.",
                "never": "{given} never says yes: the bias is stronger than both "
                "weights together.",
                "too small": "{given} decides nothing: all four answers lie between "
                "0.1 and 0.9. The direction may be right; make all three larger.",
                "only the first input": "{given} looks at the first input alone.",
                "only the second input": "{given} looks at the second input alone.",
                "NAND": "{given} computes the opposite, NAND.",
                "no bias": "{given} has no bias to speak of: at (0, 0) it says one "
                "half, and each input alone passes.",
            },
            hints=(
                "Let only both together pass the threshold.",
                "With weights of 10, z is b, b + 10, b + 10, b + 20. Which must be "
                "positive?",
                "Weights of 10 each, and a bias halfway between -10 and -20.",
            ),
            solution="""
Let only both together pass the threshold, such as z = 10·x₁ + 10·x₂ - 15.

```python
rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
said = [round(sigmoid(10 * p + 10 * q - 15), 2) for p, q in rows]
print(said)  # [0.0, 0.01, 0.01, 0.99]
```
""",
            praise="Only both together pass the threshold.",
        ),
        Exercise(
            number="4.3",
            question="""
Two layers **without** activation: h = 2·x + 1, then y = 3·h - 4. Which single layer,
y = w·x + b, does the same?
""",
            cell="""
answer = [..., ...]  # w, b
""",
            answers=_one_layer,
            reads=as_numbers,
            mistakes={
                "only the second bias": "{given}: the first bias passes through the "
                "second weight as well.",
                "biases added": "{given}: the first bias is not added as it is; it "
                "passes through the second weight.",
                "weights added": "{given}: the weights are in a row, so they multiply.",
                "the second layer alone": "{given} is the second layer alone. Put h "
                "into it.",
                "all multiplied": "{given}: the biases are not multiplied with each "
                "other.",
            },
            hints=(
                "Put the first formula into the second: y = 3·(2·x + 1) - 4.",
                "Multiply it out: 3·2·x + 3·1 - 4.",
            ),
            solution="""
y = 3·(2·x + 1) - 4 = 6·x - 1: one weight and one bias. In general the product of two
matrices is again one matrix.

```python
print(all(3 * (2 * t + 1) - 4 == 6 * t - 1 for t in range(-5, 6)))  # True
```
""",
            praise="However many layers: without activation they are one.",
        ),
        Exercise(
            number="4.4",
            question="""
For two classes softmax is a sigmoid. Complete `answer` with the `sigmoid` of this
lesson alone, so that it returns the first share of softmax for the logits a and b.
""",
            cell="""
def answer(a, b):
    return ...
""",
            answers=_first_share,
            reads=tried_on((1.0, 0.5), (0.5, 2.0), (-3.0, -2.5), (4.0, -1.0)),
            mistakes={
                "one sigmoid alone": "It looks at a alone. If b grows, the first share "
                "must fall.",
                "the other class": "It gives the share of the second class.",
                "shares of sigmoids": "It makes shares of two sigmoids. Softmax makes "
                "shares of eᵃ and eᵇ.",
                "the sum": "It takes the sum. If b grows, the first share must fall.",
                "the difference outside": "It subtracts two sigmoids. That can be "
                "negative, and a share cannot.",
                "the quotient": "It takes a / b. Softmax does not change when both "
                "logits grow by the same; a / b does.",
            },
            hints=(
                "Write softmax out: eᵃ/(eᵃ + eᵇ). Divide above and below by eᵃ.",
                "1/(1 + eᵇ/eᵃ), and eᵇ/eᵃ is e to the power of what?",
                "A sigmoid is 1/(1 + e⁻ᶻ). So -z = b - a.",
            ),
            solution="""
Divide above and below by eᵃ: eᵃ/(eᵃ + eᵇ) = 1/(1 + e⁻⁽ᵃ⁻ᵇ⁾), the sigmoid of a - b.

```python
print(f"{sigmoid(logits[0] - logits[1]):.6f}" == f"{shares[0]:.6f}")  # True
```
""",
            praise="The sigmoid of the difference of the logits.",
        ),
        Exercise(
            number="4.5",
            question="""
A network gives the right class a probability of 1/4. What is the cross-entropy loss?
""",
            cell="""
answer = ...
""",
            answers=_surprise,
            reads=as_number,
            mistakes={
                "no minus": "{given}: the logarithm of a share is negative. A loss "
                "wants to be 0 at best, so it has a minus.",
                "what is missing": "{given} is what is missing to certainty, an "
                "error. The loss is a logarithm.",
                "the other class": "{given} would be the loss if the other class were "
                "the right one.",
                "logarithm to base 2": "{given} is in bits. Here the natural "
                "logarithm is taken.",
                "logarithm to base 10": "{given} is the logarithm to base 10. Here "
                "the natural one is taken, `math.log`.",
                "squared": "{given} is a squared error. Cross-entropy is a logarithm.",
            },
            hints=(
                "The loss is minus the logarithm of the right class's probability.",
                "`-math.log(…)`",
            ),
            solution="""
-ln 1/4 = ln 4 ≈ 1.386.

```python
print(round(-math.log(1 / 4), 3))  # 1.386
```
""",
            praise="Certain and right would be 0; one half would be ln 2.",
        ),
        Exercise(
            number="4.6",
            question="""
**Predict, then look.** The neuron below has w₁ = 2, w₂ = -1, b = -0.5, and sees x₁ = 1,
x₂ = 0.5. To which number must its bias be dragged so that h is exactly one half? Answer
first; then run the page, and drag b.
""",
            cell="""
answer = ...
""",
            answers=_threshold,
            reads=as_number,
            mistakes={
                "sign": "With b = {given} the sum z is even larger. Which sign must "
                "it have?",
                "the move for the place": "{given} is how far the bias must move. "
                "Asked is where it arrives, and it does not start at 0.",
                "no bias at all": "b = 0 leaves z at the weighted inputs, and these "
                "are not 0. What must z be, so that h is one half?",
                "one half": "{given} is what h should be. The bias is not h.",
                "not moved": "{given} is where it stands now, and h is 0.7311.",
            },
            hints=(
                "h is one half where z = 0.",
                "Without the bias, z is 2·1 + (-1)·0.5. What takes that to 0?",
            ),
            solution="""
h is one half where z = 0: 2·1 - 1·0.5 + b = 0, so b = -1.5.

```python
print(sigmoid(2.0 * 1.0 - 1.0 * 0.5 - 1.5))  # 0.5
```
""",
            page="""
w1, w2 = Value(2.0, label="w1"), Value(-1.0, label="w2")
x1, x2 = Value(1.0, label="x1"), Value(0.5, label="x2")
bias = Value(-0.5, label="b")
z = w1 * x1 + w2 * x2 + bias
z.label = "z"
h = z.sigmoid()
h.label = "h"
play(h)
""",
            praise="There z is 0, and the neuron says one half.",
            graph=_neuron,
        ),
    ),
)
