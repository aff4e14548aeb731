"""First names, a small corpus for models of text."""

from __future__ import annotations

import csv
from importlib import resources

SOURCE = (
    "U.S. Census Bureau, Frequently Occurring First Names and Surnames From the 1990 "
    "Census (the files dist.female.first and dist.male.first): a work of the United "
    "States government, in the public domain."
)


def load_names() -> list[str]:
    """Return the 1,000 most frequent first names of the United States in 1990.

    They are in lower case, the letters a to z alone, and the most frequent come first:
    by the sum of a name's shares among women and among men; the alphabet decides
    between equals.

    Source: U.S. Census Bureau, 1990 Census; public domain

    >>> names = load_names()
    >>> len(names), names[:4]
    (1000, ['james', 'john', 'robert', 'michael'])
    """
    text = resources.files("tinygrad_edu.data").joinpath("names.csv").read_text("utf-8")
    _, *rows = csv.reader(text.splitlines())
    return [name for (name,) in rows]
