"""The exercises of lesson 13: build your own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_edu.course import mistaken, pieces
from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import Unread, as_number, handed_back, tried_by
from tinygrad_edu.engine.derivatives import grad
from tinygrad_edu.engine.value import Value

Derivative = Callable[[Any, float], float]


def _curvatures() -> dict[str, Derivative]:
    def derivatives(f: Any, at: float) -> tuple[Value, Value, Value, Value]:
        x = Value(at)
        y: Value = f(x)
        first = grad(y, x)
        second = grad(first, x)
        return y, first, second, grad(second, x)

    def right(f: Any, at: float) -> float:
        return derivatives(f, at)[2].data

    def first(f: Any, at: float) -> float:
        return derivatives(f, at)[1].data

    def third(f: Any, at: float) -> float:
        return derivatives(f, at)[3].data

    def squared(f: Any, at: float) -> float:
        return first(f, at) ** 2

    def value(f: Any, at: float) -> float:
        return derivatives(f, at)[0].data

    def of_the_slope(f: Any, at: float) -> float:
        return derivatives(f, first(f, at))[1].data

    return {
        "right": right,
        "the slope": first,
        "once too often": third,
        "the slope squared": squared,
        "the value": value,
        "the slope at the slope": of_the_slope,
    }


def _cubic(x: Any) -> Any:
    return x**3 - 2 * x


def _bent(x: Any) -> Any:
    return x.exp() + x * x


#: What derivatives are tried on, and where.
FUNCTIONS = {"x³ - 2x": _cubic, "exp(x) + x²": _bent}
PLACES = (-0.5, 1.0, 2.0)
TRIED = tuple(f"{name} at {place:g}" for name in FUNCTIONS for place in PLACES)


def _numbers_of(answer: Derivative) -> list[Any]:
    numbers = [answer(f, at) for f in FUNCTIONS.values() for at in PLACES]
    if any(isinstance(number, Value) for number in numbers):
        raise Unread("It returned a Value. The number in it is its `.data`.")
    return list(map(handed_back, numbers))


def _newton_steps() -> dict[str, Derivative]:
    curvature = _curvatures()
    slope, bend = curvature["the slope"], curvature["right"]
    value = curvature["the value"]

    def right(f: Any, at: float) -> float:
        return at - slope(f, at) / bend(f, at)

    def uphill(f: Any, at: float) -> float:
        return at + slope(f, at) / bend(f, at)

    def zero_of_f(f: Any, at: float) -> float:
        return at - value(f, at) / slope(f, at)

    def upside_down(f: Any, at: float) -> float:
        return at - bend(f, at) / slope(f, at)

    def multiplied(f: Any, at: float) -> float:
        return at - slope(f, at) * bend(f, at)

    def descent(f: Any, at: float) -> float:
        return at - slope(f, at)

    def only_the_step(f: Any, at: float) -> float:
        return slope(f, at) / bend(f, at)

    return {
        "right": right,
        "uphill": uphill,
        "the zero of f": zero_of_f,
        "upside down": upside_down,
        "multiplied": multiplied,
        "no curvature": descent,
        "only the step": only_the_step,
    }


def _bowl(at: float = 5.0) -> Value:
    x = Value(at, label="x")
    distance = x - 2
    distance.label = "d"
    f = 3 * distance**2
    f.label = "f"
    return f


def _rate() -> dict[str, Any]:
    f = _bowl()
    x = next(node for node in f.topological_order() if node.label == "x")
    slope = grad(f, x)
    bend = grad(slope, x).data
    return {
        "right": 1 / bend,
        "the curvature": bend,
        "one over the slope": 1 / slope.data,
        "the factor forgotten": 1 / 2,
        "the square forgotten": 1 / 3,
        "all of it": 1.0,
        "the distance": x.data - 2.0,
    }


LESSON = Lesson(
    number=13,
    title="Build your own",
    prerequisites="Lessons 1 to 4; classes in Python: `__init__`, methods, `self`. For "
    "the second half, that a derivative can be differentiated again.",
    minutes=120,
    show=(
        "Write `__add__` together, and let the check find a forgotten parent.",
        "After `backward`: the same neuron by the class's engine and by the package, "
        "equal to the last bit.",
        "The wave and its parabola: where Newton jumps, and where to from 1.5.",
    ),
    stumbles=(
        "`(self)` is no tuple; `(self,)` is.",
        "An operator returns a number where it should return a `Value`.",
        "`sum` begins with the integer 0, which the skeleton cannot add.",
        "`seen` is forgotten, and all tests with trees pass. Test with x·x.",
        "Newton is asked for minima where the curve bends down: it finds a maximum.",
    ),
    exercises=(
        Exercise(
            number="13.1",
            question="""
**The sum.** Python calls `__add__` for `a + b`. Make a `Value` of the sum's data, its
two parents, and a local derivative for each of them. By how much does a nudge of either
operand move a sum?
""",
            cell="""
def answer(self, other):
    return ...  # Value(data, parents, local_derivatives)
""",
            answers=mistaken.sums,
            reads=tried_by(pieces.made_by("__add__", 2.0, 5.0)),
            tells=pieces.where_operators_part,
            mistakes={
                "a plain number": "2 + 5 gave the plain number 7. It is right, but it "
                "remembers nothing: make a `Value` of it.",
                "no parents": "2 + 5 gave a leaf. Say where it comes from: the second "
                "argument of `Value` is the tuple of its parents.",
                "the rule of the product": "For 2 + 5 the local derivatives are 5 and "
                "2: that is the rule of a product. Nudge the 2 by 0.01: how far does "
                "the sum move?",
                "no local derivatives": "It has two parents and no local derivative. "
                "Each parent wants one.",
                "its own data": "For 2 + 5 the local derivatives are 2 and 5, the "
                "operands themselves. Nudge the 2 by 0.01: how far does the sum move?",
            },
            hints=(
                "`Value(…, …, …)`: data, parents, local derivatives.",
                "The data is `self.data + other.data`, the parents `(self, other)`.",
                "A nudge of either operand moves a sum by just as much: 1.0 for each.",
            ),
            solution="""
A nudge of either operand moves the sum by as much: 1 and 1.

```python
def __add__(self, other):
    return Value(self.data + other.data, (self, other), (1.0, 1.0))


print(__add__(Value(2.0), Value(5.0)).local_derivatives)  # (1.0, 1.0)
```
""",
            praise="Two lines: what it computes, and its local derivatives.",
        ),
        Exercise(
            number="13.2",
            question="""
**The product.** The same for `a * b`. Which number stands on which edge (lesson 2)?
""",
            cell="""
def answer(self, other):
    return ...
""",
            answers=mistaken.products,
            reads=tried_by(pieces.made_by("__mul__", 2.0, 5.0)),
            tells=pieces.where_operators_part,
            mistakes={
                "not swapped": "For 2 · 5 the local derivatives are 2 and 5. Nudge the "
                "2 by 0.01: the product moves by 0.05. Which number belongs to the 2?",
                "the rule of the sum": "For 2 · 5 the local derivatives are 1 and 1: "
                "that is the rule of a sum. Nudge the 2 by 0.01: how far does the "
                "product move?",
                "the product itself": "For 2 · 5 the local derivatives are 10 and 10, "
                "the product itself. Each operand is scaled by one number only.",
                "a plain number": "2 · 5 gave the plain number 10. Make a `Value` of "
                "it, so that it remembers its parents.",
                "no parents": "2 · 5 gave a leaf. Say where it comes from.",
            },
            hints=(
                "Each operand is scaled by the *other* one.",
                "∂z/∂self is `other.data`. And ∂z/∂other?",
            ),
            solution="""
Each operand is scaled by the other one.

```python
def __mul__(self, other):
    return Value(self.data * other.data, (self, other), (other.data, self.data))


print(__mul__(Value(2.0), Value(5.0)).local_derivatives)  # (5.0, 2.0)
```
""",
            praise="Each operand is scaled by the other one.",
        ),
        Exercise(
            number="13.3",
            question="""
**A curve.** tanh has one parent, and the slope 1 - tanh²: the result is at hand, so use
it. (`math.tanh` computes it.)
""",
            cell="""
def answer(self):
    z = ...
    return ...
""",
            answers=mistaken.tanhs,
            reads=tried_by(pieces.made_by("tanh", 0.5)),
            tells=pieces.where_operators_part,
            mistakes={
                "not squared": "At 0.5 the local derivative is 0.538, which is 1 - z. "
                "The z is squared.",
                "the square of x": "At 0.5 the local derivative is 0.75, which is "
                "1 - x². Square the result, not the argument.",
                "the rule of sigmoid": "At 0.5 the local derivative is 0.249, which is "
                "z·(1 - z). That rule is the sigmoid's.",
                "the value for the slope": "At 0.5 the local derivative is 0.462, "
                "which is z, the value. Asked is the slope.",
                "no tuple": "The parents are no tuple: `(self)` is only `self` in "
                "brackets. A comma makes a tuple of one.",
            },
            hints=(
                "First `z = math.tanh(self.data)`.",
                "One parent is written `(self,)`, with a comma.",
                "Its local derivative is `1 - z * z`, and it is in a tuple as well.",
            ),
            solution="""
Its slope is 1 - tanh², and z is at hand.

```python
def tanh(self):
    z = math.tanh(self.data)
    return Value(z, (self,), (1 - z * z,))


print(tanh(Value(0.0)).local_derivatives)  # (1.0,)
```
""",
            praise="Any curve whose slope you know goes the same way: exp, sin, relu.",
        ),
        Exercise(
            number="13.4",
            question="""
**Parents first.** Return the list of all nodes that this one depends on, and itself
last: each once, and each after its parents. A function `visit` that calls itself will
do.
""",
            cell="""
def answer(self):
    order = []
    ...
    return order
""",
            answers=mistaken.orders,
            reads=tried_by(pieces.ordered),
            tells=pieces.where_orders_part,
            mistakes={
                "nothing seen": "x·x gave three nodes, x twice: a node is listed each "
                "time it is met. Keep a set of those that were seen.",
                "before its parents": "A node stands before its parents, and the root "
                "comes first. List a node after its parents were visited.",
                "one level": "Only the parents are listed, not the parents of the "
                "parents: visit each of them in turn.",
                "without itself": "The node itself is missing at the end.",
            },
            hints=(
                "Inside, define `visit(node)`: it visits the parents, then lists node.",
                "`seen` is a set; a node that is in it is not visited again.",
                "for each parent: `visit(parent)`; then `order.append(node)`; and "
                "start with `visit(self)`.",
            ),
            solution="""
`visit` lists a node after everything below it; `seen` keeps what is shared from being
listed twice.

```python
def topological_order(self):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(self)
    return order


x = Value(3.0)
print([node.data for node in topological_order(x * x)])  # [3.0, 9.0]
```
""",
            praise="Each once, and each after its parents.",
        ),
        Exercise(
            number="13.5",
            question="""
**Backward.** The seed, and then from the end each edge once (lesson 3). Use
`self.topological_order()`. It returns nothing: it leaves the gradients in the nodes.
""",
            cell="""
def answer(self):
    return ...  # in place of this line: the seed, and the walk back
""",
            answers=mistaken.walks,
            reads=tried_by(pieces.gradients_after(1)),
            tells=pieces.where_walks_part,
            mistakes={
                "= for +=": "x·x at 3 got 3 in place of 6: you wrote `=` for `+=`.",
                "no seed": "All gradients are 0. What is the root's own? Set the seed.",
                "forward": "The walk begins with the leaves, and these have nothing to "
                "hand on yet. Begin at the end: `reversed`.",
                "only the local derivative": "It hands on the local derivative alone. "
                "Multiply it by the gradient of the node.",
                "only the upstream gradient": "It hands on the node's gradient alone. "
                "Multiply it by the local derivative of the edge.",
                "the value for the gradient": "It multiplies by `node.data`. The chain "
                "rule wants `node.grad`.",
            },
            hints=(
                "The seed: `self.grad = 1.0`.",
                "Walk `reversed(self.topological_order())`; for each node the pairs of "
                "`zip(node.parents, node.local_derivatives)`.",
                "`parent.grad += local * node.grad`",
            ),
            solution="""
The seed, then from the end each edge once: local derivative times gradient, **added**
to the parent.

```python
def walk_back(self):
    self.grad = 1.0
    for node in reversed(self.topological_order()):
        for parent, local in zip(node.parents, node.local_derivatives):
            parent.grad += local * node.grad


x = Value(3.0)
walk_back(x * x)
print(x.grad)  # 6.0
```
""",
            praise="That is backpropagation, all of it.",
        ),
        Exercise(
            number="13.6",
            question="""
**A neuron.** tanh of the weighted inputs and the bias, out of your operators. All of
`weights`, `inputs` and `bias` are Values.
""",
            cell="""
def answer(weights, inputs, bias):
    return ...
""",
            answers=mistaken.neurons,
            reads=tried_by(pieces.learnt_by),
            tells=pieces.where_neurons_part,
            mistakes={
                "no bias": "The bias has no part in it: its gradient is 0.",
                "no activation": "It returns z. Send it through tanh.",
                "adds to 0": "`sum` begins with the integer 0, and `0 + Value` is more "
                "than this engine knows. Begin with the bias.",
                "the activation of each": "Each product went through tanh by itself. "
                "First the sum, then one tanh.",
                "the last input alone": "Only the last input counts: the total is "
                "overwritten each time round.",
                "a bias for each input": "The bias was added for each input. A neuron "
                "has one.",
            },
            hints=(
                "Begin with `total = bias`, and add each weight times its input.",
                "`for weight, x in zip(weights, inputs): total = total + …`",
                "`return total.tanh()`",
            ),
            solution="""
```python
def my_neuron(weights, inputs, bias):
    total = bias
    for weight, x in zip(weights, inputs):
        total = total + weight * x
    return total.tanh()


print(round(my_neuron([Value(2.0)], [Value(0.5)], Value(-1.0)).data, 3))  # 0.0
```
""",
            praise="And its gradients come by themselves.",
        ),
        Exercise(
            number="13.7",
            question="""
**Backward, again and again.** Write `backward` so that it can be called twice: the
gradients of *leaves* add up (54 = 27 + 27 for x³ at 3), and those of all other nodes
start from 0 in every call.
""",
            cell="""
def answer(self):
    return ...  # in place of this line: clear, sow, walk back
""",
            answers=mistaken.repeated_walks,
            reads=tried_by(pieces.gradients_after(2)),
            tells=pieces.where_walks_part,
            mistakes={
                "nothing cleared": "The square keeps what the first call brought it, "
                "and hands it on once more. Set interior gradients to 0 first.",
                "everything cleared": "The second call forgot the first: leaves were "
                "cleared as well. Clear only nodes that have parents.",
                "cleared after the seed": "All gradients stay 0: the seed was cleared "
                "with the rest. Clear first, then sow.",
                "the root kept": "The root got 1 in the first call and 2 in the "
                "second. It has parents too: clear it before the seed.",
            },
            hints=(
                "Interior nodes are those with parents.",
                "Before the seed: `for node in order: if node.parents: node.grad = …`",
                "Then as before, with `self.grad += 1.0` for the seed.",
            ),
            solution="""
x.grad kept its 27, as it should. But the square kept its 3 as well, got 3 more, and
handed on 6·6 = 36 in place of 18; the product handed on 9: 27 + 36 + 9 = 72.

```python
def backward(self):
    order = self.topological_order()
    for node in order:
        if node.parents:
            node.grad = 0.0
    self.grad += 1.0
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local_derivatives):
            parent.grad += local * node.grad


x = Value(3.0)
cube = x * x * x
backward(cube)
backward(cube)
print(x.grad)  # 54.0
```
""",
            praise="Leaves add up, all others start afresh: as in PyTorch.",
        ),
        Exercise(
            number="13.8",
            question="""
**No graph too deep.** Write the order without a function that calls itself, so that a
chain of 5,000 works: keep a list of what is to be visited.
""",
            cell="""
def answer(self):
    return ...
""",
            answers=mistaken.deep_orders,
            reads=tried_by(pieces.ordered_in_depth),
            mistakes={
                "visits within visits": "A chain of 3,000 was too deep: Python counts "
                "the calls that wait for each other. Keep the list yourself.",
                "listed when first met": "A shared node is listed too late: it may be "
                "met first from afar. Put it back on the list, marked, to be listed "
                "after its parents.",
                "nothing seen": "Nodes are listed as often as they are met. Keep a set "
                "of those that were seen.",
            },
            hints=(
                "A list as a stack: `pop()` takes the last one, `append` adds one.",
                "Put each node on the stack twice: to visit its parents, and, marked, "
                "to be listed after them.",
                "Entries `(node, ready)`: if ready, list it; otherwise push "
                "`(node, True)`, and then `(parent, False)` for each parent.",
            ),
            solution="""
Keep a stack of nodes yourself, and put a node back on it, marked, to be listed after
its parents.

```python
def topological_order(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            for parent in reversed(node.parents):
                stack.append((parent, False))
    return order


print(len(topological_order(chain)))  # 5001
```
""",
            praise="The package does it in the same way, for a million nodes.",
        ),
        Exercise(
            number="13.9",
            question="""
**The curvature.** With the package's `grad`: return f″ at a place, as a number.
(`grad(y, x)` is a Value that can be differentiated again.)
""",
            cell="""
def answer(f, at):
    x = tinygrad_edu.Value(at)
    y = f(x)
    return ...
""",
            answers=_curvatures,
            reads=tried_by(_numbers_of, TRIED),
            mistakes={
                "the slope": "It returns f′, the slope. Differentiate that again.",
                "once too often": "It returns f‴: once too often.",
                "the slope squared": "It returns the slope squared. The second "
                "derivative is the slope *of the slope*.",
                "the value": "It returns f itself.",
                "the slope at the slope": "It takes the slope at the place f′. Stay at "
                "the same x, and differentiate the slope.",
            },
            hints=(
                "`slope = grad(y, x)`, a Value.",
                "And the slope of the slope: `grad(slope, x)`; its number is `.data`.",
            ),
            solution="""
```python
def curvature_of(f, at):
    x = tinygrad_edu.Value(at)
    return grad(grad(f(x), x), x).data


print(curvature_of(lambda x: x**3, 2.0))  # 12.0
```
""",
            praise="The slope of the slope, by the same rules run on Values.",
        ),
        Exercise(
            number="13.10",
            question="""
**The summit: Newton's step.** Return where Newton's method goes from a place: to the
lowest (or highest) point of the parabola there.
""",
            cell="""
def answer(f, at):
    x = tinygrad_edu.Value(at)
    slope = grad(f(x), x)
    return ...
""",
            answers=_newton_steps,
            reads=tried_by(_numbers_of, TRIED),
            mistakes={
                "uphill": "It goes the other way: against the slope, so minus.",
                "the zero of f": "It goes to the zero of the *tangent*, x - f/f′. For "
                "the extreme of the parabola the slope must become zero.",
                "upside down": "The fraction is upside down: a strong curvature means "
                "a *short* step.",
                "multiplied": "It multiplies by the curvature. A strong curvature "
                "means a *short* step.",
                "no curvature": "That is gradient descent with η = 1. Where is the "
                "curvature?",
                "only the step": "It returns the step. Asked is where it leads.",
            },
            hints=(
                "The parabola's slope is f′ + f″·h. At which h is it zero?",
                "h = -f′/f″; and it starts from `at`.",
                "`at - slope.data / …`, with the curvature of 13.9.",
            ),
            solution="""
From x = 1.5, where the wave bends downward, it goes to a **maximum**: the step leads to
the highest point of that parabola. Newton looks only for slope 0.

```python
def newton_step(f, at):
    x = tinygrad_edu.Value(at)
    slope = grad(f(x), x)
    return at - slope.data / grad(slope, x).data


print(newton_step(lambda x: 3 * (x - 2) ** 2, 5.0))  # 2.0
```
""",
            praise="You differentiated twice, and jumped.",
        ),
        Exercise(
            number="13.11",
            question="""
**Predict, then look.** On the page below f = 3·(x - 2)², at x = 5. Its "Step" is
gradient descent, x ← x - η·df/dx. With which η does *one* step land on the lowest
point? Answer first; then run the page, write your η and press Step.
""",
            cell="""
answer = ...  # η
""",
            answers=_rate,
            reads=as_number,
            mistakes={
                "the curvature": "{given} is the curvature. Newton *divides* by it.",
                "one over the slope": "{given} is one over the slope; that would move "
                "x by 1. How far is the lowest point?",
                "the factor forgotten": "{given} is right for (x - 2)². The factor 3 "
                "bends it more.",
                "the square forgotten": "{given}: the slope of the square brings a 2 "
                "as well.",
                "all of it": "With {given} it jumps far over to the other side.",
                "the distance": "{given} is how far it is. η times the slope must be "
                "that.",
            },
            hints=(
                "Newton's step is -f′/f″. Compare it with -η·f′.",
                "η = 1/f″, and f″ of 3·(x - 2)² is the same everywhere.",
                "f′ = 6·(x - 2), so f″ = 6.",
            ),
            solution="""
η = 1/f″ = 1/6. The slope is 18, and 5 - 18/6 = 2.

```python
x = tinygrad_edu.Value(5.0)
(3 * (x - 2) ** 2).backward()
print(x.data - x.grad / 6)  # 2.0
```
""",
            page="""
x = tinygrad_edu.Value(5.0, label="x")
distance = x - 2
distance.label = "d"
f = 3 * distance**2
f.label = "f"
play(f)
""",
            praise="One over the curvature: Newton takes that for its learning rate.",
            graph=_bowl,
        ),
    ),
)
