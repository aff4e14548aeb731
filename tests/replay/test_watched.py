"""What nodes tell the watch of while a graph is recorded, and what they answer."""

import copy
import math
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from watched_calls import watched

from tinygrad_edu import DomainError, Value, maximum
from tinygrad_edu.engine.functions import pick, take
from tinygrad_edu.engine.reals import as_float
from tinygrad_edu.nn import cross_entropy
from tinygrad_edu.replay.state import changed_name
from tinygrad_edu.replay.watch import PACKAGE, Watch
from tinygrad_edu.replay.watched import WatchedNumber
from tinygrad_edu.replay.watching import watched_call

numpy = pytest.importorskip("numpy")


def test_a_number_of_a_row_is_a_plain_number_for_who_asks():
    found, watch = watched(
        lambda x: [
            (isinstance(x[0], float), isinstance(x[1], int), isinstance(x[1], float)),
            (x[0] + 1, 1 + x[0], x[0] - 1, 1 - x[0], x[0] * 2, 2 * x[0]),
            (x[0] / 2, 2 / x[0], x[0] ** 2, 2 ** x[0], -x[0], abs(-x[0]), +x[0]),
        ],
        0.5,
        3,
    )
    assert found[0] == (True, True, False)
    assert [node.data for node in found[1]] == [1.5, 1.5, -0.5, 0.5, 1.0, 1.0]
    powers = [0.25, 4.0, 0.25, 2**0.5, -0.5, 0.5, 0.5]
    assert [node.data for node in found[2]] == powers
    assert (watch.guards, watch.reason) == ([], None)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (float, "a plain number is asked for"),
        (math.exp, "a plain number is asked for"),
        (int, "a whole number is asked for"),
        ([1.0, 2.0, 3.0, 4.0].__getitem__, "a list is asked for the element"),
        (range, "a list is asked for the element"),
        (round, "a number is rounded"),
        (math.floor, "a number is rounded"),
        (math.ceil, "a number is rounded"),
        (math.trunc, "a number is rounded"),
        (lambda x: x // 2, "a number is rounded"),
        (lambda x: 7 // x, "a number is rounded"),
        (lambda x: x % 2, "the rest of a division"),
        (lambda x: divmod(7, x), "the rest of a division"),
        (lambda x: x & 1, "the bits of a number"),
        (lambda x: 1 << x, "the bits of a number"),
        (lambda x: ~x, "the bits of a number"),
        (lambda x: {1: 2.0}.get(x, 5.0), "in a set or a dict"),
        (lambda x: x in {1, 3}, "in a set or a dict"),
        (str, "as text"),
        (repr, "as text"),
        ("{:.2f}".format, "as text"),
        ("%d".__mod__, "asked for"),
        (lambda x: x.bit_length(), "its bit_length"),
        (lambda x: x.real, "its real"),
        (lambda x: numpy.array([x], dtype=float)[0], "a plain number is asked for"),
        (lambda x: (Value(-2.0) ** x).data, "an exponent comes from the data"),
        (lambda x: as_float(x), "a plain number is asked for"),
        (lambda x: x == Decimal("3"), "compared with a Decimal"),
        (lambda x: x < Decimal("3.5"), "compared with a Decimal"),
        (lambda x: x == 3 + 0j, "compared with a complex"),
        (lambda x: (-2.0) ** (x / 2), "pow is undefined"),
    ],
)
def test_who_asks_for_more_gets_the_right_answer_and_the_line_is_told(ask, words):
    found, watch = watched(lambda x: ask(x[0]), 3)
    wanted = ask(3)
    if isinstance(found, Value):
        found = found.data
    assert found == wanted or list(found) == list(wanted)
    assert words in watch.reason
    assert "test_watched.py, line" in watch.reason


def test_plain_arithmetic_fails_as_it_does_without_a_recording():
    watch = Watch()

    def compute(x):
        with pytest.raises(ZeroDivisionError):
            1.0 / x[0]
        return [Value(0.0)], None

    watched_call(watch, compute, [], [[0.0]])
    assert "plain arithmetic fails at test_watched.py" in watch.reason


@pytest.mark.parametrize(
    ("look", "symbol", "outcome"),
    [
        (lambda x, p: x[0] < 1, "lt", True),
        (lambda x, p: x[0] <= 1, "le", True),
        (lambda x, p: x[0] == 0.5, "eq", True),
        (lambda x, p: x[0] != 0.5, "ne", False),
        (lambda x, p: bool(x[1]), "ne", False),
        (lambda x, p: x[0] in (3.0, 0.5), "eq", True),
        (lambda x, p: p > 1, "gt", True),
        (lambda x, p: p.data > 1, "gt", True),
        (lambda x, p: p.item() <= x[0], "le", False),
        (lambda x, p: p * x[0] >= p, "ge", False),
        (lambda x, p: maximum(p, x[0]) > p.detach(), "gt", False),
        (lambda x, p: Value.tanh(p) < 0, "lt", False),
        (lambda x, p: Value(x[0]) < 1, "lt", True),
        (lambda x, p: max(x) == 0.5, "eq", True),
    ],
)
def test_a_comparison_is_a_guard_and_gives_what_it_gives(look, symbol, outcome):
    found, watch = watched(look, 0.5, 0, parameter=Value(2.0))
    assert found is outcome
    assert (watch.guards[-1].symbol, watch.guards[-1].outcome) == (symbol, outcome)
    assert watch.guards[-1].place.startswith("test_watched.py, line")
    assert watch.reason is None


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (repr, "as text"),
        ("{:.3f}".format, "as text"),
        (lambda p: p._repr_html_(), "as text"),
        (copy.copy, "a node is copied"),
        (copy.deepcopy, "a node is copied"),
        (pickle.dumps, "a node is copied"),
        (lambda p: p > Decimal("1"), "compared with a Decimal"),
        (lambda p: setattr(p, "data", 2.0), "a number is assigned to a node"),
        (lambda p: setattr(p, "grad", 0.0), "a gradient is written"),
        (lambda p: p.grad, "a gradient is read"),
        (lambda p: (p * p).local_derivatives, "a local derivative is read"),
        (lambda p: next((p * p).backward_steps()).upstream, "is written"),
        (lambda p: p > numpy.zeros(2), "with a ndarray"),
    ],
)
def test_what_is_no_comparison_of_a_node_is_refused(look, words):
    _, watch = watched(lambda x, p: look(p), 1.0, parameter=Value(2.0))
    assert words in watch.reason


def test_an_operator_that_fails_is_noticed_also_where_it_is_caught():
    def caught(x, p):
        try:
            return (p - 3.0).log()
        except DomainError:
            return p

    _, watch = watched(caught, 1.0, parameter=Value(2.0))
    assert "log is undefined at test_watched.py" in watch.reason


def test_the_gradient_of_a_recorded_call_is_that_of_its_graph():
    # What is looked up by `.data` is a number that no gradient passes.
    def function(x, p):
        return p * p.data * x[0] + (p.sign() - p).detach() + p.data * 3.0

    parameter, plain = Value(2.0), Value(2.0)
    root, _ = watched(function, 1.5, parameter=parameter)
    root.backward()
    expected = function([1.5], plain)
    expected.backward()
    assert (root.data, parameter.grad) == (expected.data, plain.grad)


def test_a_watched_number_has_no_data_to_assign_to():
    def assigning(x):
        with pytest.raises(AttributeError, match="no data to assign to"):
            x[0].data = 3.0
        assert type(x[0]) is WatchedNumber

    watched(assigning, 1.0)


def test_a_number_of_a_row_chooses_among_rows_and_says_which_there_are():
    table = [[Value(1.0), 4.0], [Value(2.0), 5.0], [Value(3.0), 6.0]]
    found, watch = watched(lambda x: take(table, x[0]), 1)
    assert [node.data for node in found] == [2.0, 5.0]
    (index,) = watch.leaves
    # Each is computed from the index, and from all elements of its column.
    (chosen, column), _ = [node.parents for node in found]
    assert chosen is index
    assert column.parents == tuple(row[0] for row in table)
    guards = {(g.symbol, g.right, g.outcome) for g in watch.guards if g.left is index}
    assert guards == {("ge", 0, True), ("lt", 3, True)}
    assert watch.reason is None


def test_a_list_that_is_chosen_from_often_stands_once():
    values = [Value(1.0), Value(2.0)]
    found, watch = watched(lambda x: [pick(values, x[0]), pick(values, x[1])], 1, 0)
    assert found[0].parents[1] is found[1].parents[1]
    assert len(watch.lists) == 1


def test_what_was_computed_of_ints_chooses_too():
    values = [Value(1.0), 2.0, Value(3.0)]
    found, watch = watched(lambda x: pick(values, x[0] + 1), 1)
    assert found.data == 3.0
    assert watch.reason is None


def test_a_plain_number_that_is_chosen_is_the_number_that_it_was():
    def call(x):
        number = pick([3, 5], x[0])
        assert isinstance(number, int)
        return number * Value(2.0)

    found, watch = watched(call, 1)
    assert found.data == 10.0
    assert watch.reason is None


@pytest.mark.parametrize(
    ("values", "number", "words"),
    [
        ([Value(1.0), Value(2.0)], -1, "a list is asked for the element of a number"),
        ([[1.0], [2.0]], 1, "something else than a number is chosen"),
        ("ab", 1, "something else than a number is chosen"),
    ],
)
def test_what_is_chosen_from_the_end_or_is_no_number_is_not_followed(
    values, number, words
):
    found, watch = watched(lambda x: pick(values, x[0]), number)
    assert found is values[number]
    assert watch.reason.startswith(words)


def test_an_int_chooses_only_where_no_other_row_has_a_float():
    watch = Watch(is_mixed=True)
    values = [Value(1.0), Value(2.0)]
    watched_call(watch, lambda x: ([pick(values, x)], None), [], [1])
    assert watch.reason.startswith("the kind of a number is asked for")


def test_what_no_number_equals_is_no_guard():
    found, watch = watched(lambda x: (x[0] == None, x[0] != "a"), 1.0)  # noqa: E711
    assert found == (False, True)
    assert (watch.guards, watch.reason) == ([], None)


def test_a_power_by_a_number_of_the_row_is_refused_and_right():
    found, watch = watched(lambda x, p: (p ** x[0]).data, 3.0, parameter=Value(2.0))
    assert found.data == 8.0
    assert "an exponent comes from the data" in watch.reason


def test_what_is_assigned_under_watch_stays():
    parameter = Value(2.0)

    def assigning(x, p):
        p.data = 5
        p.grad = 3.0

    watched(assigning, 1.0, parameter=parameter)
    assert (parameter.data, parameter.grad) == (5.0, 3.0)
    assert type(parameter.data) is float


def test_an_int_is_whole_where_ones_own_code_compares_it():
    outputs = [Value(0.5), Value(0.1), Value(2.0)]
    _, watch = watched(lambda x: cross_entropy(outputs, x[0]), 1)
    # The guards say all that a comparison of the package's own decides.
    assert (watch.reason, watch.whole) == (None, set())
    assert watch.guards != []
    _, watch = watched(lambda x: (x[0] == 1.0, x[1] + x[2] == 5, x[1] > 1), 1.0, 2, 3)
    assert watch.whole == {1, 2}


def test_in_the_packages_tables_two_numbers_are_equal_if_they_are_one():
    def looked_up(x):
        return changed_name([("a", x[0])], [("a", x[1])])

    found, watch = watched(looked_up, 1.0, 1.0)
    assert found == "a"
    assert (watch.guards, watch.reason) == ([], None)


def test_ones_own_code_compares_two_numbers_of_the_row_by_what_they_are():
    found, watch = watched(lambda x: (x[0] == x[1], x[0] != x[1]), 1.0, 1.0)
    assert found == (True, False)
    assert [guard.symbol for guard in watch.guards] == ["eq", "ne"]


def test_a_leaf_is_made_of_a_number_whatever_its_kind():
    watch = Watch(is_mixed=True)
    (node,), _ = watched_call(watch, lambda x: ([Value(x) * 2], None), [], [0.5])
    assert (node.data, watch.reason) == (1.0, None)


def test_the_kind_of_a_number_is_no_secret_unless_rows_differ_in_it():
    def asking(x):
        return [Value(1.0 if isinstance(x, float) else 2.0)], None

    for is_mixed in (False, True):
        watch = Watch(is_mixed=is_mixed)
        (node,), _ = watched_call(watch, asking, [], [0.5])
        assert node.data == 1.0
        assert (watch.reason is not None) == is_mixed
    assert watch.reason.startswith("the kind of a number is asked for at test_watched")


@pytest.mark.parametrize(
    ("number", "outcomes"),
    [
        (3, [True, True]),
        (2**52, [True, True]),
        (-(2**52), [True, True]),
        (2**53, [True, False]),
        (-(2**53), [False, True]),
    ],
)
def test_a_whole_number_is_watched_for_leaving_those_that_floats_hold(number, outcomes):
    _, watch = watched(lambda x: Value(1.0) * (x[0] * 2), number)
    assert [(g.symbol, g.right, g.outcome) for g in watch.guards] == [
        ("ge", -(2**53), outcomes[0]),
        ("le", 2**53, outcomes[1]),
    ]


def test_the_packages_own_code_compares_a_number_of_the_row_with_plain_ones():
    names = {}
    own = f"{PACKAGE}nn/own.py"
    text = "def ask(x):\n    return x == 1, x != 1, x > 0, len({x, x})"
    exec(compile(text, own, "exec"), names)
    found, watch = watched(lambda x: names["ask"](x[0]), 1)
    assert found == (True, False, True, 1)
    guards = [(g.symbol, g.right, g.outcome) for g in watch.guards]
    assert guards == [("eq", 1, True), ("ne", 1, False), ("gt", 0, True)]
    # Which say all that it decides.
    assert (watch.reason, watch.whole) == (None, set())


def test_the_largest_of_nothing_fails_as_it_does_without_a_recording():
    def asking(x):
        with pytest.raises(TypeError, match="at least 1 argument"):
            max()
        with pytest.raises(ValueError, match="empty"):
            min([])
        return max(x[0], 2.0)

    found, watch = watched(asking, 3.0)
    assert (found.data, watch.reason) == (3.0, None)


def test_a_node_that_is_detached_is_followed_to_its_source():
    parameter = Value(2.0)
    found, _ = watched(lambda x, p: p.detach() * x[0], 1.0, parameter=parameter)
    (detached, _) = found.parents
    assert (detached.parents, detached.grad) == ((parameter,), 0.0)
    found.backward()
    assert parameter.grad == 0.0


@pytest.mark.parametrize("other", [True, Fraction(1, 2), numpy.float64(0.5)])
def test_any_real_number_beside_one_of_the_row_is_plain(other):
    kinds = []

    def adding(x):
        result = x[0] + other
        kinds.append(WatchedNumber in type(result).__mro__)
        return result

    found, watch = watched(adding, 1.5)
    assert kinds == [True]
    assert found.data == 1.5 + other
    assert (watch.reason is None) == isinstance(other, (bool, float))


def test_who_adds_itself_to_a_number_is_given_the_one_that_is_watched():
    class Doubling:
        def __radd__(self, number):
            return number * 2.0

    found, watch = watched(lambda x: x[0] + Doubling(), 1.5)
    assert (found.data, watch.reason) == (3.0, None)
