"""Statements that stand where they are used, and so need no names."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

from tinygrad_edu.replay.tape import Tape

#: A statement that is an operation, not a call.
_OPERATION = re.compile(r"^-| [-+*/<>=!]+ ")


def nested(
    tape: Tape, terms: Sequence[Any], longest: float = math.inf
) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the statements that some terms need, by name, and the texts of the terms.

    What is used only once stands where it is used: no statement gives a name to 1 - z
    in z * (1 - z).

    Args:
        tape: Whose statements they are.
        terms: Terms and plain numbers.
        longest: A text of more characters has a name after all.
    """
    lines = tape.needed(terms)
    results = [tape.spell(x) for x in terms]
    uses = Counter(chain(results, *[spelled for _, _, spelled in lines]))
    moved: dict[str, str] = {}
    bracketed: dict[str, str] = {}
    operations: dict[str, bool] = {}
    kept = []
    for name, pattern, spelled in lines:
        is_operation = operations.get(pattern)
        if is_operation is None:
            is_operation = _OPERATION.search(pattern) is not None
            operations[pattern] = is_operation
        # The arguments of a call need no brackets.
        found = bracketed if is_operation else moved
        text = pattern.format(*[found.get(x, x) for x in spelled])
        if uses[name] > 1 or len(text) > longest:
            kept.append((name, text))
        else:
            moved[name] = text
            bracketed[name] = f"({text})" if is_operation else text
    return kept, [moved.get(x, x) for x in results]
