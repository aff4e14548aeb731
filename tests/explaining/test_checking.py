"""The gradient checker passes what is right, and fails on what is wrong."""

import math
from dataclasses import replace

import pytest
from records import RECORDS, record_id

from tinygrad_edu import GradientError, Value, check_gradients, largest, maximum
from tinygrad_edu.engine.value import apply
from tinygrad_edu.explaining.checking import LEAST_STEP, CheckedInput, GradientReport


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_it_passes_every_record_inside_its_domain(record):
    count = 3 if record.variadic else len(record.arguments)
    if record.name == "dot":
        count = 4
    values = [0.6, 0.4, 0.9, 0.3][:count]
    report = check_gradients(lambda *nodes: apply(record, nodes), values)
    assert len(report.inputs) == count
    assert report.worst.error <= 1


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_it_fails_on_a_planted_wrong_rule(record):
    def wrong(xp, z, *args):
        first, *others = record.partials(xp, z, *args)
        return (first + 0.01, *others)

    planted = record._replace(partials=wrong)
    count = (
        4 if record.name == "dot" else 3 if record.variadic else len(record.arguments)
    )
    values = [0.6, 0.4, 0.9, 0.3][:count]
    with pytest.raises(GradientError) as error:
        check_gradients(lambda *nodes: apply(planted, nodes), values)
    assert error.value.report.worst.index == 0
    assert repr(error.value.report.worst.gradient) in str(error.value)
    assert repr(error.value.report.worst.difference) in str(error.value)


def test_a_nan_gradient_fails():
    from tinygrad_edu.engine.primitives import TANH

    planted = TANH._replace(partials=lambda xp, z, x: (math.nan,))
    with pytest.raises(GradientError):
        check_gradients(lambda x: apply(planted, [x]), [0.5])


def test_a_gradient_that_is_no_number_is_the_worst_wherever_it_stands():
    one = CheckedInput(0, 1.0, 1.0, 1.0, 0.5, "")
    wrong = replace(one, index=1, error=math.nan)
    for inputs in ((one, wrong), (wrong, one)):
        assert GradientReport(inputs).worst is wrong


def test_the_report_names_the_worst_input_and_both_numbers():
    report = check_gradients(lambda x, y: x * y.exp(), [2.0, 1.0])
    worst = report.worst
    assert f"Worst: input {worst.index}" in str(report)
    assert "2 of 2 inputs compared" in str(report)


@pytest.mark.parametrize(
    ("function", "values", "kinked"),
    [
        # The longer graph begins as the shorter one.
        (lambda x: x * 2.0 if x.data < 0 else x * 2.0 + x, [0.0], {0}),
        (lambda x, y: x.relu() + y, [0.0, 1.0], {0}),
        (lambda x, y: abs(x) * y, [1e-7, 1.0], {0}),
        (lambda x, y: maximum(x, y) + 0 * x, [1.0, 1.0], {0, 1}),
        (lambda x, y: x.clip(-1, 1) + y, [1.0, 0.0], {0}),
        (lambda x, y: (x * x if x > 0 else -x) + y, [0.0, 1.0], {0}),
        (lambda x, y: (x * x if x > 0 else x) + y, [0.0, 1.0], {0}),
        (lambda x, y: (x - 3.0).leaky_relu() * y, [3.0, 1.0], {0}),
    ],
)
def test_kinks_are_known_and_not_compared(function, values, kinked):
    if len(kinked) == len(values):
        with pytest.raises(ValueError, match="nothing to compare"):
            check_gradients(function, values)
    else:
        report = check_gradients(function, values)
        assert {one.index for one in report.inputs if one.kink} == kinked
        assert "not compared" in str(report)
        assert str(report).startswith("1 of 2 inputs compared.")


def test_rounding_of_large_numbers_is_no_wrong_gradient():
    assert check_gradients(lambda x: x * 2 + 1e10, [1.0]).worst.error <= 1
    with pytest.raises(GradientError):
        check_gradients(lambda x: planted(x) + 1e8, [1.0])


def test_the_step_grows_with_the_number():
    assert check_gradients(lambda x: x * x, [1e8]).worst.error <= 1


def test_an_input_that_is_not_used_has_no_gradient():
    report = check_gradients(lambda x, y: x * x, [1.0, 2.0])
    assert [one.gradient for one in report.inputs] == [2.0, 0.0]


def test_what_is_off_by_more_than_is_tolerated_is_wrong():
    assert check_gradients(planted, [1.0], relative=0.0, absolute=1.1)
    with pytest.raises(GradientError):
        check_gradients(planted, [1.0], relative=0.0, absolute=0.7)


def test_a_tie_of_the_largest_is_a_kink():
    with pytest.raises(ValueError, match="nothing to compare"):
        check_gradients(lambda x: largest([x, 1.0]), [1 + 1e-7])


def test_the_end_of_a_domain_is_not_compared():
    report = check_gradients(lambda x, y: x.sqrt() * y, [0.0, 2.0])
    assert report.inputs[0].kink == "the domain of an operator ends within the step"
    assert report.worst.index == 1


def test_a_kink_far_away_hides_nothing():
    with pytest.raises(GradientError):
        check_gradients(lambda x: x.relu() + x.detach() * x, [2.0])


def test_tolerances_are_the_caller_s():
    def nearly(x):
        return x * x + x.detach() * 1e-4 * x.detach()

    with pytest.raises(GradientError):
        check_gradients(nearly, [1.0])
    assert check_gradients(nearly, [1.0], relative=1e-3).worst.error < 1


def test_values_are_taken_by_their_data_and_left_alone():
    x = Value(2.0)
    check_gradients(lambda y: y * y, [x])
    assert x.grad == 0.0


def test_what_cannot_be_checked_is_refused():
    with pytest.raises(TypeError, match="returns one Value"):
        check_gradients(lambda x: [x], [1.0])
    with pytest.raises(ValueError, match="no inputs"):
        check_gradients(lambda: Value(1.0), [])


def planted(x):
    """Return x², with a gradient that is wrong by 1."""
    return x * x + (x - x.detach())


@pytest.mark.parametrize(
    "options",
    [
        {"relative": -1e9},
        {"absolute": -1e9},
        {"absolute": -0.5},
        {"relative": -0.5},
        {"relative": math.nan},
        {"absolute": math.inf},
        {"step": 1e-320},
        {"step": 1e-16},
        {"step": 0.0},
        {"step": -1e-6},
        {"step": math.nan},
        {"step": math.inf},
    ],
)
@pytest.mark.parametrize("x", [0.0, 3.0, -100.0])
def test_no_tolerance_and_no_step_passes_a_wrong_gradient(options, x):
    (name,) = options
    with pytest.raises(GradientError):
        check_gradients(planted, [x])
    with pytest.raises(ValueError, match=rf"^{name} must be a finite number, at least"):
        check_gradients(planted, [x], **options)


def test_the_smallest_step_that_is_taken_still_finds_what_is_wrong():
    assert check_gradients(lambda x: x * x, [3.0], step=LEAST_STEP)
    with pytest.raises(GradientError):
        check_gradients(planted, [3.0], step=LEAST_STEP)


def test_without_any_tolerance_only_equal_numbers_agree():
    none = {"relative": 0.0, "absolute": 0.0, "step": 2.0**-20}
    assert check_gradients(lambda x: x * 0.0, [1.0], **none).worst.error == 0
    with pytest.raises(GradientError):
        check_gradients(
            lambda x: x.detach() * x * 0.0 + (x - x.detach()), [1.0], **none
        )


@pytest.mark.parametrize("option", ["relative", "absolute", "step"])
def test_a_tolerance_that_is_no_number_is_refused_by_name(option):
    with pytest.raises(TypeError, match=rf"^{option} must be a finite number"):
        check_gradients(planted, [1.0], **{option: "0.1"})


def test_an_infinite_input_cannot_be_moved():
    with pytest.raises(ValueError, match="No step moves input 1, which is -inf"):
        check_gradients(lambda x, y: x * y, [1.0, -math.inf])
