"""The player's numbers, changed in the page, against graphs built anew in Python."""

import math
import random
from urllib.parse import parse_qs, urlparse

import pytest
from players import (
    all_equations,
    backward_lines,
    counter,
    equation,
    example,
    large,
    last,
    network,
    open_player,
    rows,
    set_leaf,
    until,
)

from tinygrad_edu import MLP, DomainError, Value, nudge

LEAVES = ("a", "b", "c")


def build(a, b, c):
    a, b, c = (Value(x, label=name) for x, name in zip((a, b, c), LEAVES))
    root = (a * b + c.sin()).gelu() / (1 + (a - 2 * c) ** 2) + a.exp() * b
    root.label = "L"
    return root


def test_a_changed_leaf_changes_every_number_and_step(tab, tmp_path):
    open_player(tab, build(0.5, -1.0, 2.0), tmp_path / "page.html")
    draw = random.Random(0)
    for _ in range(3):
        numbers = [round(draw.uniform(-2, 2), 3) for _ in LEAVES]
        for name, x in zip(LEAVES, numbers):
            set_leaf(tab, name, x)
        root = build(*numbers)
        inner = [node for node in root.topological_order() if node.parents]
        told = [line for _, line in all_equations(tab)]
        values = [line.rsplit("= ", 1)[1] for line in told[1 : len(inner) + 1]]
        assert list(map(float, values)) == pytest.approx(
            [node.data for node in inner], rel=1e-5
        )
        assert told[len(inner) + 1 :] == backward_lines(root)
        root.backward()
        shown = rows(tab, "grad")
        for i, node in enumerate(root.topological_order()):
            if str(i) in shown:
                assert float(shown[str(i)]) == pytest.approx(node.grad, rel=1e-3)
    assert tab.complaints == []


def test_a_slider_changes_the_picture_while_it_moves_and_the_story_stays(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html", state="#step=9")
    here = counter(tab)
    slider = tab.get_by_label("a, slider", exact=True)
    slider.focus()
    for _ in range(4):
        tab.keyboard.press("ArrowRight")
    a = float(slider.input_value())
    assert a > 2
    assert counter(tab) == here
    set_by_slider = tab.get_by_label("a, number", exact=True).input_value()
    assert float(set_by_slider) == pytest.approx(a)
    until(tab, "document.querySelector('#node0 .data').textContent !== '2'")
    root = example(a=float(set_by_slider))
    root.backward()
    shown = rows(tab, "grad")
    for i, node in enumerate(root.topological_order()):
        assert float(shown[str(i)]) == pytest.approx(node.grad, rel=6e-3)


def test_a_slider_that_is_let_go_at_its_end_reaches_further(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    slider = tab.get_by_label("a, slider", exact=True)
    for key, sign in (("End", 1), ("Home", -1)):
        reach = float(slider.get_attribute("max"))
        slider.press(key)
        assert float(slider.input_value()) == sign * reach
        ends = [float(slider.get_attribute(end)) for end in ("min", "max")]
        assert ends == [-2 * reach, 2 * reach]
        slider.press("ArrowLeft")
        slider.press("ArrowRight")
        assert float(slider.get_attribute("max")) == 2 * reach


def test_every_leaf_but_constants_has_a_slider_and_a_field_of_its_name(tab, tmp_path):
    root = network()
    open_player(tab, root, tmp_path / "page.html")
    labels = [node.label for node in root.topological_order() if node.label != "L"]
    labels = [label for label in labels if label]
    assert len(labels) == 14
    assert tab.locator("#leaves li").count() == 14
    for kind, words in (("range", "slider"), ("number", "number")):
        for name in labels:
            control = tab.get_by_label(f"{name}, {words}", exact=True)
            assert control.get_attribute("type") == kind


def test_boxes_keep_their_size_when_numbers_grow(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html", state="#step=9")
    fits = """() => [...document.querySelectorAll(".node")].map((node) => {
        const frame = node.querySelector("rect").getBoundingClientRect();
        const inside = [...node.querySelectorAll("text")].every((text) => {
          const words = text.getBoundingClientRect();
          return words.left >= frame.left - 1 && words.right <= frame.right + 1;
        });
        return [frame.width, inside];
      })"""
    before = tab.evaluate(fits)
    for a in (-0.00012345678, 123456.789, -1.2345e-30, -9.87e200):
        set_leaf(tab, "a", a)
        after = tab.evaluate(fits)
        assert [inside for _, inside in after] == [True] * len(after)
        assert [width for width, _ in after] == [width for width, _ in before]


# ---------------------------------------------------------- nudge, step, reset, domain


def test_a_nudge_tells_the_prediction_and_what_happens(tab, tmp_path):
    root = example()
    a = root.topological_order()[0]
    open_player(tab, root, tmp_path / "page.html")
    tab.select_option("#nudged", "a")
    tab.fill("#h", "0.125")
    tab.click("#nudge")
    told = tab.text_content("#outcome")
    expected = str(nudge(a, root, by=0.125))
    assert told == expected.rpartition(" (error")[0] + "."
    assert float(tab.get_by_label("a, number", exact=True).input_value()) == 2.125


def test_a_step_is_gradient_descent_on_the_ticked_leaves(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    tab.get_by_label("b, moved by a step of gradient descent").uncheck()
    tab.fill("#rate", "0.5")
    a, b = 2.0, -3.0
    for _ in range(3):
        tab.click("#descend")
        root = example(a, b)
        root.backward()
        a -= 0.5 * root.topological_order()[0].grad
    shown = [
        float(tab.get_by_label(f"{name}, number", exact=True).input_value())
        for name in "ab"
    ]
    assert shown == pytest.approx([a, b], rel=1e-5)
    assert f"→ {example(a, b).data:.6g}" in tab.text_content("#outcome")
    tab.click("#reset")
    fields = tab.locator("#leaves input[type=number]")
    assert [fields.nth(i).input_value() for i in range(2)] == ["2", "-3"]


def test_in_a_network_the_parameters_are_ticked_and_the_inputs_not(tab, tmp_path):
    open_player(tab, network(), tmp_path / "page.html")
    ticked = """all => all.filter(tick => tick.checked)
        .map(tick => tick.getAttribute("aria-label").split(",")[0])"""
    names = tab.eval_on_selector_all("#leaves input[type=checkbox]", ticked)
    assert len(names) == 12
    assert not {"x1", "x2"} & set(names)


def test_outside_a_domain_the_page_says_what_python_says(tab, tmp_path):
    def logarithm(p):
        root = (Value(p, label="p") * 2.0).log() + 1.0
        root.label = "L"
        return root

    open_player(tab, logarithm(3.0), tmp_path / "page.html")
    tab.keyboard.press("End")
    set_leaf(tab, "p", -1)
    with pytest.raises(DomainError) as refused:
        logarithm(-1.0)
    assert equation(tab) == str(refused.value)
    assert counter(tab) == "Undefined"
    assert last(tab) == 2
    # At an earlier step it is said, too.
    tab.click("#first")
    assert tab.text_content("#wrong") == str(refused.value)
    set_leaf(tab, "p", 5)
    tab.click("#last")
    assert [line for _, line in all_equations(tab)][5:] == backward_lines(
        logarithm(5.0)
    )[1:]
    assert tab.text_content("#wrong") == ""
    assert tab.complaints == []


def test_what_is_not_finite_is_marked(tab, tmp_path):
    x = Value(0.0, label="x")
    root = x.sqrt() * 2.0
    open_player(tab, root, tmp_path / "page.html", state="#step=99")
    assert rows(tab, "grad")["0"] == "+inf"
    frame = tab.locator("#node0 rect").first
    assert frame.get_attribute("class") == "strange"
    assert frame.get_attribute("fill") == "#f2a3cb"
    set_leaf(tab, "x", 4)
    assert frame.get_attribute("class") == ""
    assert float(rows(tab, "grad")["0"]) == 0.5


def test_nan_and_infinities_that_were_recorded_are_told_as_such(tab, tmp_path):
    root = Value(math.nan, label="n") * Value(-math.inf, label="i")
    open_player(tab, root, tmp_path / "page.html", state="#step=1")
    assert rows(tab, "data") == {"0": "nan", "1": "-inf", "2": "nan"}
    assert tab.complaints == []


# --------------------------------------------------------------- constants, old graphs


def test_a_constant_is_its_number_and_nothing_more(tab, tmp_path):
    x = Value(3.0, label="x")
    root = x * 2.0 - 7
    open_player(tab, root, tmp_path / "page.html", state="#step=99")
    assert tab.locator(".constant").all_text_contents() == ["2", "7"]
    assert tab.locator("#leaves li").count() == 1
    assert (
        equation(tab) == "(the constant 2.0).grad += ∂v2/∂(the constant 2.0) · v2.grad "
        "= 0 + 3.0 · 1.0 = 3.0"
    )
    assert tab.locator("#node1 rect").first.get_attribute("fill") == "#f6f7f9"


def test_a_graph_that_is_older_than_its_leaves_is_computed_again_and_told(
    tab, tmp_path
):
    a = Value(2.0, label="a")
    root = a * a
    a.data = 5.0
    open_player(tab, root, tmp_path / "page.html", state="#step=1")
    assert equation(tab).endswith("= 25.0")
    assert "built before" in tab.text_content("#outcome")


def test_the_page_says_that_an_if_is_frozen(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    assert "a Python if on data is frozen" in tab.text_content("#legend")


# ---------------------------------------------------------------------- the address


def test_the_address_keeps_step_and_changed_leaves(tab, tmp_path):
    path = tmp_path / "page.html"
    open_player(tab, example(), path, state="#step=6&a=3")
    assert equation(tab) == backward_lines(example(a=3.0))[2]
    set_leaf(tab, "b", 0.25)
    tab.click("#next")
    state = parse_qs(urlparse(tab.url).fragment)
    assert state == {"step": ["7"], "a": ["3"], "b": ["0.25"]}
    link, here = tab.url, equation(tab)
    tab.goto("about:blank")
    tab.goto(link)
    assert equation(tab) == here
    tab.evaluate("location.hash = 'step=1'")
    until(tab, "document.getElementById('counter').textContent[0] === 'F'")
    assert equation(tab) == "e = a·b = 2.0·(-3.0) = -6.0"


@pytest.mark.parametrize("state", ["#step=-3&a=x", "#step=999&nobody=1", "#&&=", "#a="])
def test_an_address_that_makes_no_sense_does_no_harm(tab, tmp_path, state):
    open_player(tab, example(), tmp_path / "page.html", state=state)
    assert tab.get_by_label("a, number", exact=True).input_value() == "2"
    assert tab.complaints == []


# --------------------------------------------------------------------- large graphs


def test_a_parameter_that_others_use_too_has_a_box_while_its_neuron_is_closed(
    tab, tmp_path
):
    model = MLP(3, [8, 8, 1], activation="tanh", seed=0)
    one, other = model.layers[0].neurons[:2]
    root = model([0.5, -1.0, 2.0]) + one.w[0] * other.w[0]
    open_player(tab, root, tmp_path / "page.html")
    titles = tab.locator(".node .title").all_text_contents()
    assert "layer0.neuron0.w0" in titles
    assert "layer0.neuron0.w1" not in titles
    assert tab.complaints == []


def test_groups_open_and_close_and_a_node_is_found_by_its_name(tab, tmp_path):
    root = large()
    open_player(tab, root, tmp_path / "page.html", state="#step=999")
    boxes = tab.locator(".node").count()
    assert boxes < 40
    first = tab.locator(".closed", has_text="layer0.neuron0").first
    first.click()
    opened = tab.locator(".node").count()
    assert opened > boxes
    tab.fill("#find", "layer1.neuron3.w2")
    tab.press("#find", "Enter")
    found = tab.evaluate("document.activeElement.id")
    order = root.topological_order()
    assert order[int(found.removeprefix("node"))].label == "layer1.neuron3.w2"
    again = tab.locator(".node").count()
    assert again > opened
    # What they show is right, opened or not.
    root.backward()
    for i, shown in rows(tab, "grad").items():
        if i.isdigit():
            assert float(shown) == pytest.approx(order[int(i)].grad, rel=6e-3, abs=1e-9)
    # A click on a node that a neuron made closes it again.
    name = "layer1.neuron3.w0"
    inside = next(n for n in order if n.parents and n.parents[0].label == name)
    tab.locator(f"#node{order.index(inside)}").click()
    assert tab.locator(".node").count() < again
    assert tab.complaints == []
