"""Optimisers move as PyTorch's do, and take a step whole or not at all."""

import math
from functools import partial

import pytest
from traps import Trap

from tinygrad_edu import SGD, Adam, AdamW, TrainingError, Value, clip_gradients
from tinygrad_edu.errors import ShapeError
from tinygrad_edu.optim import Optimiser

START = [1.5, -0.5]


def valley(x, y):
    """Rosenbrock's function, with a gentler slope."""
    return (1 - x) ** 2 + 10 * (y - x * x) ** 2


@pytest.mark.parametrize(
    ("name", "ours", "theirs"),
    [
        ("SGD", {}, {}),
        ("SGD", {"weight_decay": 0.3}, {"weight_decay": 0.3}),
        ("SGD", {"momentum": 0.9}, {"momentum": 0.9}),
        (
            "SGD",
            {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
            {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
        ),
        ("Adam", {"learning_rate": 0.05}, {"lr": 0.05}),
        ("Adam", {}, {}),
        (
            "Adam",
            {"betas": (0.5, 0.7), "epsilon": 0.1, "weight_decay": 0.2},
            {"betas": (0.5, 0.7), "eps": 0.1, "weight_decay": 0.2},
        ),
        ("AdamW", {"learning_rate": 0.05}, {"lr": 0.05}),
        ("AdamW", {"weight_decay": 0.5}, {"weight_decay": 0.5}),
    ],
)
@pytest.mark.oracle("SGD", "Adam", "AdamW")
def test_an_optimiser_follows_pytorch_s_trajectory(torch, name, ours, theirs):
    if name == "SGD":
        ours, theirs = {"learning_rate": 0.002, **ours}, {"lr": 0.002, **theirs}
    nodes = [Value(v) for v in START]
    optimiser = {"SGD": SGD, "Adam": Adam, "AdamW": AdamW}[name](nodes, **ours)
    tensor = torch.tensor(START, requires_grad=True)
    twin = getattr(torch.optim, name)([tensor], **theirs)
    for _ in range(50):
        optimiser.zero_grad()
        valley(*nodes).backward()
        optimiser.step()
        twin.zero_grad()
        valley(*tensor).backward()
        twin.step()
        assert [p.data for p in nodes] == pytest.approx(tensor.tolist(), abs=1e-10)
    moved = math.dist(START, [p.data for p in nodes])
    assert optimiser.steps == 50
    assert moved > 0.01


def test_clipping_follows_pytorch_s_clip_grad_norm(torch):
    nodes = [Value(v) for v in START]
    optimiser = SGD(nodes, 0.05)
    tensor = torch.tensor(START, requires_grad=True)
    twin = torch.optim.SGD([tensor], lr=0.05)
    norms = []
    for _ in range(50):
        optimiser.zero_grad()
        valley(*nodes).backward()
        norms.append(clip_gradients(nodes, max_norm=1.5, epsilon=1e-6))
        optimiser.step()
        twin.zero_grad()
        valley(*tensor).backward()
        expected = torch.nn.utils.clip_grad_norm_([tensor], 1.5)
        twin.step()
        assert norms[-1] == pytest.approx(expected.item(), abs=1e-10)
        assert [p.data for p in nodes] == pytest.approx(tensor.tolist(), abs=1e-10)
    assert min(norms) < 1.5 < max(norms)


@pytest.mark.parametrize("missing", [0.0, 1e-7, 1e-5])
def test_clipping_begins_where_pytorch_s_does(torch, missing):
    nodes = [Value(0.0), Value(0.0)]
    nodes[0].grad, nodes[1].grad = slopes = [3.0 - missing, 4.0]
    clip_gradients(nodes, max_norm=5.0, epsilon=1e-6)
    tensor = torch.zeros(2, requires_grad=True)
    tensor.grad = torch.tensor(slopes)
    torch.nn.utils.clip_grad_norm_([tensor], 5.0)
    assert [p.grad for p in nodes] == pytest.approx(tensor.grad.tolist(), rel=1e-15)


def test_clipping_leaves_a_small_gradient_and_makes_a_large_one_exact():
    nodes = [Value(0.0), Value(0.0)]
    nodes[0].grad, nodes[1].grad = 0.3, -0.4
    assert clip_gradients(nodes, 0.6) == 0.5
    assert [p.grad for p in nodes] == [0.3, -0.4]
    nodes[0].grad, nodes[1].grad = 3e200, -4e200
    assert clip_gradients(nodes, 1.0) == pytest.approx(5e200)
    assert [p.grad for p in nodes] == pytest.approx([0.6, -0.8], rel=1e-15)


@pytest.mark.parametrize("slope", [math.inf, -math.inf, math.nan])
def test_clipping_refuses_a_norm_that_is_not_finite_and_changes_nothing(slope):
    nodes = [Value(0.0), Value(0.0)]
    nodes[0].grad, nodes[1].grad = 3.0, slope
    with pytest.raises(TrainingError, match="left as they are"):
        clip_gradients(nodes, 1.0)
    assert nodes[0].grad == 3.0
    for norm in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match=r"max_norm .* such as 1\.0"):
            clip_gradients(nodes, norm)
    with pytest.raises(ValueError, match=r"epsilon .* at least 0"):
        clip_gradients(nodes, 1.0, epsilon=-0.5)
    with pytest.raises(TypeError, match=r"A parameter is a Value, and 3\.0 is none"):
        clip_gradients([*nodes, 3.0], 1.0)


OPTIMISERS = [
    (SGD, {}),
    (SGD, {"momentum": 0.9}),
    (SGD, {"momentum": 0.9, "nesterov": True}),
    (Adam, {}),
    (AdamW, {}),
]


@pytest.mark.parametrize("slope", [math.inf, math.nan, 1e308])
@pytest.mark.parametrize(("make", "options"), OPTIMISERS)
def test_a_step_that_would_ruin_a_number_changes_nothing(make, options, slope):
    x, y = Value(1.0, label="x"), Value(2.0, label="y")
    optimiser = make([x, y], learning_rate=10.0, **options)
    x.grad, y.grad = 0.5, -0.5
    optimiser.step()
    before = (x.data, y.data, optimiser.memory, optimiser.steps)
    y.grad = slope
    with pytest.raises(TrainingError, match=r"'y'.*it was not taken.*smaller"):
        optimiser.step()
    assert (x.data, y.data, optimiser.memory, optimiser.steps) == before
    y.grad = 0.5
    optimiser.step()
    assert optimiser.steps == 2


@pytest.mark.parametrize(("make", "options"), OPTIMISERS)
def test_an_interrupted_step_is_taken_back_whole(make, options):
    nodes = [Value(1.0), Trap(2.0), Value(3.0)]
    nodes[1].armed = False
    optimiser = make(nodes, learning_rate=0.1, **options)
    for node in nodes:
        node.grad = 0.5
    optimiser.step()
    before = ([p.data for p in nodes], optimiser.memory, optimiser.steps)
    nodes[1].armed = True
    with pytest.raises(KeyboardInterrupt):
        optimiser.step()
    assert ([p.data for p in nodes], optimiser.memory, optimiser.steps) == before
    optimiser.step()
    assert optimiser.steps == 2
    assert all(p.data < old for p, old in zip(nodes, before[0]))


def test_an_optimiser_of_one_s_own_proposes_a_number_for_each_parameter():
    class Short(Optimiser):
        def propose(self):
            return [0.0], ()

    x, y = Value(1.0), Value(2.0)
    optimiser = Short([x, y], 0.1)
    assert optimiser.memory == ()
    with pytest.raises(ShapeError, match="1 numbers for 2 parameters"):
        optimiser.step()
    assert (x.data, y.data) == (1.0, 2.0)
    with pytest.raises(NotImplementedError, match=r"no update\(\)"):
        Optimiser([x], 0.1).step()


@pytest.mark.parametrize("make", [SGD, Adam, AdamW])
@pytest.mark.parametrize("rate", [0, -0.1, math.nan, math.inf])
def test_a_learning_rate_is_a_positive_number(make, rate):
    with pytest.raises(ValueError, match=r"learning rate .* such as 0\.01"):
        make([Value(1.0)], rate)


@pytest.mark.parametrize(
    ("make", "options", "words"),
    [
        (SGD, {"momentum": 1.0}, "momentum .* below 1"),
        (SGD, {"momentum": -0.1}, "momentum"),
        (SGD, {"weight_decay": math.inf}, "weight_decay"),
        (SGD, {"weight_decay": -0.1}, "weight_decay .* at least 0"),
        (SGD, {"nesterov": True}, "nesterov needs a momentum"),
        (Adam, {"betas": (0.9, 1.0)}, r"betas\[1\]"),
        (Adam, {"betas": (math.nan, 0.9)}, r"betas\[0\]"),
        (Adam, {"epsilon": 0.0}, "epsilon .* such as 1e-08"),
        (AdamW, {"weight_decay": -1}, "weight_decay"),
    ],
)
def test_numbers_outside_their_range_are_refused(make, options, words):
    with pytest.raises(ValueError, match=words):
        make([Value(1.0)], **options)


@pytest.mark.parametrize("parameter", [1.0, Value(1.0) * 2])
def test_a_parameter_is_a_leaf_value(parameter):
    with pytest.raises(TypeError, match="leaf Value"):
        SGD([parameter])


def test_no_parameters_are_refused():
    with pytest.raises(ValueError, match="no parameters"):
        SGD([])


@pytest.mark.parametrize("optimiser", [SGD, Adam, AdamW])
def test_a_parameter_that_is_given_twice_is_refused(optimiser):
    x, y = Value(1.0, "x"), Value(1.0, "y")
    with pytest.raises(ValueError, match=r"label='x'.* is given twice.*once"):
        optimiser([x, y, x])


@pytest.mark.parametrize(
    "make",
    [SGD, Adam, AdamW, partial(SGD, momentum=0.9), partial(Adam, weight_decay=0.1)],
)
def test_none_for_a_gradient_counts_as_zero(make):
    moved = []
    for nothing in (0.0, None):
        p, q = Value(3.0), Value(2.0)
        optimiser = make([p, q])
        (q * q).backward()
        p.grad = nothing
        assert clip_gradients([p, q], 1.0) == 4.0
        assert (p.grad, q.grad) == (0.0, 1.0)
        optimiser.step()
        moved.append((p.data, q.data))
    assert moved[0] == moved[1]


def test_gradients_are_cleared_to_none_where_that_is_asked_for():
    p = Value(3.0)
    optimiser = SGD([p])
    optimiser.zero_grad(set_to_none=True)
    assert p.grad is None
    optimiser.zero_grad()
    assert p.grad == 0.0


def test_an_optimiser_says_in_a_line_what_it_goes_by():
    optimiser = Adam([Value(3.0)], lr=0.5)
    assert repr(optimiser) == "Adam(learning rate 0.5; parameters: 1, steps taken: 0)"
    assert optimiser.lr == 0.5
    optimiser.lr = 0.25
    assert optimiser.learning_rate == 0.25
