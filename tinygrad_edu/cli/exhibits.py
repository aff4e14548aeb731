"""What the main job shows: each function writes some files and says what they teach."""

from __future__ import annotations

import csv
import io
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinygrad_edu.cli.gallery import Exhibit
from tinygrad_edu.data import Dataset
from tinygrad_edu.engine.value import Value
from tinygrad_edu.nn import MLP, Neuron, cross_entropy
from tinygrad_edu.saving.whole import write_whole
from tinygrad_edu.speech import say
from tinygrad_edu.training.fitting import History

if TYPE_CHECKING:
    from tinygrad_edu.draw import TrainingFilm
else:
    # For `typing.get_type_hints`, when a program runs: what draws loads when it draws.
    TrainingFilm = Any


def expression(folder: Path) -> list[Exhibit]:
    """Draw L = (a·b + c)·f, and play its backward pass."""
    a = Value(2.0, label="a")
    b = Value(-3.0, label="b")
    c = Value(10.0, label="c")
    f = Value(-2.0, label="f")
    e = a * b
    e.label = "e"
    d = e + c
    d.label = "d"
    loss = d * f
    loss.label = "L"
    loss.backward()
    return _graph(
        folder,
        "expression",
        loss,
        say("An expression is a graph"),
        say(
            "Every operation is a node that knows what it was made from. Colour and "
            "sign tell the gradient: what L gains when that node grows by a little."
        ),
        moving=say(
            "The chain rule walks backward: each step multiplies the gradient that "
            "came from above by the local derivative on an edge."
        ),
    )


def neuron(folder: Path, seed: int) -> list[Exhibit]:
    """Draw a neuron of two inputs, and play its backward pass."""
    model = Neuron(2, activation="tanh", seed=seed, expanded=True)
    output = model([Value(1.0, label="x0"), Value(-2.0, label="x1")])
    output.label = "y"
    output.backward()
    return _graph(
        folder,
        "neuron",
        output,
        say("A neuron is an expression too"),
        say(
            "A neuron multiplies each input by a weight, adds a bias and bends the sum "
            "by its activation. The gradient of a weight is its input times what flows "
            "back."
        ),
        moving=say("Where two paths meet, what they carry is added."),
    )


def network(
    folder: Path, model: MLP, film: TrainingFilm, test: Dataset
) -> list[Exhibit]:
    """Show the trained network, its graph for one unseen flower, and how it learnt."""
    from tinygrad_edu.draw import draw_network, save_picture

    film.save(folder / "iris-film.html")
    flower = test.features[0]
    species = test.class_names[test.targets[0]]
    names: dict[str, Any] = {
        "feature_names": test.feature_names,
        "class_names": test.class_names,
    }
    draw_network(model, flower, **names).save(folder / "iris-network.svg")
    loss = cross_entropy(model(flower), test.targets[0])
    loss.label = "loss"
    model.zero_grad()
    loss.backward()
    picture = draw_network(model, flower, by="gradient", **names)
    picture.save(folder / "iris-gradients.svg")
    save_picture(loss, folder / "iris-graph.svg", **names)
    return [
        Exhibit(
            "iris-film.html",
            say("A network learns"),
            say(
                "Training nudges every weight against its gradient, over and over. "
                "Watch the weights grow while the loss falls."
            ),
        ),
        Exhibit(
            "iris-network.svg",
            say("The trained network, looking at one flower"),
            say(
                "The numbers of a flower it has not seen enter on the left. The "
                "largest output is its answer. It was {species}.",
                species=species,
            ),
        ),
        Exhibit(
            "iris-gradients.svg",
            say("What this flower would teach it"),
            say(
                "The same network, with the gradient of the loss on its edges: which "
                "weights a step would change most, and in which direction."
            ),
        ),
        Exhibit(
            "iris-graph.svg",
            say("The graph of its loss"),
            say(
                "A network is a large expression. Each neuron is one box here; the "
                "gradient of the loss has walked back through every one of them."
            ),
        ),
    ]


def plots(
    folder: Path, model: MLP, history: History, train: Dataset, test: Dataset
) -> list[Exhibit]:
    """Plot the training; or nothing, with a word, where matplotlib is missing."""
    from tinygrad_edu.draw import (
        plot_decision_boundary,
        plot_gradient_flow,
        plot_history,
    )
    from tinygrad_edu.draw.absent import WAY

    if find_spec("matplotlib") is None:
        print(f"No plots: {WAY}")
        return []
    figures = {
        "iris-loss.png": plot_history(history),
        "iris-decisions.png": plot_decision_boundary(
            model,
            test.features,
            test.targets,
            features=(2, 3),
            feature_names=test.feature_names,
            class_names=test.class_names,
        ),
        "iris-flow.png": plot_gradient_flow(
            model, train.features, loss=cross_entropy, targets=train.targets
        ),
    }
    for name, figure in figures.items():
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
        write_whole(folder / name, picture.getvalue())
    return [
        Exhibit(
            "iris-loss.png",
            say("The loss falls"),
            say(
                "A good learning rate lets it fall fast and then flatten. Too small, "
                "it crawls; too large, it jumps: try --learning-rate 0.001 and 30."
            ),
        ),
        Exhibit(
            "iris-decisions.png",
            say("Where it decides"),
            say(
                "The plane of the petals' length (across) and width (up), with the "
                "sepals at their mean; every point is a flower it has not seen."
            ),
        ),
        Exhibit(
            "iris-flow.png",
            say("How much each layer learns"),
            say(
                "If the first bar were far smaller than the last, the gradient would "
                "vanish on its way back, and the first layer would learn slowly."
            ),
        ),
    ]


def loss_table(folder: Path, history: History) -> Exhibit:
    """Write the loss of every epoch as a table."""
    name = "iris-loss.csv"
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(["epoch", "loss"])
    writer.writerows(enumerate(history.losses, start=1))
    write_whole(folder / name, table.getvalue().encode("ascii"))
    return Exhibit(name, say("The loss in numbers"), say("One line for each epoch."))


def _graph(
    folder: Path, stem: str, root: Value, title: str, lesson: str, *, moving: str
) -> list[Exhibit]:
    from tinygrad_edu.draw import play, save_picture

    for ending in (".svg", ".dot"):
        save_picture(root, folder / f"{stem}{ending}")
    play(root).save(folder / f"{stem}.html")
    return [
        Exhibit(f"{stem}.svg", title, lesson, (f"{stem}.dot",)),
        Exhibit(f"{stem}.html", say("{title}: step by step", title=title), moving),
    ]
