"""The step that JAX compiles, taken without compiling it."""

import pytest

from tinygrad_edu import SGD, Value
from tinygrad_edu.replay.numbers import Numbers
from tinygrad_edu.replay.one_way import one_way
from tinygrad_edu.replay.prepared import NotReplayableError, Rows
from tinygrad_edu.replay.rows import RowFunction
from tinygrad_edu.training.jax_step import check_rule, options_of, step_function
from tinygrad_edu.training.step import Trainer


class Line:
    def __init__(self):
        self.w = Value(2.0)

    def parameters(self):
        return [self.w]


def test_a_step_is_that_of_the_definition(jax):
    model = Line()
    optimiser = SGD(model.parameters(), 0.1, momentum=0.5)
    trainer = Trainer(model, optimiser, None, l2=0.5, clip_norm=4.0)
    rows = Rows([([x],) for x in (1.0, 3.0, 4.0)])
    function = RowFunction(
        lambda x: ([model.w * x[0]], None), Numbers([model.w]), rows, [model]
    )
    step = step_function(trainer, one_way(function, [0]))
    np = jax.numpy
    state = np.array([[2.0]]), [np.array([1.0])]
    columns, weights = np.array([[1.0, 3.0, 9.0]]), np.array([[0.5, 0.5, 0.0]])
    is_finite, p, memory, g, loss, norms, _ = step(state, 1, 0.1, columns, weights)
    # d/dw (mean of wx + w²/2) = 2 + w = 4, which is not clipped; v = 0.5 + 4.
    assert bool(is_finite)
    found = [float(p[0, 0]), float(memory[0][0]), float(g[0]), float(loss)]
    assert found == pytest.approx([2.0 - 0.45, 4.5, 4.0, 6.0])
    assert [float(norm) for norm in norms] == pytest.approx([4.0])


def test_the_rule_is_the_package_s_own_step_with_any_update():
    optimiser = SGD([Value(1.0)], 0.1, momentum=0.5)
    check_rule(optimiser)
    assert options_of(optimiser) == {
        "momentum": 0.5,
        "nesterov": False,
        "weight_decay": 0.0,
    }
    optimiser.step = lambda: None
    with pytest.raises(NotReplayableError, match=r"SGD has a step\(\) of its own"):
        check_rule(optimiser)


def test_of_an_error_in_a_rule_the_first_line_is_told(jax):
    class Choosing(SGD):
        def update(self, xp, p, g, memory, *, step, rate):
            raise TypeError("first\nsecond\nthird")

    model = Line()
    trainer = Trainer(model, Choosing(model.parameters(), 0.1), None)
    function = RowFunction(
        lambda x: ([model.w * x[0]], None), Numbers([model.w]), Rows([([1.0],)]), []
    )
    step = step_function(trainer, one_way(function, [0]))
    state = jax.numpy.array([[2.0]]), []
    ones = jax.numpy.array([[1.0]])
    with pytest.raises(NotReplayableError, match=r"of Choosing, .* `if`: first$"):
        step(state, 1, 0.1, ones, ones[0])
