"""Every world has the same words, and they mean the same in each of them."""

import json
import math
import subprocess

import numpy
import pytest
import sympy
from records import RECORDS, arity, record_id
from sympy_world import SYMPY

from tinygrad_edu import Value
from tinygrad_edu.engine.derivatives import VALUES
from tinygrad_edu.engine.primitives import TANH
from tinygrad_edu.engine.worlds import FLOATS, World
from tinygrad_edu.explaining.symbols import SYMBOLS, Symbol
from tinygrad_edu.replay.array_worlds import array_world
from tinygrad_edu.replay.javascript import JAVASCRIPT, operator_script, words
from tinygrad_edu.replay.tape import WRITING, Tape, Term

#: What each word is asked; those that are not here take one number.
ARGUMENTS = {
    "maximum": (2.0, 3.0),
    "minimum": (2.0, 3.0),
    "where": (-1.0, 2.0, 3.0),
    "sum": ([2.0, 3.0, 5.0],),
    "largest": ([2.0, 5.0, 3.0],),
    "divide": (2.0, 3.0),
    "power": (2.0, 3.0),
}
WORDS = [(word, ARGUMENTS.get(word, (0.3,))) for word in World._fields]
EVERY_WORD = pytest.mark.parametrize(("word", "arguments"), WORDS, ids=World._fields)


def say(world, word, arguments, make):
    """Return what a word makes of numbers that `make` takes into its world."""
    taken = [
        [make(y) for y in x] if isinstance(x, list) else make(x) for x in arguments
    ]
    return getattr(world, word)(*taken)


def program(word, arguments):
    """Return what a tape writes of a word, as a function of its numbers."""
    flat = [y for x in arguments for y in (x if isinstance(x, list) else [x])]
    tape = Tape()
    names = iter([f"x{i}" for i in range(len(flat))])
    result = say(WRITING, word, arguments, lambda _: Term(next(names), tape))
    return tape.program([f"x{i}" for i in range(len(flat))], [result]), flat


@EVERY_WORD
def test_a_word_means_to_values_and_sympy_what_it_means_to_floats(word, arguments):
    expected = getattr(FLOATS, word)(*arguments)
    assert say(VALUES, word, arguments, Value).data == pytest.approx(expected)
    proved = say(SYMPY, word, arguments, sympy.Rational)
    assert float(proved) == pytest.approx(expected)


EDGES = [-math.inf, -2.0, -0.25, -0.0, 0.0, 0.5, 2.0, math.inf, math.nan]


@pytest.mark.parametrize("word", ["maximum", "minimum", "divide", "where", "sign"])
@pytest.mark.parametrize("x", EDGES)
def test_a_word_of_the_floats_is_numpy_s_on_every_edge(word, x):
    theirs = {"where": lambda test, y: numpy.where(test > 0, y, -y)}
    theirs["sign"] = lambda x, _: numpy.sign(x) if x == x else 0.0
    ours = {"where": lambda test, y: FLOATS.where(test, y, -y)}
    ours["sign"] = lambda x, _: FLOATS.sign(x)
    for y in EDGES:
        with numpy.errstate(all="ignore"):
            expected = theirs.get(word, getattr(numpy, word, None))(x, y)
        found = ours.get(word, getattr(FLOATS, word))(x, y)
        numpy.testing.assert_array_equal(found, expected)


@EVERY_WORD
def test_a_word_is_written_as_a_symbol(word, arguments):
    symbol = say(SYMBOLS, word, arguments, lambda x: Symbol(f"x{x:.0f}"))
    assert isinstance(symbol, Symbol)
    assert "x" in str(symbol)
    assert "x" in symbol.latex()


@EVERY_WORD
def test_a_word_means_to_a_program_of_floats_what_it_means_to_them(word, arguments):
    text, numbers = program(word, arguments)
    names = FLOATS._asdict()
    exec(text, names)
    assert names["replay"](*numbers) == [getattr(FLOATS, word)(*arguments)]


@pytest.mark.parametrize("library", ["numpy", "jax", "torch"])
@EVERY_WORD
def test_a_word_means_to_arrays_what_it_means_to_floats(
    request, library, word, arguments
):
    request.getfixturevalue(f"{library}_array")
    text, numbers = program(word, arguments)
    names = dict(array_world(library))
    exec(text, names)
    arrays = [names["array"]([[x, x]]) for x in numbers]
    (result,) = names["replay"](*arrays)
    expected = getattr(FLOATS, word)(*arguments)
    assert [float(x) for x in result[0]] == pytest.approx([expected] * 2)


def test_each_word_means_to_javascript_what_it_means_to_floats(node_program):
    scripts = []
    for word, arguments in WORDS:
        is_list = isinstance(arguments[0], list)
        numbers = arguments[0] if is_list else arguments

        def forward(xp, *args, word=word, is_list=is_list):
            return getattr(xp, word)(args) if is_list else getattr(xp, word)(*args)

        record = TANH._replace(
            name=word,
            forward=forward,
            partials=lambda xp, z, *args: (1.0,) * len(args),
            arguments=tuple(f"x{i}" for i in range(len(numbers))),
        )
        script = operator_script(record, len(numbers))
        scripts.append(f"({script}).forward(...{json.dumps(numbers)})")
    page = f"{words()}\nconsole.log(JSON.stringify([{', '.join(scripts)}]));"
    run = subprocess.run(
        [node_program, "-e", page], capture_output=True, text=True, check=True
    )
    expected = [getattr(FLOATS, word)(*arguments) for word, arguments in WORDS]
    assert json.loads(run.stdout) == pytest.approx(expected, rel=1e-12)
    assert JAVASCRIPT._fields == FLOATS._fields


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_every_rule_keeps_to_the_words_of_the_worlds(record):
    tape = Tape()
    for world, number in ((SYMBOLS, Symbol), (WRITING, lambda x: Term(x, tape))):
        arguments = [number(f"x{i}") for i in range(arity(record))]
        z = record.forward(world, *arguments)
        assert len(record.partials(world, z, *arguments)) == len(arguments)


@pytest.mark.parametrize(
    "number", [Symbol("x"), Term("x", Tape())], ids=["symbol", "term"]
)
@pytest.mark.parametrize(
    "rule",
    [
        lambda x: x**2,
        lambda x: 2**x,
        lambda x: x % 2,
        lambda x: x // 2,
        lambda x: abs(x),
        lambda x: math.exp(x),
        lambda x: x > 0,
        lambda x: max(x, 0.0),
        lambda x: 1.0 if x else 0.0,
    ],
)
def test_what_no_world_has_is_told_so_and_what_to_write_in_its_place(rule, number):
    with pytest.raises(TypeError, match=r"xp\.power\(x, 2\) or x \* x for x \*\* 2"):
        rule(number)


@pytest.mark.parametrize("world", [FLOATS, VALUES, SYMBOLS, WRITING, JAVASCRIPT])
def test_a_word_that_no_world_has_is_named_and_those_there_are_listed(world):
    with pytest.raises(AttributeError, match=r"No world has the word 'cbrt'.*sigmoid"):
        world.cbrt(2.0)
