"""Rules that write themselves down, as text that is true and LaTeX that is safe."""

import math

import pytest
from hypothesis import given, settings, strategies as st
from records import RECORDS, record_id

from tinygrad_edu.engine.worlds import FLOATS
from tinygrad_edu.explaining.symbols import SYMBOLS, Symbol, as_symbol, latex_name

NAMES = st.sampled_from(["x", "y", "z"])
formulas = st.recursive(
    NAMES.map(Symbol) | st.sampled_from([2.0, 0.5, -3.0]).map(as_symbol),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] / p[1]),
        inner.map(lambda s: -s),
        inner.map(lambda s: SYMBOLS.power(s, 2)),
        inner.map(SYMBOLS.sin),
    ),
    max_leaves=8,
)


def value_of(symbol, names):
    """Evaluate the tree itself, by its heads."""
    if not symbol.args:
        return names[symbol.head] if symbol.head in names else float(symbol.head)
    arguments = [value_of(argument, names) for argument in symbol.args]
    operators = {
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "*": lambda x, y: x * y,
        "/": FLOATS.divide,
        "neg": lambda x: -x,
        "**": lambda x, y: x**y,
        "sin": math.sin,
    }
    return operators[symbol.head](*arguments)


@settings(max_examples=300, deadline=None)
@given(formula=formulas)
def test_the_text_means_what_the_tree_means(formula):
    names = {"x": 1.25, "y": -0.75, "z": 2.5}
    text = str(formula).replace("·", "*").replace("^", "**")
    try:
        expected = value_of(formula, names)
        found = eval(text, {"sin": math.sin, **names})
    except (ZeroDivisionError, OverflowError, ValueError):
        return
    if math.isfinite(expected):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9), str(formula)


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_every_rule_writes_itself_down(record):
    count = 4 if record.variadic else len(record.arguments)
    arguments = [Symbol(name) for name in record.argument_names(count)]
    for text in (
        str(as_symbol(record.forward(SYMBOLS, *arguments))),
        *(str(as_symbol(p)) for p in record.partials(SYMBOLS, Symbol("z"), *arguments)),
    ):
        assert text
        assert "<" not in text
        assert "object" not in text


@pytest.mark.parametrize(
    ("formula", "text", "latex"),
    [
        (-Symbol("-1.5"), "-(-1.5)", r"-\left(-1.5\right)"),
        (SYMBOLS.power(Symbol("x"), 1.0), "x", "x"),
        (
            SYMBOLS.where(Symbol("x"), 1, 0),
            "(1 if x > 0 else 0)",
            r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
        (Symbol("z") * (1 - Symbol("z")), "z·(1 - z)", r"z \cdot \left(1 - z\right)"),
        (1 / (1 + Symbol("x") * Symbol("x")), "1 / (1 + x^2)", r"\frac{1}{1 + x^{2}}"),
        (2 - (-Symbol("x")), "2 - (-x)", r"2 - \left(-x\right)"),
        (SYMBOLS.tanh(Symbol("x")), "tanh(x)", r"\tanh\left(x\right)"),
        (SYMBOLS.erf(Symbol("x")), "erf(x)", r"\operatorname{erf}\left(x\right)"),
        (SYMBOLS.sqrt(Symbol("w0")), "sqrt(w0)", r"\sqrt{w_{0}}"),
        (SYMBOLS.abs(Symbol("x") - 1), "|x - 1|", r"\left|x - 1\right|"),
        (
            (Symbol("x") + 1) / (Symbol("y") - 1),
            "(x + 1) / (y - 1)",
            r"\frac{x + 1}{y - 1}",
        ),
        (SYMBOLS.power(Symbol("x"), Symbol("y") + 1), "x^(y + 1)", r"x^{y + 1}"),
        (
            SYMBOLS.power(Symbol("x") + 1, 0.5),
            "(x + 1)^0.5",
            r"\left(x + 1\right)^{0.5}",
        ),
        (
            Symbol("x") - (Symbol("y") - 1),
            "x - (y - 1)",
            r"x - \left(y - 1\right)",
        ),
        (Symbol("x") - Symbol("y") - 1, "x - y - 1", "x - y - 1"),
        (Symbol("x") + Symbol("y") - 1, "x + y - 1", "x + y - 1"),
        (
            Symbol("x") / (Symbol("y") * Symbol("z")),
            "x / (y·z)",
            r"\frac{x}{y \cdot z}",
        ),
        (-(Symbol("x") * Symbol("y")), "-x·y", r"-x \cdot y"),
        (1 / SYMBOLS.power(Symbol("x"), 3), "1 / x^3", r"\frac{1}{x^{3}}"),
        (1e15 + Symbol("x"), "1e+15 + x", "1e+15 + x"),
        (SYMBOLS.power(-Symbol("x"), 3), "(-x)^3", r"\left(-x\right)^{3}"),
    ],
)
def test_formulas_read_as_in_a_textbook(formula, text, latex):
    assert str(formula) == text
    assert formula.latex() == latex


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("w12", "w_{12}"),
        ("-3.5", "-3.5"),
        ("layer0.neuron1.w2", r"\mathrm{layer0.neuron1.w2}"),
        ("a_b", r"\mathrm{a\_b}"),
        ("$x$", r"\mathrm{\$x\$}"),
        ("}{", r"\mathrm{\}\{}"),
        ("\\input{x}", r"\mathrm{\backslash input\{x\}}"),
        ("<script>", r"\mathrm{\lt script\gt }"),
    ],
)
def test_labels_are_data_in_latex_too(name, latex):
    assert latex_name(name) == latex


def test_a_sum_of_many_is_written_with_the_first_and_the_last_of_them():
    terms = [Symbol(f"x{i}") for i in range(27)]
    assert str(SYMBOLS.sum(terms)) == "x0 + x1 + x2 + x3 + … + x26"
    assert str(SYMBOLS.sum(terms[:6])) == "x0 + x1 + x2 + x3 + x4 + x5"
