"""Two ways to set mathematics in Jupyter: LaTeX, and HTML that needs no network.

LaTeX is drawn by MathJax, which a page exported from a notebook fetches; and so HTML
comes first, and LaTeX serves whoever exports to a paper.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from tinygrad_edu.explaining.symbols import Symbol, latex_fraction, latex_name

#: What stands left of a sign, the sign, and what stands right of it.
Row = tuple[str, str, str]


class Typesetting(NamedTuple):
    """How names, formulas and derivatives are set.

    Attributes:
        name: Sets the name of a node.
        formula: Sets a formula.
        fraction: fraction(sign, above, below) sets the derivative of two names.
        factor: Sets a formula as it stands in a product.
        partial: The sign ∂.
        times: Between factors.
        dots: In place of what is left out.
        to: Between the nodes of a path.
        page: Sets rows below each other.
    """

    name: Callable[[str], str]
    formula: Callable[[Symbol], str]
    fraction: Callable[[str, str, str], str]
    factor: Callable[[Symbol], str]
    partial: str
    times: str
    dots: str
    to: str
    page: Callable[[Iterable[Row]], str]


def _latex_page(rows: Iterable[Row]) -> str:
    body = r" \\ ".join(f"{left} &{sign} {right}" for left, sign, right in rows)
    return rf"$\displaystyle \begin{{aligned}} {body} \end{{aligned}}$"


def _html_name(name: str) -> str:
    # As in LaTeX: letters, and those with an index, as such. An escaped quotation mark
    # would hold one, too.
    escaped = html.escape(name, quote=False)
    return re.sub(r"\b([A-Za-z])_?([0-9]*)\b", _html_letter, escaped)


def _html_letter(found: re.Match[str]) -> str:
    letter, index = found.groups()
    return f"<i>{letter}</i><sub>{index}</sub>" if index else f"<i>{letter}</i>"


def _html_formula(formula: Symbol) -> str:
    return _html_name(str(formula))


def _html_factor(formula: Symbol) -> str:
    text = _html_formula(formula)
    return f"({text})" if formula.args else text


def _html_fraction(sign: str, above: str, below: str) -> str:
    # A notebook that is not trusted drops styles, but no tags such as these.
    return f"<sup>{sign}{_html_name(above)}</sup>⁄<sub>{sign}{_html_name(below)}</sub>"


def _html_page(rows: Iterable[Row]) -> str:
    lines = []
    for left, sign, right in rows:
        cells = [("right", left), ("center", sign), ("left", right)]
        columns = "".join(
            f'<td style="text-align:{side}">{cell}</td>' for side, cell in cells
        )
        lines.append(f"<tr>{columns}</tr>")
    return f"<table>{''.join(lines)}</table>"


LATEX = Typesetting(
    name=latex_name,
    formula=Symbol.latex,
    fraction=latex_fraction,
    factor=Symbol.latex_factor,
    partial=r"\partial",
    times=r" \cdot ",
    dots=r"\dots",
    to=r" \to ",
    page=_latex_page,
)

HTML = Typesetting(
    name=_html_name,
    formula=_html_formula,
    fraction=_html_fraction,
    factor=_html_factor,
    partial="∂",
    times=" · ",
    dots="…",
    to=" → ",
    page=_html_page,
)
