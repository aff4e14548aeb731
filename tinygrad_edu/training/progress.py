"""A progress bar: tqdm's where it is installed, otherwise a line of text."""

from __future__ import annotations

import sys
from typing import Any


def progress_bar(epochs: int, shown: bool) -> Any:
    """Return a bar that counts epochs: a context manager that `fit` updates."""
    if not shown:
        return _PlainBar(epochs, shown)
    try:
        from tqdm import tqdm
    except ImportError:
        return _PlainBar(epochs, shown)
    return tqdm(total=epochs, unit="epoch")


class _PlainBar:
    """The part of tqdm's bar that `fit` uses, as a line of text that is overwritten."""

    def __init__(self, total: int, shown: bool) -> None:
        self.total = total
        self.shown = shown
        self.done = 0
        self.postfix = ""

    def set_postfix_str(self, postfix: str) -> None:
        self.postfix = postfix

    def update(self, count: int) -> None:
        self.done += count
        if self.shown:
            line = f"\repoch {self.done}/{self.total}, {self.postfix}"
            sys.stderr.write(line)
            sys.stderr.flush()

    def __enter__(self) -> _PlainBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\n")
