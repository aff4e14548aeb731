"""A finished SVG picture, as a file and in a notebook."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import Any

from tinygrad_edu.draw.opening import open_in_browser
from tinygrad_edu.errors import RenderError
from tinygrad_edu.saving.whole import write_whole
from tinygrad_edu.speech import say

#: From so many pixels on, a picture is wide: a page would shrink it to a half or less.
WIDE = 1800


class Image:
    """A picture as SVG text.

    Attributes:
        svg: The text.
        words: What it shows, for those who cannot see it.
    """

    def __init__(self, svg: str, words: str) -> None:
        self.svg = svg
        self.words = words

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file that ends in .svg, and return its path.

        Raises:
            RenderError: If the path asks for another format.
        """
        path = Path(path)
        if path.suffix.lower() != ".svg":
            raise RenderError(
                f"This picture is drawn as SVG, and {path.name!r} asks for another "
                "format. Save it as .svg; a browser prints it to PDF, and Inkscape or "
                "rsvg-convert make PNG of it."
            )
        write_whole(path, self.svg.encode("utf-8"))
        return path

    def show(self) -> Path:
        """Open the picture in a browser, and return the path of the file."""
        return open_in_browser(self.svg, ".svg")

    def _repr_mimebundle_(self, *_: Any, **__: Any) -> dict[str, str]:
        return image_bundle(self.svg, self.words)

    def __repr__(self) -> str:
        return picture_words(self.words)


def picture_words(words: str) -> str:
    """Return what a picture says of itself where it cannot be seen."""
    return say(
        "<picture: {words}; .save('x.svg') writes it, .show() opens it>", words=words
    )


def image_bundle(svg: str, words: str) -> dict[str, str]:
    """Return what a picture shows in a notebook, where it can be seen."""
    return {
        "text/plain": say("<picture: {words}>", words=words),
        "text/html": as_html(svg, words),
    }


def as_html(svg: str, words: str) -> str:
    """Return the one form that every notebook shows, trusted or not: an image.

    Bare SVG is dropped in untrusted notebooks, and the ids of two would collide. A wide
    picture keeps its size, in a box that scrolls: as wide as the page, it could not be
    read. Where a notebook drops these styles, it shows the picture at the page's width.
    """
    data = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    width = _width(svg)
    wide = width > WIDE
    style = f"max-width:100%;min-width:{width}px" if wide else "max-width:100%"
    image = (
        f'<img alt="{escape(words)}" style="{style}" '
        f'src="data:image/svg+xml;base64,{data}">'
    )
    return f'<div style="overflow-x:auto">{image}</div>' if wide else image


def _width(svg: str) -> int:
    # In pixels; 0 where it is not said. All that draw here say it in points, near the
    # start.
    found = re.search(r'<svg[^>]*\swidth="([0-9.]+)pt"', svg)
    return round(float(found[1]) * 96 / 72) if found else 0


def escape(text: str) -> str:
    """Return text as it stands in XML and HTML, also in an attribute.

    What XML has no place for, such as a control character, is replaced.

    >>> print(escape('a < "b"'))
    a &lt; &quot;b&quot;
    """
    legal = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return (
        legal.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
    )
