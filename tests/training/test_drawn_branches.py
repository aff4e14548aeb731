"""Models and losses drawn at random, full of branches: replayed, they end the same."""

import random

import pytest
from hypothesis import given, settings, strategies as st

from tinygrad_edu import Module, Value, dot, fit, largest, maximum, where

numpy = pytest.importorskip("numpy")

COUNT = 40
SOURCE = random.Random(1)
# Some numbers are whole, and some are there twice: what is rare, and what is equal.
ROWS = [
    [SOURCE.choice([SOURCE.gauss(0, 1), 0.0, 1.0]), SOURCE.gauss(0, 1)]
    for _ in range(COUNT)
]
TARGETS = [SOURCE.choice([0, 1, 2]) for _ in ROWS]


def as_number(x):
    """Return what is a plain number where no recording is made."""
    return x.data if isinstance(x, Value) else x


# What may stand in a program: each takes its operands and the scope.
LEAVES = ["output", "first", "second", "weight", "bias", "target", "seen"]
NUMBERS = [-0.5, 0.0, 0.25, 1.0]


def leaf(scope, name):
    return scope[name]


def constant(scope, number):
    return number


def added(scope, x, y):
    return run(x, scope) + run(y, scope)


def multiplied(scope, x, y):
    return run(x, scope) * run(y, scope)


def larger(scope, x, y):
    return max(run(x, scope), run(y, scope))


def the_largest(scope, x, y):
    return largest([run(x, scope), maximum(run(y, scope), 0.1)])


def chosen(scope, x, y, z):
    return where(run(x, scope), run(y, scope), run(z, scope))


def branch(scope, x, y, z):
    return run(y, scope) if run(x, scope) > 0.1 else run(z, scope)


def branch_on_data(scope, x, y, z):
    return run(y, scope) if as_number(run(x, scope)) <= 0.0 else run(z, scope)


def branch_on_equality(scope, x, y, z):
    return run(y, scope) if as_number(run(x, scope)) == 1.0 else run(z, scope)


def branch_on_truth(scope, x, y, z):
    return run(y, scope) if as_number(run(x, scope)) else run(z, scope)


def straight_through(scope, x):
    node = Value(0.0) + run(x, scope)
    return node + (node.sign() - node).detach()


def by_data(scope, x, y):
    return run(x, scope) * as_number(run(y, scope))


def new_leaf(scope, x):
    return Value(as_number(run(x, scope))) * 2.0


def rounded(scope, x):
    return round(as_number(run(x, scope)), 1) * run(("leaf", "output"), scope)


def noisy(scope, x):
    return run(x, scope) + random.gauss(0, 0.01)


def counting(scope, x):
    scope["memory"]["calls"] += 1
    return run(x, scope) * (1.0 + scope["memory"]["calls"] % 3)


def annealed(scope, x):
    return run(x, scope) * scope["memory"]["weight"]


FORMS = {
    form.__name__: form
    for form in (
        *(leaf, constant, added, multiplied, larger, the_largest, chosen, branch),
        *(branch_on_data, branch_on_equality, branch_on_truth, straight_through),
        *(by_data, new_leaf, rounded, noisy, counting, annealed),
    )
}


def run(program, scope):
    name, *operands = program
    return FORMS[name](scope, *operands)


def programs():
    """Draw programs; what makes graphs of all is rarer than what is replayed."""
    leaves = st.one_of(
        st.tuples(st.just("leaf"), st.sampled_from(LEAVES)),
        st.tuples(st.just("constant"), st.sampled_from(NUMBERS)),
    )

    def larger_ones(inner):
        def of(names, count):
            return st.tuples(st.sampled_from(names), *[inner] * count)

        kind = ["branch", "branch_on_data", "branch_on_equality", "branch_on_truth"]
        return st.one_of(
            of(["added", "multiplied", "larger", "the_largest", "by_data"], 2),
            of([*kind, "chosen"], 3),
            of(kind, 3),
            of(["straight_through", "new_leaf", "annealed"], 1),
            of(["straight_through", "rounded", "noisy", "counting", "annealed"], 1),
        )

    return st.recursive(leaves, larger_ones, max_leaves=8)


class Drawn(Module):
    """A linear model, and what a program makes of it."""

    def __init__(self, program, memory):
        self.w = [Value(0.4), Value(-0.3)]
        self.b = Value(0.1)
        self.program = program
        self.memory = memory
        self.label_parameters()

    def __call__(self, x):
        scope = {
            "output": dot(self.w, x) + self.b,
            "first": x[0],
            "second": x[1],
            "weight": self.w[0],
            "bias": self.b,
            "target": x[1],
            "seen": x[0] * x[1],
            "memory": self.memory,
        }
        return (scope["output"] + run(self.program, scope)).tanh()


def train(of_model, of_loss, engine, batch_size, late):
    random.seed(3)
    memory = {"calls": 0, "weight": 1.0}
    model = Drawn(of_model, memory)

    def loss(output, target):
        error = output - target
        scope = {
            "output": output,
            "first": error,
            "second": error * error,
            "weight": model.w[1],
            "bias": model.b,
            "target": target,
            "seen": abs(error),
            "memory": memory,
        }
        return error * error + run(of_loss, scope).tanh() * 0.1

    def anneal(epoch, history):
        if epoch > late:
            memory["weight"] *= 0.5

    history = fit(
        model,
        ROWS,
        TARGETS,
        loss=loss,
        epochs=5,
        batch_size=batch_size,
        learning_rate=0.02,
        seed=0,
        progress=False,
        callbacks=[anneal],
        engine=engine,
    )
    numbers = [p.data for p in model.parameters()]
    return numbers, history, (memory, random.random())


@settings(max_examples=150)
@given(programs(), programs(), st.sampled_from([1, 8, COUNT]), st.integers(0, 4))
def test_models_and_losses_with_drawn_branches_end_where_graphs_end(
    of_model, of_loss, batch_size, late
):
    of_loss = ("added", of_loss, ("leaf", "output"))
    wanted, graphs, state = train(of_model, of_loss, "eager", batch_size, late)
    found, history, also = train(of_model, of_loss, "auto", batch_size, late)
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12), history.engine_note
    assert history.losses == pytest.approx(graphs.losses, rel=1e-9, abs=1e-15)
    assert also == state
