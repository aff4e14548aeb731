"""An explanation as Jupyter shows it: LaTeX, and HTML that needs no network."""

import re
import xml.etree.ElementTree as ET

from graphs import lesson

from tinygrad_edu import Value, explain


def rows_of_html(explanation):
    table = ET.fromstring(explanation._repr_html_())
    return [["".join(cell.itertext()) for cell in row] for row in table]


def test_it_shows_as_html_that_needs_no_network():
    loss = lesson()
    assert rows_of_html(explain(loss.parents[0], loss)) == [
        ["d", "=", "e + c = -6.0 + 10.0 = 4.0"],
        ["dL⁄dd", "=", "∂L⁄∂d · dL⁄dL"],
        ["", "=", "f · dL⁄dL"],
        ["", "=", "(-2.0) · 1.0"],
        ["", "=", "-2.0"],
        ["L → d", ":", "(-2.0) = -2.0"],
    ]
    html = explain(loss.parents[0], loss)._repr_html_()
    assert "<td" in html
    assert "<script" not in html
    assert "$" not in html


def test_labels_are_data_in_html_and_sums_stand_in_brackets():
    x = Value(2.0, "<b>x</b>")
    y = x.tanh()
    y.label = "w_12 & 'q'"
    explanation = explain(x, y)
    rows = rows_of_html(explanation)
    assert rows[0][0] == "<b>x</b>"
    assert rows[1][0] == "dw12 & 'q'⁄d<b>x</b>"
    assert rows[2][2].startswith("(1 - w12 & 'q'^2) · d")
    assert "<b>" not in explanation._repr_html_()


def test_html_and_latex_say_the_same_numbers():
    loss = lesson()
    explanation = explain(loss.topological_order()[0], loss)
    latex = re.sub(r"_\{?\d+\}?", "", explanation._repr_latex_())
    html = "".join("".join(row) for row in rows_of_html(explanation))
    assert re.findall(r"\d+\.\d+", html) == re.findall(r"\d+\.\d+", latex)
