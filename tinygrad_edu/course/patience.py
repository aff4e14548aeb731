"""Patience with a student's code: what never ends is stopped, and told.

Steps are counted, not seconds, so that a slow machine finds what a fast one does; and
it needs neither threads nor signals, which Python in a browser has not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from types import FrameType
from typing import Any

from tinygrad_edu.course.reading import Unread

#: So many steps, which are calls and lines, an answer may take. The course's own take
#: 600,000 at most.
MOST_STEPS = 5_000_000

ENDLESS = "It was stopped after {count} steps. Does every loop in it come to an end?"

#: Before Python 3.12 `while True: pass` has no line that begins: see each instruction.
BY_INSTRUCTION = sys.version_info < (3, 12)


class Endless(BaseException):
    """Too many steps. `except Exception` inside a loop does not catch it."""


def patience(most: int = MOST_STEPS) -> AbstractContextManager[None]:
    """Raise `Unread` where more steps are taken inside than these.

    Where a debugger follows each line, it is left alone: it can stop a loop itself.

    Args:
        most: How many steps.

    >>> with patience(100):
    ...     print(sum(range(10)))
    45
    """
    return _counting(most) if sys.gettrace() is None else nullcontext()


@contextmanager
def _counting(most: int) -> Iterator[None]:  # pragma: no cover - no tracer sees it
    steps = count(1)

    def watch(frame: FrameType, event: str, argument: Any) -> Any:
        if next(steps) > most:
            raise Endless
        frame.f_trace_opcodes = BY_INSTRUCTION
        return watch

    sys.settrace(watch)
    try:
        yield
    except Endless:
        raise Unread(ENDLESS, count=f"{most:,}") from None
    finally:
        # Unless a debugger was called inside, which goes on.
        if sys.gettrace() is watch:
            sys.settrace(None)
