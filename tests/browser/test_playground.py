"""The playground in a real browser, beside the same network as Values and `fit`."""

import re

import pytest
from players import until

from tinygrad_edu import MLP, TrainingError, Value, fit, mean, playground
from tinygrad_edu.data import load_iris, make_moons, make_xor, standardise
from tinygrad_edu.nn import binary_cross_entropy, cross_entropy, hinge, mse

SIZES = [(390, 844), (1280, 720), (1920, 1080), (3840, 2160)]


def moons(count=40):
    data = make_moons(count, noise=0.1, seed=0)
    return data.features, [2 * target - 1 for target in data.targets]


def flowers():
    train, test = standardise(*load_iris().split(0.3, seed=0))
    rows = [[row[2:] for row in data.features] for data in (train, test)]
    return (rows[0], train.targets), (rows[1], test.targets)


def small(seed=0, activation="tanh"):
    return MLP(2, [4, 3, 1], activation, initialiser="xavier_uniform", seed=seed)


@pytest.fixture
def shown(tab, tmp_path):
    """Shows a playground; at the end nothing was complained of or asked for."""
    pages = []

    def show(*arguments, state="", size=(1280, 720), **options):
        path = tmp_path / f"playground{len(pages)}.html"
        pages.append(playground(*arguments, **options).save(path).as_uri())
        tab.set_viewport_size({"width": size[0], "height": size[1]})
        tab.goto(pages[-1] + state)
        settle(tab)
        return tab

    yield show
    assert tab.complaints == []
    assert tab.requests == pages


def settle(tab):
    tab.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def weights(tab):
    return tab.evaluate("[...net.w]")


def numbers(model):
    return [parameter.data for parameter in model.parameters()]


def gradient(model, rows, targets, loss=mse, l2=0.0):
    losses = [loss(model(x), target) for x, target in zip(rows, targets)]
    objective = mean(losses) + l2 * sum(p * p for p in model.parameters())
    model.zero_grad()
    objective.backward()
    return [parameter.grad for parameter in model.parameters()]


# ------------------------------------------------------------------------ learning


def zero_one():
    rows, signs = moons()
    return rows, [(sign + 1) // 2 for sign in signs]


TRAININGS = {
    "squared error": (small, moons, mse, {"learning_rate": 0.1}),
    "with L2": (small, moons, mse, {"learning_rate": 0.2, "l2": 0.01}),
    "hinge": (lambda: small(1, "relu"), moons, hinge, {"learning_rate": 0.05}),
    "two classes": (
        lambda: MLP(2, [3, 1], "gelu", seed=2),
        zero_one,
        binary_cross_entropy,
        {"learning_rate": 0.5},
    ),
    "three classes": (
        lambda: MLP(2, [5, 3], "sigmoid", seed=3),
        lambda: flowers()[0],
        cross_entropy,
        {"learning_rate": 0.3, "l2": 0.001},
    ),
}


@pytest.mark.parametrize("name", TRAININGS)
def test_twenty_steps_on_all_rows_are_those_of_fit(shown, name):
    make, data, loss, options = TRAININGS[name]
    rows, targets = data()
    model = make()
    tab = shown(model, rows, targets, loss=loss, batch_size=len(rows), **options)
    assert weights(tab) == numbers(model)
    losses = []
    for step in range(1, 21):
        tab.keyboard.press("s")
        assert tab.evaluate("net.steps") == step
        losses.append(tab.evaluate("net.history.at(-1).known"))
        history = fit(
            model,
            rows,
            targets,
            loss=loss,
            epochs=1,
            batch_size=len(rows),
            seed=0,
            progress=False,
            engine="eager",
            **options,
        )
        assert losses[-1] == pytest.approx(history.losses[0], rel=1e-9, abs=1e-9)
        assert weights(tab) == pytest.approx(numbers(model), rel=1e-9, abs=1e-9)
    assert losses[-1] < losses[0]


def test_each_activation_and_depth_has_its_program(shown):
    model = MLP(2, [3, 2], "silu", seed=0)
    rows, targets = [[0.3, -0.8], [1.0, 0.2]], [1, 0]
    tab = shown(model, rows, targets, loss=cross_entropy)
    found = tab.evaluate(
        """() => {
          const found = [];
          for (const activation of data.activations)
            for (const depth in data.shapes) {
              Object.assign(settings, { activation, depth, seed: 5 });
              restart();
              const g = new Float64Array(net.w.length);
              const loss = differentiate(net.order, g);
              found.push([activation, net.shape, [...net.w], loss, [...g]]);
            }
          return found;
        }"""
    )
    assert {x[0] for x in found} == {"linear", "relu", "tanh", "sigmoid", "silu"}
    assert {len(x[1]) - 2 for x in found} == set(range(7))
    for activation, (_, *nouts), w, loss, g in found:
        twin = MLP(2, nouts, activation, seed=1)
        for parameter, number in zip(twin.parameters(), w, strict=True):
            parameter.data = number
        assert gradient(twin, rows, targets, cross_entropy) == pytest.approx(g)
        losses = [cross_entropy(twin(x), t).data for x, t in zip(rows, targets)]
        assert loss == pytest.approx(sum(losses) / 2)


def test_an_epoch_takes_every_row_once_in_batches(shown):
    rows, targets = moons(40)
    tab = shown(small(), rows, targets, batch_size=16)
    tab.evaluate(
        """() => {
          window.seen = [];
          const { learn } = net.program;
          net.program = { ...net.program, learn: (w, x, ...rest) => {
            if (rest[3] === net.g) seen.push(x);
            return learn(w, x, ...rest);
          } };
        }"""
    )
    tab.keyboard.press("e")
    assert tab.evaluate("[net.steps, net.epochs]") == [3, 1]
    seen = tab.evaluate("seen")
    assert sorted(seen) == sorted(rows)
    assert seen != rows
    tab.click("#step")
    settle(tab)
    assert tab.text_content("#steps") == "4"
    assert tab.text_content("#epochs") == "1"


def test_known_and_unseen_loss_are_those_of_the_model(shown):
    rows, targets = moons(40)
    unseen = moons(20)
    model = small()
    tab = shown(model, rows, targets, validation=unseen)
    for name, (some, signs) in {"known": (rows, targets), "unseen": unseen}.items():
        losses = [mse(model(row), sign).data for row, sign in zip(some, signs)]
        mean = sum(losses) / len(losses)
        assert float(tab.text_content(f"#{name}")) == pytest.approx(mean, rel=5e-3)


def digitless(text):
    return re.sub(r"-?\d[\d.]*(e[+-]?\d+)?", "#", text)


@pytest.mark.parametrize(
    ("rate", "size", "words"),
    [
        (3.0, 1, "The loss became (inf|nan) in epoch"),
        (1e200, 1, "The loss became inf in epoch 2, batch 1"),
        (1e308, 1e3, "The next step would make Value.data=.*grad=.*label='layer0"),
    ],
)
def test_a_rate_that_is_too_large_is_stopped_in_the_words_of_fit(
    shown, rate, size, words
):
    rows, signs = moons(40)
    targets = [size * sign for sign in signs]
    model = small()
    count = len(rows)
    with pytest.raises(TrainingError, match=words) as caught:
        fit(
            model,
            rows,
            targets,
            epochs=500,
            batch_size=count,
            learning_rate=rate,
            progress=False,
            engine="eager",
        )
    tab = shown(small(), rows, targets, batch_size=count, learning_rate=rate)
    tab.evaluate("() => { for (let i = 0; i < 500; i++) learnEpoch(); changed(); }")
    settle(tab)
    said = tab.text_content("#alert")
    assert digitless(said) == digitless(str(caught.value))
    # In the same epoch too, or in the one beside it: what explodes magnifies an ulp.
    epochs = [re.findall(r"epoch (\d+)", text) for text in (said, str(caught.value))]
    assert all(abs(int(a) - int(b)) <= 1 for a, b in zip(*epochs, strict=True))
    assert all(abs(x) < float("inf") for x in weights(tab))
    assert tab.is_disabled("#run")
    tab.click("#reset")
    settle(tab)
    assert tab.text_content("#alert") == ""
    assert weights(tab) == numbers(small())


def test_where_an_operator_is_undefined_it_stops_before_that_step(shown):
    def of_logarithm(y, t):
        return (y.log() - t) ** 2

    model = MLP(1, [1], seed=0)
    for parameter, number in zip(model.parameters(), (0.0, 1.0)):
        parameter.data = number
    # The first step takes y from 1 to -5, and there is no logarithm of that.
    tab = shown(model, [[0.0]], [-3.0], loss=of_logarithm, learning_rate=1.0)
    tab.keyboard.press("e")
    settle(tab)
    assert weights(tab) == [0.0, -5.0]
    assert tab.text_content("#alert") == ""
    assert tab.text_content("#known") == "9"
    tab.keyboard.press("e")
    settle(tab)
    assert weights(tab) == [0.0, -5.0]
    assert "undefined for a row of this batch" in tab.text_content("#alert")
    assert tab.is_disabled("#run")


def test_a_long_training_keeps_its_first_and_its_last_loss(shown):
    rows, targets = moons(8)
    tab = shown(MLP(2, [2, 1], "tanh", seed=0), rows, targets)
    for epochs in (399, 400, 401, 402, 1000):
        tab.evaluate(f"() => {{ while (net.epochs < {epochs}) learnEpoch(); }}")
        kept = tab.evaluate("net.history.map(({ epoch }) => epoch)")
        assert (kept[0], kept[-1]) == (0, epochs)
        assert kept == sorted(set(kept))
        assert 200 <= len(kept) <= 401


def test_sigmoid_in_six_layers_hands_next_to_nothing_to_the_first(shown):
    rows, targets = moons(60)
    means = {}
    for activation in ("sigmoid", "tanh"):
        state = f"#activation={activation}&depth=6&seed=1"
        tab = shown(MLP(2, [8, 1], seed=0), rows, targets, state=state)
        settle(tab)
        told = tab.locator("#layers li").all_text_contents()
        assert [text[:6] for text in told] == [f"layer{i}" for i in range(7)]
        means[activation] = [float(text[6:]) for text in told]
        w, shape = weights(tab), tab.evaluate("net.shape")
        twin = MLP(2, shape[1:], activation, seed=0)
        for parameter, number in zip(twin.parameters(), w, strict=True):
            parameter.data = number
        gradient(twin, rows, targets)
        for layer, size in zip(twin.layers, means[activation], strict=True):
            parts = [abs(p.grad) for p in layer.parameters()]
            assert size == pytest.approx(sum(parts) / len(parts), rel=1e-2)
    assert means["sigmoid"][0] < 1e-3 * means["sigmoid"][-1]
    assert means["tanh"][0] > 1e-2 * means["tanh"][-1]


def test_a_run_learns_epoch_by_epoch_and_sleeps_in_a_hidden_tab(shown):
    rows, targets = moons(40)
    tab = shown(small(), rows, targets)
    tab.keyboard.press(" ")
    until(tab, "net.epochs >= 3")
    assert tab.text_content("#run") == "Pause"
    tab.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    before = tab.evaluate("[net.epochs, frames]")
    for _ in range(5):
        settle(tab)
    assert tab.evaluate("[net.epochs, frames]") == before
    assert tab.text_content("#run") == "Run"
    assert tab.evaluate("isRunning") is False


# ------------------------------------------------------------------------ the picture


def middle_of(tab, k):
    return tab.evaluate(
        """(k) => {
          const [x1, y1, x2, y2] = drawn.lines[k].ends;
          const box = picture.getBoundingClientRect();
          return [box.left + x1 + 0.3 * (x2 - x1), box.top + y1 + 0.3 * (y2 - y1)];
        }""",
        k,
    )


def test_a_clicked_weight_is_dragged_and_tells_its_step(shown):
    rows, targets = moons(40)
    model = small()
    tab = shown(model, rows, targets, learning_rate=0.25, l2=0.01)
    names = [name for name, _ in model.named_parameters()]
    k = names.index("layer0.neuron2.w1")
    x, y = middle_of(tab, k)
    tab.mouse.move(x, y)
    tab.mouse.down()
    settle(tab)
    assert tab.input_value("#weight") == str(k)
    assert tab.evaluate("weight.selectedOptions[0].text") == names[k]
    before = weights(tab)
    tab.mouse.move(x, y - 60)
    tab.mouse.up()
    settle(tab)
    after = weights(tab)
    assert after[k] == pytest.approx(before[k] + 1)
    assert [i for i, (a, b) in enumerate(zip(before, after)) if a != b] == [k]
    model.parameters()[k].data = after[k]
    slope = gradient(model, rows, targets, l2=0.01)[k]
    rule = tab.text_content("#rule")
    told = re.match(r"w ← w - η·∂L/∂w = (\S+) - (\S+)·\((\S+)\) = (\S+)\. ", rule)
    expected = [after[k], 0.25, slope, after[k] - 0.25 * slope]
    assert [float(text) for text in told.groups()] == pytest.approx(expected, rel=1e-4)
    # The next step, on all rows, does what the line says.
    tab.fill("#batch", "40")
    tab.dispatch_event("#batch", "change")
    tab.click("#step")
    settle(tab)
    assert weights(tab)[k] == pytest.approx(expected[-1])
    assert f"the last update was {-0.25 * slope:.3g}"[:28] in tab.text_content("#rule")


def test_a_clicked_neuron_tells_its_bias(shown):
    model = small()
    tab = shown(model, *moons(40))
    box = tab.evaluate(
        "(({ left, top, width }) => [left + width / 2, top + width / 2])"
        "(drawn.boxes[3].box.getBoundingClientRect())"
    )
    tab.mouse.click(*box)
    settle(tab)
    text = tab.evaluate("weight.selectedOptions[0].text")
    assert text == "layer0.neuron1.b"
    tab.fill("#weight-number", "0.75")
    settle(tab)
    names = [name for name, _ in model.named_parameters()]
    assert weights(tab)[names.index(text)] == 0.75
    tab.click("#forget")
    settle(tab)
    assert tab.input_value("#weight") == ""


@pytest.mark.parametrize("by", ["weight", "gradient", "update"])
def test_edges_show_weights_gradients_or_updates(shown, by):
    rows, targets = moons(40)
    model = small()
    tab = shown(model, rows, targets, batch_size=40, learning_rate=0.5)
    tab.select_option("#edges", by)
    tab.click("#step")
    settle(tab)
    before = numbers(model)
    slopes = gradient(model, rows, targets)
    for parameter, slope in zip(model.parameters(), slopes):
        parameter.data -= 0.5 * slope
    expected = {
        "weight": numbers(model),
        "gradient": gradient(model, rows, targets),
        "update": [b - a for a, b in zip(before, numbers(model))],
    }[by]
    names = [name for name, _ in model.named_parameters()]
    expected = [x for x, name in zip(expected, names) if not name.endswith(".b")]
    seen = tab.evaluate(
        """() => [...lines.children].map((line) =>
          ["stroke", "stroke-width", "stroke-dasharray"].map((name) =>
            line.getAttribute(name)))
        """
    )
    assert len(seen) == len(expected)
    widths = [float(width) for _, width, _ in seen]
    order = sorted(range(len(seen)), key=lambda i: abs(expected[i]))
    assert [widths[i] for i in order] == sorted(widths)
    assert max(widths) > 2 * min(widths)
    # The sign is told twice: by the colour, and by dashes.
    assert [dash != "none" for *_, dash in seen] == [x < 0 for x in expected]
    assert len({(colour, x < 0) for (colour, *_), x in zip(seen, expected)}) == 2


GRID_OF = """(k) => {
  const pen = drawn.boxes[k].canvas.getContext("2d");
  const { data } = pen.getImageData(0, 0, GRID, GRID);
  return places.map((place, i) => [...place, ...data.slice(4 * i, 4 * i + 3)]);
}"""


def test_each_neuron_has_a_map_of_what_it_gives(shown):
    model = small()
    tab = shown(model, *moons(40))
    checked = set()
    for k, (layer, i) in enumerate([(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (2, 0)]):
        box = [2, 3, 4, 5, 6, 9][k]
        pixels = tab.evaluate(GRID_OF, box)
        for x, y, red, _, blue in pixels[:: len(pixels) // 40]:
            row = [x, y]
            for before in model.layers[:layer]:
                row = before(row)
            answer = model.layers[layer].neurons[i](row).data
            if abs(answer) > 0.15:
                assert (blue > red) == (answer > 0)
                checked.add((layer, answer > 0))
    assert len(checked) >= 5


def test_what_is_negative_is_striped_and_what_is_positive_is_not(shown):
    # So the signs are told apart where no colour is seen.
    tab = shown(MLP(2, [2, 1], seed=0), [[-1.0, 0.0], [1.0, 0.0]], [-1, 1])
    pixels = tab.evaluate(GRID_OF, 0)
    shades = {
        side: {
            tuple(pixel[2:]) for pixel in pixels if pixel[0] == min(xs, key=abs_to(end))
        }
        for side, end in (("left", -1.0), ("right", 1.0))
        for xs in [{pixel[0] for pixel in pixels}]
    }
    assert len(shades["left"]) == 2
    assert len(shades["right"]) == 1


def abs_to(end):
    return lambda x: abs(x - end)


def test_a_place_on_the_map_is_sent_through_the_network(shown):
    rows, targets = moons(40)
    model = small()
    tab = shown(model, rows, targets)
    tab.click("#map", position={"x": 80, "y": 120})
    settle(tab)
    x = tab.evaluate("probe")
    row = x
    expected = list(x)
    for layer in model.layers:
        row = [neuron(row) for neuron in layer.neurons]
        expected += [node.data for node in row]
    told = tab.locator(".tag").all_text_contents()
    assert [float(text.split()[-1]) for text in told] == pytest.approx(
        expected, rel=1e-2
    )
    assert tab.text_content("#caption").startswith("Sent through: the output is")
    assert float(tab.input_value("#probe input >> nth=0")) == pytest.approx(x[0], 1e-3)
    # By numbers too.
    tab.fill("#probe input >> nth=0", "0.5")
    tab.fill("#probe input >> nth=1", "-0.25")
    settle(tab)
    answer = model([0.5, -0.25]).data
    assert f"the output is {answer:.3g}" in tab.text_content("#caption")
    tab.keyboard.press("Escape")
    settle(tab)
    assert tab.evaluate("probe") is None


def test_the_map_is_blue_where_the_model_says_more(shown):
    rows, targets = moons(40)
    model = small()
    tab = shown(model, rows, targets)
    tab.evaluate("() => { for (let i = 0; i < 40; i++) learnEpoch(); changed(); }")
    settle(tab)
    for parameter, number in zip(model.parameters(), weights(tab)):
        parameter.data = number
    pixels = tab.evaluate(
        """() => {
          const all = sheet.getContext("2d").getImageData(0, 0, GRID, GRID).data;
          return places.map((place, i) => [...place, ...all.slice(4 * i, 4 * i + 3)]);
        }"""
    )
    checked = 0
    for x, y, red, _, blue in pixels[::7]:
        answer = model([x, y]).data
        if abs(answer) > 0.15:
            assert (blue > red) == (answer > 0)
            checked += 1
    assert checked > 150


def test_classes_have_their_colours_shapes_and_names(shown):
    (rows, targets), unseen = flowers()
    names = ["setosa", "versicolor", "virginica"]
    model = MLP(2, [6, 3], "tanh", initialiser="xavier_uniform", seed=0)
    tab = shown(
        model,
        rows,
        targets,
        loss=cross_entropy,
        validation=unseen,
        feature_names=["length", "width"],
        class_names=names,
        theme="dark",
    )
    legend = tab.text_content("#map-legend")
    assert all(name in legend for name in names)
    tab.evaluate("() => { for (let i = 0; i < 60; i++) learnEpoch(); changed(); }")
    settle(tab)
    right = re.search(r"(\d+) of the known", tab.get_attribute("#map", "aria-label"))
    assert int(right[1]) >= 95
    tab.click("#map", position={"x": 10, "y": 250})
    settle(tab)
    assert tab.text_content("#caption").endswith("which says setosa.")


def test_without_two_inputs_neurons_show_activations(shown):
    model = MLP(3, [2, 1], "tanh", seed=0)
    rows = [[1.0, -2.0, 0.5], [0.0, 1.0, 1.0]]
    tab = shown(model, rows, [1.0, -1.0])
    settle(tab)
    assert tab.locator("#map, .neuron canvas").count() == 0
    told = [text.split()[-1] for text in tab.locator(".tag").all_text_contents()]
    hidden = [neuron(rows[0]) for neuron in model.layers[0].neurons]
    expected = [*rows[0], *[x.data for x in hidden], model(rows[0]).data]
    assert [float(text) for text in told] == pytest.approx(expected, rel=1e-2)
    for field, number in zip(tab.locator("#probe input").all(), ("2", "0.5", "-1")):
        field.fill(number)
    settle(tab)
    answer = model([2.0, 0.5, -1.0]).data
    assert f"{answer:.3g}" in tab.text_content("#caption")


def test_slow_motion_takes_one_row_forward_backward_and_through_its_update(shown):
    rows, targets = moons(40)
    model = small()
    tab = shown(model, rows, targets, learning_rate=0.2)
    said, told = [], []
    for _ in range(9):
        tab.click("#slow")
        settle(tab)
        said.append(tab.text_content("#caption"))
        told.append(tab.locator(".tag").all_text_contents())
    begins = [
        text.split(":")[0].split(" through")[0].split(" meets")[0] for text in said
    ]
    assert begins[1:4] == ["Forward"] * 3
    assert begins[0].startswith("Row 1 arrives")
    assert begins[4].startswith("The output")
    assert begins[5:] == ["Backward"] * 3 + ["Update"]
    leaves = [Value(x) for x in rows[0]]
    row, nodes = leaves, []
    for layer in model.layers:
        row = [neuron(row) for neuron in layer.neurons]
        nodes += row
    loss = mse(row[0], targets[0])
    loss.backward()
    assert f"the loss is {loss.data:.3g}" in said[4]
    forward = [float(text) for text in told[4][2:]]
    assert forward == pytest.approx([node.data for node in nodes], rel=1e-2)
    backward = [float(text) for text in told[7][2:]]
    assert backward == pytest.approx([node.grad for node in nodes], rel=1e-2)
    expected = [p.data - 0.2 * p.grad for p in model.parameters()]
    assert weights(tab) == pytest.approx(expected)
    tab.click("#slow")
    settle(tab)
    assert tab.evaluate("net.slow") is None
    tab.click("#slow")
    settle(tab)
    assert tab.text_content("#caption").startswith("Row 2 arrives")


# ------------------------------------------------------------------- state and keys


def test_the_address_keeps_the_state_and_leads_back_to_it(shown):
    rows, targets = moons(40)
    tab = shown(small(), rows, targets)
    changes = {"rows": "30", "batch": "5", "seed": "7", "rate": "0.03", "l2": "0.01"}
    for name, text in changes.items():
        tab.fill(f"#{name}", text)
        tab.dispatch_event(f"#{name}", "change")
    tab.select_option("#activation", "relu")
    tab.select_option("#depth", "3")
    tab.select_option("#edges", "gradient")
    state = tab.evaluate("location.hash")
    expected = {**changes, "activation": "relu", "depth": "3", "edges": "gradient"}
    assert dict(part.split("=") for part in state[1:].split("&")) == expected
    kept = weights(tab)
    tab = shown(small(), rows, targets, state="#" + state[1:])
    assert weights(tab) == kept
    assert {name: tab.input_value(f"#{name}") for name in expected} == expected
    # Another seed has other weights; the first has those of the model.
    tab.fill("#seed", "8")
    tab.dispatch_event("#seed", "change")
    assert weights(tab) != kept
    tab = shown(small(), rows, targets, state="#rows=30")
    assert weights(tab) == numbers(small())


@pytest.mark.parametrize(
    "state",
    [
        "#rate=-1&batch=nan&depth=99&activation=__proto__&rows=1e9&nothing=1",
        "#rate=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&seed=1.5&l2=&edges=constructor",
        "#constructor=1&__proto__=2",
    ],
)
def test_an_address_that_makes_no_sense_does_no_harm(shown, state):
    rows, targets = moons(40)
    tab = shown(small(), rows, targets, state=state)
    assert weights(tab) == numbers(small())
    assert tab.evaluate("settings.rate") == 0.1
    tab.keyboard.press("e")
    assert tab.evaluate("net.epochs") == 1


def test_the_learning_rate_slides_on_a_logarithmic_scale(shown):
    tab = shown(small(), *moons(40))
    tab.evaluate(
        """() => {
          const slider = document.getElementById("rate-slider");
          slider.value = -2;
          slider.dispatchEvent(new Event("input"));
        }"""
    )
    assert tab.input_value("#rate") == "0.01"
    tab.fill("#rate", "3")
    tab.dispatch_event("#rate", "change")
    assert float(tab.input_value("#rate-slider")) == pytest.approx(0.5, abs=0.03)
    tab.fill("#rate", "-2")
    tab.dispatch_event("#rate", "change")
    assert tab.input_value("#rate") == "3"


def test_keys_reach_and_operate_everything(shown):
    tab = shown(small(), *moons(40))
    reached = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("document.activeElement.id"))
    wanted = "run step epoch slow reset rows batch seed rate rate-slider l2 activation "
    wanted += "depth edges picture weight"
    assert set(wanted.split()) <= set(reached)
    # Not one stop for each weight.
    assert reached.count("run") <= 2
    assert len(set(reached)) < 25
    # On a focused button the space bar presses that button, and does nothing else.
    tab.focus("#step")
    tab.keyboard.press(" ")
    assert tab.evaluate("[net.steps, isRunning]") == [1, False]
    tab.focus("#picture")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    before = weights(tab)
    tab.keyboard.press("+")
    settle(tab)
    assert weights(tab)[1] == pytest.approx(before[1] + 0.05)
    assert "layer0.neuron0.w1 is" in tab.get_attribute("#picture", "aria-label")
    # A letter that is typed into a field is no command.
    tab.focus("#rows")
    tab.keyboard.press("e")
    assert tab.evaluate("net.epochs") == 0
    tab.focus("#picture")
    tab.keyboard.press("r")
    assert tab.evaluate("net.steps") == 0


def test_a_screen_reader_hears_what_happened_but_not_every_frame(shown):
    tab = shown(small(), *moons(40))
    assert tab.get_attribute("#caption", "role") == "status"
    tab.click("#epoch")
    settle(tab)
    first = tab.text_content("#caption")
    assert first.startswith("Epoch 1: the loss of known rows is ")
    tab.click("#run")
    until(tab, "net.epochs >= 4")
    assert tab.text_content("#caption") == first
    tab.click("#run")
    settle(tab)
    epochs = tab.text_content("#epochs")
    assert tab.text_content("#caption").startswith(f"Epoch {epochs}: ")
    for canvas in tab.locator("canvas").all():
        words = canvas.get_attribute("aria-label")
        hidden = "node => node.closest('[aria-hidden]') !== null"
        assert words or canvas.evaluate(hidden)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
def test_axe_finds_nothing_serious(shown, assert_accessible, theme, size):
    rows, targets = moons(40)
    tab = shown(small(), rows, targets, theme=theme, size=size)
    tab.keyboard.press("e")
    settle(tab)
    assert_accessible(tab)
    tab.click("#slow")
    tab.evaluate("choose(3)")
    settle(tab)
    assert_accessible(tab)
    tab.evaluate("() => { stop(data.lossWords, {}); changed(); }")
    settle(tab)
    assert_accessible(tab)


# -------------------------------------------------------------------------- the window


@pytest.mark.parametrize("depth", ["2", "6"])
@pytest.mark.parametrize("size", SIZES)
def test_all_of_it_is_in_the_window_at_any_size(shown, size, depth):
    rows, targets = moons(40)
    model = MLP(2, [8, 8, 1], "tanh", seed=0)
    state = f"#depth={depth}"
    tab = shown(model, rows, targets, validation=moons(20), size=size, state=state)
    tab.keyboard.press("e")
    tab.evaluate("choose(4)")
    settle(tab)
    root = "document.documentElement"
    assert tab.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]") == list(size)
    wide = size[0] > 760
    parts = ["header", "#net", "#side", "#map", "#curve", "#layers", "#rule"]
    for name in [*parts, *(["#settings", "#probe"] if wide else [])]:
        box = tab.locator(name).bounding_box()
        assert box["width"] > 20, name
        assert box["height"] > 10, name
        assert box["x"] >= 0, name
        assert box["y"] >= 0, name
        assert box["x"] + box["width"] <= size[0] + 1, name
        assert box["y"] + box["height"] <= size[1] + 1, name
    for box in tab.evaluate(
        """() => drawn.boxes.map(({ box }) => {
          const [own, all] = [box, picture].map((x) => x.getBoundingClientRect());
          return [own.left - all.left, own.top - all.top, all.right - own.right,
            all.bottom - own.bottom, own.width];
        })"""
    ):
        assert min(box) >= 0, box
    smallest = tab.evaluate(
        """() => Math.min(...[...document.querySelectorAll("body *")]
          .filter((x) => x.offsetParent !== null && x.textContent.trim() !== "")
          .map((x) => parseFloat(getComputedStyle(x).fontSize)))"""
    )
    assert smallest >= 12


def test_on_a_phone_the_settings_unfold(shown):
    tab = shown(small(), *moons(40), size=SIZES[0])
    assert not tab.is_visible("#rate")
    tab.click("summary")
    tab.fill("#rate", "0.5")
    tab.dispatch_event("#rate", "change")
    assert tab.evaluate("settings.rate") == 0.5
    tab.click("summary")
    assert tab.is_visible("#picture")


def test_it_runs_in_the_frame_of_a_notebook(tab, tmp_path):
    xor = make_xor()
    page = playground(MLP(2, [4, 1], "tanh", seed=0), xor.features, xor.targets)
    file = tmp_path / "frame.html"
    file.write_text(page._repr_mimebundle_()["text/html"], "utf-8")
    tab.goto(file.as_uri())
    frame = tab.frame_locator("iframe")
    frame.locator("#epoch").click()
    frame.locator("#epochs >> text=1").wait_for()
    frame.locator("#edges").select_option("gradient")
    frame.locator("#edge-legend >> text=gradients").wait_for()
    assert tab.complaints == []
