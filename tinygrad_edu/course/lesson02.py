"""The exercises of lesson 2: an expression is a graph."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.course.exercise import Exercise, Lesson
from tinygrad_edu.course.reading import Unread, agree, as_graph, as_names, as_numbers
from tinygrad_edu.course.verdict import Sentence
from tinygrad_edu.engine.evaluation import float_gradient
from tinygrad_edu.engine.functions import maximum
from tinygrad_edu.engine.value import Value
from tinygrad_edu.explaining.explanation import explain


def sum_times_difference() -> Value:
    """Return (a + b)·(a - b) at a = 3 and b = 2."""
    a, b = Value(3.0, label="a"), Value(2.0, label="b")
    total, difference = a + b, a - b
    total.label, difference.label = "s", "d"
    product = total * difference
    product.label = "y"
    return product


def _size() -> dict[str, Any]:
    _, nodes, edges = as_graph(sum_times_difference())
    return {
        "right": [nodes, edges],
        "leaves counted twice": [nodes + 2, edges],
        "only the operators": [3, edges],
        "only the leaves": [2, edges],
        "one edge an operator": [nodes, 3],
        "swapped": [edges, nodes],
    }


def _quotient() -> dict[str, Any]:
    a, b = Value(6.0, label="a"), Value(2.0, label="b")
    q = a / b
    by_a, by_b = q.local_derivatives
    return {
        "right": [by_a, by_b],
        "sign": [by_a, -by_b],
        "swapped": [by_b, by_a],
        "as in a product": [b.data, a.data],
        "not squared": [by_a, -a.data / b.data],
        "the numerator forgotten": [by_a, -1 / b.data**2],
    }


def _distances() -> dict[str, Any]:
    x, y = Value(3.0, label="x"), Value(4.0, label="y")
    squares = x**2 + y**2
    return {
        "right": squares.sqrt(),
        "no root": squares,
        "roots before the sum": (x**2).sqrt() + (y**2).sqrt(),
        "a product for the sum": (x**2 * y**2).sqrt(),
        "a difference for the sum": (y**2 - x**2).sqrt(),
        "the longer side": maximum(x, y),
    }


def _seen_from_its_leaves(answer: Any) -> tuple[float, ...]:
    """Read a Value by its number and by its gradients at x and y.

    So each way to write the formula is as good as the others.
    """
    as_graph(answer)
    leaves = {node.label: node for node in answer.topological_order()}
    for name in ("x", "y"):
        if name not in leaves:
            raise Unread("{name} is not in its graph. Make it of x and y.", name=name)
    return (answer.data, *float_gradient(answer, [leaves["x"], leaves["y"]]))


def _only_here(found: tuple[float, ...], right: tuple[float, ...]) -> Sentence | None:
    if not agree(found[0], right[0], 1e-3):
        return None
    return Sentence(
        "The number is right here, but a nudge of x or y moves it wrong.", {}
    )


def _ways() -> dict[str, Any]:
    def counts(squarings: int) -> tuple[int, int, int]:
        x = Value(1.0)
        power = x
        for _ in range(squarings):
            power = power * power
        _, nodes, edges = as_graph(power)
        return explain(x, power).path_count, nodes, edges

    small, large = counts(3), counts(10)
    return {
        "right": [small[0], large[0]],
        "the squarings": [3, 10],
        "the nodes": [small[1], large[1]],
        "the edges": [small[2], large[2]],
        "one doubling less": [small[0] / 2, large[0] / 2],
        "one more each time": [small[0], 10 + 1],
    }


def _bill(count: float = 3.0) -> Value:
    price, number = Value(4.0, label="price"), Value(count, label="count")
    shipping, tax = Value(2.0, label="shipping"), Value(1.25, label="tax")
    goods = price * number
    goods.label = "goods"
    subtotal = goods + shipping
    subtotal.label = "subtotal"
    bill = subtotal * tax
    bill.label = "bill"
    return bill


def _edges(root: Value) -> dict[str, float]:
    return {
        parent.label: local
        for node in root.topological_order()
        for parent, local in zip(node.parents, node.local_derivatives)
    }


def _changed() -> dict[str, Any]:
    before, after = _edges(_bill(3.0)), _edges(_bill(6.0))
    changed = [name for name in before if before[name] != after[name]]
    return {
        "right": changed,
        "only the neighbour": ["price"],
        "its own edge": ["count"],
        "all on the way": ["count", "goods", "subtotal"],
        "its own product": ["price", "count"],
        "every edge": list(before),
    }


LESSON = Lesson(
    number=2,
    title="An expression is a graph",
    prerequisites="Lesson 1: a derivative is a nudge.",
    minutes=45,
    show=(
        "Draw the bill at the blackboard from the inside out, and only then "
        "`draw_dot`.",
        "The player on the bill, its forward half: drag a leaf, and ask which numbers "
        "at the edges move.",
        "x⁸ by three squarings: four nodes, eight ways.",
    ),
    stumbles=(
        "x·x is drawn with two nodes x. Ask: how many numbers were given?",
        "Local derivatives are taken for gradients. Cover all but one operator.",
        "Whoever knows trees calls the operands children: say which way the words go.",
        "A leaf that was assigned anew is expected to refresh its graph.",
    ),
    exercises=(
        Exercise(
            number="2.1",
            question="""
How many nodes and how many edges has (a + b)·(a - b)? Guess, then draw it.
""",
            cell="""
answer = [..., ...]  # nodes, edges
""",
            answers=_size,
            reads=as_numbers,
            mistakes={
                "leaves counted twice": "{given}: a and b stand twice in the formula, "
                "but each is one node.",
                "only the operators": "{given}: three operators, but a leaf is a node "
                "as well.",
                "only the leaves": "{given}: the two leaves are nodes; so is every "
                "result of an operator.",
                "one edge an operator": "{given}: from each operator edges lead to all "
                "its operands. How many has it?",
                "swapped": "{given}: asked are first the nodes, then the edges.",
            },
            hints=(
                "Nodes are numbers: those given, and one for each operator.",
                "Each operator here has two operands, and an edge to each.",
                "Leaves: a and b. Operators: a sum, a difference, a product.",
            ),
            solution="""
Five nodes (a, b, the sum, the difference, the product) and six edges, two for each
operator.

```python
product = (a + b) * (a - b)
nodes = product.topological_order()
print(len(nodes), sum(len(node.parents) for node in nodes))  # 5 6
```
""",
        ),
        Exercise(
            number="2.2",
            question="""
What are the local derivatives of q = a / b at a = 6 and b = 2?
""",
            cell="""
answer = [..., ...]  # ∂q/∂a, ∂q/∂b
""",
            answers=_quotient,
            reads=as_numbers,
            mistakes={
                "sign": "{given}: a larger b makes the quotient smaller. What sign has "
                "its derivative?",
                "swapped": "{given}: those are the two, but asked is first the one by "
                "a.",
                "as in a product": "{given}: in a product each is scaled by the other "
                "one. This is a quotient: look at the rule of `div`.",
                "not squared": "{given}: the second is -a/b. To which power is the "
                "divisor there in the rule of `div`?",
                "the numerator forgotten": "{given}: the second is -1/b². A nudge of b "
                "is scaled by a as well.",
            },
            hints=(
                "The rule of `div` stands in the list above: 1/y and -x/y².",
                "Here x is a = 6, and y is b = 2.",
            ),
            solution="""
∂q/∂a = 1/b = 0.5, and ∂q/∂b = -a/b² = -1.5.

```python
q = Value(6.0) / Value(2.0)
print(q.local_derivatives)  # (0.5, -1.5)
```
""",
        ),
        Exercise(
            number="2.3",
            question="""
Write the distance √(x² + y²) in Values, for x = 3 and y = 4. (In which order are its
nodes listed?)
""",
            cell="""
x, y = Value(3.0, label="x"), Value(4.0, label="y")

answer = ...  # the distance, made of x and y
""",
            answers=_distances,
            reads=_seen_from_its_leaves,
            mistakes={
                "no root": "{given} is the square of the distance.",
                "roots before the sum": "{given} is x + y, the way around the corner: "
                "take the root of the sum, not of each square.",
                "a product for the sum": "{given}: the squares are added, not "
                "multiplied.",
                "a difference for the sum": "{given}: the squares are added. A minus "
                "has come in.",
                "the longer side": "{given} is only the longer side.",
            },
            hints=(
                "A power is written `x**2`, and a root is a method: `.sqrt()`.",
                "First the sum of the squares, then its root.",
                "`(x**2 + …).sqrt()`",
            ),
            solution="""
Operands from left to right, each before what is made of it.

```python
x, y = Value(3.0, label="x"), Value(4.0, label="y")
distance = (x**2 + y**2).sqrt()
order = distance.topological_order()
print(*[node.label or node.op.symbol for node in order])  # x **2 y **2 + sqrt
print(distance.data)  # 5.0
```
""",
            praise="And its order: x, its square, y, its square, the sum, the root.",
            tells=_only_here,
        ),
        Exercise(
            number="2.4",
            question="""
How many ways lead from x⁸ back to x in the picture above? And from x¹⁰²⁴, made in the
same way by ten squarings?
""",
            cell="""
answer = [..., ...]  # ways from x⁸, ways from x¹⁰²⁴
""",
            answers=_ways,
            reads=as_numbers,
            mistakes={
                "the squarings": "{given} counts the squarings. At each there are two "
                "edges to choose from.",
                "the nodes": "{given} counts the nodes.",
                "the edges": "{given} counts the edges. A way chooses one of two at "
                "each squaring.",
                "one doubling less": "{given} misses one doubling: also the last "
                "squaring has two edges.",
                "one more each time": "{given}: the ways do not grow by one with each "
                "squaring. They double.",
            },
            hints=(
                "From x² there are two ways back to x. And from x⁴?",
                "Every squaring doubles them: 2·2·… , as often as it is squared.",
            ),
            # Ways are counted: 1023 is not nearly 1024.
            tolerance=1e-6,
            solution="""
Every squaring doubles them: 2·2·2 = 8, and 2¹⁰ = 1024, with only 11 nodes.

```python
x = Value(1.0)
power = x
for _ in range(10):
    power = power * power
print(explain(x, power).path_count, len(power.topological_order()))  # 1024 11
```
""",
        ),
        Exercise(
            number="2.5",
            question="""
**Predict, then look.** In the bill the count is dragged from 3 to 6. On which edges
does the local derivative change? Name each edge by the node that it comes from, such as
"shipping". Answer first; then run the page below, and drag.
""",
            cell="""
answer = ...  # such as ["shipping", "goods"]
""",
            answers=_changed,
            reads=as_names,
            mistakes={
                "only the neighbour": "{given} is one of them: ∂goods/∂price is the "
                "count. Is there a second product whose other factor moves?",
                "its own edge": "{given}: on the edge of the count stands the price, "
                "and the price does not move. Whose edge shows the count?",
                "all on the way": "{given} are the *values* that move, from the count "
                "to the bill. Asked is what stands on the edges.",
                "its own product": "{given}: in price · count each edge shows the "
                "other factor. Which factor moves? And there is a second product.",
                "every edge": "{given}: the edges into the sum show 1, whatever is "
                "dragged.",
            },
            hints=(
                "The edges into a sum always show 1. Look at the two products.",
                "On each edge into a product stands the other factor. Which factors "
                "move: price, count, subtotal, tax?",
                "The count moves, and so does the subtotal. Who is their other factor?",
            ),
            solution="""
Two: from the price, which shows the count, and from the tax, which shows the subtotal.

```python
before, after = bill, (price * 6.0 + shipping) * tax
print(before.local_derivatives, after.local_derivatives)  # (1.25, 14.0) (1.25, 26.0)
```
""",
            page="""
play(bill)
""",
            praise="A product shows on each edge the other factor; two of these moved.",
            graph=_bill,
        ),
    ),
)
