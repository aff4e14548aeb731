"""The pieces of lesson 13 make an engine, and PyTorch's gradients agree with it."""

import pytest

from tinygrad_edu import Value
from tinygrad_edu.course import pieces
from tinygrad_edu.course.judging import judge
from tinygrad_edu.course.lessons import find_exercise


@pytest.mark.parametrize("order", [pieces.order_by_visits, pieces.order_by_stack])
@pytest.mark.parametrize("backward", [pieces.backward, pieces.backward_again])
def test_the_pieces_make_an_engine_that_agrees_with_the_package(order, backward):
    kind = pieces.engine(topological_order=order, backward=backward)
    for (mine, leaves), (theirs, others) in zip(
        pieces.graphs(kind), pieces.graphs(Value)
    ):
        mine.backward()
        theirs.backward()
        assert mine.data == pytest.approx(theirs.data, rel=1e-15)
        gradients = [leaf.grad for leaf in others]
        assert [leaf.grad for leaf in leaves] == pytest.approx(gradients, rel=1e-15)


def test_only_the_sound_walk_can_be_repeated():
    (root, _), *_ = pieces.graphs(pieces.engine())
    twice = pieces.gradients_after(2)
    assert twice(pieces.backward_again)[0] == [12.0]
    assert twice(pieces.backward) != twice(pieces.backward_again)
    assert root.data == 9.0


def test_a_result_is_told_by_what_it_remembers_in_any_order():
    def turned(self, other):
        return type(self)(
            self.data * other.data, (other, self), (self.data, other.data)
        )

    experiment = pieces.made_by("__mul__", 2.0, 5.0)
    assert experiment(turned) == experiment(pieces.mul)
    assert experiment(pieces.add) != experiment(pieces.mul)
    assert experiment(lambda a, b: a.data * b.data) == ("forgets", 10.0)


@pytest.mark.machine
def test_visits_within_visits_are_told_to_be_too_deep():
    assert pieces.ordered_in_depth(pieces.order_by_visits) == "too deep"
    assert pieces.ordered_in_depth(pieces.order_by_stack)[0] == 3001


@pytest.mark.parametrize(
    ("number", "piece", "words"),
    [
        (
            "13.2",
            lambda a, b: pieces.Node(a.data * b.data, (a, b), (b.data, 1.0)),
            "moves the result by 0.02; the local derivative 1 says 0.01.",
        ),
        (
            "13.2",
            lambda a, b: pieces.Node(a.data**b.data, (a, b), (1.0, 1.0)),
            "It computes 32, where 10 is right.",
        ),
        (
            "13.4",
            lambda root: [root, *root.parents],
            "In x·x, x = 3 it lists 3 nodes of 2, and 2 times",
        ),
        (
            "13.1",
            lambda a, b: type(a)(a.data + b.data, (b, b), (1.0, 1.0)),
            "Think of this: `",
        ),
        (
            "13.4",
            lambda root: pieces.order_by_stack(root)[: len(root.parents)],
            "In (a·b + a)·(a·b), a = 2, b = -0.5 it lists 2 nodes of 5, and 0 times",
        ),
        (
            "13.5",
            lambda root: [setattr(x, "grad", 6.0) for x in root.parents],
            "In (a·b + a)·(a·b), a = 2, b = -0.5 the gradient of a came out as 0; it",
        ),
        (
            "13.5",
            lambda root: setattr(root.parents[0], "grad", 5.0),
            "In x·x, x = 3 the gradient of x came out as 5; it should be 6.",
        ),
        (
            "13.6",
            lambda w, x, b: type(b)(pieces.neuron(w, x, b).data),
            "Think of this: Begin with `total = bias`",
        ),
        ("13.6", lambda w, x, b: b.tanh(), "it says 0.635149; it should say 0.244919"),
    ],
)
def test_of_any_other_mistake_it_is_told_where_it_shows(number, piece, words):
    verdict = judge(find_exercise(number), piece)
    assert verdict.kind == "wrong"
    assert words in verdict.said


def test_an_operator_that_goes_its_own_way_is_not_explained_wrongly():
    for found in ("no tuple", ("forgets", 7.0), (7.0, (0.0,), (1.0, 1.0))):
        assert pieces.where_operators_part(found, (7.0, ((0.0, 1.0),))) is None


def test_where_nothing_is_wrong_nothing_is_told():
    gradients = [[1.0] * len(names) for _, names in pieces.GRAPHS]
    assert pieces.where_walks_part(gradients, gradients) is None
    orders = [(3, 3, 0)] * len(pieces.GRAPHS)
    assert pieces.where_orders_part(orders, orders) is None
