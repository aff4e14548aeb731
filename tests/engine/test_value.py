"""A Value: what it holds, what it refuses, how it reads."""

import copy
import fractions
import math
import pickle

import numpy as np
import pytest

from tinygrad_edu import DomainError, Value, dot, maximum, where


@pytest.mark.parametrize(
    "data",
    [
        2,
        2.0,
        True,
        fractions.Fraction(1, 2),
        np.float64(2),
        np.float32(0.5),
        np.int64(3),
    ]
    + [np.bool_(True), np.array(2.0), math.inf],
)
def test_data_is_any_real_number_and_becomes_a_float(data):
    value = Value(data)
    assert type(value.data) is float
    assert value.data == float(data)


def test_nan_is_real_enough():
    assert math.isnan(Value(math.nan).data)


@pytest.mark.parametrize(
    "data", ["3", None, 1j, [1.0], (1.0, 2.0), np.array([1.0, 2.0]), Value(1.0), object]
)
def test_what_is_no_real_number_is_refused_with_its_name(data):
    with pytest.raises(TypeError, match=r"one real number.*of type"):
        Value(data)


@pytest.mark.parametrize(
    "build",
    [
        Value,
        lambda huge: Value(1.0) + huge,
        lambda huge: huge * Value(1.0),
        lambda huge: Value(2.0) ** huge,
        lambda huge: maximum(Value(1.0), huge),
    ],
)
def test_an_integer_beyond_the_floats_is_refused_with_a_way_out(build):
    for huge in (10**400, -(10**5000), fractions.Fraction(10**400)):
        with pytest.raises(OverflowError, match=r"1\.8e308.*logarithm"):
            build(huge)


def test_assigned_data_is_checked_too_and_a_refusal_changes_nothing():
    value = Value(1.0)
    value.data = 3
    assert type(value.data) is float
    with pytest.raises(TypeError, match=r"\.data, or \.detach"):
        value.data = value - 1
    assert value.data == 3.0


def test_a_label_is_a_string():
    with pytest.raises(TypeError, match="label"):
        Value(1.0, (Value(2.0),))


def test_there_is_no_dict_and_no_misspelt_attribute():
    value = Value(1.0)
    assert not hasattr(value, "__dict__")
    with pytest.raises(AttributeError):
        value.gard = 1.0


def test_assigning_data_does_not_refresh_what_was_built():
    a = Value(2.0)
    b = a * 3
    a.data = 5.0
    assert b.data == 6.0


OPERATORS = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / y,
    lambda x, y: x**y,
]


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("number", [3, 3.0, np.float64(3), np.float32(3), np.int32(3)])
def test_numbers_on_either_side_just_work(operator, number):
    right = operator(Value(2.0), number)
    left = operator(number, Value(2.0))
    assert isinstance(right, Value)
    assert isinstance(left, Value)
    assert right.data == operator(2.0, 3.0)
    assert left.data == operator(3.0, 2.0)
    left.backward()
    assert left.parents[0].data == 3.0


def test_a_plain_operand_becomes_a_leaf_and_a_fixed_exponent_does_not():
    x = Value(2.0)
    assert [parent.data for parent in (x * 3).parents] == [2.0, 3.0]
    assert (x**3).parents == (x,)
    assert len((2**x).parents) == 2


@pytest.mark.parametrize("other", ["a", None, [1], 1j])
def test_other_operands_are_a_type_error(other):
    with pytest.raises(TypeError):
        Value(1.0) + other
    with pytest.raises(TypeError):
        other - Value(1.0)
    with pytest.raises(TypeError):
        Value(1.0) ** other


def test_numpy_object_arrays_of_values_work():
    a = np.array([Value(1.0), Value(2.0)])
    b = np.array([Value(3.0), Value(4.0)])
    product = a @ b
    assert product.data == 11.0
    product.backward()
    assert [x.grad for x in a] == [3.0, 4.0]
    assert np.exp(a)[1].data == math.exp(2.0)
    assert a.sum().data == 3.0
    assert (Value(2.0) * a)[1].data == 4.0
    assert (a * Value(2.0))[0].data == 2.0
    assert (a * np.float64(2))[1].data == 4.0
    assert np.tanh(a)[0].data == math.tanh(1.0)


def test_there_is_no_float_so_that_math_cannot_drop_the_graph():
    with pytest.raises(TypeError):
        math.exp(Value(1.0))
    with pytest.raises(TypeError):
        float(Value(1.0))


def test_equality_and_hash_are_by_identity():
    a, b = Value(1.0), Value(1.0)
    assert a != b
    assert len({a, b}) == 2


def test_order_compares_data():
    a, b = Value(1.0), Value(2.0)
    assert a < b <= 2
    assert b > 1 >= a
    assert not a > b
    assert max([a, b]) is b


def test_format_formats_data():
    value = Value(math.pi)
    assert f"{value:.2f} {value}" == f"3.14 {math.pi}"


def test_repr_is_one_line_and_tells_of_the_graph_the_operator_alone():
    a = Value(2.0, label="a")
    assert repr(a) == "Value(data=2.0, grad=0.0, label='a')"
    assert repr(a * 3) == "Value(data=6.0, grad=0.0, op='*')"


def test_item_and_detach():
    a = Value(2.0, label="a")
    b = (a * a).detach()
    assert a.item() == 2.0
    assert (b.data, b.parents, b.op) == (4.0, (), None)


def test_lecture_code_reads_parents_and_operator_under_its_names():
    a, b = Value(2.0), Value(3.0)
    c = a * b
    assert c._prev == {a, b}
    assert (a * a)._prev == {a}
    assert [v._op for v in (a, c, a.tanh(), a.relu(), a**2)] == [
        "",
        "*",
        "tanh",
        "ReLU",
        "**2",
    ]


def test_a_domain_error_is_a_lesson():
    with pytest.raises(DomainError) as error:
        Value(-1.0, label="p").log()
    assert str(error.value) == (
        "log is undefined at x = -1.0 (node 'p'): it needs x > 0. "
        "Did an earlier node go negative?"
    )
    assert isinstance(error.value, ArithmeticError)
    assert isinstance(error.value, ValueError)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Value(1.0) / 0, "y = 0.0: it needs y ≠ 0"),
        (lambda: 1 / Value(0.0, label="n"), "y = 0.0 (node 'n'): it needs y ≠ 0"),
        (lambda: Value(0.0) ** -1, "it needs x ≠ 0"),
        (lambda: Value(-8.0) ** (1 / 3), "it needs x >= 0"),
        (lambda: Value(-2.0) ** Value(3.0), "give the exponent as a plain number"),
        (lambda: Value(-1.0).sqrt(), "it needs x >= 0"),
        (lambda: Value(2.0).acos(), "it needs -1 <= x <= 1"),
        (lambda: Value(math.inf).sin(), "a finite x"),
        (lambda: Value(1000.0).exp(), "exp overflows at x = 1000.0"),
        (lambda: Value(1e200) ** 2, "**2 overflows at x = 1e+200"),
        (lambda: Value(1000.0).cosh(), "cosh overflows"),
    ],
)
def test_domain_errors_name_operator_value_and_rule(call, words):
    with pytest.raises(DomainError) as error:
        call()
    assert words in str(error.value)


def test_plain_arithmetic_that_reaches_infinity_passes():
    assert (Value(1e200) * 1e200).data == math.inf


def test_values_pickle_and_copy_with_their_graph():
    a, b = Value(2.0, label="a"), Value(-3.0)
    c = (a * b).tanh() + a.leaky_relu(0.2) ** 2
    for twin in (pickle.loads(pickle.dumps(c)), copy.deepcopy(c)):
        assert twin is not c
        twin.backward()
        c.zero_grad()
        c.backward()
        grads = [node.grad for node in twin.topological_order()]
        assert grads == [node.grad for node in c.topological_order()]


def test_methods_with_parameters_take_them():
    x = Value(-2.0)
    assert x.leaky_relu().data == -0.02
    assert x.leaky_relu(0.5).data == -1.0
    assert x.elu(2.0).data == 2.0 * math.expm1(-2.0)
    assert x.clip(-1, 1).data == -1.0


def test_functions_turn_numbers_into_leaves():
    x = Value(2.0)
    assert maximum(x, 0).parents[1].data == 0.0
    assert where(1, x, 0).data == 2.0
    assert dot([x, 1], [3, 4]).data == 10.0


def test_an_empty_tuple_in_place_of_parents_is_micrograd_s_way_to_make_a_leaf():
    for leaf in (Value(0, (), "input"), Value(0, label="input", _children=())):
        assert (leaf.data, leaf.label, leaf.parents) == (0.0, "input", ())
    assert Value(0, ()).label == ""


def test_parents_given_by_hand_are_refused_with_the_way_out():
    a = Value(1.0)
    for arguments in ([1.0, (a,)], [1.0, (a,), "+"], [1.0, [a]], [1.0, "", "", (a,)]):
        with pytest.raises(TypeError, match=r"write the operation, such as a \* b"):
            Value(*arguments)


def test_a_plus_in_front_changes_nothing():
    a = Value(2.0)
    assert +a is a


def test_repr_tells_the_operator_of_a_node_without_a_label():
    a = Value(2.0)
    for node, symbol in ((a * a, "*"), (a.relu(), "ReLU"), (a**2, "**2")):
        assert repr(node) == f"Value(data={node.data}, grad=0.0, op={symbol!r})"
    b = a + 1
    b.label = "b"
    assert repr(b) == "Value(data=3.0, grad=0.0, label='b')"
    assert repr(a) == "Value(data=2.0, grad=0.0)"
