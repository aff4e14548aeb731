"""The player's story, clicked through as a student clicks it."""

import inspect
import re

import pytest
from players import (
    all_equations,
    backward_lines,
    counter,
    equation,
    example,
    go,
    large,
    last,
    network,
    open_player,
    rows,
)

from tinygrad_edu import Neuron, Value, explain, play
from tinygrad_edu.draw import dot_programs

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]>",
    "∂L/∂w",
    "</script><!--",
    "${body} $title \\N {0}",
    "w" * 500,
]


def forward_lines(root):
    inner = [node for node in root.topological_order() if node.parents]
    return [str(explain(node, root)).splitlines()[0] for node in inner]


# ------------------------------------------------------------------------- the story


@pytest.mark.parametrize("graph", [example, network, large])
def test_the_slider_tells_forward_then_the_lines_of_backward_steps(
    tab, tmp_path, graph
):
    root = graph()
    open_player(tab, root, tmp_path / "page.html")
    told = all_equations(tab)
    forward, backward = forward_lines(root), backward_lines(root)
    # In numbers, a negative first factor stands without the brackets of `explain`.
    plain = [line.replace("(", "").replace(")", "") for _, line in told]
    assert plain[1 : len(forward) + 1] == [
        line.replace("(", "").replace(")", "") for line in forward
    ]
    assert [line for _, line in told[len(forward) + 1 :]] == backward
    count = len(backward) - 1
    assert told[0][0] == "Start"
    assert told[1][0] == f"Forward 1/{len(forward)}"
    assert told[len(forward) + 1][0] == "Seed"
    assert told[-1][0] == f"Backward {count}/{count}"
    assert tab.complaints == []
    assert tab.requests == [(tmp_path / "page.html").as_uri()]


def test_only_what_is_known_is_shown(tab, tmp_path):
    root = example()
    open_player(tab, root, tmp_path / "page.html")
    order = root.topological_order()
    inner = [node for node in order if node.parents]
    for done in range(len(inner) + 1):
        known = [not node.parents or node in inner[:done] for node in order]
        shown = rows(tab, "data")
        for i, node in enumerate(order):
            if known[i]:
                assert float(shown[str(i)]) == pytest.approx(node.data, rel=1e-3)
            else:
                assert shown[str(i)] == "·"
        assert set(rows(tab, "grad").values()) == {"·"}
        tab.keyboard.press("ArrowRight")
    gradients = [0.0 for _ in order]
    for step in root.backward_steps():
        gradients[order.index(step.parent or root)] = step.after
        shown = [float(text) for text in rows(tab, "grad").values()]
        assert shown == pytest.approx(gradients, rel=1e-3)
        tab.keyboard.press("ArrowRight")


def test_buttons_slider_and_keys_lead_to_the_same_places(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    end = last(tab)
    assert counter(tab) == "Start"
    assert tab.is_disabled("#first")
    assert tab.is_disabled("#back")
    tab.click("#last")
    assert counter(tab) == "Backward 5/5"
    assert tab.is_disabled("#next")
    tab.click("#back")
    assert counter(tab) == "Backward 4/5"
    tab.click("#first")
    assert counter(tab) == "Start"
    go(tab, 6)
    by_slider = equation(tab), rows(tab, "grad")
    tab.click("h1")
    tab.keyboard.press("Home")
    assert counter(tab) == "Start"
    for _ in range(6):
        tab.keyboard.press("ArrowRight")
    assert (equation(tab), rows(tab, "grad")) == by_slider
    tab.keyboard.press("ArrowLeft")
    assert counter(tab) == "Backward 1/5"
    tab.keyboard.press("End")
    assert tab.input_value("#slider") == str(end)


def test_play_runs_to_the_end_at_the_chosen_speed_and_pause_holds_it(tab, tmp_path):
    tab.clock.install()
    open_player(tab, example(), tmp_path / "page.html")
    tab.click("#play")
    tab.clock.run_for(1900)
    assert counter(tab) == "Forward 1/3"
    tab.click("h1")
    tab.keyboard.press(" ")
    tab.clock.run_for(9000)
    assert counter(tab) == "Forward 1/3"
    tab.select_option("#speed", "4")
    tab.click("h1")
    tab.keyboard.press(" ")
    tab.clock.run_for(950)
    assert counter(tab) == "Forward 3/3"
    tab.clock.run_for(500 * last(tab))
    assert counter(tab) == "Backward 5/5"
    assert "playing" not in (tab.get_attribute("#play", "class") or "")


def test_space_presses_the_button_that_has_the_focus_and_does_not_play(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    for button, told in (("#next", "Forward 1/3"), ("#last", "Backward 5/5")):
        tab.focus(button)
        tab.keyboard.press(" ")
        assert counter(tab) == told
        assert tab.get_attribute("#play", "class") in (None, "")


# -------------------------------------------------------------- arrows, token, loop


def tips(tab):
    """Return for each arrow the end at which a tip is seen: "head", "tail"."""
    script = """all => all.map(edge => [...edge.querySelectorAll(".tip")]
        .map(tip => tip.getAttribute("visibility")).join())"""
    names = {"visible,hidden": "head", "hidden,visible": "tail"}
    return [names[each] for each in tab.eval_on_selector_all(".edge", script)]


def test_arrows_point_where_the_numbers_move(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html", state="#step=3")
    assert tips(tab) == ["head"] * 5
    go(tab, 5)
    assert tips(tab) == ["tail"] * 5


def lit(tab):
    return [text.strip() for text in tab.locator("#loop .lit").all_text_contents()]


def test_the_loop_beside_it_is_that_of_the_source_with_its_line_lit(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    source = inspect.getsource(Value.backward)
    lines = tab.locator("#loop span").all_text_contents()
    assert len(lines) == 6
    assert all(line in source for line in lines)
    assert lit(tab) == []
    go(tab, 4)
    assert lit(tab) == ["self.grad += 1.0"]
    go(tab, 5)
    assert lit(tab) == ["parent.grad += contribution"]
    assert "contribution = local[node][i] * grad[node]" in tab.text_content("#program")


def test_a_token_carries_the_product_from_the_result_to_the_operand(tab, tmp_path):
    root = example()
    tab.clock.install(time=0)
    open_player(tab, root, tmp_path / "page.html", moving=True, state="#step=5")
    tab.clock.pause_at(60_000)
    # ∂v3/∂e · v3.grad, from v3 to e.
    tab.click("#next")
    centre = """id => { const r = document.querySelector(id).getBoundingClientRect();
        return (r.left + r.right) / 2; }"""
    giver, receiver = (tab.evaluate(centre, box) for box in ("#node3", "#node2"))
    places = []
    for _ in range(8):
        tab.clock.run_for(100)
        places.append(tab.evaluate(centre, ".token"))
        assert "×" in tab.text_content(".token")
        assert rows(tab, "grad")["2"] == "0"
        if len(places) == 4:
            assert lit(tab) == ["contribution = local * upstream"]
    assert lit(tab) == ["parent.grad += contribution"]
    assert abs(places[0] - giver) < abs(places[0] - receiver)
    assert abs(places[-1] - receiver) < abs(places[-1] - giver)
    tab.clock.run_for(500)
    assert tab.locator(".token").count() == 0
    root.backward()
    e = root.topological_order()[2]
    assert float(rows(tab, "grad")["2"]) == pytest.approx(e.grad, rel=1e-3)


def test_who_wants_no_motion_sees_cuts(tab, tmp_path):
    tab.clock.install()
    open_player(tab, example(), tmp_path / "page.html", state="#step=5")
    tab.click("#next")
    assert tab.locator(".token").count() == 0
    assert float(rows(tab, "grad")["2"]) != 0


def test_the_three_numbers_keep_their_colours_in_equation_edge_and_node(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html", state="#step=6")
    colour = "all => [...new Set(all.map(one => getComputedStyle(one).%s))]"
    seen = []
    for role in ("old", "local", "upstream"):
        words = tab.eval_on_selector_all(f"#equation .{role}", colour % "color")
        plates = tab.eval_on_selector_all(f".plate .{role}", colour % "fill")
        assert len(words) == 1
        assert words == plates
        seen += words
    assert len(set(seen)) == 3
    giver = tab.eval_on_selector_all(".giver text.grad", colour % "fill")
    assert giver == [seen[2]]


# -------------------------------------------------------------------------- predict


def test_predict_hides_the_result_of_a_step_until_it_is_asked_for(tab, tmp_path):
    # L = a·b·c: the second edge hands v2.grad = 5.0, times a, to b.
    a, b, c = Value(0.75, label="a"), Value(-3.0, label="b"), Value(5.0, label="c")
    open_player(tab, a * b * c, tmp_path / "page.html", state="#step=5")
    tab.click("#predict")
    tab.click("#next")  # Shows what is hidden now; the next one goes on.
    tab.click("#next")
    tab.click("#next")
    tab.click("#next")
    answer = "3.75"
    assert equation(tab).endswith("= ?")
    assert rows(tab, "grad")["1"] == "?"
    assert answer not in tab.text_content("main")
    assert answer not in tab.get_attribute("#slider", "aria-valuetext")
    tab.hover("#node1")
    assert answer not in tab.text_content("#about")
    edge = tab.locator(".edge.current path").first
    assert edge.get_attribute("stroke") == "#6b7480"
    tab.click("#reveal")
    assert equation(tab).endswith(f"= {answer}")
    assert rows(tab, "grad")["1"] == "+3.75"
    # A step on shows it, too, before it goes on.
    tab.keyboard.press("ArrowLeft")
    here = counter(tab)
    assert equation(tab).endswith("= ?")
    tab.keyboard.press("ArrowRight")
    assert (counter(tab), "?" in equation(tab)) == (here, False)
    tab.click("#predict")
    go(tab, 2)
    assert "?" not in equation(tab)


# ------------------------------------------------------------------ pointing, labels


def test_hover_lights_what_a_node_was_made_from_and_tells_its_numbers(tab, tmp_path):
    root = example()
    open_player(tab, root, tmp_path / "page.html", state="#step=3")
    order = root.topological_order()
    e = next(node for node in order if node.label == "e")
    below = {e, *e.parents}
    tab.hover(f"#node{order.index(e)}")
    for i, node in enumerate(order):
        classes = tab.get_attribute(f"#node{i}", "class").split()
        assert ("dim" in classes) == (node not in below)
    about = tab.text_content("#about")
    assert "e = a·b = 2.0·(-3.0) = -6.0" in about
    assert "dL/de so far: 0: nothing has reached it yet" in about
    tab.keyboard.press("End")
    root.backward()
    told = float(tab.text_content("#about").split("so far:")[1])
    assert told == pytest.approx(e.grad, rel=1e-5)
    tab.mouse.move(2, 2)
    assert tab.locator(".dim").count() == 0


@pytest.mark.parametrize("label", HOSTILE)
def test_a_label_is_shown_and_never_obeyed(tab, tmp_path, label):
    x = Value(3.0, label=label)
    root = x * x
    open_player(tab, root, tmp_path / "page.html")
    tab.keyboard.press("End")
    tab.hover("#node0")
    assert label in tab.text_content("#about")
    assert tab.locator("#leaves li").text_content()[:30] == label[:30]
    assert tab.locator("#nudged option").text_content() == label
    assert tab.locator("img").count() == 0
    assert tab.locator("#node0 .title").text_content()[:30] == label[:30]
    set_by_hand = tab.get_by_label(f"{label}, number", exact=True)
    set_by_hand.fill("4")
    assert tab.complaints == []
    assert len(tab.requests) == 1


# -------------------------------------------------------------------------- notebooks


def test_it_works_in_a_sandboxed_frame_as_notebooks_show_it(tab, tmp_path):
    root = Neuron(2, activation="tanh", seed=0, expanded=True)([1.0, -2.0])
    bundle = play(root)._repr_mimebundle_()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><body>{bundle['text/html']}</body>")
    tab.emulate_media(reduced_motion="reduce")
    tab.goto(path.as_uri())
    frame = tab.frame_locator("iframe")
    frame.locator("#next").click()
    assert frame.locator("#equation").text_content() == forward_lines(root)[0]
    frame.locator("#last").click()
    assert frame.locator("#equation").text_content() == backward_lines(root)[-1]
    assert not tab.is_visible(".tinygrad-edu-still")
    assert tab.complaints == []


@pytest.mark.parametrize("engine", ["auto", "builtin"])
def test_the_picture_stands_where_scripts_may_not_run(tab, tmp_path, engine):
    if engine == "auto" and not dot_programs():
        pytest.skip("there is no dot program")
    # An untrusted notebook drops frames and styles.
    html = play(example(), drawn_by=engine)._repr_mimebundle_()["text/html"]
    html = re.sub(r"<style>.*?</style>|<iframe.*?</iframe>", "", html)
    path = tmp_path / "untrusted.html"
    path.write_text(f"<!DOCTYPE html><body>{html}</body>")
    tab.goto(path.as_uri())
    assert tab.is_visible(".tinygrad-edu-still")
    assert tab.evaluate("document.querySelector('img').naturalWidth") > 300
