"""What a call looks at while its graph is recorded, and from which line.

A recording holds what was computed, and not why. So whatever Python decides by a number
on the way is noticed here: a comparison becomes a guard, which is checked for other
numbers; anything that would freeze a number makes the recording useless, with a reason.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

PACKAGE = str(Path(__file__).parent.parent) + os.sep

#: Where Python's own modules are, and most often those that were installed.
LIBRARY = str(Path(os.__file__).parent) + os.sep

#: A look from inside one of these comes from a pane of variables, not from the program.
DEBUGGERS = ("bdb", "pdb", "pydevd", "_pydevd_bundle", "debugpy")


class Guard(NamedTuple):
    """A comparison that a recording depends on.

    Attributes:
        left: A node.
        symbol: The name of the comparison in `operator`, such as "lt".
        right: A node or a number.
        outcome: What it was.
        place: The line that compared.
    """

    left: Any
    symbol: str
    right: Any
    outcome: bool
    place: str


class Watch:
    """Notices what the calls of the function that makes it look at.

    Args:
        is_mixed: Whether rows differ in the kind of a number, such as float and int.

    Attributes:
        guards: The comparisons, in order.
        reason: Why the call cannot be replayed, or None.
        numbers: The plain numbers that nodes stand for, by the `id` of the node; and
            the node, which so keeps its `id`.
        leaves: The nodes for the numbers of the row.
        lists: What was chosen from: the node that stands for a list, and its elements,
            by the `id` of each of them.
        copies: New leaves, and the nodes whose numbers they were made of.
        draws: The masks that were drawn, each with its layer, in order.
        whole: Which of the leaves are ints that were used as such, by `range` and the
            like, where other ints would be another program.
    """

    def __init__(self, *, is_mixed: bool = False) -> None:
        self.is_mixed = is_mixed
        self.guards: list[Guard] = []
        self.reason: str | None = None
        self.numbers: dict[int, tuple[Any, Any]] = {}
        self.leaves: list[Any] = []
        self.lists: dict[tuple[int, ...], tuple[Any, list[Any]]] = {}
        self.copies: list[tuple[Any, Any]] = []
        self.draws: list[tuple[Any, Any]] = []
        self.whole: set[int] = set()
        self._beginning = sys._getframe(1)

    def refuse(self, what: str) -> None:
        """Note that something was asked for that freezes a number."""
        place = self._place()
        if place is not None and self.reason is None:
            self.reason = f"{what} at {place}"

    def compare(self, left: Any, symbol: str, right: Any, outcome: bool) -> None:
        """Note a comparison."""
        place = self._place()
        if place is not None:
            self.guards.append(Guard(left, symbol, right, outcome, place))

    def is_counted(self, node: Any) -> None:
        """Note that an int was used as such, and so were those that it comes from."""
        stack = [node]
        while stack:
            part = stack.pop()
            if type(self.numbers.get(id(part), (None,))[0]) is int:
                stack.extend(part.parents)
                found = [i for i, leaf in enumerate(self.leaves) if leaf is part]
                self.whole.update(found)

    def is_debugged(self) -> bool:
        """Say whether it is a debugger that looks."""
        return self._place() is None

    def _place(self) -> str | None:
        # The innermost line of one's own, or else of a library's, or of the package's;
        # None for a debugger's.
        lines: dict[str, FrameType] = {}
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame is not self._beginning:
            if frame.f_globals.get("__name__", "").partition(".")[0] in DEBUGGERS:
                return None
            lines.setdefault(_owner(frame), frame)
            frame = frame.f_back
        found = [
            lines[owner] for owner in ("own", "library", "package") if owner in lines
        ]
        return place_of(found[0] if found else self._beginning)


class _Here(threading.local):
    # For each thread its own: what other threads do meanwhile is not recorded.
    watch: Watch | None = None


#: Where the nodes find the watch of their thread, if there is one.
HERE = _Here()


def is_of_package(frame: FrameType) -> bool:
    """Say whether a frame is that of the package's own code."""
    return frame.f_code.co_filename.startswith(PACKAGE)


def is_of_engine(frame: FrameType) -> bool:
    """Say whether a frame is that of the engine, which hands no number to others."""
    return frame.f_code.co_filename.startswith(PACKAGE + "engine")


def _owner(frame: FrameType) -> str:
    file = frame.f_code.co_filename
    if file.startswith(PACKAGE):
        return "watch" if file.startswith(PACKAGE + "replay") else "package"
    return "library" if file.startswith(LIBRARY) else "own"


def place_of(frame: FrameType) -> str:
    """Return where a frame is, as a student looks for it."""
    path = Path(frame.f_code.co_filename)
    file = "a cell" if "ipykernel" in str(path) else path.name
    name = frame.f_code.co_name
    function = "" if name == "<module>" else f", in {name}"
    return f"{file}, line {frame.f_lineno}{function}"
