"""A docstring of this house as HTML; formulas stay as they are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from itertools import groupby

#: The headings of a docstring that are followed by names and what they mean.
SECTIONS = ("Args", "Attributes", "Raises", "Returns", "Yields")

#: How a paragraph begins that is a formula.
FORMULA = re.compile(r"(ln )?\S+ (=|←) ")

#: Turns a name between backticks into the address of its description, or "".
Find = Callable[[str], str]


def docstring_html(text: str, find: Find) -> str:
    """Return the HTML of a docstring, its first line in bold.

    >>> print(docstring_html("Return x.\\n\\nz = x·y,  ∂z/∂x = y", str))
    <p><b>Return x.</b></p>
    <p class="formula">z = x·y,  ∂z/∂x = y</p>
    """
    first, *others = _blocks(text) or [""]
    blocks = [f"<p><b>{prose_html(first, find)}</b></p>"]
    return "\n".join([*blocks, *(_block(block.rstrip(), find) for block in others)])


def _blocks(text: str) -> list[str]:
    # A heading keeps what is indented below it, also over an empty line.
    blocks: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        indented = block.startswith("    ")
        if indented and blocks and _heading(blocks[-1]):
            blocks[-1] += f"\n{block}"
        else:
            blocks.append(block)
    return blocks


def _heading(block: str) -> str:
    first = block.partition("\n")[0]
    return first[:-1] if first.endswith(":") and first[:-1] in SECTIONS else ""


def _block(block: str, find: Find) -> str:
    heading = _heading(block)
    if heading:
        below = _dedent(block.partition("\n")[2])
        named = heading not in ("Returns", "Yields")
        told = (
            _definitions(below, find) if named else f"<p>{prose_html(below, find)}</p>"
        )
        return f"<h4>{heading}</h4>\n{told}"
    if block.startswith(">>>"):
        return f'<pre class="example">{_example(block)}</pre>'
    if block.startswith("    "):
        return f"<pre>{escape(_dedent(block))}</pre>"
    if block.startswith("- "):
        items = re.split(r"\n?^- ", block, flags=re.MULTILINE)[1:]
        return (
            "<ul>" + "".join(f"<li>{prose_html(x, find)}</li>" for x in items) + "</ul>"
        )
    return f"<p{_kind(block)}>{prose_html(block, find)}</p>"


def _kind(block: str) -> str:
    if block.startswith("Source: "):
        return ' class="origin"'
    return ' class="formula"' if FORMULA.match(block) else ""


def _definitions(text: str, find: Find) -> str:
    # "name: what it is", its further lines indented by four more.
    entries: list[str] = []
    for line in text.splitlines():
        if line.startswith(" ") and entries:
            entries[-1] += f"\n{line.strip()}"
        else:
            entries.append(line)
    rows = []
    for entry in entries:
        name, colon, meaning = entry.partition(": ")
        if not colon:
            name, meaning = "", entry
        rows.append(
            f"<dt><code>{escape(name)}</code></dt><dd>{prose_html(meaning, find)}</dd>"
        )
    return f"<dl>{''.join(rows)}</dl>"


def _dedent(block: str) -> str:
    lines = block.split("\n")
    margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[margin:] for line in lines)


def _example(block: str) -> str:
    # What is typed is told from what comes back.
    pieces = []
    for typed, lines in groupby(block.split("\n"), _is_typed):
        text = escape("\n".join(lines).replace("<BLANKLINE>", ""))
        pieces.append(f"<b>{text}</b>" if typed else text)
    return "\n".join(pieces)


def _is_typed(line: str) -> bool:
    return line.startswith((">>>", "..."))


def prose_html(text: str, find: Find) -> str:
    """Return the HTML of a paragraph; what stands in backticks is code."""
    pieces = []
    for i, piece in enumerate(re.split(r"`([^`]+)`", text)):
        words = escape(piece, quote=False)
        if i % 2:
            address = find(piece)
            words = f"<code>{words}</code>"
            words = f'<a href="{address}">{words}</a>' if address else words
        pieces.append(words)
    return "".join(pieces)
