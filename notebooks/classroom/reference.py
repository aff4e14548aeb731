"""Build the reference: every public name, out of its docstring.

    python notebooks/classroom/reference.py reference

The package must be installed; with matplotlib its figures are there, too. A room of the
package is a page, which shows what a name does, its formula, its picture where there is
one, and leads to its source, which stands beside it. No network is asked for anything.
"""

from __future__ import annotations

import argparse
import inspect
import re
import shutil
from html import escape
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from docstrings import Find, docstring_html, prose_html
from pictures import named_pictures, operator_picture
from sources import Definitions, source_files, source_page

import tinygrad_edu

HERE = Path(__file__).parent

#: The pages in the order of the README, and the modules whose names they hold.
ROOMS = {
    "errors": ["errors"],
    "speech": ["speech"],
    "engine": ["engine", "engine.record"],
    "explaining": [
        "explaining",
        "explaining.explanation",
        "explaining.nudging",
        "explaining.checking",
    ],
    "nn": ["nn", "nn.initialisers"],
    "optim": ["optim", "optim.schedules"],
    "data": ["data"],
    "replay": ["replay"],
    "training": ["training", "training.early_stopping"],
    "saving": ["saving"],
    "draw": ["draw", "draw.image"],
    "course": ["course", "course.record", "course.verdict"],
}

#: How Python spells what a method with underscores does.
SPELLINGS = {
    "__add__": "x + y",
    "__radd__": "number + y",
    "__sub__": "x - y",
    "__rsub__": "number - y",
    "__mul__": "x * y",
    "__rmul__": "number * y",
    "__truediv__": "x / y",
    "__rtruediv__": "number / y",
    "__pow__": "x ** y",
    "__rpow__": "number ** y",
    "__neg__": "-x",
    "__abs__": "abs(x)",
    "__call__": "calling it",
    "__len__": "len(x)",
    "__iter__": "for one in x",
    "__getitem__": "x[i]",
}


class Entry(NamedTuple):
    """A public name: what the reference says of it."""

    room: str
    name: str
    thing: Any
    module: str
    where: str

    @property
    def address(self) -> str:
        """Where it is described, seen from a page of the reference."""
        return f"{self.room}.html#{self.name}"

    @property
    def is_alias(self) -> bool:
        """Whether this is another name of what is described under its own."""
        own = getattr(self.thing, "__name__", self.name)
        return "." not in self.name and own != self.name


def entries() -> list[Entry]:
    """Return every public name, with those of classes after their class."""
    found: dict[tuple[int, str], Entry] = {}
    for room, modules in ROOMS.items():
        for name in modules:
            module = import_module(f"tinygrad_edu.{name}")
            for entry in _of_module(room, module):
                found.setdefault((id(entry.thing), entry.name), entry)
    listed = []
    for entry in found.values():
        listed.append(entry)
        if inspect.isclass(entry.thing) and not entry.is_alias:
            listed += _of_class(entry)
    return listed


def _of_module(room: str, module: ModuleType) -> list[Entry]:
    own = [name for name, thing in vars(module).items() if _is_own(module, name, thing)]
    return [
        Entry(room, name, thing, getattr(thing, "__module__", module.__name__), name)
        for name in getattr(module, "__all__", own)
        for thing in [getattr(module, name)]
        # The names of a module within stand on this page themselves.
        if not inspect.ismodule(thing)
    ]


def _is_own(module: ModuleType, name: str, thing: Any) -> bool:
    public = not name.startswith("_") and callable(thing)
    return public and getattr(thing, "__module__", "") == module.__name__


def _of_class(entry: Entry) -> list[Entry]:
    members = []
    for name, member in vars(entry.thing).items():
        public = not name.startswith("_")
        public = public or (name in SPELLINGS and member.__doc__ is not None)
        if public and (isinstance(member, property) or inspect.isroutine(member)):
            members.append(name)
    return [
        entry._replace(
            name=f"{entry.name}.{name}",
            thing=getattr(entry.thing, name),
            where=f"{entry.where}.{name}",
        )
        for name in members
    ]


class Reference:
    """The pages of the reference, and what they need of each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries = entries()
        self.files = source_files()
        self.definitions = {name: Definitions(p) for name, p in self.files.items()}
        self.pictures = named_pictures(folder)
        self._addresses: dict[str, str] = {}
        for entry in self.entries:
            self._addresses.setdefault(entry.name, entry.address)
        for entry in self.entries:
            # `backward()` is that of a class; `data` may be anything.
            method = entry.name.rpartition(".")[2]
            self._addresses.setdefault(f"{method}()", entry.address)

    def find(self, words: str) -> str:
        """Return the address of a name, "" if it is none of this reference."""
        name = words.removeprefix("tinygrad_edu.")
        return self._addresses.get(name) or self._addresses.get(
            re.sub(r"\(.*\)$", "()", name), ""
        )

    def find_in_room(self, room: str) -> Find:
        """Return a `find` for what a room says of itself: its files go first."""

        def find(words: str) -> str:
            module = f"tinygrad_edu.{room}.{words}"
            return f"source-{module}.html" if module in self.files else self.find(words)

        return find

    def write(self) -> None:
        """Write every page."""
        shutil.copy(HERE / "site.css", self.folder)
        self._write("index", "Reference", self._index())
        for room in ROOMS:
            self._write(room, f"tinygrad_edu.{room}", self._room(room))
        for name, path in self.files.items():
            self._write(f"source-{name}", name, source_page(path))

    def _write(self, stem: str, title: str, body: str) -> None:
        rooms = "".join(f'<a href="{room}.html">{room}</a>' for room in ROOMS)
        page = (
            '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>{escape(title)} - tinygrad_edu</title>"
            '<link rel="icon" href="data:,">'
            '<link rel="stylesheet" href="site.css"></head>\n<body>\n'
            f'<nav><a href="../index.html">Classroom</a>'
            f'<a href="index.html">All names</a>{rooms}</nav>\n'
            f"<main><h1>{escape(title)}</h1>\n{body}</main>\n</body>\n</html>\n"
        )
        (self.folder / f"{stem}.html").write_text(page, encoding="utf-8")

    def _index(self) -> str:
        parts = [f"<p>tinygrad_edu {tinygrad_edu.__version__}: every public name.</p>"]
        top = set(tinygrad_edu.__all__)
        for room in ROOMS:
            rows = []
            for entry in self.entries:
                if entry.room == room and "." not in entry.name:
                    here = f"tinygrad_edu.{entry.name}" if entry.name in top else ""
                    words = prose_html(self._summary(entry), self.find)
                    rows.append(
                        f'<tr><td><a href="{entry.address}"><code>{entry.name}</code>'
                        f"</a></td><td>{words}</td>"
                        f"<td><code>{here}</code></td></tr>"
                    )
            parts.append(f'<h2><a href="{room}.html">{room}</a></h2>')
            parts.append(f"<table>{''.join(rows)}</table>")
        return "\n".join(parts)

    def _room(self, room: str) -> str:
        module = import_module(f"tinygrad_edu.{room}")
        parts = [docstring_html(inspect.getdoc(module) or "", self.find_in_room(room))]
        shown = [entry for entry in self.entries if entry.room == room]
        links = "".join(
            f'<a href="#{entry.name}">{entry.name}</a>'
            for entry in shown
            if "." not in entry.name
        )
        parts.append(f'<p class="contents">{links}</p>')
        parts += [self._described(entry) for entry in shown]
        return "\n".join(parts)

    def _described(self, entry: Entry) -> str:
        level = 3 if "." in entry.name else 2
        shown = _short(entry.name) if "__" in entry.name else entry.name
        words = f"<code>{escape(shown)}</code>"
        return (
            f'<section id="{entry.name}"><h{level}>{words}'
            f"{self._links(entry)}</h{level}>\n"
            f'<pre class="signature">{escape(_signature(entry))}</pre>\n'
            f"{docstring_html(self._text(entry), self.find)}\n"
            f"{self._members(entry)}{self._picture(entry)}</section>"
        )

    def _members(self, entry: Entry) -> str:
        if not inspect.isclass(entry.thing):
            return ""
        bases = [self.find(base.__name__) for base in entry.thing.__bases__]
        names = [base.__name__ for base in entry.thing.__bases__]
        inherited = "".join(
            f'<a href="{address}">all of {name}</a>'
            for name, address in zip(names, bases)
            if address
        )
        own = "".join(
            f'<a href="#{other.name}">{escape(_short(other.name))}</a>'
            for other in self.entries
            if other.name.startswith(f"{entry.name}.")
        )
        return f'<p class="contents">{own}{inherited}</p>\n' if own + inherited else ""

    def _text(self, entry: Entry) -> str:
        if entry.is_alias:
            return f"Another name of `{entry.thing.__name__}`."
        if callable(entry.thing) or isinstance(entry.thing, property):
            return inspect.getdoc(entry.thing) or ""
        return self.definitions[self._home(entry)].comment(entry.name)

    def _home(self, entry: Entry) -> str:
        # A constant does not know the module that it is from.
        home = self.definitions.get(entry.module)
        if home is not None and home.line(entry.where):
            return entry.module
        files = self.definitions.items()
        return next(name for name, one in files if one.line(entry.where))

    def _summary(self, entry: Entry) -> str:
        return self._text(entry).partition("\n")[0]

    def _links(self, entry: Entry) -> str:
        home = self._home(entry)
        links = [_link("source", home, self.definitions[home].line(entry.where))]
        record = self._record(entry)
        if record:
            table = "tinygrad_edu.engine.primitives"
            row = self.definitions[table].line(record)
            links.append(_link("its record", table, row))
        return f'<span class="links">{" ".join(links)}</span>'

    def _record(self, entry: Entry) -> str | None:
        if entry.room != "engine":
            return None
        return self.definitions[entry.module].record(entry.where)

    def _picture(self, entry: Entry) -> str:
        record = self._record(entry)
        picture = self.pictures.get(entry.name, "")
        # `number + y` looks as `x + y` does.
        if record and not picture and ".__r" not in entry.name:
            picture = operator_picture(record)
        return f"<figure>{picture}</figure>" if picture else ""


def _link(words: str, module: str, line: int | None) -> str:
    return f'<a href="source-{module}.html#L{line}">{words}</a>'


def _short(name: str) -> str:
    last = name.rpartition(".")[2]
    return SPELLINGS.get(last, last)


def _signature(entry: Entry) -> str:
    thing, name = entry.thing, entry.name
    if isinstance(thing, property):
        return f"{name}: {_plain(thing.fget.__annotations__.get('return', ''))}"
    if not callable(thing):
        return f"{name} = {thing!r}"
    try:
        signature = inspect.signature(thing)
    except ValueError:
        return name
    pieces, star = [], False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            pieces.append("*")
        star = star or parameter.kind in (
            parameter.KEYWORD_ONLY,
            parameter.VAR_POSITIONAL,
        )
        pieces.append(_parameter(parameter))
    result = signature.return_annotation
    arrow = (
        ""
        if result is signature.empty or inspect.isclass(thing)
        else f" -> {_plain(result)}"
    )
    line = f"{name}({', '.join(pieces)}){arrow}"
    if len(line) <= 88:
        return line
    return f"{name}(\n    " + ",\n    ".join(pieces) + f",\n){arrow}"


def _parameter(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
    text = stars.get(parameter.kind, "") + parameter.name
    if parameter.annotation is not parameter.empty:
        text += f": {_plain(parameter.annotation)}"
    if parameter.default is not parameter.empty:
        text += f" = {_default(parameter.default)}"
    return text


def _plain(annotation: Any) -> str:
    # Annotations are kept as they are written: `Value | float`.
    if isinstance(annotation, str):
        return annotation
    return inspect.formatannotation(annotation)


def _default(default: Any) -> str:
    return getattr(default, "__name__", repr(default))


def build(folder: Path) -> None:
    """Write the reference to a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    Reference(folder).write()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder to write")
    build(parser.parse_args().folder)
