"""Render every kind of picture at three sizes, to look at: `sheet.py FOLDER`.

Before a release: in light and dark, in greyscale and as printed. FOLDER/index.html
shows them all; nothing is judged here, for that is done by eye.
"""

import argparse
import shutil
from pathlib import Path

from tinygrad_edu import MLP, Value, draw, fit, nn
from tinygrad_edu.cli.gallery import Exhibit, write_index
from tinygrad_edu.data import load_iris, make_moons

PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]

#: A projector, a laptop and a phone.
SIZES = {
    "projector": (1920, 1080),
    "laptop": (1280, 720),
    "phone": (390, 844),
}
THEMES = ("light", "dark")

#: What an image is shown in, as a notebook shows it.
FRAME = (
    '<!DOCTYPE html><body style="margin:0;background:{paper}">'
    '<img style="max-width:100%" src="{name}"></body>'
)


def trained():
    """Return a film's camera, a model, its history, rows and signs."""
    moons = make_moons(80, noise=0.15, seed=0)
    signs = [2 * target - 1 for target in moons.targets]
    model = MLP(2, [8, 1], activation="tanh", seed=0)
    films = {
        theme: draw.TrainingFilm(model, moons.features, signs, theme=theme)
        for theme in THEMES
    }
    history = fit(
        model,
        moons.features,
        signs,
        loss=nn.hinge,
        epochs=30,
        learning_rate=0.3,
        seed=0,
        progress=False,
        validation=(moons.features[:20], signs[:20]),
        callbacks=list(films.values()),
    )
    return films, model, history, moons.features, signs


def expression():
    """Return the graph of the front page, with its gradients."""
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c")
    root = (a * b + c) * -2.0
    root.label = "L"
    root.backward()
    return root


def chain():
    """Return the root of a long chain."""
    a, y = Value(0.9, "a"), Value(0.3, "x")
    for _ in range(60):
        y = (y * a).tanh()
    y.backward()
    return y


def convolution():
    """Return a small convolutional network."""
    return nn.Sequential(
        nn.Unflatten(1, 8, 8),
        nn.Conv2d(1, 4, 3, seed=0),
        nn.Activation("relu"),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(36, 10, seed=1),
    )


def pictures(theme):
    """Yield the name and the picture of every kind, in a theme."""
    films, model, history, rows, signs = trained()
    iris = load_iris()
    names = {"feature_names": iris.feature_names, "class_names": iris.class_names}
    flowers = MLP(4, [8, 3], activation="tanh", seed=0)
    flower = iris.features[0]
    loss = nn.cross_entropy(flowers(flower), iris.targets[0])
    loss.label = "loss"
    loss.backward()
    look = {"theme": theme}

    yield "draw_dot: an expression", draw.draw_dot(expression(), **look)
    yield "draw_dot: built in", draw.draw_dot(expression(), drawn_by="builtin", **look)
    yield "draw_dot: a network", draw.draw_dot(loss, **names, **look)
    yield "draw_dot: a chain", draw.draw_dot(chain(), **look)
    yield (
        "draw_network: activations",
        draw.draw_network(flowers, flower, **names, **look),
    )
    yield "draw_network: gradients", draw.draw_network(flowers, by="gradient", **look)
    yield "draw_network: wide", draw.draw_network(MLP(64, [16, 10], seed=0), **look)
    yield (
        "draw_network: a convolution",
        draw.draw_network(convolution(), [0.1 * i for i in range(64)], **look),
    )
    yield "draw_network: attention", draw.draw_network(nn.GPT(9, 4, seed=0), **look)
    yield "draw_curve", draw.draw_curve(Value.sigmoid, -5, 5, at=1, slope=True, **look)
    yield "plot_history", draw.plot_history(history, **look)
    yield (
        "plot_decision_boundary",
        draw.plot_decision_boundary(model, rows, signs, **look),
    )
    yield (
        "plot_decision_boundary: classes",
        draw.plot_decision_boundary(
            flowers, iris.features, iris.targets, features=(2, 3), **names, **look
        ),
    )
    yield (
        "plot_gradient_flow",
        draw.plot_gradient_flow(flowers, iris.features[:9], **look),
    )
    yield "play", draw.play(expression(), **look)
    yield "TrainingFilm", films[theme]
    if hasattr(draw, "playground"):
        small = MLP(2, [4, 1], activation="tanh", seed=0)
        yield "playground", draw.playground(small, rows, signs, **look)


def write(name, picture, folder, theme):
    """Write a picture, and return the page that shows it."""
    stem = name.replace(": ", "-").replace(" ", "-") + f"-{theme}"
    if name.partition(":")[0] in ("play", "playground", "TrainingFilm"):
        return picture.save(folder / f"{stem}.html")
    ending = ".png" if name.startswith("plot_") else ".svg"
    if ending == ".png":
        picture.savefig(folder / f"{stem}.png")
    else:
        picture.save(folder / f"{stem}.svg")
    paper = {"light": "#ffffff", "dark": "#14171c"}[theme]
    page = folder / f"{stem}.html"
    page.write_text(FRAME.format(name=stem + ending, paper=paper), encoding="utf-8")
    return page


def shoot(browser, page, folder):
    """Take pictures of a page, and yield their names."""
    tab = browser.new_page()
    tab.goto(page.resolve().as_uri())
    if page.stem.startswith("TrainingFilm"):
        tab.keyboard.press("End")
    deficiency = tab.context.new_cdp_session(tab)
    for size, (width, height) in SIZES.items():
        tab.set_viewport_size({"width": width, "height": height})
        yield _shot(tab, folder, f"{page.stem}-{size}.png")
    tab.set_viewport_size(dict(zip(("width", "height"), SIZES["laptop"])))
    colour = "Emulation.setEmulatedVisionDeficiency"
    deficiency.send(colour, {"type": "achromatopsia"})
    yield _shot(tab, folder, f"{page.stem}-greyscale.png")
    deficiency.send(colour, {"type": "none"})
    tab.emulate_media(media="print")
    yield _shot(tab, folder, f"{page.stem}-print.png")
    tab.close()


def _shot(tab, folder, name):
    tab.wait_for_timeout(200)
    tab.screenshot(path=folder / name, full_page=True)
    return name


def main():
    """Write the sheet to the folder that the command line names."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder to write")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    exhibits = []
    with sync_playwright() as driver:
        flags = ["--headless", "--no-sandbox", "--disable-gpu"]
        browser = driver.chromium.launch(executable_path=program, args=flags)
        for theme in THEMES:
            for name, picture in pictures(theme):
                page = write(name, picture, folder, theme)
                for shot in shoot(browser, page, folder):
                    title = f"{name}, {shot.removeprefix(page.stem)[1:-4]}, {theme}"
                    exhibits.append(Exhibit(shot, title, "", (page.name,)))
        browser.close()
    print(write_index(folder, "All kinds of pictures", exhibits))


if __name__ == "__main__":
    main()
