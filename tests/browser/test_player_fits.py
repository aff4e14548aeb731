"""The player fills its window, from a phone to a projector."""

import pytest
from players import example, go, large, last, network, open_player, until

SIZES = [(390, 844), (1280, 720), (1920, 1080), (3840, 2160)]
PAGE = "document.documentElement"
BOXES = """() => {
  const stage = document.getElementById("stage").getBoundingClientRect();
  return [...document.querySelectorAll(".node")].map((node) => {
    const box = node.getBoundingClientRect();
    return box.left >= stage.left && box.right <= stage.right
      && box.top >= stage.top && box.bottom <= stage.bottom;
  });
}"""
# The height of the letters of everything that is seen, in pixels of the screen.
TEXTS = """() => {
  const sizes = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const box = element.getBoundingClientRect();
    const apart = element.closest(".unseen, script, datalist, option");
    if (!own || apart || box.width < 2) continue;
    const scale = element.closest("#picture") ? zoom : 1;
    sizes.push([parseFloat(getComputedStyle(element).fontSize) * scale, element.id]);
  }
  return sizes;
}"""


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("graph", [example, network, large])
def test_the_page_never_scrolls_and_everything_stands_in_the_window(
    tab, tmp_path, graph, size
):
    width, height = size
    tab.set_viewport_size({"width": width, "height": height})
    open_player(tab, graph(), tmp_path / "page.html", state="#step=7")
    extent = tab.evaluate(f"[{PAGE}.scrollWidth, {PAGE}.scrollHeight]")
    assert extent == [width, height]
    for part in ("#first", "#slider", "#counter", "#full", "#words", "#stage", "#side"):
        box = tab.locator(part).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
        assert min(box["width"], box["height"]) > 10
    assert tab.complaints == []


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_small_graph_is_as_large_as_its_room(tab, tmp_path, size):
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    open_player(tab, example(), tmp_path / "page.html")
    picture = tab.locator("#picture").bounding_box()
    stage = tab.locator("#stage").bounding_box()
    filled = max(picture[side] / stage[side] for side in ("width", "height"))
    assert 0.95 <= filled <= 1
    assert all(tab.evaluate(BOXES))


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)], ids=str)
def test_a_network_on_a_projector_is_seen_whole_and_its_text_read(tab, tmp_path, size):
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    root = network()
    open_player(tab, root, tmp_path / "page.html", state="#step=25")
    shown = tab.evaluate(BOXES)
    assert len(shown) == len(root.topological_order())
    assert all(shown)
    equation = (
        "parseFloat(getComputedStyle(document.getElementById('equation')).fontSize)"
    )
    assert tab.evaluate(equation) >= 18
    if size == (1920, 1080):
        texts = tab.evaluate(TEXTS)
        assert len(texts) > 150
        assert min(texts)[0] >= 12, min(texts)


def test_no_box_covers_another(tab, tmp_path):
    open_player(tab, network(), tmp_path / "page.html")
    overlaps = tab.evaluate(
        """() => {
          const nodes = [...document.querySelectorAll(".node")];
          const all = nodes.map((node) => node.getBoundingClientRect());
          const apart = (a, b) => a.left >= b.right || b.left >= a.right
            || a.top >= b.bottom || b.top >= a.bottom;
          const meet = (a, i) => all.slice(i + 1).filter((b) => !apart(a, b));
          return all.flatMap(meet).length;
        }"""
    )
    assert overlaps == 0


def test_giver_and_receiver_of_every_step_are_both_seen_in_a_large_graph(tab, tmp_path):
    tab.set_viewport_size({"width": 1280, "height": 720})
    root = large()
    open_player(tab, root, tmp_path / "page.html")
    # All groups are opened, so that each step has two boxes.
    while tab.locator(".closed").count():
        tab.dispatch_event(".closed >> nth=0", "click")
    assert tab.locator(".node").count() == len(root.topological_order())
    missed = tab.evaluate(
        """() => {
          const stage = document.getElementById("stage");
          const slider = document.getElementById("slider");
          const missed = [];
          let seen = 0;
          for (let i = 0; i <= slider.max; i++) {
            slider.value = i;
            slider.dispatchEvent(new Event("input"));
            const { left, top } = stage.getBoundingClientRect();
            for (const box of document.querySelectorAll(".giver, .receiver, .target")) {
              const { x, y, right, bottom } = box.getBoundingClientRect();
              seen++;
              if (x < left || y < top || right > left + stage.clientWidth + 1
                || bottom > top + stage.clientHeight + 1) missed.push([i, box.id]);
            }
          }
          return [missed, seen];
        }"""
    )
    assert missed[0] == []
    order = root.topological_order()
    inner = [node for node in order if node.parents]
    edges = sum(len(node.parents) for node in order)
    assert missed[1] == len(inner) + 1 + 2 * edges


def test_it_grows_without_a_cap_and_pans(tab, tmp_path):
    tab.set_viewport_size({"width": 1280, "height": 720})
    open_player(tab, example(), tmp_path / "page.html")
    width = "document.getElementById('picture').getBoundingClientRect().width"
    before = tab.evaluate(width)
    tab.click("#larger")
    assert tab.evaluate(width) == pytest.approx(1.25 * before, rel=0.01)
    for _ in range(4):
        tab.keyboard.press("+")
    assert tab.evaluate(width) == pytest.approx(1.25**5 * before, rel=0.01)
    stage = "document.getElementById('stage')"
    assert tab.evaluate(f"{stage}.scrollWidth > {stage}.clientWidth")
    tab.keyboard.press("-")
    assert tab.evaluate(width) == pytest.approx(1.25**4 * before, rel=0.01)
    tab.click("#whole")
    assert tab.evaluate(width) == pytest.approx(before, rel=0.01)
    tab.set_viewport_size({"width": 2000, "height": 1200})
    until(tab, f"{width} > {1.3 * before}")


def test_f_fills_the_screen_and_the_legend_folds(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    tab.click("h1")
    tab.keyboard.press("f")
    until(tab, "document.fullscreenElement !== null")
    tab.keyboard.press("F")
    until(tab, "document.fullscreenElement === null")
    assert tab.is_visible("#scale")
    tab.click("#legend summary")
    assert not tab.is_visible("#scale")


def test_the_legend_says_the_largest_gradient_and_follows_it(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    root = example()
    root.backward()
    largest = max(abs(node.grad) for node in root.topological_order())
    swatches = tab.locator("#scale span").all_text_contents()
    assert float(swatches[-1]) == pytest.approx(largest, rel=1e-3)
    assert float(swatches[0]) == pytest.approx(-largest, rel=1e-3)
    field = tab.get_by_label("a, number", exact=True)
    field.fill("0.5")
    field.press("Enter")
    root = example(a=0.5)
    root.backward()
    largest = max(abs(node.grad) for node in root.topological_order())
    tab.wait_for_timeout(50)
    assert float(tab.locator("#scale span").last.text_content()) == pytest.approx(
        largest, rel=1e-3
    )


def test_plus_and_minus_differ_without_colour(tab, tmp_path):
    root = example()
    open_player(tab, root, tmp_path / "page.html")
    go(tab, last(tab))
    root.backward()
    dashes = "getComputedStyle(document.querySelector('#node%d rect')).strokeDasharray"
    for i, node in enumerate(root.topological_order()):
        assert (tab.evaluate(dashes % i) != "none") == (node.grad < 0), node
    line = "all => all.map(one => getComputedStyle(one).strokeDasharray !== 'none')"
    dashed = tab.eval_on_selector_all(".edge path:first-child", line)
    carried = [
        local * node.grad
        for node in root.topological_order()
        for local in node.local_derivatives
    ]
    assert dashed == [x < 0 for x in carried]
    assert True in dashed
    assert False in dashed


def test_an_arrangement_as_wide_and_half_as_high_is_sized_anew(tab, tmp_path):
    open_player(tab, example(), tmp_path / "page.html")
    before = tab.locator("#picture").bounding_box()
    tab.evaluate("() => { picture.size[1] /= 2; setZoom(zoom); }")
    after = tab.locator("#picture").bounding_box()
    assert after["width"] == before["width"]
    assert after["height"] == pytest.approx(before["height"] / 2, abs=1)
