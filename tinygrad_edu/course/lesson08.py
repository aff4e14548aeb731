"""The exercises of lesson 8: iris and digits for real."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.pieces import SAME
from tinygrad_edu.course.reading import (
    agree,
    as_count,
    as_name,
    as_number,
    shown,
    told_counts,
    tried_on,
)
from tinygrad_edu.course.verdict import Sentence
from tinygrad_edu.data.dataset import Dataset, standardise
from tinygrad_edu.data.iris import load_iris
from tinygrad_edu.engine.functions import softmax
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.losses import cross_entropy
from tinygrad_edu.nn.mlp import MLP

SPECIES = ("setosa", "versicolor", "virginica")

#: An image whose pixels are their own numbers, counted from 1.
IMAGE = [float(i) for i in range(1, 65)]


def _baseline() -> dict[str, Any]:
    iris = load_iris()
    _, test = iris.split(test_fraction=0.3, seed=0)
    right = test.targets.count(0)
    return {
        "right": right,
        "of all flowers": iris.targets.count(0),
        "the wrong ones": len(test) - right,
        "all of them": len(test),
        "none of them": 0,
    }


def _parameters() -> dict[str, Any]:
    model = MLP(64, [16, 10], seed=0)
    biases = sum(len(layer.neurons) for layer in model.layers)
    count = len(model.parameters())
    return {
        "right": count,
        "no biases": count - biases,
        "a bias for each layer": count - biases + len(model.layers),
        "a bias for each input": count - biases + 64 + 16,
        "all multiplied": 64 * 16 * 10,
        "the neurons": 64 + biases,
    }


def _standardised() -> dict[str, Any]:
    def last_of(train: list[float], others: list[float]) -> float:
        parts = [
            Dataset([[x] for x in part], [0] * len(part), ["x"], ["a"], "")
            for part in (train, others)
        ]
        return float(standardise(*parts)[1].features[-1][0])

    train, new = [2.0, 4.0, 6.0], 8.0
    right = last_of(train, [new])
    average = sum(train) / 3
    return {
        "right": right,
        "peeked": last_of([*train, new], [new]),
        "the variance": right * right / (new - average),
        "divided by n - 1": (new - average) / 2.0,
        "not shifted": new * right / (new - average),
        "not scaled": new - average,
    }


def _matrix() -> dict[str, Any]:
    def counted(truths: list[int], said: list[int]) -> list[list[int]]:
        return [
            [
                sum(t == i and s == k for t, s in zip(truths, said))
                for k in range(len(SPECIES))
            ]
            for i in range(len(SPECIES))
        ]

    def turned(truths: list[int], said: list[int]) -> list[list[int]]:
        return counted(said, truths)

    def diagonal(truths: list[int], said: list[int]) -> list[list[int]]:
        found = counted(truths, said)
        return [
            [x if i == k else 0 for k, x in enumerate(row)]
            for i, row in enumerate(found)
        ]

    def ones(truths: list[int], said: list[int]) -> list[list[int]]:
        return [[min(x, 1) for x in row] for row in counted(truths, said)]

    def shares(truths: list[int], said: list[int]) -> list[list[float]]:
        return [[x / len(truths) for x in row] for row in counted(truths, said)]

    def one_row(truths: list[int], said: list[int]) -> list[list[int]]:
        columns = [said.count(k) for k in range(len(SPECIES))]
        return [columns] * len(SPECIES)

    return {
        "right": counted,
        "one row thrice": one_row,
        "turned round": turned,
        "the diagonal alone": diagonal,
        "ones": ones,
        "shares": shares,
    }


def _grey() -> dict[str, Any]:
    reader = MLP(64, [16, 10], "tanh", initialiser="xavier_uniform", seed=0)
    shares = softmax(reader([0.5] * 64))
    return {
        "right": sum(share.data for share in shares),
        "it says none": 0.0,
        "each the same": 1 / len(shares),
        "one for each class": float(len(shares)),
        "half as grey": 0.5,
    }


def _shifted() -> dict[str, Any]:
    def rows_of(image: list[float]) -> list[list[float]]:
        return [image[i : i + 8] for i in range(0, 64, 8)]

    def joined(rows: list[list[float]]) -> list[float]:
        return [x for row in rows for x in row]

    def moved(image: list[float]) -> list[float]:
        return joined([[0.0, *row[:7]] for row in rows_of(image)])

    def left(image: list[float]) -> list[float]:
        return joined([[*row[1:], 0.0] for row in rows_of(image)])

    def spilled(image: list[float]) -> list[float]:
        return [0.0, *image[:-1]]

    def around(image: list[float]) -> list[float]:
        return joined([[row[7], *row[:7]] for row in rows_of(image)])

    def down(image: list[float]) -> list[float]:
        return [*[0.0] * 8, *image[:-8]]

    def longer(image: list[float]) -> list[float]:
        return joined([[0.0, *row] for row in rows_of(image)])

    return {
        "right": moved,
        "to the left": left,
        "spilled over": spilled,
        "round the edge": around,
        "down": down,
        "a wider image": longer,
    }


def _first_wrong_pixel(found: Any, right: Any) -> Sentence | None:
    """Tell of one pixel: an image is too long to be shown."""
    (image,), (wanted,) = found, right
    if not isinstance(image, tuple):
        return None
    if len(image) != len(wanted):
        return told_counts(image, wanted)
    i = next(i for i, x in enumerate(wanted) if not agree(image[i], x, SAME))
    return Sentence(
        "In an image whose pixels are their own numbers, from 1 to 64, pixel {place} "
        "came out as {found}; {right} is right.",
        {"place": i + 1, "found": shown(image[i]), "right": shown(wanted[i])},
    )


def _flower() -> Value:
    scores = (1.0, 0.5, -0.5)
    logits = [Value(x, label=name) for x, name in zip(scores, SPECIES)]
    loss = cross_entropy(logits, 1)
    loss.label = "L"
    return loss


def _pushed_up() -> dict[str, Any]:
    loss = _flower()
    loss.backward()
    leaves = {n.label: n.grad for n in loss.topological_order() if n.label in SPECIES}
    (right,) = [name for name, gradient in leaves.items() if gradient < 0]
    highest, lowest = [name for name in SPECIES if name != right]
    return {"right": right, "the highest": highest, "the lowest": lowest}


LESSON = Lesson(
    number=8,
    title="Iris and digits for real",
    prerequisites="Lesson 6: training, validation and test rows. Softmax and "
    "cross-entropy from lesson 4.",
    minutes=75,
    show=(
        "Look at the data first, and at who made it and under which licence.",
        "The playground on the petals: no hidden layer does nearly as well.",
        "The digits that it got wrong: let the class vote on each.",
    ),
    stumbles=(
        "Standardising is done before splitting: that is a peek (8.3).",
        "Row and column of the confusion matrix are exchanged: the truth is the row.",
        "An accuracy is praised without a baseline: what does guessing give (8.1)?",
    ),
    exercises=(
        Exercise(
            number="8.1",
            question="""
A model that always says *setosa*: how many of the 45 test flowers does it get right?
""",
            cell="""
answer = ...
""",
            answers=_baseline,
            reads=as_count,
            mistakes={
                "of all flowers": "{given} of all 150 flowers are setosa. How many of "
                "the test flowers?",
                "the wrong ones": "{given} is how many it gets wrong.",
                "all of them": "{given} would be all of them, of every species.",
                "none of them": "It knows nothing, and yet it is sometimes right.",
            },
            hints=(
                "There are three species, and each gives the same share.",
                "`test.targets.count(0)`",
            ),
            solution="""
A third, because each species is a third of the flowers. Compare with this *baseline*
before you praise a model.

```python
print(test.targets.count(0), "of", len(test))  # 15 of 45
```
""",
            praise="A third. Compare with it before you praise a model.",
        ),
        Exercise(
            number="8.2",
            question="""
How many parameters does the network 64-16-10 have? Count on paper first.
""",
            cell="""
answer = ...
""",
            answers=_parameters,
            reads=as_count,
            mistakes={
                "no biases": "{given} are the weights. Each neuron has a bias, too.",
                "a bias for each layer": "{given} has one bias for each *layer*. Each "
                "*neuron* has one.",
                "a bias for each input": "{given} has a bias for each number that "
                "comes in. The neurons have them.",
                "all multiplied": "{given} is 64·16·10. The layers stand one behind "
                "the other: their weights add up.",
                "the neurons": "{given} counts circles. Count the edges, and a bias "
                "for each neuron.",
            },
            hints=(
                "A neuron with n inputs has n weights and one bias.",
                "16 neurons of 64 + 1, and 10 neurons of how many?",
            ),
            solution="""
16·(64 + 1) + 10·(16 + 1).

```python
print(16 * 65 + 10 * 17 == len(reader.parameters()))  # True
```
""",
            praise="16·65 + 10·17.",
        ),
        Exercise(
            number="8.3",
            question="""
A feature is 2, 4 and 6 in the training rows. What does the standardised value of a new
flower become, for which it is 8? (The standard deviation of the package divides by n.)
""",
            cell="""
answer = ...
""",
            answers=_standardised,
            reads=as_number,
            mistakes={
                "peeked": "{given} uses the 8 for mean and deviation, too: that is to "
                "peek.",
                "the variance": "{given} divides by the variance. Divide by its root.",
                "divided by n - 1": "{given} comes of dividing by n - 1 = 2 in the "
                "variance; here it is n = 3.",
                "not shifted": "{given} is scaled, but not shifted: first take the "
                "mean away.",
                "not scaled": "{given} is shifted, but not scaled: divide by the "
                "standard deviation.",
            },
            hints=(
                "The mean of the training rows is 4. And their variance?",
                "The variance is (4 + 0 + 4)/3, the deviation its root, 1.633.",
            ),
            solution="""
The mean is 4 and the standard deviation the root of 8/3. The 8 itself is not asked.

```python
print(round((8 - 4) / (8 / 3) ** 0.5, 3))  # 2.449
```
""",
            praise="By the training rows alone: the new flower was not asked.",
        ),
        Exercise(
            number="8.4",
            question="""
Complete `answer`, so that it returns the confusion matrix of three classes, as a list
of three rows: a row for each truth, a column for each answer.
""",
            cell="""
def answer(truths, said):
    return ...
""",
            answers=_matrix,
            reads=tried_on(
                ([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 0, 0]), ([1, 1, 1], [1, 1, 2])
            ),
            mistakes={
                "one row thrice": "Its three rows are one and the same list: "
                "`[[0] * 3] * 3` makes one row, and points to it three times.",
                "turned round": "Rows and columns are exchanged: the truth is the row.",
                "the diagonal alone": "It counts what is right. What stands off the "
                "diagonal tells which classes are mixed up.",
                "ones": "It notes *that* something happened, and not how often.",
                "shares": "It divides by the number of flowers. Count them.",
            },
            hints=(
                "Begin with nine zeros: `[[0] * 3 for _ in range(3)]`.",
                "For each pair of truth and answer one number grows by 1: which?",
                "`for truth, k in zip(truths, said): table[truth][k] += 1`",
            ),
            solution="""
As `confusion` above:

```python
def matrix(truths, said):
    table = [[0] * 3 for _ in range(3)]
    for truth, k in zip(truths, said):
        table[truth][k] += 1
    return table


print(matrix([0, 0, 1, 2], [0, 1, 1, 0]))  # [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
```
""",
            praise="The truth is the row, the answer the column.",
        ),
        Exercise(
            number="8.5",
            question="""
The reader of digits is given pure grey, 0.5 everywhere. That is no digit. What is the
**sum** of the ten shares that softmax makes of its answer?
""",
            cell="""
grey = reader([0.5] * 64)

answer = ...
""",
            answers=_grey,
            reads=as_number,
            mistakes={
                "it says none": "Can it say that? It has ten answers, and none is "
                '"no digit".',
                "each the same": "{given} would be one share, if all were alike. Their "
                "sum is asked for.",
                "one for each class": "{given} would be a whole one for each class.",
                "half as grey": "{given} is how grey the image is. What does softmax "
                "always do?",
            },
            hints=(
                "What does softmax do with ten numbers, whatever they are?",
                "`from tinygrad_edu import softmax`, and "
                "`sum(share.data for share in softmax(grey))`.",
            ),
            solution="""
It cannot say "no digit": it has only ten answers, and softmax shares out 100 % among
them.

```python
from tinygrad_edu import softmax

shares = softmax(reader([0.5] * 64))
print(len(shares), round(sum(x.data for x in shares), 9))  # 10 1.0
```
""",
            praise='All of it is shared out: "no digit" is none of its answers.',
        ),
        Exercise(
            number="8.6",
            question="""
Complete `answer`, so that it shifts an image, a list of 8 · 8 pixels row by row, one
pixel to the **right**; what comes in from the left is 0. (Then shift all test digits.
How does the network do, and what helps?)
""",
            cell="""
def answer(image):
    return ...
""",
            answers=_shifted,
            reads=tried_on((IMAGE,)),
            tells=_first_wrong_pixel,
            mistakes={
                "to the left": "It shifts to the left.",
                "spilled over": "At the left edge stands the last pixel of the row "
                "above. Each row of 8 begins with a 0.",
                "round the edge": "What leaves at the right comes in again at the "
                "left. Let a 0 come in.",
                "down": "It shifts downward.",
                "a wider image": "It has more pixels than before: what leaves at the "
                "right is lost.",
            },
            hints=(
                "Take the image row by row: `image[i : i + 8]` for i = 0, 8, 16, ...",
                "A row becomes `[0.0, *row[:7]]`.",
            ),
            solution="""
Far worse: each weight belongs to one pixel, so a shifted digit is a new image to it. It
helps to learn from shifted digits, too.

```python
def shift(image):
    return [x for i in range(0, 64, 8) for x in [0.0, *image[i : i + 7]]]


def all_shifted(data):
    rows = [shift(image) for image in data.features]
    return Dataset(rows, data.targets, [], digits.class_names, "")


moved = all_shifted(test_digits)
print(share_right(confusion(fast_reader, moved)) < 0.6)  # True
fit(
    fast_reader,
    everything.features + all_shifted(everything).features,
    everything.targets * 2,
    loss=nn.cross_entropy,
    epochs=10,
    learning_rate=0.2,
    seed=0,
    progress=False,
)
print(share_right(confusion(fast_reader, moved)) > 0.9)  # True
```
""",
            praise="Now shift all test digits with it, and let the network read them.",
        ),
        Exercise(
            number="8.7",
            question="""
**Predict, then look.** The three outputs of a network for one flower are 1 (setosa),
0.5 (versicolor) and -0.5 (virginica). The truth is *versicolor*, and the loss the
cross-entropy. Which output has a **negative** gradient, so that a step makes it larger?
Answer first; then run the page below, press End, and drag the outputs.
""",
            cell="""
answer = ...  # "setosa", "versicolor" or "virginica"
""",
            answers=_pushed_up,
            reads=as_name,
            mistakes={
                "the highest": "Setosa is the highest, and wrong: a step makes it "
                "smaller, most of all.",
                "the lowest": "Virginica is the lowest, but it is wrong, too: a step "
                "makes it smaller still, if not by much.",
            },
            hints=(
                "The loss is -ln of the share of the right class.",
                "The gradient of an output is its share, less 1 for the right class.",
            ),
            solution="""
That of the right class: its share, less 1. The others have their shares as gradients,
and are pushed down, whoever is higher most of all.

```python
outputs = [Value(1.0), Value(0.5), Value(-0.5)]
nn.cross_entropy(outputs, 1).backward()
print([f"{output.grad:+.2f}" for output in outputs])  # ['+0.55', '-0.67', '+0.12']
```
""",
            page="""
outputs = [
    Value(1.0, label="setosa"),
    Value(0.5, label="versicolor"),
    Value(-0.5, label="virginica"),
]
L = nn.cross_entropy(outputs, 1)
L.label = "L"
play(L)
""",
            graph=_flower,
            praise="Only the right one is pushed up; drag it, and watch L.",
        ),
    ),
)
