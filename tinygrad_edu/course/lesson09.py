"""The exercises of lesson 9: convolution."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import as_count, as_names, as_numbers
from tinygrad_edu.engine.functions import largest, total
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.convolution import Conv1d, Conv2d
from tinygrad_edu.nn.pooling import AvgPool2d, MaxPool2d


def _slide(kernel: tuple[float, ...], image: Any) -> list[list[float]]:
    conv = Conv2d(1, 1, kernel_size=2, bias=False, seed=0)
    for weight, number in zip(conv.channels[0].w, kernel):
        weight.data = number
    return [[z.data for z in row] for row in conv([image])[0]]


def _middle() -> dict[str, Any]:
    image = [[0.0] * 4, [0.0] * 4, [1.0] * 4, [1.0] * 4]

    def column(*kernel: float) -> list[float]:
        return [row[1] for row in _slide(kernel, image)]

    lower = column(-1.0, -1.0, 1.0, 1.0)
    return {
        "right": lower,
        "upper minus lower": column(1.0, 1.0, -1.0, -1.0),
        "one column of the kernel": column(-1.0, 0.0, 1.0, 0.0),
        "right minus left": column(-1.0, 1.0, -1.0, 1.0),
        "minus signs forgotten": column(1.0, 1.0, 1.0, 1.0),
        "the middle row": _slide((-1.0, -1.0, 1.0, 1.0), image)[1],
    }


def _sizes() -> dict[str, Any]:
    def places(stride: int = 1, padding: int = 0) -> int:
        image = [[[0.0] * 8 for _ in range(8)]]
        rows = Conv2d(1, 1, 3, stride, padding, seed=0)(image)[0]
        return len(rows) * len(rows[0])

    right = [places(), places(stride=2)]
    return {
        "right": right,
        "a margin assumed": [places(padding=1), places(padding=1, stride=2)],
        "one side only": [round(count**0.5) for count in right],
        "one place forgotten": [(8 - 3) ** 2, ((8 - 3) // 2) ** 2],
        "halved": [right[0], right[0] // 2],
        "the stride forgotten": [right[0], right[0]],
    }


def _bias() -> dict[str, Any]:
    conv = Conv2d(1, 1, kernel_size=2, seed=0)
    image = [[1.0] * 4 for _ in range(4)]
    (result,) = conv([image])
    total(z for row in result for z in row).backward()
    bias = conv.channels[0].b
    assert bias is not None
    return {
        "right": bias.grad,
        "one place": 1.0,
        "the pixels": float(sum(map(len, image))),
        "the weights": float(len(conv.channels[0].w)),
        "one side": float(len(result)),
    }


def _pooled() -> dict[str, Any]:
    def gradients(pool: Any) -> list[float]:
        square = [[Value(1.0), Value(2.0)], [Value(4.0), Value(3.0)]]
        pool([square])[0][0][0].backward()
        return [node.grad for row in square for node in row]

    numbers = [1.0, 2.0, 4.0, 3.0]
    return {
        "right": gradients(AvgPool2d(2)),
        "as by max pooling": gradients(MaxPool2d(2)),
        "the sum": [1.0] * 4,
        "by size": [number / sum(numbers) for number in numbers],
        "one side": [0.5] * 4,
    }


def _winner() -> dict[str, Any]:
    conv = Conv1d(1, 1, kernel_size=2, bias=False, seed=0)
    for weight, number in zip(conv.channels[0].w, (-1.0, 1.0)):
        weight.data = number
    numbers = (2.0, 3.0, 7.0, 5.0)
    pixels = [Value(number, label=f"x{i}") for i, number in enumerate(numbers)]
    largest(conv([pixels])[0]).backward()
    names = [pixel.label for pixel in pixels]
    brightest = pixels[numbers.index(max(numbers))]
    return {
        "right": [pixel.label for pixel in pixels if pixel.grad],
        "all": names,
        "the brightest": [brightest.label],
        "the first": names[:2],
        "what falls": names[2:],
    }


LESSON = Lesson(
    number=9,
    title="Convolution",
    prerequisites="Lessons 3 and 6. That a gradient adds up where paths meet.",
    minutes=60,
    show=(
        "The kernel on paper: cut a window of 2 × 2 and slide it over squared paper.",
        "The player on the row of five pixels: drag the two weights until the loss is "
        "0, and ask first whether more than one kernel will do.",
        "The table of likenesses: what each kernel was, and what it has become.",
    ),
    stumbles=(
        "The gradient of a shared weight is taken from one place. Let them count the "
        "edges that leave w0 in the picture.",
        "Kernels are thought to be given. The pupil that begins as the wrong kernel "
        "shows that they are found.",
        "Moving with the image is taken for being blind to moves: the last layer has "
        "a weight for each place.",
    ),
    exercises=(
        Exercise(
            number="9.1",
            question="""
Another image: its upper two rows are dark (0), its lower two bright (1). The kernel
[[-1, -1], [1, 1]] slides over it. What stands in the **middle column** of the result,
from top to bottom?
""",
            cell="""
answer = [..., ..., ...]
""",
            answers=_middle,
            reads=as_numbers,
            mistakes={
                "upper minus lower": "{given} is upper minus lower. The -1 stand in "
                "the upper row of the kernel.",
                "one column of the kernel": "{given} counts one column of the kernel. "
                "It has two, and both add.",
                "right minus left": "{given} is what right minus left gives: it finds "
                "nothing here. Which weights stand side by side in this kernel?",
                "minus signs forgotten": "{given} adds up all four pixels. Two of the "
                "weights are negative.",
                "the middle row": "{given} is the middle row. The column goes from top "
                "to bottom.",
            },
            hints=(
                "Lay the kernel on the top: four dark pixels. What is their sum?",
                "One row further down: -1 · 0 - 1 · 0 + 1 · 1 + 1 · 1.",
                "At the bottom four bright pixels: -1 - 1 + 1 + 1.",
            ),
            solution="""
It finds edges from dark above to bright below. The edge lies between the second and the
third row, which the window covers in the middle.

```python
below = nn.Conv2d(1, 1, kernel_size=2, bias=False, seed=0)
for weight, number in zip(below.channels[0].w, (-1.0, -1.0, 1.0, 1.0)):
    weight.data = number
lit = [[0] * 4, [0] * 4, [1] * 4, [1] * 4]
print([row[1].data for row in below([lit])[0]])  # [0.0, 2.0, 0.0]
```
""",
            praise="It finds the edge from dark above to bright below.",
        ),
        Exercise(
            number="9.2",
            question="""
A kernel of 3 × 3 slides over 8 × 8 pixels without padding. How many numbers has the
result? And with `stride=2`, two pixels at a time in both directions?
""",
            cell="""
answer = [..., ...]  # how many by steps of one, how many by steps of two
""",
            answers=_sizes,
            reads=as_numbers,
            mistakes={
                "a margin assumed": "{given} would be right with a margin of zeros "
                "(`padding=1`). Here the window stays within the image.",
                "one side only": "{given} counts the places along one side. The result "
                "has rows *and* columns.",
                "one place forgotten": "{given} takes 8 - 3 places along a side. The "
                "window fits once more: count it on paper.",
                "halved": "{given}: half as many along *each* side.",
                "the stride forgotten": "{given}: in the second one every other place "
                "is left out, along both sides.",
            },
            hints=(
                "How often does a window of 3 fit along a side of 8, step by step?",
                "Along one side it can begin at pixel 0, 1, ..., 5.",
                "With the stride 2 it begins at 0, 2 and 4.",
            ),
            solution="""
The window fits in 8 - 3 + 1 = 6 places of each row; every second of them makes 3.

```python
print(shape(nn.Conv2d(1, 1, kernel_size=3, seed=0)([zero])))  # 1 × 6 × 6
print(shape(nn.Conv2d(1, 1, kernel_size=3, stride=2, seed=0)([zero])))  # 1 × 3 × 3
```
""",
            praise="(8 - 3) / stride + 1 places along each side, rounded down.",
        ),
        Exercise(
            number="9.3",
            question="""
The bias of a kernel is added at every place. What is its gradient if the loss is the
sum of a result of 3 × 3?
""",
            cell="""
answer = ...
""",
            answers=_bias,
            reads=as_count,
            mistakes={
                "one place": "{given} is what one place hands it. It is added at every "
                "place.",
                "the pixels": "{given} is the number of pixels. The bias is added to "
                "each *result*.",
                "the weights": "{given} is the number of weights in the kernel.",
                "one side": "{given} is one row of the result. There are more rows.",
            },
            hints=(
                "A nudge of the bias moves how many numbers of the result?",
                "It is a shared parameter: its gradient is a sum over all places, and "
                "each adds 1.",
            ),
            solution="""
The sum over nine places, each of which adds 1.

```python
biased = nn.Conv2d(1, 1, kernel_size=2, seed=0)
total([z for row in biased([image])[0] for z in row]).backward()
print(biased.channels[0].b.grad)  # 9.0
```
""",
            praise="A sum over all places, like that of every shared parameter.",
        ),
        Exercise(
            number="9.4",
            question="""
`AvgPool2d(2)` takes the mean of each square. The square [[1, 2], [4, 3]] becomes 2.5.
What gradient does each of its four numbers get, if the mean gets 1?
""",
            cell="""
answer = [..., ..., ..., ...]  # of the 1, the 2, the 4 and the 3
""",
            answers=_pooled,
            reads=as_numbers,
            mistakes={
                "as by max pooling": "{given} is what the *largest* would hand back. "
                "Here is a mean: does only one number move it?",
                "the sum": "{given} would be a sum. A mean divides.",
                "by size": "{given} shares it out by size. Does a nudge of the 4 move "
                "the mean more than a nudge of the 1?",
                "one side": "{given}: the square has two sides, and four numbers.",
            },
            hints=(
                "Nudge one number by 0.1. How far does the mean move?",
                "The mean is ¼·1 + ¼·2 + ¼·4 + ¼·3: what are its local derivatives?",
            ),
            solution="""
A quarter each: a nudge of any of the four moves the mean by a quarter of it.

```python
square = [[Value(1.0), Value(2.0)], [Value(4.0), Value(3.0)]]
nn.AvgPool2d(2)([square])[0][0][0].backward()
print([node.grad for row in square for node in row])  # [0.25, 0.25, 0.25, 0.25]
```
""",
            praise="All alike: the mean has no winner.",
        ),
        Exercise(
            number="9.5",
            question="""
**Predict, then look.** "Right minus left" slides over the row 2, 3, 7, 5, and pooling
keeps the **largest** of the three results. Which of the pixels x0, x1, x2, x3 get a
gradient that is not 0? Answer first; then run the page and go to its end. Drag x3 up:
from where on do others get it?
""",
            cell="""
answer = [...]  # names in quotes
""",
            answers=_winner,
            reads=as_names,
            mistakes={
                "all": "All of them are looked at, but only one of the three results "
                "is handed on. Which pixels made that one?",
                "the brightest": "The largest *result* wins, not the largest pixel. "
                "How many pixels is that result made of?",
                "the first": "These make 3 - 2. Is that the largest of the three "
                "differences?",
                "what falls": "These make 5 - 7: the largest fall, and the smallest "
                "of the three numbers.",
            },
            hints=(
                "The three results are 3 - 2, 7 - 3 and 5 - 7.",
                "Only the winner hands a gradient on, to the two pixels it is made of.",
            ),
            solution="""
7 - 3 = 4 wins, so x1 gets -1 and x2 gets 1. When x3 is above 11, x3 - x2 is larger than
4, and wins.

```python
from tinygrad_edu import largest

row = [Value(number) for number in (2.0, 3.0, 7.0, 5.0)]
largest([row[i + 1] - row[i] for i in range(3)]).backward()
print([pixel.grad for pixel in row])  # [0.0, -1.0, 1.0, 0.0]
```
""",
            page="""
from tinygrad_edu import largest

pixels = [Value(number, label=f"x{i}") for i, number in enumerate((2.0, 3.0, 7.0, 5.0))]
finder = nn.Conv1d(1, 1, kernel_size=2, bias=False, seed=0)
finder.channels[0].w[0].data, finder.channels[0].w[1].data = -1.0, 1.0
winner = largest(finder([pixels])[0])
winner.label = "winner"
play(winner)
""",
            praise="Those of the winner, 7 - 3. Above 11, x3 takes it over.",
        ),
    ),
)
