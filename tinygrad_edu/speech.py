"""The language of what a learner reads: English, or that of a catalogue.

A sentence stands in the source in English, as `say("{count} paths", count=3)`, and a
catalogue, a JSON file, holds the same sentence in another language. Errors stay
English: so they are found on the web.
"""

from __future__ import annotations

import os
from functools import cache

from tinygrad_edu.elsewhere.choices import find_choice

#: The languages, each with the file of its catalogue; English needs none.
CATALOGUES = {"en": "", "zh": "chinese.json"}

#: The variable that says which language a program begins with.
VARIABLE = "TINYGRAD_EDU_LANGUAGE"


class _Speaker:
    """Which language is spoken now; "" until somebody asks."""

    name = ""


_SPEAKER = _Speaker()


class Spoken:
    """What `language` returns: leaving a `with` of it brings back the language before.

    Attributes:
        name: The language that is spoken.
        before: The one that was spoken before.
    """

    def __init__(self, name: str, before: str) -> None:
        self.name = name
        self.before = before

    def __enter__(self) -> Spoken:
        _SPEAKER.name = self.name
        return self

    def __exit__(self, *_: object) -> None:
        _SPEAKER.name = self.before

    def __repr__(self) -> str:
        return say("<from now on in English>")


def language(name: str) -> Spoken:
    """Speak a language from now on, or inside a `with` statement alone.

    Captions and legends, explanations, steps, pages and plots speak it; names, numbers
    and errors stay as they are. The variable TINYGRAD_EDU_LANGUAGE does the same for a
    whole program.

    Args:
        name: "en" for English, or "zh" for Chinese.

    Returns:
        What puts the language of before back: `with language("zh"):`.

    Raises:
        ValueError: If there is no catalogue of that language.

    >>> from tinygrad_edu import Value, explain
    >>> x = Value(2.0, label="x")
    >>> with language("zh"):
    ...     print(str(explain(x, x * x)).splitlines()[0])
    x = 2.0，叶节点
    >>> print(str(explain(x, x * x)).splitlines()[0])
    x = 2.0, a leaf
    """
    before = spoken()
    _SPEAKER.name = find_choice("language", name, CATALOGUES)
    return Spoken(_SPEAKER.name, before)


def spoken() -> str:
    """Return the name of the language that is spoken now.

    Raises:
        ValueError: If the variable TINYGRAD_EDU_LANGUAGE names none that there is.
    """
    if not _SPEAKER.name:
        wanted = os.environ.get(VARIABLE) or "en"
        more = f". It is the variable {VARIABLE} that asks for it"
        _SPEAKER.name = find_choice("language", wanted, CATALOGUES, more)
    return _SPEAKER.name


def say(template: str, /, **parts: object) -> str:
    """Return a sentence in the language that is spoken, with its parts filled in.

    Args:
        template: The sentence in English, with a place `{name}` for each part.
        parts: What stands in the places.

    >>> say("Epoch {epoch} of {last}", epoch=1, last=9)
    'Epoch 1 of 9'
    """
    return translated(template).format(**parts)


def translated(template: str) -> str:
    """Return a sentence in the language that is spoken, its places left as they are.

    A sentence that the catalogue lacks is the English one.
    """
    return catalogue(spoken()).get(template, template)


def counted(count: int, one: str, many: str) -> str:
    """Return a number of things in words: two templates, for one and for more of them.

    >>> counted(1, "{count:,} node", "{count:,} nodes")
    '1 node'
    """
    return say(one if count == 1 else many, count=count)


@cache
def catalogue(name: str) -> dict[str, str]:
    """Return the sentences of a language, each by the English one."""
    file = CATALOGUES[name]
    if not file:
        return {}
    # Imported here, for the import of the package shall stay fast.
    import json
    from pathlib import Path

    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    sentences: dict[str, str] = json.loads(text)
    return sentences
