"""Pages by keys, for screen readers, and by the rules of axe-core."""

import pytest
from players import (
    counter,
    equation,
    example,
    go,
    large,
    last,
    network,
    open_player,
    until,
)

from tinygrad_edu import MLP, TrainingFilm, fit


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [(390, 844), (1280, 720)], ids=str)
def test_axe_finds_nothing_serious_in_the_player(
    tab, tmp_path, assert_accessible, theme, size
):
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    open_player(tab, network(), tmp_path / "page.html", theme=theme)
    assert_accessible(tab)
    tab.click("#predict")
    go(tab, last(tab) - 3)
    tab.click("summary >> nth=0")
    assert_accessible(tab)


def test_axe_finds_nothing_serious_in_a_large_graph(tab, tmp_path, assert_accessible):
    open_player(tab, large(), tmp_path / "page.html", state="#step=99")
    assert_accessible(tab)


def test_axe_finds_nothing_serious_in_a_film(tab, tmp_path, assert_accessible):
    model = MLP(2, [2, 1], seed=0)
    rows, targets = [[0.0, 1.0], [1.0, 0.0]], [1.0, 0.0]
    film = TrainingFilm(model, rows, targets)
    fit(model, rows, targets, epochs=2, progress=False, callbacks=[film])
    film.save(tmp_path / "film.html")
    tab.goto((tmp_path / "film.html").as_uri())
    assert_accessible(tab)


def test_axe_would_find_a_button_without_a_name(tab, tmp_path, assert_accessible):
    open_player(tab, example(), tmp_path / "page.html")
    tab.evaluate("document.getElementById('next').removeAttribute('aria-label')")
    tab.evaluate("document.getElementById('next').removeAttribute('title')")
    with pytest.raises(AssertionError, match="button-name"):
        assert_accessible(tab)


STOPS = """() => {
  const all = [...document.querySelectorAll(
    "button, input, select, summary, [tabindex='0']")];
  return all.filter((one) => one.getClientRects().length > 0).map((one) =>
    [one.id, one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.textContent]);
}"""


def test_every_stop_of_the_tab_key_has_a_name_and_the_picture_is_one_stop(
    tab, tmp_path
):
    root = network()
    open_player(tab, root, tmp_path / "page.html")
    stops = tab.evaluate(STOPS)
    assert all(name.strip() for _, name in stops)
    inside = [place for place, _ in stops if place.startswith(("node", "group"))]
    assert len(inside) == 1
    # The key itself comes to each of them, once.
    reached = set()
    for _ in range(len(stops) + 2):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.getAttribute('aria-label')"))
    for name in ("Step", "x1, slider", "x1, number", "Find a node by its name"):
        assert name in reached


def test_arrow_keys_lead_from_node_to_node_and_say_what_they_find(tab, tmp_path):
    root = example()
    tab.set_viewport_size({"width": 1280, "height": 720})
    open_player(tab, root, tmp_path / "page.html")
    go(tab, last(tab))
    here = counter(tab)
    tab.focus(".node[tabindex='0']")
    seen = set()
    for key in ["ArrowRight"] * 3 + ["ArrowLeft"] * 5 + ["ArrowDown", "ArrowUp"]:
        tab.keyboard.press(key)
        focused = "document.activeElement"
        seen.add(tab.evaluate(f"{focused}.id"))
        name = tab.evaluate(f"{focused}.ariaLabel ?? {focused}.ariaDescription")
        assert name == tab.text_content("#about")
        assert "so far" in name
    assert len(seen) >= 4
    assert counter(tab) == here
    # Enter on a leaf leads to its number.
    tab.focus("#node0")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.ariaLabel") == "a, number"


def test_keys_open_and_close_a_group(tab, tmp_path):
    open_player(tab, large(), tmp_path / "page.html")
    before = tab.locator(".node").count()
    tab.focus(".closed >> nth=0")
    tab.keyboard.press("Enter")
    assert tab.locator(".node").count() > before
    assert tab.evaluate("document.activeElement.classList.contains('node')")
    tab.keyboard.press(" ")
    assert tab.locator(".node").count() == before


def test_focus_is_seen(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    for _ in range(12):
        tab.keyboard.press("Tab")
        style = "getComputedStyle(document.activeElement)"
        assert tab.evaluate(f"{style}.outlineStyle") != "none"
        assert tab.evaluate(f"parseFloat({style}.outlineWidth)") >= 2
        if tab.evaluate("document.activeElement.id") == "words":
            break
    tab.focus("#node0")
    tab.keyboard.press("ArrowRight")
    frame = "getComputedStyle(document.activeElement.querySelector('rect'))"
    assert tab.evaluate(f"parseFloat({frame}.strokeWidth)") >= 4


def test_a_screen_reader_hears_the_step_and_the_number_that_was_let_go(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    live = "document.getElementById('%s').getAttribute('aria-live')"
    assert tab.evaluate(live % "said") == tab.evaluate(live % "outcome") == "polite"
    tab.click("#next")
    tab.click("#next")
    assert tab.text_content("#said") == f"Forward 2/3: {equation(tab)}"
    assert tab.get_attribute("#slider", "aria-valuetext") == tab.text_content("#said")
    # Heard on release, and not at every move of the hand.
    said = tab.text_content("#said")
    slider = tab.get_by_label("a, slider", exact=True)
    slider.evaluate("s => { s.value = 1; s.dispatchEvent(new Event('input')); }")
    until(tab, "document.querySelector('#node0 .data').textContent === '1'")
    assert tab.text_content("#said") == said
    assert tab.text_content("#outcome") == ""
    slider.evaluate("s => s.dispatchEvent(new Event('change'))")
    assert tab.text_content("#outcome") == "a is 1.0."
    assert tab.text_content("#said") == f"Forward 2/3: {equation(tab)}"
