"""A choice by an index that is data: a gather in every world, and its gradient."""

import pytest

from tinygrad_edu import DomainError, Value, dot, pick, take
from tinygrad_edu.replay.compiled import CompiledGraph
from tinygrad_edu.replay.watch import Watch
from tinygrad_edu.replay.watching import watched_call

numpy = pytest.importorskip("numpy")

ROWS = [[2, 0, 0.5], [1, 1, -1.5], [0, 1, 2.5], [2, 1, 0.25]]
WORLDS = ["numpy", "torch", "jax"]


def model(w, x):
    """Rows of a table, an element of what was computed, and of plain numbers."""
    i, j, a = x
    table = [w[0:2], w[2:4], [w[4], w[5]]]
    row, same = take(table, i), take(table, j)
    outputs = [a * w[0], w[1] * a, row[0] * a]
    mixed = [a, w[3], 4.0]
    chosen = pick(outputs, i) * pick(outputs, j) + pick(mixed, i) * w[5]
    return dot(row, same) + chosen.tanh() + pick([3.0, 5.0, 7.0], i) * w[4]


def parameters():
    return [Value(0.3 * i - 0.7) for i in range(6)]


def by_graphs():
    """Return the output of each row, and the gradients of their sum."""
    outputs = []
    slopes = []
    for row in ROWS:
        w, a = parameters(), Value(row[2])
        root = model(w, [*row[:2], a])
        root.backward()
        outputs.append(root.data)
        slopes.append([*[node.grad for node in w], a.grad])
    return numpy.array(outputs), numpy.array(slopes)


def compiled(step, world, request):
    # Each operation of JAX is compiled by itself otherwise.
    return request.getfixturevalue("jax").jit(step) if world == "jax" else step


def plain(x):
    return numpy.array(x.tolist())


def recorded():
    w = parameters()
    watch = Watch()

    def call(*row):
        return [model(w, row)], None

    nodes, _ = watched_call(watch, call, w, ROWS[0])
    assert watch.reason is None
    return CompiledGraph(nodes, [*w, *watch.leaves]), w


@pytest.mark.parametrize("world", WORLDS)
def test_a_gather_and_its_gradient_are_those_of_graphs(world, request):
    array = request.getfixturevalue(f"{world}_array")
    graph, w = recorded()
    step = graph.on_arrays(world, [6, 7, 8], "all")
    step = compiled(step, world, request)
    p = array([[node.data] for node in w])
    outputs, dp, dx = step(p, array(ROWS).T, 1.0)
    wanted, slopes = by_graphs()
    assert numpy.allclose(plain(outputs)[0], wanted, rtol=1e-9, atol=0)
    assert numpy.allclose(plain(dp)[:, 0], slopes[:, :6].sum(0), rtol=1e-9)
    assert numpy.allclose(plain(dx)[2], slopes[:, 6], rtol=1e-9)
    assert not plain(dx)[:2].any()


@pytest.mark.parametrize("world", WORLDS)
def test_an_index_may_be_the_same_for_all_rows_and_the_parameters_not(world, request):
    array = request.getfixturevalue(f"{world}_array")
    graph, w = recorded()
    data = numpy.array([[node.data] for node in w])
    # The index of the first row, and parameters that differ.
    step = graph.on_arrays(world, [*range(6), 8], "all")
    step = compiled(step, world, request)
    scales = numpy.array([[1.0, 1.0]])
    x = numpy.concatenate([data * scales, [[0.5, 0.5]]])
    outputs, dp, dx = step(array([[2.0], [0.0]]), array(x), 1.0)
    wanted, slopes = by_graphs()
    assert numpy.allclose(plain(outputs)[0], [wanted[0]] * 2, rtol=1e-9)
    assert numpy.allclose(plain(dx).T, [slopes[0]] * 2, rtol=1e-9)
    assert not plain(dp).any()


def test_floats_choose_too():
    graph, w = recorded()
    wanted, slopes = by_graphs()
    for row, output, slope in zip(ROWS, wanted, slopes):
        numbers = [*[node.data for node in w], *row]
        (found,), gradient = graph.on_floats(numbers, True)
        assert found == pytest.approx(output, rel=1e-12)
        assert [*gradient[:6], gradient[8]] == pytest.approx(list(slope), rel=1e-12)
        assert gradient[6:8] == [0.0, 0.0]


def test_an_infinite_element_that_is_not_chosen_does_no_harm():
    w = [Value(1.0), Value(2.0)]
    watch = Watch()
    nodes, _ = watched_call(watch, lambda i: ([pick(w, i) * 3.0], None), w, [0])
    graph = CompiledGraph(nodes, [*w, *watch.leaves])
    step = graph.on_arrays("numpy", [2], "shared")
    (outputs, slopes) = step(numpy.array([[1.0], [numpy.inf]]), numpy.zeros((1, 2)), 1)
    assert outputs.tolist() == [[3.0, 3.0]]
    assert slopes.tolist() == [[6.0], [0.0]]
    assert graph.on_floats([1.0, numpy.inf, 0.0], True) == [[3.0], [3.0, 0.0, 0.0]]


def test_an_infinite_slope_reaches_the_chosen_element_alone():
    w = [Value(0.0), Value(2.0)]
    watch = Watch()
    nodes, _ = watched_call(watch, lambda i: ([pick(w, i).sqrt()], None), w, [0])
    graph = CompiledGraph(nodes, [*w, *watch.leaves])
    assert graph.on_floats([0.0, 2.0, 0.0], True)[1][:2] == [numpy.inf, 0.0]
    step = graph.on_arrays("numpy", [2], "shared")
    with numpy.errstate(divide="ignore"):
        _, slopes = step(numpy.array([[0.0], [2.0]]), numpy.zeros((1, 1)), 1)
    assert slopes.tolist() == [[numpy.inf], [0.0]]


def test_a_large_table_is_gathered_from_as_it_stands():
    table = [[Value(1.0) for _ in range(3)] for _ in range(2000)]
    w = [node for row in table for node in row]
    watch = Watch()

    def call(i, j):
        return [dot(take(table, i), take(table, j))], None

    nodes, _ = watched_call(watch, call, w, [1500, 3])
    graph = CompiledGraph(nodes, [*w, *watch.leaves])
    program = graph.array_program([6000, 6001], "shared")
    # No copy of the table, and no statement for each of its rows.
    assert len(program.text.splitlines()) < 20
    assert max(map(len, program.constants.values())) == 6


def test_an_operator_that_is_undefined_after_a_choice_is_told():
    w = [Value(1.0), Value(-2.0)]
    watch = Watch()
    nodes, _ = watched_call(watch, lambda i: ([pick(w, i).log()], None), w, [0])
    graph = CompiledGraph(nodes, [*w, *watch.leaves])
    with pytest.raises(DomainError, match=r"log is undefined at x = -2\.0"):
        graph.on_floats([1.0, -2.0, 1.0], True)
    step = graph.on_arrays("numpy", [2], "")
    arguments = numpy.array([[1.0], [-2.0]]), numpy.array([[0.0, 1.0]])
    with pytest.raises(DomainError, match=r"x = -2\.0.*row 1"):
        graph.watched(step, [2], arguments)
