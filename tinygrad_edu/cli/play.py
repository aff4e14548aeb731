"""`play moons`: a page in which a network learns."""

from __future__ import annotations

import argparse
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tinygrad_edu.data import (
    Dataset,
    load_iris,
    make_circles,
    make_moons,
    make_spirals,
    make_xor,
    standardise,
)
from tinygrad_edu.nn.losses import cross_entropy
from tinygrad_edu.nn.mlp import MLP


def run(options: argparse.Namespace) -> None:
    """Write the playground of a data set, print its path, and open it if asked to.

    Raises:
        OSError: If the file cannot be written.
    """
    # Imported here, for only this needs it.
    from tinygrad_edu.draw.pages.playground import playground

    train, test = DATA[options.data]()
    outputs = len(train.class_names)
    if outputs == 2:
        # One output, which is to be -1 or 1: the loss is the squared error.
        outputs, loss = 1, None
        train, test = _as_signs(train), _as_signs(test)
    else:
        loss = cross_entropy
    page = playground(
        MLP(2, [8, 8, outputs], "tanh", initialiser="xavier_uniform", seed=0),
        train.features,
        train.targets,
        loss=loss,
        validation=(test.features, test.targets) if len(test) else None,
        feature_names=train.feature_names,
        class_names=train.class_names,
    )
    if options.output is None:
        options.output = Path(f"playground-{options.data}.html")
    path = page.save(options.output)
    print(path)
    if options.open:
        webbrowser.open(path.resolve().as_uri())


def _as_signs(dataset: Dataset) -> Dataset:
    return replace(dataset, targets=[2 * target - 1 for target in dataset.targets])


def _moons() -> list[Dataset]:
    return list(make_moons(200, noise=0.15, seed=0).split(0.3, seed=0))


def _circles() -> list[Dataset]:
    return list(make_circles(200, noise=0.1, seed=0).split(0.3, seed=0))


def _spiral() -> list[Dataset]:
    return list(make_spirals(200, noise=0.02, seed=0, turns=1.0).split(0.3, seed=0))


def _xor() -> list[Dataset]:
    # All of its four rows are known.
    xor = make_xor()
    return [xor, replace(xor, features=[], targets=[])]


def _iris() -> list[Dataset]:
    petals = [_petals(dataset) for dataset in load_iris().split(0.3, seed=0)]
    return standardise(*petals)


def _petals(dataset: Dataset) -> Dataset:
    return replace(
        dataset,
        features=[row[2:] for row in dataset.features],
        feature_names=["petal length", "petal width"],
    )


#: What to learn from, and what is kept unseen, by name.
DATA: dict[str, Callable[[], list[Dataset]]] = {
    "moons": _moons,
    "circles": _circles,
    "xor": _xor,
    "spiral": _spiral,
    "iris": _iris,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("data", choices=DATA, help="what the network learns to tell")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="the page that is written; playground-DATA.html if not given",
    )
    parser.add_argument("--open", action="store_true", help="open it in a browser")
    parser.set_defaults(run=run)
