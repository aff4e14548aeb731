"""The source of the package as pages, and where in it a name is defined."""

from __future__ import annotations

import ast
import io
import keyword
import re
import tokenize
from html import escape
from pathlib import Path

import tinygrad_edu

PACKAGE = Path(tinygrad_edu.__file__).parent


def source_files() -> dict[str, Path]:
    """Return the files of the package, by the names of their modules."""
    files = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        files[".".join(part for part in parts if part != "__init__")] = path
    return files


class Definitions:
    """Where each name of a module stands: a function, a class, a constant, a method."""

    def __init__(self, path: Path) -> None:
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self._nodes: dict[str, ast.stmt] = {}
        self._collect(ast.parse("\n".join(self.lines)).body, "")

    def _collect(self, statements: list[ast.stmt], owner: str) -> None:
        for node in statements:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names = [node.name]
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = (
                    node.targets if isinstance(node, ast.Assign) else [node.target]
                )
                names = [one.id for one in targets if isinstance(one, ast.Name)]
            elif isinstance(node, ast.If):
                self._collect([*node.body, *node.orelse], owner)
                continue
            else:
                continue
            for name in names:
                # A property comes before its setter, and a name before its docstring.
                self._nodes.setdefault(owner + name, node)
            if isinstance(node, ast.ClassDef):
                self._collect(node.body, f"{node.name}.")

    def line(self, name: str) -> int | None:
        """Return the line on which a name is defined, "Value.exp" for a method."""
        return self._nodes[name].lineno if name in self._nodes else None

    def record(self, name: str) -> str | None:
        """Return the operator's record that the definition of a name speaks of."""
        definition = self._nodes.get(name)
        if definition is None or isinstance(definition, ast.ClassDef):
            return None
        found = re.search(r"\bprimitives\.(\w+)", ast.unparse(definition))
        return found[1] if found else None

    def comment(self, name: str) -> str:
        """Return the comment, marked by `#:`, that stands above a constant."""
        above = []
        line = self._nodes[name].lineno - 2
        while self.lines[line].startswith("#:"):
            above.insert(0, self.lines[line].removeprefix("#:").strip())
            line -= 1
        return " ".join(above)


def source_page(path: Path) -> str:
    """Return the text of a file as HTML: its lines numbered, each with its anchor."""
    text = path.read_text(encoding="utf-8")
    rows = _coloured(text).split("\n")[: len(text.splitlines())]
    numbered = [f'<i id="L{i}">{i}</i>{row}' for i, row in enumerate(rows, start=1)]
    return f'<pre class="source">{chr(10).join(numbered)}</pre>'


def _coloured(text: str) -> str:
    lines = text.splitlines(keepends=True)
    pieces: list[str] = []
    row, column = 1, 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.start < (row, column) or not token.string.strip():
            continue
        pieces.append(_between(lines, (row, column), token.start))
        kind = _kind(token)
        # A span ends with its line, so that each line stands for itself.
        words = [escape(line) for line in token.string.split("\n")]
        pieces.append("\n".join(f"<{kind}>{w}</{kind}>" if kind else w for w in words))
        row, column = token.end
    return "".join([*pieces, _between(lines, (row, column), (len(lines) + 1, 0))])


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]] if start != end else ""
    last = lines[end[0] - 1][: end[1]] if end[0] <= len(lines) else ""
    first = lines[start[0] - 1][start[1] :] if start[0] <= len(lines) else ""
    return first + "".join(lines[start[0] : end[0] - 1]) + last


def _kind(token: tokenize.TokenInfo) -> str:
    # The elements that the style sheet colours.
    if token.type == tokenize.COMMENT:
        return "em"
    if token.type == tokenize.STRING:
        return "q"
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        return "b"
    return ""
