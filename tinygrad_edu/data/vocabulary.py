"""The characters of a text, each with a number."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral

from tinygrad_edu.ranges import check_list, said


class Vocabulary:
    """The characters that occur in some texts, numbered from 1; 0 marks where one ends.

    Args:
        texts: The texts, such as names.

    Attributes:
        characters: The characters in alphabetical order; `characters[k - 1]` has the
            number k.
        end: The number of the mark, 0.

    A text stands between two marks, so that a model that is to give the next number can
    learn how texts begin and where they end:

    >>> vocabulary = Vocabulary(["anna", "ben"])
    >>> vocabulary
    Vocabulary('aben' and an end mark)
    >>> numbers = vocabulary.encode("ben")
    >>> inputs, targets = numbers[:-1], numbers[1:]
    >>> inputs, targets
    ([0, 2, 3, 4], [2, 3, 4, 0])
    >>> vocabulary.decode(targets)
    'ben'
    """

    end = 0

    def __init__(self, texts: Iterable[str]) -> None:
        check_list("texts", texts)
        texts = list(texts)
        for text in texts:
            _check_text(text)
        self.characters: str = "".join(sorted(set("".join(texts))))

    def __len__(self) -> int:
        return len(self.characters) + 1

    def encode(self, text: str) -> list[int]:
        """Return the numbers of the characters, between two end marks.

        Raises:
            ValueError: If a character did not occur in the texts.
        """
        _check_text(text)
        numbers = [self.end]
        for character in text:
            if character not in self.characters:
                raise ValueError(
                    f"The character {character!r} of {text!r} is not among "
                    f"{self.characters!r}. Make the vocabulary of all texts."
                )
            numbers.append(self.characters.index(character) + 1)
        return [*numbers, self.end]

    def decode(self, numbers: Iterable[int]) -> str:
        """Return the characters of the numbers; end marks are left out.

        Raises:
            ValueError: If a number does not stand for a character.
        """
        check_list("numbers", numbers)
        text = ""
        for number in numbers:
            if not isinstance(number, Integral):
                raise TypeError(
                    f"A character is decoded from an int, not from {said(number):.80}."
                )
            if not 0 <= number < len(self):
                raise ValueError(
                    f"There is no character {number}: they are counted from 1 to "
                    f"{len(self.characters)}, and {self.end} is the end mark."
                )
            if number != self.end:
                text += self.characters[number - 1]
        return text

    def __repr__(self) -> str:
        return f"Vocabulary({self.characters!r} and an end mark)"


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise TypeError(f"A text must be a str, not {said(text):.80}.")
