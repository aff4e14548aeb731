"""The names are the most frequent ones of the census, each once."""

import string

from tinygrad_edu.data import load_names


def test_a_thousand_names_in_lower_case_letters():
    names = load_names()
    assert len(names) == len(set(names)) == 1000
    assert set("".join(names)) == set(string.ascii_lowercase)


def test_the_most_frequent_come_first():
    # James 3.318 + 0.010 %, John 3.271 + 0.012, Robert 3.143 + 0.008, ..., Mary 2.629
    # + 0.009: shares among men and women in the two files of the census.
    names = load_names()
    assert names[:5] == ["james", "john", "robert", "michael", "mary"]
    assert names.index("patricia") < names.index("linda") < names.index("emma")
    assert "zzyzx" not in names
