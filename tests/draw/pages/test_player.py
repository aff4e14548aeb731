"""The player's page holds its graph as a program, and labels as data."""

import json
import re

import pytest

from tinygrad_edu import MLP, RenderError, Value, largest, play


def test_the_page_computes_without_eval_and_its_policy_forbids_it():
    html = play(Value(2.0, label="a") * 3, drawn_by="builtin").html
    assert "forward: (x, y) => x * y" in html
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    assert "unsafe-eval" not in policy
    assert policy.startswith("default-src 'none';")
    assert not re.search(r"\beval\(|new Function", html)


def test_the_page_shows_the_loop_as_it_stands_in_the_source():
    html = play(Value(2.0) * 3, drawn_by="builtin").html
    for line in (
        "self.grad += 1.0",
        "for node in reversed(order):",
        "        contribution = local * upstream",
        "        parent.grad += contribution",
    ):
        assert f'"{line}"' in html


@pytest.mark.parametrize(
    "label", ["</script><script>alert(1)</script>", "<!--", '"', "]]>", "∂L/∂w"]
)
def test_a_label_opens_no_script(label):
    plain = play(Value(2.0, label="a") * 3, drawn_by="builtin").html
    html = play(Value(2.0, label=label) * 3, drawn_by="builtin").html
    for mark in ("<script", "</script", "<!--"):
        assert html.lower().count(mark) == plain.lower().count(mark)


def test_no_gradient_is_written():
    a = Value(2.0)
    root = a * a
    play(root, drawn_by="builtin")
    assert (a.grad, root.grad) == (0.0, 0.0)


def test_a_pass_that_cannot_be_followed_is_refused():
    x = Value(1.0)
    for _ in range(499):
        x = x.tanh()
    play(x, drawn_by="builtin")
    with pytest.raises(RenderError, match="501 nodes"):
        play(x.tanh())


def nodes_of(root):
    """Return what the page knows of each node, by its name."""
    html = play(root, drawn_by="builtin").html
    data = json.loads(re.search(r'type="application/json"[^>]*>(.*?)<', html)[1])
    return data["groups"], {node["name"]: node for node in data["nodes"]}


def test_a_parameter_is_known_by_the_calls_that_use_it():
    groups, nodes = nodes_of(MLP(2, [2, 1], "tanh", seed=0)([1.0, 2.0]))
    names = [group["name"] for group in groups]
    assert sorted(names) == ["layer0.neuron0", "layer0.neuron1", "layer1.neuron0"]
    for name, node in nodes.items():
        module = name.rpartition(".")[0]
        used = [names[i] for i in node["users"]]
        assert used == ([module] if name.startswith("layer") else [])
        assert node["ticked"] == name.startswith("layer")


def test_a_choice_among_many_has_no_formula_that_would_be_that_of_today():
    few, many = (
        [nodes_of(largest([Value(float(i)) for i in range(count)]))[1].popitem()[1]]
        for count in (3, 40)
    )
    assert all(few[0]["locals"])
    assert many[0]["locals"] == [""] * 40


def test_the_picture_in_its_place_counts_nodes_and_no_parameters():
    still = play(Value(2.0, "a") * 3).still
    assert "3 nodes · 2 edges" in still
    assert "parameter" not in still
