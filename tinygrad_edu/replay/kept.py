"""What the package itself keeps with an object of others."""

from __future__ import annotations

from typing import Any


class Kept:
    """What the package itself keeps with a model, and no call is said to change.

    A copy of the model does not keep it, and no file does.

    Args:
        content: Anything.
    """

    def __init__(self, content: Any = None) -> None:
        self.content = content

    def __deepcopy__(self, memo: dict[int, Any]) -> Kept:
        return Kept()

    def __reduce__(self) -> Any:
        return Kept, ()
