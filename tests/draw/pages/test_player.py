"""The player's page holds the steps of the backward pass, and labels as data."""

import json

import pytest

from tinygrad_edu import RenderError, Value, play


def test_a_player_holds_every_step_and_no_foreign_markup():
    a = Value(2.0, label="<script>alert(1)</script>")
    root = a * a + a
    html = play(root).html
    steps = list(root.backward_steps())
    for step in steps:
        line = json.dumps(repr(step), ensure_ascii=False).replace("<", "\\u003c")
        assert line in html
    assert html.count("<script>alert") == 0


@pytest.mark.parametrize(
    "label", ["</script><script>alert(1)</script>", "<!--", '"', "]]>", "∂L/∂w"]
)
def test_a_label_opens_no_script(label):
    plain = play(Value(2.0, label="a") * 3, engine="builtin").html
    html = play(Value(2.0, label=label) * 3, engine="builtin").html
    for mark in ("<script", "</script", "<!--"):
        assert html.lower().count(mark) == plain.lower().count(mark)


def test_no_gradient_is_written():
    a = Value(2.0)
    root = a * a
    play(root, engine="builtin")
    assert (a.grad, root.grad) == (0.0, 0.0)


def test_a_pass_that_cannot_be_followed_is_refused():
    x = Value(1.0)
    for _ in range(499):
        x = x.tanh()
    play(x, engine="builtin")
    with pytest.raises(RenderError, match="501 nodes"):
        play(x.tanh())
