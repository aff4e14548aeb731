"""What the package says to a learner: every sentence that a catalogue should have."""

import ast
import re
from pathlib import Path

import tinygrad_edu
from tinygrad_edu.course.lessons import find_lesson, lesson_numbers
from tinygrad_edu.course.verdict import MARKS
from tinygrad_edu.draw.pages.page import sentences_of, words_of
from tinygrad_edu.optim.optimiser import not_finite_words as step_words
from tinygrad_edu.training.fitting import not_finite_words as loss_words

PACKAGE = Path(tinygrad_edu.__file__).parent
ASSETS = PACKAGE / "draw" / "pages" / "assets"

#: The functions that look a sentence up, and which of their arguments are sentences.
SPEAKERS = {
    "say": slice(0, 1),
    "counted": slice(1, 3),
    "Sentence": slice(0, 1),
    "Unread": slice(0, 1),
}

#: Errors that a page shows in the place of a program, with places for what it knows.
SHOWN = [
    loss_words("{loss}", "{epoch}", "{batch}", "{step}", "{rate}"),
    step_words("{parameter}", "{number}", "{rate}"),
]


#: The lessons whose exercises speak Chinese.
LESSONS = range(1, 8)

#: Variables that hold what an exercise says.
FROM_LESSONS = {
    "self.template",
    "template",
    "exercise.praise",
    "exercise.hints[0]",
    "problem.sentence",
}

#: Words of the markup that are code.
CODE = {"if"}


def trees():
    """Yield each file of the package but that which defines the speakers, parsed."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.name != "speech.py":
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls(tree):
    """Yield the arguments of a file's calls that are sentences, or name one."""
    known = {name for node in tree.body for name in names(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in known & {*SPEAKERS}:
            yield from node.args[SPEAKERS[ast.unparse(node.func)]]


def names(node):
    """Return what a line of a file imports or defines."""
    if isinstance(node, ast.ImportFrom):
        return [alias.name for alias in node.names]
    return [node.name] if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else []


def branches(node, tree):
    """Return the strings that an argument may be; it must be written out."""
    if isinstance(node, ast.IfExp):
        return [*branches(node.body, tree), *branches(node.orelse, tree)]
    if isinstance(node, ast.Name) and node.id.isupper():
        (value,) = [
            each.value
            for each in tree.body
            if isinstance(each, ast.Assign) and ast.unparse(each.targets) == node.id
        ]
        return branches(value, tree)
    if ast.unparse(node) in FROM_LESSONS:
        return []
    assert isinstance(node, ast.Constant), ast.unparse(node)
    return [node.value]


def of_lessons():
    """Return what the exercises that have a Chinese notebook say to an answer."""
    texts = [word for _, word, _ in MARKS.values()]
    for number in sorted({*LESSONS} & {*lesson_numbers()}):
        for exercise in find_lesson(number).exercises:
            texts += [*exercise.mistakes.values(), *exercise.hints, exercise.praise]
    return list(filter(None, texts))


def said():
    """Return every sentence of the package, in English."""
    found = dict.fromkeys(SHOWN)
    for _, tree in trees():
        for argument in calls(tree):
            found.update(dict.fromkeys(branches(argument, tree)))
    found.update(dict.fromkeys(of_lessons()))
    for path in sorted(ASSETS.rglob("*.js")):
        found.update(dict.fromkeys(sentences_of(path.read_text(encoding="utf-8"))))
    for path in sorted(ASSETS.rglob("*.html")):
        if path.name == "shell.html":
            # It holds what the pages are made of.
            continue
        words = words_of(path.read_text(encoding="utf-8"))
        found.update(dict.fromkeys(word for word in words if is_english(word)))
    # What language() itself says.
    found["<from now on in English>"] = None
    return list(found)


def is_english(text):
    """Return whether a text has words to translate: not signs and places alone."""
    words = re.sub(r"\$\w+|\{[^}]*\}", "", text)
    return words not in CODE and re.search(r"[A-Za-z]{2}", words) is not None


#: What stays as it is in Chinese: names of code, of functions, of keys and of people.
KEPT = """
MLP RNNCell Sequential Linear Value update layer neuron
parameters data grad backward fit
linear relu tanh sigmoid sqrt nan NaN inf if DomainError label
Python JavaScript Xavier Home End Escape save show html svg draw dot
"""


def english_words(text):
    """Return the English words of a text in Chinese that should not be there."""
    rest = re.sub(r"&\w+;|\bd\w+/d\w+", " ", text)
    words = re.findall(r"[A-Za-z]{2,}", rest)
    return sorted({word for word in words if word not in KEPT.split()})
