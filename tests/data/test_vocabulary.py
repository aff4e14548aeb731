"""A text becomes numbers and comes back."""

import pytest

from tinygrad_edu.data import Vocabulary, load_names


def test_encode_and_decode_undo_each_other():
    names = load_names()
    vocabulary = Vocabulary(names)
    assert len(vocabulary) == 27
    for name in names:
        numbers = vocabulary.encode(name)
        assert numbers[0] == numbers[-1] == vocabulary.end
        assert vocabulary.end not in numbers[1:-1]
        assert vocabulary.decode(numbers) == name


def test_numbers_follow_the_alphabet_whatever_the_order_of_the_texts():
    assert Vocabulary(["ba", "c"]).encode("abc") == [0, 1, 2, 3, 0]
    assert Vocabulary(["c", "ab"]).characters == Vocabulary(["ba", "c"]).characters


def test_what_is_not_in_it_is_refused():
    vocabulary = Vocabulary(["ab"])
    with pytest.raises(ValueError, match="'x' of 'axb' is not among 'ab'"):
        vocabulary.encode("axb")
    for number in (3, -1):
        with pytest.raises(ValueError, match=f"no character {number}: .*from 1 to 2"):
            vocabulary.decode([number])
    with pytest.raises(TypeError, match="decoded from an int, not from '1'"):
        vocabulary.decode(["1"])
    with pytest.raises(TypeError, match="A text must be a str, not 3"):
        Vocabulary(["ab", 3])


def test_a_vocabulary_shows_its_characters():
    assert repr(Vocabulary(["ba", "c"])) == "Vocabulary('abc' and an end mark)"
