"""The edges of a recording: odd graphs, odd numbers, and what it refuses."""

import math
import warnings

import pytest

from tinygrad_edu import DomainError, ShapeError, Value, dot, logsumexp, where
from tinygrad_edu.replay import record
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.prepared import Rows
from tinygrad_edu.replay.programs import write_arrays
from tinygrad_edu.replay.rows import RowFunction

numpy = pytest.importorskip("numpy")


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def leaves(count):
    return [Value(1.0) for _ in range(count)]


def test_the_same_weighted_sum_may_be_there_twice():
    w, x = leaves(2), leaves(2)
    recording = record(dot(w, x) * dot(w, x), [*w, *x])
    value, slopes = recording.value_and_gradient(
        1.0, 2.0, numpy.array([3.0, 1.0]), numpy.array([4.0, 1.0])
    )
    # z = (w·x)², with w·x = 11 and 3; ∂z/∂w₀ = 2·(w·x)·x₀, and the mean of rows.
    assert value == (121 + 9) / 2
    assert float(slopes[0]) == (2 * 11 * 3 + 2 * 3 * 1) / 2
    assert slopes[3].tolist() == [2 * 11 * 2 / 2, 2 * 3 * 2 / 2]


def test_constants_that_equal_places_in_an_array_stay_numbers():
    a, b, c = leaves(3)
    recording = record([a + 0.0, c + 2.0, b], [a, b, c])
    rows = numpy.array([1.0, 2.0])
    assert [z.tolist() for z in recording(rows, rows, rows)] == [[1, 2], [3, 4], [1, 2]]


def test_constants_keep_the_sign_of_zero():
    a, b = leaves(2)
    up = [(a + 1.0) * 0.0, (b + 1.0) * -0.0]
    down = [(a - 1.0) * -0.0, (b - 1.0) * 0.0]
    one = numpy.ones(2)
    found = record([*up, *down], [a, b])(one, one)
    signs = [math.copysign(1, z[0]) for z in found]
    assert signs == [1, -1, -1, 1]


def test_what_is_assigned_after_recording_does_not_come_in():
    x, c = Value(1.0), Value(2.0)
    recording = record(x * c.exp() / c.exp() + c, [x])
    c.data = 50.0
    assert recording(1.0) == pytest.approx(3.0)
    assert recording(numpy.ones(2)).tolist() == pytest.approx([3.0, 3.0])


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
def test_an_output_that_no_row_reaches_is_there_for_each_row(world, request):
    rows = request.getfixturevalue(f"{world}_array")([1.0, 2.0, 3.0])
    p, x = leaves(2)
    found = record([Value(7.0), p * p, p, x, x], [p, x])(3.0, rows)
    expected = [[7] * 3, [9] * 3, [3] * 3, [1, 2, 3], [1, 2, 3]]
    assert [z.tolist() for z in found] == expected
    value, slopes = record(p * p, [p, x]).value_and_gradient(3.0, rows)
    assert (float(value), float(slopes[0]), slopes[1].tolist()) == (9, 6, [0, 0, 0])
    value, slopes = record(Value(7.0), []).value_and_gradient(world=world)
    assert (float(value), slopes) == (7.0, [])
    value, slopes = record(Value(7.0), [p, x]).value_and_gradient(3.0, rows)
    assert (float(value), float(slopes[0]), slopes[1].tolist()) == (7, 0, [0, 0, 0])


@pytest.mark.parametrize("world", ["floats", "numpy", "torch", "jax"])
def test_logsumexp_of_infinities_and_its_gradient_at_large_logits(world, request):
    x0, x1 = leaves(2)
    recording = record(logsumexp([x0, x1]), [x0, x1])
    if world == "floats":
        make = float
    else:
        array = request.getfixturevalue(f"{world}_array")

        def make(x):
            return array([x, x])

    for x, y in [(1.0, math.inf), (-math.inf, -math.inf), (math.inf, math.inf)]:
        found = numpy.asarray(recording(make(x), make(y)))
        assert (found == max(x, y)).all()
    _, slopes = recording.value_and_gradient(make(1e16), make(1e16))
    for slope in slopes:
        assert float(numpy.sum(numpy.asarray(slope))) == 0.5


@pytest.mark.parametrize("world", ["numpy", "jax"])
def test_logsumexp_needs_no_number_that_float32_cannot_hold(world, request):
    array = request.getfixturevalue(f"{world}_array")
    x0, x1 = leaves(2)
    recording = record(logsumexp([x0, x1]), [x0, x1])
    for x, y, z in [(0.0, 0.0, math.log(2)), (1.0, math.inf, math.inf)]:
        found = recording(array([x], "float32"), array([y], "float32"))
        assert float(found[0]) == pytest.approx(z, rel=1e-6)


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
def test_the_test_of_a_where_may_be_a_constant(world, request):
    make = request.getfixturevalue(f"{world}_array")
    x, y = leaves(2)
    root = where(1.0, x, y) + where(-1.0, x, 3.0 * y)
    value, slopes = record(root, [x, y]).value_and_gradient(make([1.0, 2.0]), 5.0)
    assert float(value) == 16.5
    assert (slopes[0].tolist(), float(slopes[1])) == ([0.5, 0.5], 3.0)


def test_a_leaf_that_is_used_everywhere_makes_no_long_program():
    x = leaves(200)
    root = x[0]
    for leaf in x[1:]:
        root = (root * x[0] + leaf).sin()
    numbers = {node: node.data for node in root.topological_order()}
    program = write_arrays(numbers, [], x, [root], "all", keeps_order=False)
    # The number of steps, not its square: 199 multiplications, sums and sines.
    assert len(program.text.splitlines()) < 199 * 12
    assert sum(map(len, program.constants.values())) < 199 * 12


def test_a_name_is_given_to_one_input_only():
    a, b = Value(1.0, label="x1"), Value(2.0)
    recording = record(a - b, [a, b])
    assert recording.names == ["x1", "x1_"]
    assert recording(x1=5.0, x1_=3.0) == 2.0
    own = Value(2.0, label="self")
    assert record(own * own, [own])(self=3.0) == 9.0


@pytest.mark.parametrize("world", [None, "numpy"])
@pytest.mark.parametrize("x", ["3", [1.0, 2.0], None, 1j, Value(3.0)])
def test_what_is_no_number_is_refused(x, world):
    a = Value(1.0, label="a")
    with pytest.raises(TypeError, match=r"input a is a real number, or an array of"):
        record(a * a, [a])(x, world=world)


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
def test_an_array_with_two_axes_is_refused(world, request):
    make = request.getfixturevalue(f"{world}_array")
    a, b = Value(1.0, label="a"), Value(1.0)
    for table in ([[1.0, 2.0]], [[1.0], [2.0]]):
        with pytest.raises(ShapeError, match=r"that for a has the shape \(.*own: f\("):
            record(a * b, [a, b])(make(table), 1.0)


@pytest.mark.parametrize("array", [numpy.array([1j]), numpy.array(["1"])])
def test_an_array_without_real_numbers_is_refused(array):
    a = Value(1.0, label="a")
    with pytest.raises(TypeError, match=r"array for a holds .* no real numbers"):
        record(a * a, [a])(array)
    with pytest.raises(TypeError, match="holds object"):
        record(a * a, [a])(numpy.array([a]))


def test_every_real_number_becomes_a_float():
    a = Value(1.0)
    recording = record(a * a, [a])
    for x in (3, True, numpy.int64(3), numpy.float32(3.0), numpy.array(3)):
        assert type(recording(x)) is float
        assert recording(x) == float(x) ** 2
    # An int would be exact here, and no float.
    assert recording(2**53 + 1) == 2.0**106
    for kind in ("float32", "int8", "bool"):
        found = recording(numpy.array([1, 0, 1], dtype=kind))
        assert found.dtype == float
        assert found.tolist() == [1.0, 0.0, 1.0]


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
def test_no_rows_give_no_outputs_and_have_no_mean(world, request):
    empty = request.getfixturevalue(f"{world}_array")([])
    w, x = leaves(2), leaves(2)
    recording = record(dot(w, x).tanh(), [*w, *x])
    assert recording(1.0, 2.0, empty, empty).tolist() == []
    with pytest.raises(ShapeError, match="no rows"):
        recording.value_and_gradient(1.0, 2.0, empty, empty)


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
def test_the_row_outside_the_domain_is_named_in_every_world(world, request):
    make = request.getfixturevalue(f"{world}_array")
    p, q = Value(1.0, label="p"), Value(1.0)
    rows = make([1.0, -2.0, 3.0])
    words = r"log .* x = -2.0 \(node 'p'\).*row 1"
    with pytest.raises(DomainError, match=words):
        record(p.log() * q, [p, q])(rows, 1.0)
    with pytest.raises(DomainError, match=words):
        record(p.log() * q, [p, q]).value_and_gradient(rows, 1.0)
    power = record(p**q, [p, q])
    with pytest.raises(DomainError, match=r"x = -2.0 \(node 'p'\), y = 3.0.*row 1"):
        power.value_and_gradient(rows, 3.0)
    with pytest.raises(DomainError, match=r"x = -2.0 \(node 'p'\), y = 3.0"):
        power.value_and_gradient(-2.0, 3.0)


@pytest.mark.parametrize("world", ["numpy", "torch", "jax"])
def test_numbers_that_are_not_finite_pass_as_ieee_754_has_it(world, request):
    make = request.getfixturevalue(f"{world}_array")
    a = Value(1.0)
    odd = [math.inf, -math.inf, math.nan, -0.0]
    found = record([a * 2.0, a.tanh(), a.relu()], [a])(make(odd))
    wanted = [[math.inf, -math.inf, math.nan, 0.0], [1, -1, math.nan, 0.0]]
    wanted.append([math.inf, 0.0, math.nan, 0.0])
    for z, numbers in zip(found, wanted):
        assert [float(x) for x in z] == pytest.approx(numbers, nan_ok=True)
    value, slopes = record(a * 3.0, [a]).value_and_gradient(make(odd[:2]))
    assert math.isnan(float(value))
    assert [float(x) for x in slopes[0]] == [1.5, 1.5]
    value, _ = record(a * a, [a]).value_and_gradient(make([1.3e154, 1.3e154]))
    assert float(value) == math.inf


@pytest.mark.parametrize(
    ("batched", "gradient", "words"),
    [
        (["c"], "", "no input 'c'. The inputs are a, b"),
        ([2], "", "no input 2"),
        ([-1], "", "no input -1"),
        (["a"], "both", "not 'both'"),
    ],
)
def test_a_function_of_what_is_not_there_is_refused(batched, gradient, words):
    a, b = Value(1.0, label="a"), Value(1.0, label="b")
    with pytest.raises(ValueError, match=words):
        record(a * b, [a, b]).function("numpy", batched, gradient=gradient)


def test_the_text_for_an_input_that_is_not_there_is_refused():
    a = Value(1.0, label="a")
    with pytest.raises(ValueError, match="no input 'b'"):
        record(a * a, [a]).array_source("b")


def test_the_inputs_of_a_large_network_are_no_long_message():
    x = leaves(400)
    with pytest.raises(TypeError, match=r"x7, \.\.\. \(400 in all\).*1 in order") as e:
        record(x[0] * x[1], x)(1.0)
    assert len(str(e.value)) < 250


def test_one_input_is_a_list_too():
    a = Value(1.0)
    with pytest.raises(TypeError, match=r"record\(y, \[x\]\)"):
        record(a * a, a)


def test_pytorch_differentiates_what_is_replayed(torch):
    a, b = leaves(2)
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    p = torch.tensor(3.0, requires_grad=True)
    record((a * b).sin(), [a, b])(p, x).sum().backward()
    slopes = [3 * math.cos(3), 3 * math.cos(6)]
    assert x.grad.tolist() == pytest.approx(slopes)
    assert p.grad.item() == pytest.approx(math.cos(3) + 2 * math.cos(6))


def test_a_recording_first_called_under_jit_can_be_called_again(jax):
    a, b, c = leaves(3)
    root = (a + 0.5).exp() * (b + 1.5).exp() * (c + 2.5).exp()
    recording = record(root, [a, b, c])
    ones = jax.numpy.ones(2)
    compiled = jax.jit(recording)(ones, ones, ones)
    expected = [math.exp(7.5)] * 2
    assert compiled.tolist() == pytest.approx(expected)
    assert recording(ones, ones, ones).tolist() == pytest.approx(expected)
    value, _ = jax.jit(recording.value_and_gradient)(ones, ones, ones)
    assert float(value) == pytest.approx(math.exp(7.5))


def test_the_row_of_an_error_is_counted_over_all_pieces(monkeypatch):
    monkeypatch.setattr("tinygrad_edu.replay.path.PIECE", 1)
    monkeypatch.setattr("tinygrad_edu.replay.path.LEAST_ROWS", 16)
    rows = [([1.0 + i],) for i in range(40)]
    rows[33] = ([-1.0],)
    function = RowFunction(
        lambda x: ([(x[0] * Value(1.0)).log()], None), Numbers([]), Rows(rows), []
    )
    with pytest.raises(
        DomainError, match=r"log is undefined at x = -1\.0.*row 33: -1\)"
    ):
        function(range(40))


def recorded_and_by_graph(function, x):
    """Return (value, slope) from a recording on floats and on arrays, and a graph."""
    leaf = Value(x)
    root = function(leaf)
    root.backward()
    recording = record(root, [leaf])
    value, (slope,) = recording.value_and_gradient(x)
    array, (slopes,) = recording.value_and_gradient(numpy.array([x]))
    return (value, slope), (float(array), float(slopes[0])), (root.data, leaf.grad)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x.sqrt().sign() * x.exp(),
        lambda x: where(x.sqrt(), 2.0 * x, x.exp()),
        lambda x: (x.sqrt() ** 0) * x.exp(),
        lambda x: x.sqrt().sign(),
    ],
)
def test_zero_times_infinity_is_nan_as_in_a_graph(function):
    on_floats, on_arrays, by_graph = recorded_and_by_graph(function, 0.0)
    assert math.isnan(by_graph[1])
    assert on_floats == pytest.approx(by_graph, nan_ok=True)
    assert on_arrays == pytest.approx(by_graph, nan_ok=True)
    # And elsewhere the rest is not touched.
    on_floats, on_arrays, by_graph = recorded_and_by_graph(function, 2.0)
    assert on_floats == pytest.approx(by_graph)
    assert on_arrays == pytest.approx(by_graph)
