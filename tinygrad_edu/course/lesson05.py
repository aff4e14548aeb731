"""The exercises of lesson 5: backward by hand, on the network of the lesson."""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import TriedOn, as_names, as_number, as_numbers
from tinygrad_edu.engine.value import Value

#: The numbers of the lesson: w_ij from input to hidden, v_jk from hidden to output.
START = {
    **{"w11": 0.5, "w21": 0.8, "b1": 0.1, "w12": -0.3, "w22": 0.2, "b2": -0.2},
    **{"v11": 0.7, "v21": -0.6, "c1": 0.05, "v12": -0.4, "v22": 0.9, "c2": -0.1},
}
ETA = 0.5


def _network(numbers: dict[str, float], x1: float = 1.0) -> dict[str, Value]:
    """Return the nodes of the network by their names, and its loss as L."""
    node = {name: Value(data, label=name) for name, data in numbers.items()}
    node.update(x1=Value(x1, label="x1"), x2=Value(0.5, label="x2"))
    for j in "12":
        a = node["w1" + j] * node["x1"] + node["w2" + j] * node["x2"] + node["b" + j]
        node["h" + j] = a.sigmoid()
    for k in "12":
        z = node["v1" + k] * node["h1"] + node["v2" + k] * node["h2"] + node["c" + k]
        node["y" + k] = z.sigmoid()
    node["L"] = ((node["y1"] - 1.0) ** 2 + node["y2"] ** 2) / 2
    for name, value in node.items():
        value.label = name
    return node


def _loss() -> Value:
    return _network(START)["L"]


def _gradients(x1: float = 1.0) -> dict[str, float]:
    node = _network(START, x1)
    node["L"].backward()
    return {name: node[name].grad for name in START}


def _descend(
    start: dict[str, float], steps: int, rate: float = ETA, *, clears: bool = True
) -> tuple[dict[str, float], list[float]]:
    """Return the parameters after so many updates, and the outputs that they give."""
    numbers = dict(start)
    gradients = dict.fromkeys(numbers, 0.0)
    for _ in range(steps):
        node = _network(numbers)
        node["L"].backward()
        for name in numbers:
            old = 0.0 if clears else gradients[name]
            gradients[name] = old + node[name].grad
            numbers[name] -= rate * gradients[name]
    node = _network(numbers)
    return numbers, [node["y1"].data, node["y2"].data]


def _ratio() -> dict[str, Any]:
    gradients = _gradients()
    return {
        "right": gradients["w21"] / gradients["w11"],
        "turned over": gradients["w11"] / gradients["w21"],
        "the weights": START["w21"] / START["w11"],
        "to the other neuron": gradients["w12"] / gradients["w11"],
        "the same for all": 1.0,
    }


def _confident() -> dict[str, Any]:
    logit = Value(-6.0)
    (-logit.sigmoid().log()).backward()
    cross = logit.grad
    logit.grad = 0.0
    ((logit.sigmoid() - 1) ** 2 / 2).backward()
    squared = logit.grad
    y = logit.sigmoid().data
    return {
        "right": [cross, squared],
        "the slope forgotten": [-1 / y, y - 1],
        "the slope forgotten once": [cross, y - 1],
        "the other sign": [-cross, -squared],
        "the other way round": [squared, cross],
    }


def _hidden_delta() -> dict[str, Any]:
    def right(weights: list[float], deltas: list[float], h: float) -> float:
        # The engine's own: what a hidden neuron gets that feeds these outputs.
        a = Value(math.log(h / (1 - h)))
        hidden = a.sigmoid()
        sum(
            (w * d * hidden for w, d in zip(weights, deltas)), start=Value(0.0)
        ).backward()
        return a.grad

    def unweighted(weights: list[float], deltas: list[float], h: float) -> float:
        return sum(deltas) * h * (1 - h)

    def no_slope(weights: list[float], deltas: list[float], h: float) -> float:
        return sum(w * d for w, d in zip(weights, deltas))

    def one_output(weights: list[float], deltas: list[float], h: float) -> float:
        return weights[0] * deltas[0] * h * (1 - h)

    def slope_of_h(weights: list[float], deltas: list[float], h: float) -> float:
        s = 1 / (1 + math.exp(-h))
        return no_slope(weights, deltas, h) * s * (1 - s)

    def times_h(weights: list[float], deltas: list[float], h: float) -> float:
        return no_slope(weights, deltas, h) * h

    return {
        "right": right,
        "unweighted": unweighted,
        "no slope": no_slope,
        "one output": one_output,
        "sigmoid twice": slope_of_h,
        "h for the slope": times_h,
    }


def _outputs() -> dict[str, Any]:
    return {
        "right": _descend(START, 200)[1],
        "never cleared": _descend(START, 200, clears=False)[1],
        "uphill": _descend(START, 200, -ETA)[1],
        "one update": _descend(START, 1)[1],
        "no update": _descend(START, 0)[1],
    }


def _twins() -> dict[str, Any]:
    alike, _ = _descend(dict.fromkeys(START, 0.5), 200)
    lesson, _ = _descend(START, 200)
    return {
        "right": alike["w11"] - alike["w12"],
        "another start": lesson["w11"] - lesson["w12"],
        "to the same neuron": alike["w11"] - alike["w21"],
        "one of them": alike["w11"],
    }


def _silent() -> dict[str, Any]:
    return {
        "right": [name for name, gradient in _gradients(0.0).items() if gradient == 0],
        "one of two": ["w11"],
        "into h1": ["w11", "w21"],
        "the bias too": ["w11", "w12", "b1", "b2"],
        "all from there on": ["w11", "w12", "v11", "v12", "v21", "v22"],
    }


LESSON = Lesson(
    number=5,
    title="Backward by hand",
    prerequisites="Lessons 3 and 4: the chain rule along edges, a layer, the sigmoid.",
    minutes=90,
    show=(
        "The derivation of the hidden δ at the blackboard, a line at a time, each with "
        "its number -0.0238.",
        "The player on the network: drag v11, and let the class call the sign of the "
        "gradient of w11.",
        "The rule without weights: +0.0040 for -0.0238, with the wrong sign.",
    ),
    stumbles=(
        "Row and column: w21 leads from input 2 to hidden neuron 1. Let them point.",
        "Error, loss and δ are taken for one thing: write the three numbers in a row.",
        "Backward is thought to move the weights. Print them after `backward()`.",
    ),
    exercises=(
        Exercise(
            number="5.1",
            question="""
With pencil and paper: what is dL/dw21, divided by dL/dw11? (Both weights lead to hidden
neuron 1.)
""",
            cell="""
answer = ...
""",
            answers=_ratio,
            reads=as_number,
            mistakes={
                "turned over": "{given} is the other way round: dL/dw11 divided by "
                "dL/dw21.",
                "the weights": "{given} is w21 divided by w11. Not the weights are "
                "asked for, but their gradients.",
                "to the other neuron": "{given} compares w12 with w11: they lead to "
                "two neurons. w21 leads from input 2 to neuron 1.",
                "the same for all": "With {given} both would have the same gradient. "
                "They share δ, but is the same number coming in?",
            },
            hints=(
                "The gradient of a weight is what came in, times δ of where it went.",
                "Both go to the same neuron, so δ cancels. What came in?",
            ),
            solution="""
Both are δ of the same hidden neuron, times what came in: x2 = 0.5 and x1 = 1.

```python
print(round(by_formula["w21"] / by_formula["w11"], 9))  # 0.5
```
""",
            praise="δ cancels, and what is left is x2 / x1.",
        ),
        Exercise(
            number="5.2",
            question="""
One sigmoid output with the target 1 is very wrong: its z is -6. What is δ = dL/dz for
the loss -ln y, and what is it for ½(y - 1)²? Which of the two still learns?
""",
            cell="""
z_wrong = Value(-6.0, label="z")

answer = [..., ...]  # δ for -ln y, δ for the squared error
""",
            answers=_confident,
            reads=as_numbers,
            mistakes={
                "the slope forgotten": "{given} are the derivatives by y. From y back "
                "to z one more edge is crossed: the sigmoid's slope.",
                "the slope forgotten once": "The first number is right. The second is "
                "the error y - 1: where is the slope of the sigmoid?",
                "the other sign": "{given} have the wrong sign: z must become larger, "
                "and a step goes against δ.",
                "the other way round": "Right, but the other way round: -ln y comes "
                "first.",
            },
            hints=(
                "Build both losses out of `z_wrong.sigmoid()` and call `backward()`.",
                "On paper: d(-ln y)/dy = -1/y, and dy/dz = y·(1 - y). What cancels?",
                "For -ln y it is y - 1; for the squared error (y - 1)·y·(1 - y). "
                "Clear `z_wrong.grad` between the two.",
            ),
            solution="""
dL/dy = -1/y, times y·(1 - y), is y - 1: the factor y·(1 - y), which is nearly 0 for a
saturated neuron, has cancelled. So with -ln y a very wrong output still learns; with
the squared error it hardly does.

```python
z_wrong = Value(-6.0, label="z")
(-z_wrong.sigmoid().log()).backward()
cross, z_wrong.grad = z_wrong.grad, 0.0
((z_wrong.sigmoid() - 1) ** 2 * 0.5).backward()
print(f"{cross:.4f} {z_wrong.grad:.5f}")  # -0.9975 -0.00246
```
""",
            praise="The first still learns: there the slope y·(1 - y) has cancelled.",
        ),
        Exercise(
            number="5.3",
            question="""
Complete `answer`, so that it returns δ of a hidden sigmoid neuron. It is given the
weights from this neuron to the outputs, the δ of these outputs, and h, what the neuron
says.
""",
            cell="""
def answer(weights, deltas, h):
    return ...
""",
            answers=_hidden_delta,
            reads=TriedOn(
                ([0.7, -0.4], [-0.1, 0.12], 0.73),
                ([0.5], [0.2], 0.5),
                ([1.0, 2.0, -1.5], [0.3, -0.1, 0.05], 0.9),
            ),
            mistakes={
                "unweighted": "It adds the δ as they are. Each comes back along an "
                "edge, and the edge multiplies.",
                "no slope": "It stops in front of h. From h back to a one more edge is "
                "crossed: the sigmoid.",
                "one output": "It looks at the first output alone. The neuron feeds "
                "every one of them.",
                "sigmoid twice": "It takes the slope of the sigmoid *at h*. h is "
                "what came out already: what is the slope, told by h?",
                "h for the slope": "It multiplies by h, the response. The slope is "
                "told by h, too, but it is another number.",
            },
            hints=(
                "Lines (2) to (4) of the derivation: a sum over all outputs, and then "
                "one more factor.",
                "`zip(weights, deltas)` goes through both lists together.",
                "`sum(w * d for w, d in zip(weights, deltas)) * h * (1 - h)`",
            ),
            solution="""
Line (4): the weighted sum, times the slope.

```python
def hidden_delta(weights, deltas, h):
    return sum(w * d for w, d in zip(weights, deltas)) * h * (1 - h)


print(math.isclose(hidden_delta(v[0], delta_y, h[0]), delta_h[0]))  # True
```
""",
            praise="A weighted sum, times the slope: line (4).",
        ),
        Exercise(
            number="5.4",
            question="""
Begin with the weights of the lesson, and repeat the update 200 times with η = 0.5. What
are y1 and y2 then?
""",
            cell="""
model = build()

answer = [..., ...]  # y1, y2
""",
            answers=_outputs,
            reads=as_numbers,
            mistakes={
                "never cleared": "{given} are the targets, and a sigmoid never quite "
                "arrives there. Are the gradients cleared each time? `backward()` adds "
                "to the old ones.",
                "uphill": "{given} comes out uphill: an update moves *against* the "
                "gradient.",
                "one update": "{given} are the outputs after one update.",
                "no update": "{given} are the outputs before the first update.",
            },
            hints=(
                "Four lines in a loop: clear, forward, backward, update.",
                "`model.zero_grad()`, `L, node = named_loss(model)`, `L.backward()`, "
                "then `parameter.data -= eta * parameter.grad` for each parameter.",
                "After the loop: `answer = model(x)`.",
            ),
            solution="""
The outputs are on their way to the targets 1 and 0.

```python
model = build()
for _ in range(200):
    model.zero_grad()
    L, _ = named_loss(model)
    L.backward()
    for parameter in model.parameters():
        parameter.data -= eta * parameter.grad
print(f"{model(x)[0]:.4f} {model(x)[1]:.4f}")  # 0.9444 0.0561
```
""",
            praise="On their way to 1 and 0. Go on to 1,000 updates, and see.",
        ),
        Exercise(
            number="5.5",
            question="""
Set all twelve parameters to 0.5, and then make 200 updates as before. What is w11 - w12
afterwards, and why are weights drawn at random?
""",
            cell="""
model = build()
for parameter in model.parameters():
    parameter.data = 0.5

answer = ...  # w11 - w12 after 200 updates
""",
            answers=_twins,
            reads=as_number,
            mistakes={
                "another start": "{given} comes from the weights of the lesson. Here "
                "all of them start at 0.5.",
                "to the same neuron": "{given} is w11 - w21: two weights into one "
                "neuron. w12 leads from input 1 to neuron *2*.",
                "one of them": "{given} is w11. Take w12 from it.",
            },
            hints=(
                "Compare the gradients of the two hidden neurons after one "
                "`backward()`.",
                "Neurons that are alike get the same gradients. What are they after "
                "the update?",
            ),
            solution="""
The hidden neurons get the same gradients, so they stay twins for ever and learn one
thing between them. Random weights make them different from the start.

```python
model = build()
for parameter in model.parameters():
    parameter.data = 0.5
named_loss(model)[0].backward()
one, two = model.layers[0].neurons
print([p.grad for p in one.parameters()] == [p.grad for p in two.parameters()])  # True
```
""",
            praise="Twins for ever: that is why weights are drawn at random.",
        ),
        Exercise(
            number="5.6",
            question="""
**Predict, then look.** In the network of the lesson x1 is dragged from 1 to 0. The
gradients of which weights and biases become 0? Answer first; then run the page below,
press End, and drag x1.
""",
            cell="""
answer = [...]  # names, such as "w11", "b1"
""",
            answers=_silent,
            reads=as_names,
            mistakes={
                "one of two": "w11, yes. Into which other weight does x1 come?",
                "into h1": "These are the two weights into h1. Which two does *x1* "
                "come into?",
                "the bias too": "The biases too? What comes into a bias is not x1: it "
                "is always 1.",
                "all from there on": "h1 and h2 do not become 0 with x1: they are "
                "sigmoids. So what comes into the weights v is not 0.",
            },
            hints=(
                "The gradient of a weight is what came in, times δ.",
                "Into which weights does x1 come? It feeds both hidden neurons.",
            ),
            solution="""
Those of w11 and w12, for which x1 is what came in. The biases and all others keep a
gradient.

```python
_, nodes = named_loss(build(), x=[0.0, 0.5])
nodes["L"].backward()
of_parameters = [p for p in nodes.values() if p.label[:1] in list("wbvc")]
print([p.label for p in of_parameters if p.grad == 0])  # ['w11', 'w12']
```
""",
            page="""
L, node = named_loss(build())
play(L)
""",
            graph=_loss,
            praise="What comes in is 0, so δ is multiplied by 0.",
        ),
    ),
)
