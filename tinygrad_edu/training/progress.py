"""How far a training is: one bar before a person, a few lines in a file or a pipe."""

from __future__ import annotations

import sys
import warnings
from typing import Any, TextIO

from tinygrad_edu.speech import say

#: What is no screen gets no more lines than this.
MOST_LINES = 10


def progress_bar(epochs: int, shown: bool) -> Any:
    """Return a bar that counts epochs: a context manager that `fit` updates.

    It is tqdm's in a terminal and in a notebook before a person, where that is
    installed. A pipe, a file, or a notebook that a program runs gets plain lines.
    """
    stream = _stream()
    if not shown or stream is None:
        return _Silence()
    if not _is_watched(stream):
        return _Lines(epochs, stream)
    try:
        tqdm = _tqdm()
    except ImportError:
        return _OneLine(epochs, stream)
    return tqdm(total=epochs, unit="epoch", file=stream)


def write_line(words: str) -> None:
    """Write a line to whoever trains, where there is a place for it."""
    stream = _stream()
    if stream is not None:
        stream.write(f"{words}\n")


def _stream() -> TextIO | None:
    # A notebook shows standard error in red, as if something were wrong. A program
    # without a console has none.
    return sys.stdout if _notebook() is not None else sys.stderr


def _notebook() -> Any:
    # IPython's shell, if it runs in a notebook and not in a terminal.
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    in_terminal = type(shell).__name__ == "TerminalInteractiveShell"
    return None if in_terminal else shell


def _is_watched(stream: TextIO) -> bool:
    notebook = _notebook()
    if notebook is None:
        return stream.isatty()
    # Who runs a notebook by a program, as nbconvert does, answers no questions.
    kernel = getattr(notebook, "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", True))


def _tqdm() -> Any:
    if _notebook() is None:
        from tqdm import tqdm
    else:
        with warnings.catch_warnings():
            # It advises to install ipywidgets; its bar of text will do.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm
    return tqdm


class _Silence:
    """The part of tqdm's bar that `fit` uses, and nothing to be seen of it."""

    def set_postfix_str(self, postfix: str) -> None:
        pass

    def update(self, count: int) -> None:
        pass

    def __enter__(self) -> _Silence:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class _Lines(_Silence):
    """A line now and then, and one at the end."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self.total = total
        self.stream = stream
        self.done = 0
        self.postfix = ""
        self.is_told = True

    def set_postfix_str(self, postfix: str) -> None:
        self.postfix = postfix

    def update(self, count: int) -> None:
        before = self._tenths()
        self.done += count
        self.is_told = self._tenths() > before
        if self.is_told:
            self._write("", "\n")

    def __exit__(self, *_: object) -> None:
        if not self.is_told:
            # The training has ended early.
            self._write("", "\n")

    def _tenths(self) -> int:
        return self.done * MOST_LINES // self.total

    def _write(self, start: str, end: str) -> None:
        words = say(
            "epoch {done}/{total}, {numbers}",
            done=self.done,
            total=self.total,
            numbers=self.postfix,
        )
        self.stream.write(f"{start}{words}{end}")
        self.stream.flush()


class _OneLine(_Lines):
    """A line that is overwritten by the next."""

    def update(self, count: int) -> None:
        self.done += count
        self._write("\r", "")

    def __exit__(self, *_: object) -> None:
        self.stream.write("\n")
