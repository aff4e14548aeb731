"""A number of the wrong type or size is refused by name, in words and not Python's."""

import re
from fractions import Fraction

import numpy as np
import pytest

from tinygrad_edu import MLP, Value, clip_gradients, fit, nn
from tinygrad_edu.data import load_iris, make_moons, make_spirals
from tinygrad_edu.nn.initialisers import normal
from tinygrad_edu.optim import SGD, Adam, AdamW, schedules
from tinygrad_edu.ranges import (
    check_count,
    check_flag,
    check_function,
    check_list,
    check_number,
    check_positive,
    check_sequence,
)

#: Python writes no integer of so many digits, in an error or in the name of a test.
HUGE = pytest.param(10**5000, id="huge")
HUGE_BELOW = pytest.param(-(10**5000), id="huge below")

NO_NUMBERS = ["0.1", None, [1], {}, 1j, b"1", True, Value(0.5), object()]


@pytest.mark.parametrize("check", [check_number, check_positive])
@pytest.mark.parametrize("number", NO_NUMBERS)
def test_what_is_no_number_is_a_type_error_that_names_the_argument(check, number):
    with pytest.raises(TypeError, match=r"^size must be a .* number.* not "):
        check("size", number, 0.5)


@pytest.mark.parametrize("count", [*NO_NUMBERS, 2.0, 0, -1, HUGE_BELOW])
def test_a_count_is_an_int_and_no_switch(count):
    with pytest.raises(ValueError, match=r"^depth must be an int of at least 1, not "):
        check_count("depth", count)


@pytest.mark.parametrize("count", [10**400, HUGE])
def test_a_count_that_no_list_could_have_is_refused(count):
    with pytest.raises(ValueError, match=r"^depth must be at most \d+, not "):
        check_count("depth", count)
    with pytest.raises(ValueError, match=r"^digits must be at most 100, not 101"):
        check_count("digits", 101, most=100)


@pytest.mark.parametrize("flag", [True, False, np.True_, 0, 2])
def test_a_flag_is_true_or_false_or_an_int_as_in_c(flag):
    check_flag("bias", flag)


@pytest.mark.parametrize("flag", ["no", "", None, 1.0, [], [True], object()])
def test_a_flag_is_no_text_and_no_list(flag):
    with pytest.raises(TypeError, match=r"^bias must be True or False, not "):
        check_flag("bias", flag)


@pytest.mark.parametrize("target", [HUGE, HUGE_BELOW])
def test_a_class_that_python_does_not_write_is_refused_in_words(target):
    with pytest.raises(ValueError, match=r"no class an integer of \d+ bits among 2"):
        nn.cross_entropy([1.0, 2.0], target)
    with pytest.raises(ValueError, match=r"no row an integer of \d+ bits in Emb"):
        nn.Embedding(2, 2, seed=0)(target)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0, 10**400, HUGE])
def test_a_number_outside_its_range_is_a_value_error(number):
    with pytest.raises(ValueError, match=r"^size must be a finite number, at least 0,"):
        check_number("size", number, 0.0)
    with pytest.raises(
        ValueError, match=r"^size must be a positive number, such as 1, not"
    ):
        check_positive("size", number, 1)


@pytest.mark.parametrize("number", [1, Fraction(1, 2), np.float32(0.5), np.int64(1)])
def test_every_kind_of_real_number_will_do(number):
    check_number("size", number, 0.0)
    check_positive("size", number, 0.5)


@pytest.mark.parametrize(
    ("check", "kind", "good", "bad"),
    [
        (check_list, "list", [[], (1,), {1: 2}, iter([])], ["ab", b"ab", 1, None]),
        (check_sequence, "list", [[], (1,), np.zeros(2)], ["ab", {}, {1}, iter([]), 1]),
        (check_function, "function", [len, list, lambda: 1], ["len", None, [len]]),
    ],
)
def test_what_cannot_be_used_as_it_must_is_a_type_error(check, kind, good, bad):
    for thing in good:
        check("things", thing)
    for thing in bad:
        with pytest.raises(TypeError, match=f"^things must be a {kind}, not "):
            check("things", thing)


def fitted(**options):
    model = MLP(1, [1], seed=0)
    before = [p.data for p in model.parameters()]
    try:
        fit(model, [[0.0], [1.0]], [0.0, 1.0], epochs=1, progress=False, **options)
    finally:
        assert [p.data for p in model.parameters()] == before


OPTIONS = {
    "SGD learning rate": lambda x: SGD([Value(1.0)], x),
    "SGD momentum": lambda x: SGD([Value(1.0)], momentum=x),
    "SGD weight_decay": lambda x: SGD([Value(1.0)], weight_decay=x),
    "Adam betas": lambda x: Adam([Value(1.0)], betas=x),
    "Adam betas[1]": lambda x: Adam([Value(1.0)], betas=(0.9, x)),
    "AdamW epsilon": lambda x: AdamW([Value(1.0)], epsilon=x),
    "clip_gradients max_norm": lambda x: clip_gradients([Value(1.0)], x),
    "clip_gradients epsilon": lambda x: clip_gradients([Value(1.0)], 1.0, x),
    "constant rate": schedules.constant,
    "step factor": lambda x: schedules.step(0.1, 3, x),
    "normal deviation": normal,
    "Dropout probability": nn.Dropout,
    "LayerNorm epsilon": lambda x: nn.LayerNorm(2, x),
    "RMSNorm epsilon": lambda x: nn.RMSNorm(2, x),
    "huber delta": lambda x: nn.huber(Value(1.0), 0.0, x),
    "continue_symbols temperature": lambda x: nn.continue_symbols(
        None, [1], 0, 4, temperature=x
    ),
    "fit l1": lambda x: fitted(l1=x),
    "fit l2": lambda x: fitted(l2=x),
    "fit validation_fraction": lambda x: fitted(validation_fraction=x),
    "make_moons noise": lambda x: make_moons(8, noise=x),
    "make_spirals turns": lambda x: make_spirals(8, turns=x),
    "split test_fraction": lambda x: load_iris().split(x),
}


@pytest.mark.parametrize("number", NO_NUMBERS)
@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_that_is_no_number_is_refused_by_its_name(option, number):
    name = option.split(" ")[-1]
    with pytest.raises(TypeError, match=re.escape(name)) as caught:
        OPTIONS[option](number)
    for word in ("supported", "iterable", "must be real number", "unhashable"):
        assert word not in str(caught.value)


@pytest.mark.parametrize("fan_out", ["2", 0, True])
def test_fan_out_is_a_count(fan_out):
    with pytest.raises(ValueError, match="fan_out must be an int"):
        nn.Neuron(2, fan_out=fan_out)


def test_a_cell_that_is_no_name_is_refused():
    with pytest.raises(ValueError, match=r"no cell \['gru'\]"):
        nn.CharRNN(3, cell=["gru"])
