"""Whatever is given to whatever is public: it works, or is refused in words.

`bad_input` says what the rule is and holds the tables; this file, run as a program,
counts the rows.
"""

import inspect
import json
import subprocess
import sys
import tempfile
import warnings
from collections import defaultdict
from functools import partial
from pathlib import Path

import bad_input
import pytest

#: Rows that are met otherwise, and why.
EXCEPTIONS = {
    ("Replayed.__call__", "args"): "what the user's function raises of them",
    ("Replayed.__call__", "kwargs"): "what the user's function raises of them",
    ("graph", "args"): "what the user's function raises of them",
    ("graph", "kwargs"): "what the user's function raises of them",
    ("Module.__call__", "inputs"): "there is nothing to call, whatever is given",
    ("check_gradients", "inputs"): "how many inputs its function takes, Python says",
    ("grad", "inputs"): "None is taken for an argument that was left out",
}


def rows_by_callable(folder):
    rows = defaultdict(list)
    for name, parameter, kind, call in bad_input.calls(folder):
        if (name, parameter) not in EXCEPTIONS:
            rows[name].append((parameter, kind, call))
    return rows


NAMES = sorted(rows_by_callable(Path()))


@pytest.mark.machine
@pytest.mark.parametrize("name", NAMES)
def test_a_bad_argument_works_or_is_refused_in_words(name, tmp_path, monkeypatch):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("Agg")
    monkeypatch.chdir(tmp_path)
    wrong = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for parameter, kind, call in rows_by_callable(tmp_path)[name]:
            complaint = bad_input.complaint(parameter, *call())
            if complaint is not None:
                wrong.append((parameter, kind, complaint))
    pyplot.close("all")
    assert not wrong


#: Flags that nothing looks at, and those of graphviz.
IGNORED_FLAGS = {"retain_graph", "create_graph"}


@pytest.mark.machine
def test_a_flag_is_true_or_false_and_no_text(tmp_path):
    found = set()
    for path, thing in bad_input.public_callables().items():
        *_, first, name = path.split(".")
        for parameter in inspect.signature(thing).parameters.values():
            is_flag = isinstance(parameter.default, bool)
            if not is_flag or parameter.name in IGNORED_FLAGS:
                continue
            if first in bad_input.EXEMPT or name in bad_input.EXEMPT:
                continue
            call = partial(bad_input.call, tmp_path, thing, first, name, parameter.name)
            _, error, unchanged = call("text")
            refusal = f"{parameter.name} must be True or False, not 'nothing'"
            assert isinstance(error, TypeError), (name, parameter.name)
            assert refusal in str(error)
            assert unchanged
            if parameter.name != "nesterov":
                # Which needs a momentum.
                assert call("True")[1] is None, (name, parameter.name)
            found.add(parameter.name)
    assert {"bias", "progress", "causal", "nesterov", "mode", "report"} <= found


def test_the_rule_can_be_broken():
    with pytest.raises(TypeError) as caught:
        len(None)
    refused = caught.value
    assert bad_input.complaint("x", None, refused, True) == "Python's own words"
    assert bad_input.complaint("x", None, KeyError("x"), True) == "raises KeyError"
    assert bad_input.complaint("x", None, refused, False) == "half-changed"


#: A misuse of each command, by options of every kind. (A whole number is taken as it is
#: given: so many neurons are made until the memory is full.)
BAD_WORDS = ["", "nan", "-1", "0", "1e400", "none", "--", "µ", "\x1b[31m"]
COMMANDS = [
    [*command, option, word]
    for command, options in [
        ([], ["--epochs", "--learning-rate", "--seed", "--l2", "--hidden"]),
        ([], ["--activation", "--test-fraction", "--batch-size", "--nothing"]),
        (["train", "iris"], ["--epochs", "--learning-rate", "--seed", "--nothing"]),
        (["train", "names"], ["--model", "--start"]),
        (["play", "moons"], ["--epochs", "--nothing"]),
        (["explain", "a*b", "a=1"], ["b=", "b", "--picture", "a="]),
        (["explain"], ["a", "1/0 +"]),
        (["train"], ["", "digit"]),
    ]
    for option in options
    for word in BAD_WORDS
]

#: What stands for a number, an activation or a file; it is no misuse.
WORKS = {("--seed", "-1"), ("--seed", "0"), ("--l2", "0")}
WORKS |= {("--start", word) for word in ("", "nan", "none")}


@pytest.mark.machine
def test_a_misuse_of_a_command_is_one_line_and_exit_code_2(tmp_path):
    # All in one process: to start one for each would take minutes.
    program = (
        "import contextlib, io, json, sys\n"
        "from tinygrad_edu.cli.options import main\n"
        "for words in json.load(sys.stdin):\n"
        "    out, error = io.StringIO(), io.StringIO()\n"
        "    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):\n"
        "        try:\n"
        "            code = main(words)\n"
        "        except SystemExit as end:\n"
        "            code = end.code\n"
        "    print(json.dumps([words, code, out.getvalue(), error.getvalue()]))\n"
    )
    misuses = [words for words in COMMANDS if tuple(words[-2:]) not in WORKS]
    run = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(misuses),
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )
    assert run.returncode == 0, run.stderr
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(misuses)
    for words, code, out, error in answers:
        assert (code, out, error.count("\n")) == (2, "", 1), (words, error)
        assert error.startswith("tinygrad_edu: ")
    assert list(tmp_path.iterdir()) == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        count = sum(map(len, rows_by_callable(Path(place)).values()))
    print(f"{count:,} bad arguments to {len(NAMES)} callables")
    print(f"{len(COMMANDS):,} bad command lines")
