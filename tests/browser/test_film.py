"""The film of a training, against the model and the history that it was made from."""

import itertools
import math

import pytest
from players import until

from tinygrad_edu import MLP, TrainingFilm, Value, fit
from tinygrad_edu.data import make_moons
from tinygrad_edu.nn import hinge


@pytest.fixture(scope="module")
def trained():
    moons = make_moons(40, noise=0.1, seed=0)
    signs = [2 * target - 1 for target in moons.targets]
    model = MLP(2, [4, 1], activation="tanh", seed=0)
    film = TrainingFilm(model, moons.features, signs, frames=8)
    weights = []
    history = fit(
        model,
        moons.features,
        signs,
        loss=hinge,
        epochs=20,
        learning_rate=0.3,
        seed=0,
        progress=False,
        callbacks=[
            film,
            lambda *_: weights.append([p.data for p in model.parameters()]),
        ],
    )
    return model, film, history, weights


@pytest.fixture
def shown(tab, trained, tmp_path):
    path = trained[1].save(tmp_path / "film.html")
    tab.goto(path.as_uri())
    yield tab
    assert tab.complaints == []
    assert tab.requests == [path.as_uri()]


def words(tab):
    return tab.text_content("#equation")


def test_the_slider_leads_from_before_the_training_to_its_last_epoch(shown, trained):
    _, _, history, _ = trained
    assert words(shown) == "Before the training"
    assert not shown.is_visible("#curve .now")
    shown.keyboard.press("End")
    assert words(shown) == f"Epoch 20 of 20: loss {history.losses[-1]:.3g}"
    epochs = []
    shown.keyboard.press("Home")
    while not shown.is_disabled("#next"):
        shown.click("#next")
        epochs.append(int(words(shown).split()[1]))
        loss = float(words(shown).split("loss ")[1])
        assert loss == pytest.approx(history.losses[epochs[-1] - 1], rel=1e-2)
    assert epochs == sorted(set(epochs))
    assert 4 <= len(epochs) < 8


def test_lines_and_numbers_are_the_weights_of_the_epoch(shown, trained):
    model, _, _, weights = trained
    shown.fill("#slider", "2")
    epoch = int(words(shown).split()[1])
    names = [name for name, _ in model.named_parameters()]
    by_name = dict(zip(names, weights[epoch - 1]))
    told = shown.locator("#network .number").all_text_contents()
    expected = [by_name[name] for name in names if not name.endswith(".b")]
    assert [float(text) for text in told] == pytest.approx(expected, rel=1e-2)
    biases = shown.locator("#network .bias").all_text_contents()
    expected = [by_name[name] for name in names if name.endswith(".b")]
    assert [float(text[2:]) for text in biases] == pytest.approx(expected, rel=1e-2)
    lines = shown.locator("#network .weight").all()
    widths = [float(line.get_attribute("stroke-width")) for line in lines]
    sizes = [abs(by_name[name]) for name in names if not name.endswith(".b")]
    order = sorted(range(len(sizes)), key=sizes.__getitem__)
    assert [widths[i] for i in order] == sorted(widths)
    colours = {
        (line.get_attribute("stroke"), by_name[name] > 0)
        for line, name in zip(lines, [n for n in names if not n.endswith(".b")])
    }
    assert len(colours) == 2


def test_the_map_is_blue_where_the_model_says_more_than_0(shown, trained):
    model, _, _, _ = trained
    shown.keyboard.press("End")
    pixels = shown.evaluate(
        """() => {
          const canvas = document.getElementById("map");
          const squares = 30;
          const side = canvas.width / squares;
          const pen = canvas.getContext("2d");
          // Without the rows, for they lie on the map.
          data.map.points = [];
          showMap(data.map, data.frames[data.frames.length - 1].decisions);
          const all = pen.getImageData(0, 0, canvas.width, canvas.height).data;
          const found = [];
          for (let y = 0; y < squares; y++)
            for (let x = 0; x < squares; x++) {
              const start = 4 * ((y + 0.5) * side * canvas.width + (x + 0.5) * side);
              found.push([...all.slice(start, start + 4)]);
            }
          return found;
        }"""
    )
    text = shown.text_content("#ranges").replace(",", "").split()
    left, right, low, high = (float(text[i]) for i in (2, 4, 7, 9))
    count = round(len(pixels) ** 0.5)
    checked = 0
    for i, (red, _, blue, alpha) in enumerate(pixels):
        x = left + (i % count + 0.5) / count * (right - left)
        y = high - (i // count + 0.5) / count * (high - low)
        answer = model([x, y]).data
        assert alpha > 0
        if abs(answer) > 0.1:
            assert (blue > red) == (answer > 0)
            checked += 1
    assert checked > 700


def test_more_inputs_have_no_map(tab, tmp_path):
    model = MLP(3, [2], seed=0)
    film = TrainingFilm(model, [[1.0, 2.0, 3.0]], [0], theme="dark")
    fit(
        model,
        [[1.0, 2.0, 3.0]],
        [[0.0, 1.0]],
        epochs=3,
        progress=False,
        callbacks=[film],
        learning_rate=0.01,
    )
    tab.goto(film.save(tmp_path / "film.html").as_uri())
    tab.keyboard.press("End")
    assert words(tab).startswith("Epoch 3 of 3")
    assert tab.locator("canvas").count() == 0
    assert tab.complaints == []


def test_rows_of_each_class_lie_on_the_map(tab, tmp_path):
    model = MLP(2, [3], seed=0)
    rows = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    film = TrainingFilm(model, rows, [0, 1, 2])
    tab.goto(film.save(tmp_path / "film.html").as_uri())
    points = tab.evaluate("data.map.points")
    # Colour tells the classes, and so does the shape.
    assert len({point[2] for point in points}) == 3
    assert len({tab.evaluate(f"SHAPES['{point[3]}']") for point in points}) == 3
    assert points[1][0] > points[0][0]
    assert points[2][1] < points[0][1]
    assert tab.complaints == []


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (1000, 640)], ids=str)
def test_the_film_fits_its_window_whole(shown, size):
    width, height = size
    shown.set_viewport_size({"width": width, "height": height})
    page = shown.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert page == [width, height]
    for part in ("#network svg", "#curve svg", "#map", "#ranges", "#slider"):
        box = shown.locator(part).first.bounding_box()
        assert box["width"] > 0.2 * width or part == "#ranges"
        assert 0 <= box["x"] < box["x"] + box["width"] <= width
        assert 0 <= box["y"] < box["y"] + box["height"] <= height
    # Each weight and each place of the map is in it, for neither part is cut off.
    for part in ("#network", "#map"):
        assert shown.evaluate(
            f"(() => {{ const part = document.querySelector('{part}');"
            "return part.scrollHeight <= part.clientHeight + 1; })()"
        )


def test_on_a_phone_the_pictures_stand_one_below_the_other(shown):
    shown.set_viewport_size({"width": 390, "height": 844})
    assert shown.evaluate("document.documentElement.scrollWidth") == 390
    places = [
        shown.locator(part).first.bounding_box()
        for part in ("#network svg", "#curve svg", "#map")
    ]
    assert all(place["width"] > 330 for place in places)
    for one, other in itertools.pairwise(places):
        assert one["y"] + one["height"] <= other["y"]


def test_gaps_tell_the_sign_of_a_weight_without_colour(shown, trained):
    shown.keyboard.press("End")
    model = trained[0]
    signs = [p.data < 0 for name, p in model.named_parameters() if name[-1] != "b"]
    gaps = [
        line.get_attribute("stroke-dasharray") != "none"
        for line in shown.locator("#network .weight").all()
    ]
    assert gaps == signs
    assert len(set(gaps)) == 2


def test_the_border_of_the_map_is_smooth(tab, tmp_path):
    class Ring:
        layers = MLP(2, [1], seed=0).layers

        def __call__(self, row):
            return Value((row[0] ** 2 + row[1] ** 2) ** 0.5 - 1.0)

    film = TrainingFilm(Ring(), [[-1.5, -1.5], [1.5, 1.5]], [-1, 1])
    tab.goto(film.save(tmp_path / "film.html").as_uri())
    # The dots of the border, in the colour of the outline.
    border = tab.evaluate(
        """() => {
          data.map.points = [];
          showMap(data.map, data.frames[0].decisions);
          const side = canvas.width;
          const all = canvas.getContext("2d").getImageData(0, 0, side, side).data;
          const found = [];
          for (let i = 0; i < side * side; i++)
            if (all[4 * i + 3] === 255)
              found.push([(i % side) / (side - 1), Math.floor(i / side) / (side - 1)]);
          return found;
        }"""
    )
    assert len(border) > 500
    # The map goes from -1.8 to 1.8; a place of the grid is 0.12 wide.
    for x, y in border:
        radius = math.hypot(3.6 * x - 1.8, 3.6 * y - 1.8)
        assert radius == pytest.approx(1.0, abs=0.03)
    assert tab.complaints == []


@pytest.mark.parametrize("width", [800, 1070])
def test_the_film_is_seen_whole_in_the_frame_of_a_notebook(shown, trained, width):
    height = trained[1].page().height
    shown.set_viewport_size({"width": width, "height": height})
    seen = "document.documentElement.scrollHeight"
    until(shown, f"{seen} <= {height}")
    # Not much more either: an empty place below it would look like an error.
    bottom = "document.querySelector('#map').getBoundingClientRect().bottom"
    assert shown.evaluate(bottom) > 0.7 * height


def test_space_presses_the_button_that_has_the_focus(shown):
    shown.focus("#last")
    shown.keyboard.press(" ")
    end = shown.get_attribute("#slider", "max")
    assert shown.input_value("#slider") == end
    shown.focus("#back")
    shown.keyboard.press(" ")
    assert shown.input_value("#slider") == str(int(end) - 1)
    assert "playing" not in (shown.get_attribute("#play", "class") or "")
