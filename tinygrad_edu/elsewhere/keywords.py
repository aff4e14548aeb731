"""Keywords under the names that they have elsewhere, such as `lr=`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from tinygrad_edu.elsewhere.table import KEYWORDS, KEYWORDS_NOT_HERE

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


def takes_foreign_keywords(function: AnyFunction) -> AnyFunction:
    """Let a function take its keywords under foreign names too, as the table has them.

    Editors go on to see our names alone.

    Raises:
        TypeError: From the function, if a keyword is given under both names; or, in a
            sentence, if it is one that other libraries have and this one has not.

    >>> @takes_foreign_keywords
    ... def double(learning_rate):
    ...     return 2 * learning_rate
    >>> double(lr=0.5)
    1.0
    """
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    ours = frozenset(names)

    @wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        if not ours.issuperset(keywords):
            keywords = _translated(function.__qualname__, ours, keywords)
        return function(*arguments, **keywords)

    return cast(AnyFunction, call)


def _translated(
    function: str, ours: frozenset[str], keywords: dict[str, Any]
) -> dict[str, Any]:
    name_of_function = function.removesuffix(".__init__")
    translated: dict[str, Any] = {}
    for name, argument in keywords.items():
        our = name if name in ours else KEYWORDS.get(name, name)
        if our not in ours and name in KEYWORDS_NOT_HERE:
            raise TypeError(
                f"{name_of_function} has no {name!r}. {KEYWORDS_NOT_HERE[name]}"
            )
        if our not in ours:
            # Python's own words will do.
            our = name
        if our in translated:
            raise TypeError(
                f"{name_of_function} was given {our!r} under two names. Once is enough."
            )
        translated[our] = argument
    return translated
