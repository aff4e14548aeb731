"""What a Value shows in a notebook: its graph, or a line that says how to draw it."""

import pytest

from tinygrad_edu import Value


def chain(count):
    x = Value(1.0, label="x")
    for _ in range(count - 1):
        x = x.tanh()
    return x


def test_a_small_graph_is_an_image():
    html = (Value(2.0, label="a") * 3)._repr_html_()
    assert html.startswith('<img alt="Value(')
    assert 'style="max-width:100%" src="data:image/svg+xml;base64,' in html


def test_a_large_graph_is_a_line_with_a_hint():
    assert "<img" in chain(80)._repr_html_()
    html = chain(81)._repr_html_()
    assert "<img" not in html
    assert "draw_dot(...)" in html


def test_a_label_is_data():
    for count in (1, 100):
        x = Value(1.0)
        for _ in range(count):
            x = x.tanh()
        x.label = "<script>alert(1)</script>"
        assert "<script" not in x._repr_html_()


@pytest.mark.machine
def test_a_huge_graph_is_not_walked():
    assert "more than 80 nodes" in chain(100_000)._repr_html_()
