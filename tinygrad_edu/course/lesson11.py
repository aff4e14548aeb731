"""The exercises of lesson 11: attention."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import TriedOn, as_names, as_number, as_numbers
from tinygrad_edu.engine.functions import softmax, total
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn.attention import attend, attention_weights

Rows = Sequence[Sequence[float]]


def _shares(query: Sequence[float], keys: Rows) -> list[float]:
    asked = [Value(x) for x in query]
    offered = [[Value(x) for x in key] for key in keys]
    return [share.data for share in attention_weights(asked, offered)]


def _equal() -> dict[str, Any]:
    query, key = [2.0, 0.0], [0.3, 0.7]
    score = sum(q * k for q, k in zip(query, key)) / math.sqrt(2)
    return {
        "right": _shares(query, [key] * 4),
        "not shared": [1.0] * 4,
        "the first takes all": [1.0, 0.0, 0.0, 0.0],
        "the scores": [score] * 4,
        "halves": [0.5] * 4,
    }


def _longer() -> dict[str, Any]:
    keys = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]
    before = _shares([2.0, 0.0], keys)[0]
    return {
        "right": _shares([4.0, 0.0], keys)[0],
        "twice the share": 2 * before,
        "as before": before,
        "not scaled": softmax([4.0, 0.0, -4.0])[0].data,
        "scaled by the length": softmax([2.0, 0.0, -2.0])[0].data,
        "all of it": 1.0,
    }


def _attention() -> dict[str, Any]:
    def read(query: Sequence[float], keys: Rows, values: Sequence[float]) -> float:
        return _mixed(_shares(query, keys), values)

    def unscaled(query: Sequence[float], keys: Rows, values: Sequence[float]) -> float:
        return _mixed([s.data for s in softmax(_scores(query, keys))], values)

    def raw(query: Sequence[float], keys: Rows, values: Sequence[float]) -> float:
        root = math.sqrt(len(query))
        return _mixed([score / root for score in _scores(query, keys)], values)

    def powers(query: Sequence[float], keys: Rows, values: Sequence[float]) -> float:
        root = math.sqrt(len(query))
        return _mixed([math.exp(s / root) for s in _scores(query, keys)], values)

    def plain_mean(
        query: Sequence[float], keys: Rows, values: Sequence[float]
    ) -> float:
        return sum(values) / len(values)

    def most(query: Sequence[float], keys: Rows, values: Sequence[float]) -> float:
        scores = _scores(query, keys)
        return values[scores.index(max(scores))]

    return {
        "right": read,
        "not scaled": unscaled,
        "no softmax": raw,
        "not divided by the sum": powers,
        "a plain mean": plain_mean,
        "the winner alone": most,
    }


def _scores(query: Sequence[float], keys: Rows) -> list[float]:
    return [sum(q * k for q, k in zip(query, key)) for key in keys]


def _mixed(shares: Sequence[float], values: Sequence[float]) -> float:
    return sum(share * value for share, value in zip(shares, values))


def _swapped() -> dict[str, Any]:
    query, first, second = [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]
    right = _shares(query, [second, first])
    return {
        "right": right,
        "as before": right[::-1],
        "halves": [0.5, 0.5],
        "the place decides": [1.0, 0.0],
    }


def _warmth() -> dict[str, Any]:
    def second(logits: list[float]) -> float:
        return softmax(logits)[1].data

    return {
        "right": second([1.0 / 0.5, 2.0 / 0.5]),
        "without it": second([1.0, 2.0]),
        "multiplied": second([0.5, 1.0]),
        "the share divided": second([1.0, 2.0]) / 0.5,
        "the other share": 1 - second([2.0, 4.0]),
    }


def _seen() -> dict[str, Any]:
    rows = [[Value(0.5)], [Value(-1.0)], [Value(2.0)]]
    values = [[Value(x, label=f"value{i}")] for i, x in enumerate((1.0, 2.0, 3.0))]
    total(attend(rows, rows, values)[1]).backward()
    names = [value.label for (value,) in values]
    return {
        "right": [value.label for (value,) in values if value.grad],
        "all": names,
        "itself alone": names[1:2],
        "what was before alone": names[:1],
        "itself and ahead": names[1:],
    }


LESSON = Lesson(
    number=11,
    title="Attention: a tiny GPT out of scalars",
    prerequisites="Softmax and cross-entropy (lesson 8), names by letters (lesson 10).",
    minutes=75,
    show=(
        "Three students hold up keys, one asks: who is looked at, and how much?",
        "The player on the answer of three places: drag q0, then q1.",
        "The shares of the trained heads, for the names of the class.",
    ),
    stumbles=(
        "The shares are taken for weights that are learnt. They are computed anew.",
        "The mask is thought to matter only when names are made up. Ask what the loss "
        "would be without it.",
        "√ of the length seems a detail: exercise 11.2 shows how softmax saturates.",
    ),
    exercises=(
        Exercise(
            number="11.1",
            question="""
The query is (2, 0), and all four keys are the same: (0.3, 0.7). What are the four
shares?
""",
            cell="""
answer = [..., ..., ..., ...]
""",
            answers=_equal,
            reads=as_numbers,
            mistakes={
                "not shared": "{given}: shares add up to 1.",
                "the first takes all": "{given}: why should the first one win, if all "
                "scores are the same?",
                "the scores": "{given} are the scores, query · key / √2. Softmax comes "
                "after them.",
                "halves": "{given}: there are four places, and shares add up to 1.",
            },
            hints=(
                "The same key gives the same score.",
                "Softmax of equal scores is equal shares, and they add up to 1.",
            ),
            solution="""
Equal, too: attention is then a plain mean.

```python
same_keys = [[Value(0.3), Value(0.7)]] * 4
print({f"{x:.2f}" for x in attention_weights(query, same_keys)})  # {'0.25'}
```
""",
            praise="Attention is then a plain mean.",
        ),
        Exercise(
            number="11.2",
            question="""
In the example by hand the query was (2, 0), and place 0 had the share 0.7679. The query
becomes twice as long: **(4, 0)**. What is the share of place 0 now?
""",
            cell="""
answer = ...
""",
            answers=_longer,
            reads=as_number,
            mistakes={
                "twice the share": "{given} is more than all there is. The *scores* "
                "double, and softmax follows.",
                "as before": "{given} is what it was. The direction is the same, but "
                "scores grow with the length, and softmax is not indifferent to that.",
                "not scaled": "{given} leaves out the division by √2.",
                "scaled by the length": "{given} divides by 2, the number of entries. "
                "Its root is asked for.",
                "all of it": "Not quite: no share is ever all.",
            },
            hints=(
                "The scores are 4 / √2, 0 and -4 / √2.",
                "`softmax` of these, or `attention_weights` with the longer query.",
            ),
            solution="""
One place gets nearly everything, and if the query grows further, softmax saturates:
hardly any gradient flows to the query. This is why the scores are divided by √ of the
length.

```python
def share_and_gradient(length):
    asked = [Value(length), Value(0.0)]
    share = attention_weights(asked, keys)[0]
    share.backward()
    return f"{share.data:.6f} {asked[0].grad:.6f}"


print(share_and_gradient(4.0))  # 0.941089 0.041390
print(share_and_gradient(20.0))  # 0.999999 0.000001
```
""",
            praise="Longer queries choose more sharply, until softmax saturates.",
        ),
        Exercise(
            number="11.3",
            question="""
Write attention yourself, in plain numbers. `answer` is given a query (a list of
numbers), the keys (a list of such lists), and for each place one number as its value.
It returns what is read: the values mixed by their shares. `math.exp` and `math.sqrt`
will do.
""",
            cell="""
def answer(query, keys, values):
    return ...
""",
            answers=_attention,
            reads=TriedOn(
                ([2.0, 0.0], [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]], [1.0, 2.0, 3.0]),
                ([0.5, -1.0, 2.0, 1.0], [[1.0] * 4, [0.5, 2.0, 0.0, 0.0]], [4.0, -2]),
            ),
            mistakes={
                "not scaled": "Nearly: divide the scores by √ of the query's length.",
                "no softmax": "The scores are not yet shares: they can be negative, "
                "and do not add up to 1.",
                "not divided by the sum": "These are powers of e, and not yet shares: "
                "they must add up to 1.",
                "a plain mean": "All values have the same share. Where do query and "
                "keys come in?",
                "the winner alone": "It takes the best place alone. Every place has a "
                "share.",
            },
            hints=(
                "First a list of scores: for each key the sum of q · k, by the root.",
                "Then `powers = [math.exp(score) for score in scores]`, and each "
                "divided by `sum(powers)`.",
                "At last `sum(share * value for share, value in zip(shares, values))`.",
            ),
            solution="""
Three steps: scores, shares, mixture.

```python
def read(query, keys, values):
    root = math.sqrt(len(query))
    scores = [sum(q * k for q, k in zip(query, key)) / root for key in keys]
    powers = [math.exp(score) for score in scores]
    return sum(p * value for p, value in zip(powers, values)) / sum(powers)


print(round(read([2.0, 0.0], offers, [1.0, 2.0, 3.0]), 4))  # 1.2775
```
""",
            praise="Scores, shares, mixture: all of attention.",
        ),
        Exercise(
            number="11.4",
            question="""
A query (1, 0) looks at two places with the keys (1, 0) and (0, 1): its shares are
0.6698 and 0.3302. No row for the place was added. Now the two places **change places**:
the keys are (0, 1) and (1, 0). What are the shares?
""",
            cell="""
answer = [..., ...]
""",
            answers=_swapped,
            reads=as_numbers,
            mistakes={
                "as before": "{given} is as before: is it the place that is looked at, "
                "or what stands in it?",
                "halves": "{given} would be equal scores. They are 0.71 and 0, in some "
                "order.",
                "the place decides": "{given}: no share is ever all or nothing here.",
            },
            hints=(
                "The score of a place depends on the query and its key alone.",
                "What was said of (1, 0) goes with it to the second place.",
            ),
            solution="""
The shares change places with the keys, so that the mixture stays the same: attention is
a sum, and a sum does not know who came first. This is why the model adds a row for the
place to the row of the letter.

```python
asked, a, b = [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]
print(read(asked, [a, b], [5.0, 7.0]) == read(asked, [b, a], [7.0, 5.0]))  # True
```
""",
            praise="They go with the keys. Without rows for places, order is lost.",
        ),
        Exercise(
            number="11.5",
            question="""
The logits of two letters are 1 and 2. Drawn with the **temperature 0.5**: how likely is
the second letter?
""",
            cell="""
answer = ...
""",
            answers=_warmth,
            reads=as_number,
            mistakes={
                "without it": "{given} is what the temperature 1 gives.",
                "multiplied": "{given} multiplies by the temperature: that makes them "
                "more alike. Cold makes the likely likelier.",
                "the share divided": "{given} is above 1. The *logits* are divided, "
                "before softmax.",
                "the other share": "{given} is how likely the first letter is.",
            },
            hints=(
                "The logits are divided by the temperature, and then comes softmax.",
                "softmax of 2 and 4: 1 / (1 + e⁻²).",
            ),
            solution="""
The colder, the likelier the likely. At 0.1 all draws are nearly the same.

```python
from tinygrad_edu import softmax

temperatures = (1.0, 0.5, 0.1)
likely = [softmax([1.0 / t, 2.0 / t])[1].data for t in temperatures]
print([f"{share:.4f}" for share in likely])  # ['0.7311', '0.8808', '1.0000']
```
""",
            praise="Colder than 1: the likely letter becomes likelier.",
        ),
        Exercise(
            number="11.6",
            question="""
**Predict, then look.** Three places, with a causal mask. We ask for the answer of the
place in the **middle** (place 1). Which of value0, value1 and value2 get a gradient
from it? Answer first; then run the page, and go to the end.
""",
            cell="""
answer = [...]  # names in quotes
""",
            answers=_seen,
            reads=as_names,
            mistakes={
                "all": "Place 2 lies ahead of place 1. May that be looked at?",
                "itself alone": "A place looks at itself, and also back.",
                "what was before alone": "A place looks back, and also at itself.",
                "itself and ahead": "The mask is the other way round: it hides what is "
                "ahead.",
            },
            hints=(
                "Which places may place 1 look at?",
                "Itself, and all before it. The others are not even in its graph.",
            ),
            solution="""
The values of place 0 and place 1. That of place 2 is no part of the graph.

```python
rows = [[Value(x)] for x in (0.5, -1.0, 2.0)]
read_from = [[Value(x)] for x in (1.0, 2.0, 3.0)]
attend(rows, rows, read_from)[1][0].backward()
print([row[0].grad > 0 for row in read_from])  # [True, True, False]
```
""",
            page="""
rows = [[Value(x, label=f"row{i}")] for i, x in enumerate((0.5, -1.0, 2.0))]
values = [[Value(x, label=f"value{i}")] for i, x in enumerate((1.0, 2.0, 3.0))]
middle = attend(rows, rows, values)[1][0]
middle.label = "middle"
play(middle)
""",
            praise="Itself and what was before. What is ahead is not in its graph.",
        ),
    ),
)
