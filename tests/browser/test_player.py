"""The player, clicked as a student clicks it."""

import re

import pytest

from tinygrad_edu import Neuron, Value, play
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


def example():
    a = Value(2.0, label="a")
    b = Value(-3.0, label="b")
    e = a * b
    e.label = "e"
    loss = (e + a).tanh()
    loss.label = "L"
    return loss


def needs_dot():
    if not dot_programs():
        pytest.skip("there is no dot program")


def open_player(tab, root, path, **options):
    play(root, **options).save(path)
    tab.goto(path.as_uri())


def equation(tab):
    return tab.text_content("#equation")


def gradients(tab):
    """Return the last line of each node: the gradient it shows now."""
    count = tab.locator("g.node").count()
    nodes = [tab.locator(f"#node{i}") for i in range(count)]
    return [node.locator("text").last.text_content() for node in nodes]


def test_every_step_shows_the_equation_of_backward_steps(tab, tmp_path):
    root = example()
    open_player(tab, root, tmp_path / "page.html")
    shown = [equation(tab)]
    steps = [repr(step) for step in root.backward_steps()]
    for _ in steps[1:]:
        tab.click("#next")
        shown.append(equation(tab))
    assert shown == steps
    assert tab.is_disabled("#next")
    assert tab.complaints == []
    assert tab.requests == [(tmp_path / "page.html").as_uri()]


def test_only_known_gradients_are_shown(tab, tmp_path):
    root = example()
    open_player(tab, root, tmp_path / "page.html")
    known = [0.0 for _ in root.topological_order()]
    for step in root.backward_steps():
        known[root.topological_order().index(step.parent or root)] = step.after
        shown = [float(text.removeprefix("grad ")) for text in gradients(tab)]
        assert shown == pytest.approx(known, rel=1e-3)
        tab.keyboard.press("ArrowRight")


def test_buttons_slider_and_keys_lead_to_the_same_places(tab, tmp_path):
    root = example()
    last = sum(1 for _ in root.backward_steps()) - 1
    open_player(tab, root, tmp_path / "page.html")

    def counter():
        return tab.text_content("#counter")

    assert counter() == f"Step 0/{last}"
    assert tab.is_disabled("#first")
    assert tab.is_disabled("#back")
    tab.click("#last")
    assert counter() == f"Step {last}/{last}"
    tab.click("#back")
    assert counter() == f"Step {last - 1}/{last}"
    tab.click("#first")
    assert counter() == f"Step 0/{last}"
    tab.fill("#slider", "2")
    assert counter() == f"Step 2/{last}"
    by_slider = equation(tab), gradients(tab)
    tab.keyboard.press("Home")
    assert counter() == f"Step 0/{last}"
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    assert (equation(tab), gradients(tab)) == by_slider
    tab.keyboard.press("ArrowLeft")
    assert counter() == f"Step 1/{last}"
    tab.keyboard.press("End")
    assert counter() == f"Step {last}/{last}"


def test_play_runs_to_the_end_and_pause_holds_it(tab, tmp_path):
    root = example()
    last = sum(1 for _ in root.backward_steps()) - 1
    tab.clock.install()
    open_player(tab, root, tmp_path / "page.html")
    tab.click("#play")
    tab.clock.run_for(1300)
    assert tab.text_content("#counter") == f"Step 1/{last}"
    tab.keyboard.press(" ")
    tab.clock.run_for(5000)
    assert tab.text_content("#counter") == f"Step 1/{last}"
    tab.keyboard.press(" ")
    tab.clock.run_for(1300 * last)
    assert tab.text_content("#counter") == f"Step {last}/{last}"
    assert "playing" not in (tab.get_attribute("#play", "class") or "")


def test_hover_lights_what_a_node_was_made_from_and_tells_its_numbers(tab, tmp_path):
    root = example()
    open_player(tab, root, tmp_path / "page.html")
    order = root.topological_order()
    e = next(node for node in order if node.label == "e")
    below = {e, *e.parents}
    tab.hover(f"#node{order.index(e)}")
    for i, node in enumerate(order):
        classes = tab.get_attribute(f"#node{i}", "class").split()
        assert ("dim" in classes) == (node not in below)
    about = tab.text_content("#about")
    assert "e = a·b = 2.0·-3.0 = -6.0" in about.replace("(", "").replace(")", "")
    assert "dL/de so far: 0: nothing has reached it yet" in about
    tab.keyboard.press("End")
    root.backward()
    told = float(tab.text_content("#about").split("so far:")[1])
    assert told == pytest.approx(e.grad, rel=1e-5)
    tab.mouse.move(2, 2)
    assert tab.locator(".dim").count() == 0


@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize("engine", ["dot", "builtin"])
def test_a_label_is_shown_and_never_obeyed(tab, tmp_path, label, engine):
    x = Value(3.0, label=label)
    root = x * x
    if engine == "dot":
        needs_dot()
    open_player(tab, root, tmp_path / "page.html", engine=engine)
    tab.keyboard.press("End")
    tab.hover("#node0")
    assert label in tab.text_content("#about")
    assert tab.locator("img").count() == 0
    assert tab.complaints == []
    assert len(tab.requests) == 1
    name = tab.locator("#node0 text").first.text_content()
    name = name.replace("\u00a0", " ").replace("\u200b", "")
    assert name[:30] == label[:30]


def test_it_works_in_a_sandboxed_frame_as_notebooks_show_it(tab, tmp_path):
    root = Neuron(2, activation="tanh", seed=0, expanded=True)([1.0, -2.0])
    bundle = play(root)._repr_mimebundle_()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><body>{bundle['text/html']}</body>")
    tab.goto(path.as_uri())
    frame = tab.frame_locator("iframe")
    frame.locator("#next").click()
    steps = [repr(step) for step in root.backward_steps()]
    assert frame.locator("#equation").text_content() == steps[1]
    assert not tab.is_visible(".tinygrad-edu-still")
    assert tab.complaints == []


def test_the_picture_stands_where_scripts_may_not_run(tab, tmp_path):
    # An untrusted notebook drops frames and styles.
    html = play(example())._repr_mimebundle_()["text/html"]
    html = re.sub(r"<style>.*?</style>|<iframe.*?</iframe>", "", html)
    path = tmp_path / "untrusted.html"
    path.write_text(f"<!DOCTYPE html><body>{html}</body>")
    tab.goto(path.as_uri())
    assert tab.is_visible(".tinygrad-edu-still")
    assert tab.evaluate("document.querySelector('img').naturalWidth") > 300


def test_a_small_graph_is_seen_whole_in_the_frame_of_a_notebook(tab, tmp_path):
    root = (Value(4.0) * Value(3.0) + Value(2.0)) * Value(1.25)
    tab.set_viewport_size({"width": 1000, "height": play(root).height})
    open_player(tab, root, tmp_path / "page.html")
    page = "document.documentElement"
    tab.wait_for_function(f"{page}.scrollHeight <= {page}.clientHeight")


def test_zoom_and_the_current_edge(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html", theme="dark")
    width = "document.querySelector('.stage svg').getBoundingClientRect().width"
    before = tab.evaluate(width)
    tab.click("#larger")
    assert tab.evaluate(width) == pytest.approx(1.25 * before, rel=1e-3)
    tab.click("#smaller")
    assert tab.evaluate(width) == pytest.approx(before, rel=1e-3)
    tab.set_viewport_size({"width": 500, "height": 800})
    tab.wait_for_function(f"{width} < {before}")
    assert tab.locator(".edge.current").count() == 0
    tab.keyboard.press("ArrowRight")
    assert tab.locator(".edge.current").count() == 1
    assert tab.complaints == []
