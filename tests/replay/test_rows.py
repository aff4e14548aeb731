"""Many rows at once by one recording are the rows one by one."""

import itertools
import math

import pytest

from tinygrad_edu import MLP, DomainError, Value, nn, total
from tinygrad_edu.engine.evaluation import float_gradient
from tinygrad_edu.replay.calls import RANDOM
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.prepared import NotReplayableError, Rows
from tinygrad_edu.replay.rows import SAMPLE, RowFunction
from tinygrad_edu.replay.watch import Watch
from tinygrad_edu.replay.watching import watched_call

numpy = pytest.importorskip("numpy")


@pytest.mark.parametrize("count", [2, 59, 60, 500])
@pytest.mark.parametrize("widths", [[3, 1], [3, 2]])
def test_what_is_predicted_of_each_row_is_what_the_row_gives(count, widths):
    model = MLP(2, widths, activation="tanh", seed=0)
    rows = [[i / count, 1 - i / 50] for i in range(count)]
    found = model.predict(rows)
    for row, answer in zip(rows, found, strict=True):
        outputs = model(row)
        expected = [y.data for y in outputs] if widths[-1] > 1 else outputs.data
        assert answer == pytest.approx(expected, rel=1e-12)


def summing(lengths):
    """Return (a function of rows of these lengths, its rows)."""
    w = Value(2.0)
    given = [([float(n + k) for k in range(n)],) for n in lengths]
    rows = Rows(given)
    return RowFunction(lambda x: ([w * total(x)], None), Numbers([w]), rows, []), rows


def test_each_shape_that_enough_rows_have_is_recorded_once():
    function, rows = summing([1, 2, 3, 3, 3] * 4 + [4])
    for _ in range(2):
        outputs, _, slopes, mean = function(range(len(rows)), gradient=True)
        sums = [sum(row.numbers) for row in rows]
        assert [y for (y,) in outputs] == pytest.approx([2 * s for s in sums])
        assert mean == pytest.approx(2 * sum(sums) / len(sums))
        assert slopes == pytest.approx([sum(sums) / len(sums)])
        assert (function.refusal, function.ways.shapes, len(function.ways.paths)) == (
            None,
            3,
            3,
        )
    # Of the row with a length of its own there is no recording until the fifth time.
    for _ in range(2):
        function([len(rows) - 1])
    assert function.ways.shapes == 4


def test_at_most_64_shapes_are_recorded():
    function, _ = summing([*range(1, 71)] * 10)
    for start in range(0, 700, 70):
        function(range(start, start + 70))
    assert function.ways.shapes == 64
    assert function.refusal is None


def test_a_row_outside_a_domain_is_named():
    class Log(nn.Module):
        def __init__(self):
            self.w = nn.Linear(1, 1, seed=0).parameters()[0]

        def __call__(self, row):
            return (
                (row[0] + 0 * self.w).log()
                if hasattr(row[0], "log")
                else (self.w * 0 + row[0]).log()
            )

    rows = [[1.0 + i] for i in range(80)]
    rows[70] = [-1.0]
    with pytest.raises(DomainError, match="log is undefined"):
        Log().predict(rows)


W = Value(2.0)


def function_of(compute, numbers, keepers=(), **options):
    """Return a function of rows of one number, and of W."""
    rows = Rows([([x],) for x in numbers])
    return RowFunction(
        lambda x: ([compute(x[0])], None), Numbers([W]), rows, keepers, **options
    )


def assert_as_graphs(function, compute, numbers, places=None):
    """Assert that outputs and gradient are those of graphs that are built in order."""
    places = range(len(numbers)) if places is None else places
    roots = [compute(numbers[i]) for i in places]
    outputs, _, slopes, mean = function(places, gradient=True)
    wanted = [root.data for root in roots]
    assert [y for (y,) in outputs] == pytest.approx(wanted, nan_ok=True)
    share = 1 / len(roots)
    expected = sum(float_gradient(root, [W], share)[0] for root in roots)
    assert list(slopes) == pytest.approx([expected], nan_ok=True)
    assert mean == pytest.approx(sum(wanted) * share, nan_ok=True)


def test_within_a_recording_and_for_values_of_another_kind_there_is_none():
    class Marked(Value):
        __slots__ = ()

    with pytest.raises(NotReplayableError, match="a parameter is a Marked, and no"):
        RowFunction(lambda x: ([], None), Numbers([Marked(1.0)]), Rows([([1.0],)]), [])

    def within(x):
        with pytest.raises(NotReplayableError, match="a recording is being made"):
            function_of(lambda x: W * x, [1.0])
        return [W * x[0]], None

    watched_call(Watch(), within, [W], [[1.0]])


def test_so_many_rows_run_as_graphs_at_first_and_the_others_not():
    calls = []

    def compute(x):
        calls.append(x)
        return W * x

    numbers = [float(i) for i in range(40)]
    function = function_of(compute, numbers)
    assert_as_graphs(function, lambda x: W * x, numbers)
    # The first one, once more for its recording, and the sample; all others not.
    assert len(calls) == 1 + 1 + SAMPLE
    assert function.replayed == 40 - 1 - SAMPLE
    assert_as_graphs(function, lambda x: W * x, numbers)
    assert (len(calls), function.replayed) == (2 + SAMPLE, 31 + 40)
    # One more where that is asked for, and as many as at first after a doubt.
    function.sample()
    function(range(40))
    assert len(calls) == 3 + SAMPLE
    function.doubt()
    function(range(40))
    assert len(calls) == 5 + 2 * SAMPLE
    assert (function.as_graphs, function.refusal) == (0, None)


def test_where_all_is_known_no_row_is_looked_at(monkeypatch):
    function = function_of(lambda x: W * x, [1.0 + i for i in range(20)])
    ints = [1 + i for i in range(20)]
    forked = function_of(lambda x: W * x if x > 5 else W, ints)
    function(range(20))
    function.rows = Rows([([x],) for x in ints])
    for known in (function, forked):
        known(range(20))

    def unexpected(*arguments, **options):
        raise AssertionError

    monkeypatch.setattr(RowFunction, "_compare", unexpected)
    monkeypatch.setattr(RowFunction, "_needs_graph", unexpected)
    assert_as_graphs(forked, lambda x: W * x if x > 5 else W, ints)
    monkeypatch.setattr("tinygrad_edu.replay.rows.Batch", unexpected)
    assert_as_graphs(function, lambda x: W * x, ints)


def test_what_overflows_is_told_by_a_graph_and_the_others_by_the_replay():
    numbers = [float(i) for i in range(30)]
    numbers[20:23] = [1e308, 1e200, math.inf]
    function = function_of(lambda x: W * x, numbers)
    for _ in range(2):
        before = function.replayed
        assert_as_graphs(function, lambda x: W * x, numbers, range(9, 30))
    # 1e200 is no overflow, though its square is.
    assert function.replayed - before == 21 - 2
    assert function.refusal is None


def test_a_mask_of_a_layer_that_is_not_known_makes_all_run_as_graphs():
    hidden, known = nn.Dropout(0.5, seed=1), nn.Dropout(0.5, seed=2)
    twins = nn.Dropout(0.5, seed=1), nn.Dropout(0.5, seed=2)
    numbers = [1.0 + i for i in range(20)]
    function = function_of(lambda x: known([hidden([W * x])[0]])[0], numbers, [known])
    function([0])
    assert function.refusal == RANDOM
    # (One mask more was drawn for the recording that was made in vain.)
    for layer in twins:
        layer.draw_number()
    twins[0].draw_number()
    assert_as_graphs(function, lambda x: twins[1]([twins[0]([W * x])[0]])[0], numbers)


def test_a_way_that_cannot_be_recorded_leaves_the_others():
    def compute(x):
        return W * x if x > 0 else W * round(x)

    numbers = [1.0 + i for i in range(40)]
    numbers[25] = numbers[30] = -1.5
    function = function_of(compute, numbers)
    assert_as_graphs(function, compute, numbers)
    assert (function.refusal, function.as_graphs) == (None, 2)
    assert "a number is rounded" in function.ways.closed
    assert function.replayed == 40 - 2 - 1 - SAMPLE


def test_what_is_another_graph_under_watch_is_refused():
    def compute(x):
        return W * x if type(x) is float else W.tanh() * x

    numbers = [1.0 + i for i in range(20)]
    function = function_of(compute, numbers)
    assert_as_graphs(function, compute, numbers)
    assert function.refusal.startswith("the graph changes with the row")
    assert (function.replayed, function.ways.paths) == (0, [])


def test_what_stood_before_a_refusal_is_compared_all_the_same():
    memory = []

    def compute(x):
        if x < 0:
            memory.append(x)
            return W * x
        return W * x if type(x) is float else W.tanh() * x

    numbers = [1.0 + i for i in range(20)] + [-1.0] * 3
    function = function_of(compute, numbers, [compute])
    assert_as_graphs(function, compute, numbers)
    assert function.replayed == 0


def test_a_way_that_is_in_doubt_is_compared_also_when_others_are_again_known():
    scale = [1.0]

    def compute(row):
        return W * row[0] if row[0] > 0 else W * scale[0] * row[0]

    # So many kinds of rows, and targets, that none of them is waited for.
    kinds = itertools.product((int, float), repeat=7)
    given = [
        ([kind(i + 1 if kinds[0] is int else -i - 1) for kind in kinds],)
        for i, kinds in enumerate(kinds)
    ]
    rows = Rows(given, targets=[f"{i}" for i in range(len(given))])
    assert rows.kinds == set()
    function = RowFunction(
        lambda x: ([compute(x)], None), Numbers([W]), rows, [compute]
    )
    for number in (1.0, 5.0):
        scale[0] = number
        function.doubt()
        for places in (range(64), range(64), range(64, 128), range(64, 128)):
            outputs = function(places, gradient=True).outputs
            wanted = [compute(*given[i]).data for i in places]
            assert [y for (y,) in outputs] == pytest.approx(wanted)
    assert function.refusal is None
    assert function.replayed > 300


class Counting:
    """A function that counts the errors that it catches, and goes two ways."""

    def __init__(self):
        self.count = 0

    def __call__(self, x):
        if x > 100:
            return W * x * (1 + self.count)
        try:
            return (W * x).log() * (1 + self.count)
        except DomainError:
            self.count += 1
            return W * 3.0


@pytest.mark.parametrize("bad", [22, 30, 55])
@pytest.mark.parametrize("start", [0, 9, 20])
@pytest.mark.parametrize("undefined", [-1.0, -1])
def test_rows_after_one_that_changes_the_function_are_told_by_graphs(
    bad, start, undefined
):
    # An int is of another kind, and so its graph is asked for first.
    numbers = [1.0 + i if i % 3 else 101.0 + i for i in range(60)]
    counting = Counting()
    function = function_of(counting, numbers, [counting], sample=2)
    # Recorded while all is well, then the row that is not.
    assert_as_graphs(function, Counting(), numbers)
    numbers[bad] = undefined
    function.rows = Rows([([x],) for x in numbers])
    assert_as_graphs(function, Counting(), numbers, range(start, 60))
    assert function.refusal == "a call of the model or the loss changes count"
    assert counting.count == 1


def test_an_error_that_is_caught_is_told_by_a_graph_also_on_the_one_way_of_all():
    def compute(x):
        try:
            return (W * x).log()
        except DomainError:
            return W * 3.0

    numbers = [1.0 + i for i in range(30)]
    function = function_of(compute, numbers)
    function(range(30))
    numbers[20] = numbers[25] = -1.0
    function.rows = Rows([([x],) for x in numbers])
    before = function.replayed
    assert_as_graphs(function, compute, numbers)
    assert (function.replayed - before, function.refusal) == (28, None)


def test_the_masks_of_a_row_that_a_graph_must_tell_are_those_that_were_drawn():
    dropout, twin = nn.Dropout(0.5, seed=1), nn.Dropout(0.5, seed=1)

    def compute(x, layer=dropout):
        return layer([W * x])[0]

    numbers = [1.0 + i for i in range(40)]
    numbers[20:24] = [0.75e308] * 4
    function = function_of(compute, numbers, [dropout])
    for _ in range(2):
        assert_as_graphs(function, lambda x: compute(x, twin), numbers)
    # Those that were not dropped, in both rounds.
    assert 0 < function.as_graphs < 8
    assert function.replayed == 80 - 1 - SAMPLE - function.as_graphs


def test_the_mean_and_the_gradient_are_those_of_the_first_output():
    rows = Rows([([1.0 + i],) for i in range(20)])
    function = RowFunction(
        lambda x: ([W * x[0], W * 7.0], None), Numbers([W]), rows, []
    )
    for _ in range(2):
        outputs, _, slopes, mean = function(range(20), gradient=True)
        assert [list(row) for row in outputs] == [
            [2.0 + 2 * i, 14.0] for i in range(20)
        ]
        assert [mean, *slopes] == pytest.approx([21.0, 10.5])
    assert function(range(20)).slopes is None


def test_what_has_not_changed_is_recorded_once_also_after_a_doubt():
    function = function_of(lambda x: W * x, [1.0 + i for i in range(10)])
    function(range(5))
    (way,) = function.ways.paths
    function.doubt()
    function(range(5))
    assert function.ways.paths == [way]
    assert (function.as_graphs, way.is_stale, way.seen) == (0, False, {"", (0, float)})


def test_where_numbers_may_be_asked_for_by_is_all_rows_run_as_graphs():
    def asking(x):
        return W * 2.0 if x is True else W

    def comparing(x):
        return W * 2.0 if x else W

    flags = [True] + [False] * 19
    for compute, words in ((asking, "by `is` in asking"), (comparing, None)):
        function = RowFunction(
            lambda x, compute=compute: ([compute(x[0])], None),
            Numbers([W]),
            Rows([([x],) for x in flags]),
            [compute],
        )
        assert_as_graphs(function, compute, flags)
        assert (function.refusal is None) == (words is None)
        assert words is None or words in function.refusal
        assert (function.replayed > 0) == (words is None)
    function = function_of(asking, [1.0 + i for i in range(20)], [asking])
    assert_as_graphs(function, asking, [1.0 + i for i in range(20)])
    assert function.refusal is None


def test_rows_of_a_kind_that_was_not_met_are_compared_first():
    def compute(x):
        return W * x * (2.0 if type(x) is int else 1.0)

    function = function_of(compute, [1.0 + i for i in range(20)])
    function(range(20))
    numbers = [1 + i for i in range(20)]
    function.rows = Rows([([x],) for x in numbers])
    assert_as_graphs(function, compute, numbers)
    assert function.refusal.startswith("the graph changes with the row")
