"""The pages in Chinese: no English word is left that is no code."""

import pytest
from players import example, go, large, last
from sentences import english_words

from tinygrad_edu import MLP, TrainingFilm, fit, language, play, playground
from tinygrad_edu.data import make_moons

MOONS = make_moons(40, noise=0.1, seed=0)
SIGNS = [2.0 * target - 1.0 for target in MOONS.targets]
UNSEEN = (MOONS.features[:9], SIGNS[:9])


@pytest.fixture
def opened(tab, tmp_path):
    """Open what a function makes in Chinese, and find what it says meanwhile."""
    tab.emulate_media(reduced_motion="reduce")

    def open_page(make):
        path = tmp_path / "page.html"
        with language("zh"):
            make().save(path)
        tab.goto(path.as_uri())
        return tab

    yield open_page
    assert tab.complaints == []


def left_over(tab):
    """Return the English words that are seen or heard on a page."""
    texts = tab.evaluate(
        """() => {
          const names = ["aria-label", "aria-valuetext", "aria-description"];
          const all = [...document.querySelectorAll("body *")];
          const own = all
            .filter((e) => !e.matches("script, style, #loop *, #program"))
            .flatMap((e) => [...e.childNodes].filter((c) => c.nodeType === 3))
            .map((c) => c.textContent);
          const said = all.flatMap((e) =>
            [...names, "title", "placeholder"].map((n) => e.getAttribute(n) ?? ""));
          return [document.title, ...own, ...said];
        }"""
    )
    return english_words(" ".join(texts))


def test_the_finder_finds_a_word_that_is_left(opened):
    tab = opened(lambda: play(example()))
    assert left_over(tab) == []
    assert tab.text_content("#said").startswith("开始：")
    tab.evaluate("document.querySelector('h1').textContent = 'step by step'")
    tab.evaluate("document.querySelector('h1').title = 'the rule'")
    assert left_over(tab) == ["by", "rule", "step", "the"]


def test_the_player_speaks_chinese_at_every_step(opened):
    for graph in (example, large):
        tab = opened(lambda graph=graph: play(graph()))
        assert tab.get_attribute("html", "lang") == "zh"
        for position in range(0, last(tab) + 1, max(1, last(tab) // 30)):
            go(tab, position)
            assert left_over(tab) == [], position
        tab.hover(".node >> nth=0")
        for button in ("#nudge", "#descend", "#predict", "#reset"):
            tab.click(button)
            assert left_over(tab) == [], button
        assert "叶节点" in tab.text_content("#outcome")


def test_the_player_says_in_chinese_that_its_graph_was_out_of_date(opened):
    root = example()
    root.parents[0].parents[1].data = 5.0
    tab = opened(lambda: play(root))
    assert "重新计算" in tab.text_content("#outcome")
    assert left_over(tab) == []


def test_the_playground_speaks_chinese_at_every_moment(opened):
    model = MLP(2, [4, 1], "tanh", seed=0)
    tab = opened(
        lambda: playground(model, MOONS.features, SIGNS, validation=UNSEEN, l2=0.01)
    )
    assert tab.text_content("h1") == "2-4-1 网络的学习过程"
    for button in ("step", "epoch", *["slow"] * 8, "run", "run", "reset"):
        tab.click(f"#{button}")
        tab.wait_for_timeout(60)
        assert left_over(tab) == [], button
    tab.select_option("#weight", "1")
    tab.wait_for_timeout(60)
    assert "L2 正则化" in tab.text_content("#rule")
    tab.fill("#probe input >> nth=0", "1.5")
    tab.fill("#seed", "3")
    tab.press("#seed", "Enter")
    tab.select_option("#edges", "gradient")
    tab.wait_for_timeout(60)
    assert left_over(tab) == []


def test_the_playground_says_in_chinese_why_it_stops(opened):
    model = MLP(2, [4, 1], "linear", seed=0)
    tab = opened(lambda: playground(model, MOONS.features, SIGNS, learning_rate=1e200))
    for _ in range(3):
        if tab.is_enabled("#epoch"):
            tab.click("#epoch")
            tab.wait_for_timeout(60)
    assert "学习率" in tab.text_content("#alert")
    assert left_over(tab) == []


def test_the_film_speaks_chinese_in_every_frame(opened):
    model = MLP(2, [3, 1], "tanh", seed=0)
    film = TrainingFilm(model, MOONS.features, SIGNS)
    options = {"epochs": 4, "progress": False, "seed": 0, "validation": UNSEEN}
    fit(model, MOONS.features, SIGNS, callbacks=[film], **options)
    tab = opened(film.page)
    for position in range(last(tab) + 1):
        go(tab, position)
        assert left_over(tab) == [], position
    assert tab.text_content("#equation").startswith("第 4 轮（共 4 轮）：损失 ")
