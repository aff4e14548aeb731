"""The table of names from elsewhere contradicts neither itself nor the package."""

import pytest

import tinygrad_edu
from tinygrad_edu import nn
from tinygrad_edu.elsewhere import table
from tinygrad_edu.speech import CATALOGUES

SENTENCES = {
    **table.KEYWORDS_NOT_HERE,
    **table.CHOICES_NOT_HERE,
    **{
        f"{at}.{n}": s for at, names in table.NOT_HERE.items() for n, s in names.items()
    },
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_is_one_and_names_a_way_out(name):
    sentence = SENTENCES[name]
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert sentence.count("`") % 2 == 0
    assert len(sentence) < 220


def test_no_keyword_is_both_taken_and_refused():
    assert not set(table.KEYWORDS) & set(table.KEYWORDS_NOT_HERE)
    assert not set(table.KEYWORDS) & set(table.KEYWORDS.values())


def test_a_choice_leads_to_one_that_there_is():
    ours = {
        *nn.ACTIVATIONS,
        *nn.initialisers.INITIALISERS,
        *nn.losses.LOSSES,
        *CATALOGUES,
    }
    assert set(table.CHOICES.values()) <= ours
    for theirs in table.CHOICES:
        assert theirs == "".join(filter(str.isalnum, theirs.lower()))
        assert theirs not in table.CHOICES_NOT_HERE


def test_no_name_of_ours_is_said_to_be_missing():
    assert not set(table.NOT_HERE["tinygrad_edu"]) & set(tinygrad_edu.__all__)
    assert not set(table.NOT_HERE["tinygrad_edu.nn"]) & set(nn.__all__)
