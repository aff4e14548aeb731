"""One switch for the language, and a catalogue that lacks nothing."""

import ast
import json
import math
import re
from string import Formatter

import pytest
from sentences import ASSETS, PACKAGE, calls, english_words, is_english, said, trees

import tinygrad_edu
from tinygrad_edu import (
    MLP,
    Adam,
    TrainingFilm,
    Value,
    draw_curve,
    draw_dot,
    draw_network,
    explain,
    fit,
    language,
    nudge,
    play,
    plot_decision_boundary,
    plot_gradient_flow,
    plot_history,
)
from tinygrad_edu.course import check, hint, progress
from tinygrad_edu.data import make_moons
from tinygrad_edu.nn import RNNCell, Sequential
from tinygrad_edu.speech import (
    CATALOGUES,
    catalogue,
    counted,
    say,
    spoken,
    translated,
)

#: Finds a Chinese letter.
HAN = re.compile("[\u4e00-\u9fff]").search

#: Code in a sentence.
NO_CODE = re.compile("`[^`]*`")

SAID = said()
CHINESE = catalogue("zh")


def test_a_language_is_spoken_until_the_one_before_is_put_back():
    assert spoken() == "en"
    with language("zh") as chinese:
        assert (chinese.name, chinese.before) == ("zh", "en")
        assert say("learning rate") == "学习率"
        with language("en"):
            assert say("learning rate") == "learning rate"
        assert spoken() == "zh"
    assert spoken() == "en"
    with chinese:
        assert spoken() == "zh"
    assert spoken() == "en"
    with pytest.raises(ZeroDivisionError), language("zh"):
        raise ZeroDivisionError
    assert spoken() == "en"


def test_it_stays_where_no_with_puts_it_back():
    before = language("Chinese")
    try:
        assert (spoken(), repr(before)) == ("zh", "<从现在起，说明文字用中文>")
        assert say("no catalogue has this") == "no catalogue has this"
    finally:
        language(before.before)
    assert spoken() == "en"


def test_other_spellings_of_the_name_are_understood():
    for name in ("zh-CN", "ZH_cn", "chinese", "中文", "zh"):
        with language(name):
            assert spoken() == "zh"


def test_an_unknown_language_is_refused_and_changes_nothing():
    with language("zh"):
        with pytest.raises(ValueError, match=r"language 'fr'. Choose one of: en, zh\."):
            language("fr")
        assert spoken() == "zh"


@pytest.fixture
def started(monkeypatch):
    """Begin as a program does, with what the variable says."""

    def start(text):
        monkeypatch.setattr(tinygrad_edu.speech._SPEAKER, "name", "")
        monkeypatch.setenv("TINYGRAD_EDU_LANGUAGE", text)

    return start


def test_the_variable_says_which_language_a_program_begins_with(started):
    started("zh")
    assert say("learning rate") == "学习率"
    started("")
    assert say("learning rate") == "learning rate"
    started("fr")
    with pytest.raises(ValueError, match=r"en, zh\. It is the variable TINYGRAD"):
        say("learning rate")


def test_no_module_hides_the_function():
    assert callable(tinygrad_edu.language)
    assert not (PACKAGE / "language.py").exists()
    assert not (PACKAGE / "language").exists()


def test_errors_stay_english():
    with language("zh"), pytest.raises(ValueError, match="log is undefined at x = -1"):
        Value(-1.0).log()


def test_one_thing_and_several_are_counted():
    assert counted(1000, "{count:,} node", "{count:,} nodes") == "1,000 nodes"
    with language("zh"):
        assert counted(1, "{count:,} node", "{count:,} nodes") == "1 个节点"


def test_what_was_made_before_speaks_the_language_in_which_it_is_shown():
    x = Value(2.0, label="x")
    explanation = explain(x, x * x)
    with language("zh"):
        assert "叶节点" in repr(explanation)
    assert "a leaf" in repr(explanation)


def test_checks_hints_and_progress_speak_it():
    done = progress()
    done.clear()
    with language("zh"):
        assert repr(check("1.1", 8.0)).startswith("✗ 1.1 不对。8 是 x³ 本身")
        assert "还没有作答" in check("1.1", ...)._repr_html_()
        assert "不是数" in repr(check("1.1", "8"))
        assert "请想一想：正方形" in repr(check("1.1", 5.5))
        assert repr(hint("1.1")).startswith("提示 1/3：正方形")
        assert repr(done) == "第 1 课：✗□□□□  已完成 0/5 题"
    assert repr(done) == "Lesson 1: ✗□□□□  0 of 5 done"
    done.clear()


def test_verdicts_and_hints_speak_the_language_in_which_they_are_shown():
    progress().clear()
    made_before = [hint("1.1"), check("1.3", 1.0)]
    progress().clear()
    with language("zh"):
        made_now = [hint("1.1"), check("1.3", 1.0)]
        assert repr(made_before) == repr(made_now)
    assert repr(made_before) == repr(made_now)
    assert not HAN(repr(made_before))
    progress().clear()


def test_every_sentence_has_a_translation():
    missing = [sentence for sentence in SAID if sentence not in CHINESE]
    assert missing == []
    assert len(SAID) > 200


def test_every_translation_is_of_a_sentence_that_is_said():
    assert [sentence for sentence in CHINESE if sentence not in SAID] == []


def places(template):
    """Return the places of a template, each with how its number is written."""
    fields = [
        f"{name}:{form}"
        for _, name, form, _ in Formatter().parse(template)
        if name is not None
    ]
    return sorted([*fields, *re.findall(r"\$\w+", template)])


@pytest.mark.parametrize("name", [name for name, file in CATALOGUES.items() if file])
def test_no_translation_loses_a_place_or_a_piece_of_code(name):
    for english, ours in catalogue(name).items():
        assert set(places(ours)) == set(places(english)), english
        for pattern in (r"</?[a-z]+>", r"`[^`]+`", r"[.\w]+\('?[\w.]*'?\)"):
            assert sorted(re.findall(pattern, ours, re.ASCII)) == sorted(
                re.findall(pattern, english, re.ASCII)
            )


def test_a_lost_place_is_seen():
    assert places("{a} {b:.2g} $root") == ["$root", "a:", "b:.2g"]
    assert places("{a}") != places("{b}")


def test_the_catalogue_is_a_file_in_which_nothing_stands_twice():
    text = (PACKAGE / CATALOGUES["zh"]).read_text(encoding="utf-8")
    pairs = json.loads(text, object_pairs_hook=list)
    assert len(pairs) == len(dict(pairs)) == len(CHINESE)
    # What has words of English has words of Chinese.
    same = [
        english
        for english, ours in pairs
        if PHRASE.search(NO_CODE.sub("", english)) and not HAN(ours)
    ]
    assert same == []


#: Words that Chinese textbooks write so, too, and names in the code of lessons.
WRITTEN_SO = """
tinygrad edu learning rate Adam He ReLU NAND ln dy logit softmax None True False
price count goods subtotal tax bill replayed
"""


def test_no_english_is_left_in_a_translation():
    for ours in CHINESE.values():
        words = re.sub(r"`[^`]*`|<code>.*?</code>|\w+\(['\w.]+\)", "", ours)
        left = english_words(re.sub(r"\{[^}]*\}|\$\w+", "", words))
        assert set(left) <= {*WRITTEN_SO.split()}, ours


# ------------------------------------------------------- what is shown, in Chinese


def shown(matplotlib):
    """Yield what a learner sees in Chinese, each with a name."""
    x = Value(2.0, label="x")
    y = (x * x + 3.0).tanh() * x
    yield "before backward", draw_dot(y).svg()
    y.backward()
    for drawn_by in ("auto", "builtin"):
        yield f"graph, {drawn_by}", draw_dot(y, drawn_by=drawn_by).svg()
    yield "nan", draw_dot(Value(math.nan) * x, drawn_by="builtin").svg()
    model = MLP(2, [20, 2], "tanh", seed=0)
    outputs = model([1.0, -1.0])
    yield "collapsed", draw_dot(outputs[0], collapse=True, drawn_by="builtin").svg()
    yield "a large graph", outputs[1]._repr_html_().partition("</code>")[2]
    for by in ("weight", "gradient"):
        yield f"network, {by}", heading_of(draw_network(model, [1.0, 2.0], by).svg)
        yield f"parts, {by}", heading_of(draw_network(RNNCell(2, 3), by=by).svg)
    yield "a chain of parts", heading_of(draw_network(Sequential(model)).svg)
    curve = draw_curve(Value.tanh, -1, 1, at=0.5, slope=True)
    yield "curve", curve.words
    yield "curve", curve.svg
    for text in (explain(x, y), explain(y, y), explain(Value(1.0), y), nudge(x, y)):
        yield "explanation", repr(text)
    yield "steps", " ".join(map(repr, y.backward_steps()))
    rows, targets = [[0.0, 1.0], [1.0, 0.0]], [0, 1]
    options = {"validation": (rows, targets), "epochs": 3, "progress": False, "seed": 0}
    history = fit(model, rows, targets, loss="cross_entropy", **options)
    film = TrainingFilm(model, rows, targets)
    yield "reprs", " ".join(map(repr, (film, play(y), draw_dot(y))))
    pictures = (plot_history(history), plot_gradient_flow(model, rows))
    for figure in (*pictures, plot_decision_boundary(model, rows, targets)):
        texts = [text.get_text() for text in figure.findobj(matplotlib.text.Text)]
        yield "plot", " ".join(texts)
    moons = make_moons(5, seed=0)
    for thing in (Sequential(model), Adam(model.parameters()), moons):
        html = thing._repr_html_().partition("</div>")[2]
        yield f"table of {type(thing).__name__}", re.sub("<td>[^<]*</td>", "", html)
    alt, _ = history._repr_html_().split(" style=")
    yield "curve of the loss", alt.partition("alt=")[2]


def heading_of(svg):
    """Return a picture without its heading and its boxes' outlines, which are code."""
    return re.sub(r"<title>[^<]*</title>|[\w ]*\([^()]*\)|\w+ -> [^<]*<", "<", svg)


def test_no_english_is_left_in_what_is_shown(matplotlib, monkeypatch):
    monkeypatch.setattr("tinygrad_edu.draw.plots._has_letters", lambda: True)
    assert english_words("a leaf, 叶节点 data") == ["leaf"]
    with language("zh"):
        for name, text in shown(matplotlib):
            bare = re.sub(r"<!--.*?-->|'[\w.]*'", "", text)
            # Of the reprs `<picture: ...>` is a part, and no tag.
            words = re.sub(r"<[?!/\w][^>]*>", " ", bare) if "</" in bare else bare
            assert english_words(words) == [], (name, words)


# ----------------------------------------------------- text that bypasses the catalogue

#: Rooms whose strings a learner reads, besides errors.
READ = ("draw", "explaining")

#: Words in strings that nobody reads as a sentence, or that are errors made elsewhere.
NOT_SAID = {
    "draw/absent.py": "a warning",
    "draw/figure.py": "names of fonts",
    "draw/graphs/computation.py": "errors",
    "draw/graphs/programs.py": "errors",
    "draw/opening.py": "a message where there is no browser",
    "draw/theme.py": "names of fonts",
    "explaining/checking.py": "a report for tests",
    "explaining/expression.py": "errors",
    "draw/graphs/dot.py": "a warning",
}

#: Parts of what errors say, and a word of matplotlib's.
IN_ERRORS = {
    "to learn from",
    "to validate with",
    "upper left",
}

#: Markup and code, whose words are no sentences.
MARKUP = re.compile(r'<\w|="|[;{]')

#: Two English words side by side.
PHRASE = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b", re.IGNORECASE)


def unsaid(tree):
    """Return the phrases in a file that are no docstring, no error and not said."""
    passed = set()
    for argument in calls(tree):
        passed.update(map(id, ast.walk(argument)))
    for node in ast.walk(tree):
        is_error = isinstance(node, ast.Raise) or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and re.fullmatch(r".*Error|_warn|check_\w+|find_choice", node.func.id)
        )
        # A string that stands alone is a docstring.
        if is_error or (isinstance(node, ast.Expr) and is_string(node.value)):
            passed.update(map(id, ast.walk(node)))
    return [
        node.value
        for node in ast.walk(tree)
        if is_string(node) and id(node) not in passed
        if PHRASE.search(node.value) and not MARKUP.search(node.value)
    ]


def is_string(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_no_phrase_of_what_a_learner_reads_bypasses_the_catalogue():
    seen = 0
    for path, tree in trees():
        place = path.relative_to(PACKAGE).as_posix()
        if place.startswith(READ) and place not in NOT_SAID:
            seen += 1
            assert [text for text in unsaid(tree) if text not in IN_ERRORS] == [], place
    assert seen > 30


def test_a_phrase_that_bypasses_it_is_seen():
    source = "def f():\n 'a docstring'\n say('in order')\n return f'{x} paths to go'"
    assert unsaid(ast.parse(source)) == ["in order", " paths to go"]
    source = f"from tinygrad_edu.speech import say\n{source}"
    assert unsaid(ast.parse(source)) == [" paths to go"]


def test_no_phrase_of_a_script_bypasses_the_catalogue():
    call = re.compile(r'\bsay\(\s*("(?:[^"\\]|\\.)*"(\s*\+\s*)?)+')
    for path in sorted(ASSETS.rglob("*.js")):
        script = re.sub(r"^\s*//.*$", "", path.read_text("utf-8"), flags=re.M)
        rest = call.sub("", script)
        strings = re.findall(r'"[^"\n]*"|`[^`]*`', rest)
        found = [text for text in strings if PHRASE.search(WITHIN.sub("", text))]
        assert found == NO_PHRASES.get(path.name, []), path.name
        assert re.findall(r"\bsay\((?!template|sentence)", rest) == [], path.name


#: What a template of JavaScript has computed.
WITHIN = re.compile(r"\$\{[^}]*\}")

#: Strings of scripts that are code.
NO_PHRASES = {
    "controls.js": ['"use strict"'],
    "film.js": ['"#network title"'],
    "address.js": ['"leaf step"'],
    "network.js": ['"tag first"'],
}


def test_a_text_of_signs_and_places_alone_needs_no_translation():
    assert is_english("a leaf")
    assert not is_english("$buttons {x}")
    assert translated("learning rate") == "learning rate"
