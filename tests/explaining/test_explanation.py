"""`explain` and `nudge`: every number can be checked by hand."""

import math

import pytest
from graphs import leaf_values, lesson, programs, run
from hypothesis import given, settings

from tinygrad_edu import (
    DomainError,
    Neuron,
    Value,
    check_gradients,
    explain,
    nudge,
    total,
)
from tinygrad_edu.engine.evaluation import evaluate
from tinygrad_edu.explaining.explanation import MOST_PATHS, MOST_STEPS, MOST_TERMS


def test_the_lesson_s_expression_is_explained_line_by_line():
    loss = lesson()
    a = loss.parents[0].parents[0].parents[0]
    assert str(explain(a, loss)) == (
        "a = 2.0, a leaf\n"
        "\n"
        "dL/da = ∂e/∂a · dL/de\n"
        "      = (-3.0) · (-2.0)\n"
        "      = 6.0\n"
        "\n"
        "Edge by edge:\n"
        "  from e: ∂e/∂a = b = -3.0, times dL/de = -2.0, gives 6.0\n"
        "\n"
        "Path by path, the product of the local derivatives:\n"
        "  L → d → e → a: (-2.0) · 1.0 · (-3.0) = 6.0"
    )


def test_an_interior_says_what_it_computes_and_the_root_where_it_begins():
    loss = lesson()
    text = str(explain(loss.parents[0], loss))
    assert text.startswith("d = e + c = -6.0 + 10.0 = 4.0\n")
    assert "dL/dL = 1: it is the root" in str(explain(loss, loss))


def test_a_sigmoid_neuron_is_explained():
    neuron = Neuron(2, activation="sigmoid", seed=0)
    y = neuron([Value(1.0, "x0"), Value(-2.0, "x1")])
    y.label = "y"
    text = str(explain(y.parents[0], y))
    assert "∂y/∂v6 = y·(1 - y) = 0.24279" in text
    z = neuron.w[0].data - 2 * neuron.w[1].data
    sigma = 1 / (1 + math.exp(-z))
    explanation = explain(neuron.w[1], y)
    assert explanation.gradient == pytest.approx(-2 * sigma * (1 - sigma), rel=1e-12)
    assert "∂v4/∂w1 = x1 = -2.0" in str(explanation)


def test_paths_that_meet_are_added():
    x = Value(1.5, "x")
    z = (x * x + x) * x
    z.label = "z"
    text = str(explain(x, z))
    explanation = explain(x, z)
    assert explanation.path_count == len(explanation.paths) == 4
    assert "  sum: 2.25 + 2.25 + 1.5 + 3.75 = 9.75" in text


@settings(max_examples=80, deadline=None)
@given(program=programs(), values=leaf_values)
def test_contributions_and_paths_each_sum_to_the_gradient(program, values):
    leaves = [Value(value) for value in values]
    root = run(program, leaves, lambda name, x: getattr(x, name)())
    root.backward()
    for node in leaves:
        explanation = explain(node, root)
        by_edge = sum(part.value for part in explanation.contributions)
        assert explanation.gradient == pytest.approx(node.grad, rel=1e-12, abs=1e-15)
        assert by_edge == pytest.approx(node.grad, rel=1e-9, abs=1e-12)
        if explanation.paths:
            assert len(explanation.paths) == explanation.path_count
            by_path = sum(path.product for path in explanation.paths)
            assert by_path == pytest.approx(node.grad, rel=1e-9, abs=1e-9)


@pytest.mark.machine
def test_more_paths_than_can_be_listed_are_counted():
    x = Value(1.0, "x")
    y = x
    for _ in range(50):
        y = y + y
    explanation = explain(x, y)
    assert explanation.path_count == 2**50
    assert explanation.paths == ()
    assert f"There are {2**50} paths, too many to list." in str(explanation)
    for _ in range(20_000):
        y = (y + y) * 0.5
    assert "at least 1000000000000000000 paths" in str(explain(x, y))
    x = Value(1.0, "x")
    assert "and 10 more" in str(explain(x, total([x * 1.0 for _ in range(30)])))


def test_what_is_told_stays_as_it_was_told():
    loss = lesson()
    leaf = loss.topological_order()[0]
    explanation = explain(leaf, loss)
    report = check_gradients(lambda x: x * x, [1.0])
    for told, field in [
        *((explanation, "gradient"), (explanation.contributions[0], "upstream")),
        *((explanation.paths[0], "names"), (nudge(leaf, loss), "by")),
        *((report, "inputs"), (report.worst, "error")),
    ]:
        with pytest.raises(AttributeError, match="cannot assign"):
            setattr(told, field, None)


def test_a_node_that_the_root_does_not_depend_on_has_gradient_zero():
    x, y = Value(1.0, "x"), Value(2.0, "y")
    z = y * 2
    z.label = "z"
    assert "dz/dx = 0: z does not depend on x" in str(explain(x, z))


def test_explaining_writes_no_gradient():
    loss = lesson()
    explain(loss.parents[1], loss)
    assert all(node.grad == 0.0 for node in loss.topological_order())


def test_it_shows_as_latex_in_jupyter():
    loss = lesson()
    latex = explain(loss.parents[0], loss)._repr_latex_()
    assert latex.startswith(r"$\displaystyle \begin{aligned} d &= e + c = -6.0 + 10.0")
    assert r"\frac{d L}{d d} &= \frac{\partial L}{\partial d} \cdot" in latex
    assert latex.count(r"\begin{aligned}") == latex.count(r"\end{aligned}") == 1
    assert r"\\  &= f \cdot \frac{d L}{d L}" in latex
    assert latex.endswith(r"\\ L \to d &: (-2.0) = -2.0 \end{aligned}$")


@pytest.mark.parametrize("more", [0, 1])
def test_as_many_terms_edges_and_paths_are_listed_as_there_may_be(more):
    def explained(count):
        x = Value(1.0, "x")
        return str(explain(x, total([x * 1.0 for _ in range(count)])))

    assert ("\n  sum: 1.0 + 1.0 = 2.0" in explained(1 + more)) == bool(more)
    # The edges in symbols and in numbers, their sum if they are more, the gradient.
    assert len(explained(1 + more).split("\n\n")[1].splitlines()) == 3 + more
    head = explained(MOST_TERMS + more).split("\n\n")[1].splitlines()
    assert [line.endswith(" + …") for line in head] == [bool(more)] * 3 + [False]
    assert [line.count(" + ") for line in head] == [MOST_TERMS - 1 + more] * 3 + [0]
    text = explained(MOST_PATHS + more)
    assert text.count("  from v") == MOST_PATHS
    assert ("  and 1 more" in text) == (" more" in text) == bool(more)
    x = Value(1.0, "x")
    latex = explain(
        x, total([x * 1.0 for _ in range(MOST_TERMS + more)])
    )._repr_latex_()
    assert (r"\dots" in latex) == bool(more)
    assert text.count(" → x: ") == (0 if more else MOST_PATHS)
    assert (f"There are {MOST_PATHS + 1} paths" in text) == bool(more)


@pytest.mark.parametrize("more", [0, 1])
def test_a_way_of_as_many_steps_as_there_may_be_is_told_whole(more):
    node = x = Value(1.0, "x")
    for _ in range(MOST_STEPS - 1 + more):
        node = node.tanh()
    names = str(explain(x, node)).splitlines()[-1].partition(":")[0].split(" → ")
    assert len(names) == MOST_STEPS + more
    assert ("…" in names) == bool(more)
    assert names[-1] == "x"
    if more:
        assert names.index("…") == MOST_STEPS // 2


def test_its_latex_has_six_terms_of_a_long_sum_and_none_where_nothing_depends():
    x, y = Value(1.0, "x"), Value(2.0, "y")
    root = total([x * float(i) for i in range(9)])
    root.label = "r"
    rows = explain(x, root)._repr_latex_().split(r"\\")
    # The numbers of the last six operands, the rule in symbols before, the sum after.
    assert r"&= 8.0 \cdot 1.0 + 7.0 \cdot 1.0 + " in rows[3]
    assert rows[3].endswith(r"+ 3.0 \cdot 1.0 + \dots ")
    assert [row.count(r"\cdot") for row in rows[1:5]] == [6, 6, 6, 0]
    assert r"\frac{d r}{d x} &=" in rows[1]
    assert [r"\frac{d r}{d x}" in row for row in rows[2:5]] == [False] * 3
    assert rows[4] == "  &= 36.0 "
    assert explain(y, root)._repr_latex_() == (
        r"$\displaystyle \begin{aligned} y &= 2.0 \\ "
        r"\frac{d r}{d y} &= 0.0 \end{aligned}$"
    )


def test_a_nudge_says_what_the_gradient_predicts_and_what_comes_of_it():
    x = Value(3.0, "x")
    y = x**3
    y.label = "y"
    result = nudge(x, y, by=0.01)
    assert result.predicted == pytest.approx(0.27)
    assert result.actual == pytest.approx(3.01**3 - 27)
    assert result.error == pytest.approx(3 * 3 * 0.01**2 + 0.01**3)
    assert str(result) == (
        "x: 3.0 → 3.01. The gradient 27.0 predicts that y moves by 0.27; it moves by "
        "0.270901 (error 0.0009)."
    )
    assert (x.data, x.grad) == (3.0, 0.0)


def test_a_graph_that_is_out_of_date_is_not_nudged():
    x = Value(2.0, "x")
    y = x * x
    x.data = 5.0
    with pytest.raises(ValueError, match="Build it again"):
        nudge(x, y)


def test_equal_numbers_are_no_square_and_large_ones_are_not_rounded():
    a, b = Value(3.0, "a"), Value(3.0, "b")
    assert "a·b = 3.0·3.0 = 9.0" in str(explain(a * b, (a * b)))
    big = Value(1234567.0, "a") * b
    assert "= 1234567.0·3.0 = 3703701.0" in str(explain(big, big))


def test_the_error_of_a_nudge_shrinks_with_its_square():
    x = Value(0.7)
    y = (x * 2).sin() * x.exp()
    errors = [abs(nudge(x, y, by=h).error) for h in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.1)


def test_nudges_that_cannot_be_are_refused():
    x = Value(1.0, "x")
    with pytest.raises(ValueError, match="Only a leaf"):
        nudge(x * 2, x * 2 + 1)
    with pytest.raises(ValueError, match="moves nothing"):
        nudge(x, x * 2, by=0)
    with pytest.raises(DomainError, match="node 'x'"):
        nudge(x, x.log(), by=-2)


def test_evaluating_again_gives_the_same_bits():
    loss = lesson()
    assert evaluate(loss) == loss.data
    leaf = loss.parents[1]
    assert evaluate(loss, {leaf: 5.0}) == 20.0


@pytest.mark.machine
def test_a_path_of_any_length_is_explained_in_linear_time_and_a_few_words():
    x = Value(0.5, "x")
    y = x
    for _ in range(100_000):
        y = y + 1e-6
    explanation = explain(x, y)
    assert len(explanation.paths[0].names) == 100_001
    assert explanation.paths[0].product == 1.0
    assert len(str(explanation)) < 1000
    assert len(explanation._repr_latex_()) < 2000


@pytest.mark.parametrize("wrong", ["a", None, 1.0, ["a"], {}])
@pytest.mark.parametrize("function", [explain, nudge])
def test_what_is_no_node_is_refused_by_name(function, wrong):
    a = Value(2.0)
    for nodes in ((wrong, a * a), (a, wrong)):
        with pytest.raises(TypeError, match=rf"^{function.__name__} takes Values"):
            function(*nodes)


@pytest.mark.parametrize("by", ["0.1", None, [1], 1j])
def test_a_nudge_by_what_is_no_number_is_refused(by):
    a = Value(2.0)
    with pytest.raises(TypeError, match=r"^by must be a number"):
        nudge(a, a * a, by)


@pytest.mark.parametrize("by", [-math.inf, math.inf, math.nan])
def test_a_nudge_is_finite(by):
    a = Value(2.0)
    with pytest.raises(ValueError, match=r"^by must be a finite number"):
        nudge(a, a * a, by)
