"""A diagram as DOT text, and as the picture that Graphviz or its stand-in makes."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import graphviz

from tinygrad_edu.draw.graphs.builtin import draw_diagram
from tinygrad_edu.draw.graphs.diagram import Box, Diagram
from tinygrad_edu.draw.graphs.programs import (
    PATIENCE,
    TIME_LIMIT,
    WAYS_TO_GET_DOT,
    TookTooLongError,
    dot_programs,
    run_program,
)
from tinygrad_edu.draw.image import escape, image_bundle, picture_words
from tinygrad_edu.draw.opening import open_in_browser
from tinygrad_edu.draw.svg import is_wide, text_width
from tinygrad_edu.draw.theme import PNG_DPI, Theme, font
from tinygrad_edu.errors import RenderError
from tinygrad_edu.ranges import said
from tinygrad_edu.saving.whole import write_whole
from tinygrad_edu.speech import say

#: What draws a picture, by name.
DrawnBy: TypeAlias = Literal["auto", "dot", "builtin"]

ENGINES: tuple[DrawnBy, ...] = get_args(DrawnBy)

#: Endings of files that hold DOT text.
TEXTS = ("dot", "gv")


class GraphPicture(graphviz.Digraph):  # type: ignore[misc]
    """A `graphviz.Digraph` that always finds a way to be drawn.

    Programs are tried in the order of `dot_programs`; where none can do it, SVG is
    drawn by the built-in layout from the diagram that the picture was made from.

    Attributes:
        diagram: What the picture was made from; None for a copy or a subgraph.
        drawn_by: "auto" as above, "dot" for a program alone, "builtin" for none.
        dpi: How many dots to an inch a picture of dots has, such as PNG.
    """

    diagram: Diagram | None = None
    drawn_by: DrawnBy = "auto"
    dpi: int = PNG_DPI

    def pipe(
        self,
        format: str | None = None,
        *_: Any,
        encoding: str | None = None,
        **__: Any,
    ) -> bytes | str:
        """Return the picture as bytes, or as text in the given encoding.

        Raises:
            RenderError: If there is no way to draw this format.
        """
        picture = self._draw(format or self.format)
        return picture if encoding is None else picture.decode(encoding)

    def save(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        **options: Any,
    ) -> str:
        """Write the picture if the file's ending is that of one, such as .svg or .png.

        Any other file holds the DOT text, as with `graphviz.Digraph`.

        Returns:
            The path that was written.

        Raises:
            RenderError: If there is no way to draw this format; nothing is written.
        """
        ending = Path(filename or "").suffix.lower().removeprefix(".")
        if filename is None or ending in TEXTS or ending not in graphviz.FORMATS:
            return self._save_source(filename, directory, **options)
        picture = self._draw(ending)
        path = Path(directory or "", filename)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, picture)
        return str(path)

    def _save_source(
        self,
        filename: str | os.PathLike[str] | None,
        directory: str | os.PathLike[str] | None,
        skip_existing: bool | None = False,
    ) -> str:
        # What `graphviz.Digraph.save` does, but whole or not at all.
        if filename is not None:
            self.filename = os.fspath(filename)
        if directory is not None:
            self.directory = os.fspath(directory)
        path = Path(self.filepath)
        if not (skip_existing and path.exists()):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, self.source.encode(self.encoding))
        return str(path)

    def render(
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        *_: Any,
        outfile: str | os.PathLike[str] | None = None,
        **__: Any,
    ) -> str:
        """Write the DOT text and the picture, and return the picture's path.

        With `outfile` the picture gets that name, and the ending says its format.

        Raises:
            RenderError: If there is no way to draw this format.
        """
        if outfile is not None:
            named = Path(outfile)
            format = format or named.suffix.removeprefix(".")  # noqa: A001
            filename = filename or named.with_suffix(".gv")
        ending = format or self.format
        picture = self._draw(ending)
        source = self._save_source(filename, directory)
        path = f"{source}.{ending}" if outfile is None else os.fspath(outfile)
        write_whole(path, picture)
        if cleanup:
            Path(source).unlink()
        if view:
            self._view(path, format=ending, quiet=False)
        return path

    def _draw(self, format: str) -> bytes:
        has_builtin = (
            self.drawn_by != "dot" and format == "svg" and self.diagram is not None
        )
        limit = PATIENCE if has_builtin else TIME_LIMIT
        for program in dot_programs() if self.drawn_by != "builtin" else []:
            try:
                return run_program(
                    program, self.source, format, dpi=self.dpi, limit=limit
                )
            except TookTooLongError as error:
                # Another program would hardly be faster.
                if not has_builtin:
                    raise
                _warn(
                    f"{error}. The built-in layout draws it; at once, and without a "
                    "word, by drawn_by='builtin'."
                )
                break
            except RenderError as error:
                _warn(f"{error}. The next way to draw is tried.")
        if has_builtin and self.diagram is not None:
            return draw_diagram(self.diagram).encode("utf-8")
        wanted = "by Graphviz" if format == "svg" else f"as {format}"
        raise RenderError(
            f"There is no program that draws this picture {wanted}. {WAYS_TO_GET_DOT} "
            'Without one, format="svg" and drawn_by="auto" draw by a built-in layout.'
        )

    def svg(self) -> str:
        """Return the picture as SVG text.

        Raises:
            RenderError: If `drawn_by` is "dot", and no program can.
        """
        return self._draw("svg").decode("utf-8")

    def show(self) -> Path:
        """Open the picture in a browser, and return the path of the file."""
        return open_in_browser(self.svg(), ".svg")

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, str]:
        return image_bundle(self.svg(), self._words())

    def __repr__(self) -> str:
        return picture_words(self._words())

    def _words(self) -> str:
        return say("a graph") if self.diagram is None else self.diagram.heading


def as_picture(
    diagram: Diagram,
    format: str = "svg",
    drawn_by: DrawnBy = "auto",
    *,
    dpi: int = PNG_DPI,
) -> GraphPicture:
    """Return a diagram as a Graphviz picture.

    Raises:
        ValueError: If `drawn_by` is not in `ENGINES`.
    """
    if drawn_by not in ENGINES:
        raise ValueError(
            f"drawn_by must be one of {', '.join(map(repr, ENGINES))}, not "
            f"{said(drawn_by)}: draw with what there is, with a Graphviz program "
            "alone, or without one."
        )
    theme = diagram.theme
    picture = GraphPicture(
        format=format,
        graph_attr={
            "bgcolor": theme.background,
            "fontcolor": theme.text,
            "fontname": font(),
            "label": _legend(diagram),
            "labeljust": "l",
            "labelloc": "t",
            "nodesep": "0.3",
            "rankdir": diagram.rankdir,
        },
        node_attr={"fontcolor": theme.text, "fontname": font(), "shape": "plain"},
        edge_attr={
            "arrowsize": "0.7",
            "fontcolor": theme.text,
            "fontname": font(),
            "fontsize": "12",
        },
    )
    picture.diagram = diagram
    picture.drawn_by = drawn_by
    picture.dpi = dpi
    for i, box in enumerate(diagram.boxes):
        picture.node(str(i), _cell(box, theme), id=f"node{i}")
    for i, arrow in enumerate(diagram.arrows):
        picture.edge(
            str(arrow.tail),
            str(arrow.head),
            id=f"edge{i}",
            label=f" {arrow.label} " if arrow.label else "",
            color=arrow.colour,
            penwidth=f"{arrow.width:g}",
            style="dashed" if arrow.dashed else "solid",
        )
    for column in diagram.columns:
        # Graphviz keeps boxes of one rank in the order of the edges between them.
        with picture.subgraph(graph_attr={"rank": "same"}) as rank:
            for one, other in pairwise(column):
                rank.edge(str(one), str(other), style="invis")
    return picture


def _warn(words: str) -> None:
    warnings.warn(words, RuntimeWarning, stacklevel=4)


def _escape(text: str) -> str:
    # Graphviz would read \N as the name of the node; a space of no width parts them.
    return escape(text).replace("\\", "\\&#8203;")


def _cell(box: Box, theme: Theme) -> str:
    # Graphviz drops a space in front of a word, but none that may not break.
    operator = _escape(box.operator).replace(" ", "&#160;")
    rows = [f"<b>{_escape(box.name)}</b>{operator}"]
    rows += [_escape(line) for line in box.lines]
    text = "".join(f'{row}<br align="left"/>' for row in rows)
    width = _width([box.name + box.operator, *box.lines])
    border = 3 if box.frame == "thick" else 1
    style = "rounded,dashed" if box.frame == "dashed" else "rounded"
    return (
        f'<<table border="{border}" cellborder="0" cellspacing="0" cellpadding="8" '
        f'style="{style}" bgcolor="{box.fill}" color="{theme.faint}"><tr>'
        f"<td{width}>{text}</td></tr></table>>"
    )


def _width(lines: Sequence[str]) -> str:
    # Not every program measures Chinese letters, as it has no font that has them.
    if not any(is_wide(letter) for line in lines for letter in line):
        return ""
    padding = 16
    width = max(map(text_width, lines)) + padding
    return f' align="left" width="{width:.0f}"'


def _legend(diagram: Diagram) -> str:
    rows = [f"<b>{_escape(diagram.heading)}</b>"]
    if diagram.scale:
        swatches = "".join(
            f'<td bgcolor="{colour}" width="54" height="20">'
            f'<font point-size="12">{escape(number)}</font></td>'
            for colour, number in diagram.scale
        )
        rows.append(
            '<table border="0" cellborder="0" cellspacing="0" cellpadding="0"><tr>'
            f"{swatches}</tr></table>"
        )
    rows += [
        f'<font point-size="12" color="{diagram.theme.faint}">{_escape(note)}</font>'
        for note in diagram.notes
    ]
    width = _width([diagram.heading, *diagram.notes]) or ' align="left"'
    cells = "".join(f"<tr><td{width}>{row}</td></tr>" for row in rows)
    return f'<<table border="0" cellspacing="0" cellpadding="3">{cells}</table>>'
