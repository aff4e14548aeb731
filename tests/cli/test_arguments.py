"""Options are read, or refused with what is wrong."""

from argparse import ArgumentParser, ArgumentTypeError

import pytest

from tinygrad_edu.cli import arguments
from tinygrad_edu.cli.arguments import Option, add_options


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("count", "7", 7),
        ("count", "1", 1),
        ("number", "-1e3", -1000.0),
        ("positive", "0.1", 0.1),
        ("not_negative", "0", 0.0),
        ("fraction", "0.3", 0.3),
        ("fraction", "0.02", 0.02),
        ("fraction", "0.98", 0.98),
        ("letters", "ma", "ma"),
        ("letters", "", ""),
        ("assignment", "a=2", ("a", 2.0)),
    ],
)
def test_a_text_is_read_as_what_it_means(kind, text, value):
    assert getattr(arguments, kind)(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("count", "0", "whole number of at least 1"),
        ("count", "1.5", "whole number"),
        ("count", "-1", "whole number"),
        ("number", "nan", "finite number"),
        ("number", "inf", "finite number"),
        ("number", "x", "finite number"),
        ("positive", "0", "not above 0"),
        ("not_negative", "-0.1", "is below 0"),
        ("fraction", "0.99", r"between 0\.02 and 0\.98"),
        ("fraction", "0", "between"),
        ("letters", "Anna", "letters from a to z"),
        ("letters", "a" * 10, "up to 9 letters"),
        ("assignment", "a", "NAME=NUMBER"),
        ("assignment", "2=a", "NAME=NUMBER"),
        ("assignment", "a=x", "finite number"),
    ],
)
def test_what_is_none_is_refused_with_its_text(kind, text, words):
    with pytest.raises(ArgumentTypeError, match=words) as caught:
        getattr(arguments, kind)(text)
    assert repr(text) in str(caught.value) or repr(text[2:]) in str(caught.value)


def test_an_option_of_the_table_has_its_default_its_choices_and_its_help(capsys):
    parser = ArgumentParser()
    table = [
        Option("--epochs", arguments.count, 5, "how often"),
        Option("--model", ("mlp", "conv"), "mlp", "which"),
    ]
    add_options(parser, table)
    assert vars(parser.parse_args([])) == {"epochs": 5, "model": "mlp"}
    given = parser.parse_args(["--epochs", "9", "--model", "conv"])
    assert vars(given) == {"epochs": 9, "model": "conv"}
    with pytest.raises(SystemExit):
        parser.parse_args(["--model", "rnn"])
    assert "invalid choice: 'rnn'" in capsys.readouterr().err
