"""`train`: one table of tasks; each prepares an experiment, which is carried out."""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from tinygrad_edu.cli.arguments import Option, check_file, count, letters
from tinygrad_edu.cli.experiment import Experiment, carry_out, classification
from tinygrad_edu.data import (
    Dataset,
    Vocabulary,
    load_digits,
    load_iris,
    load_names,
    make_moons,
    standardise,
)
from tinygrad_edu.engine.functions import mean
from tinygrad_edu.nn import (
    GPT,
    MLP,
    Activation,
    CharRNN,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    Sequential,
    Unflatten,
    continue_symbols,
    cross_entropy,
)

#: A pixel of a digit is a number from 0 to 16.
LARGEST_PIXEL = 16
#: How many names are kept unseen, and how many are made up at the end.
UNSEEN = 100
SAMPLES = 10


def run(options: argparse.Namespace) -> bool:
    """Train a model on a task, tell what it has learnt, and save it.

    Returns:
        Whether Ctrl-C ended the training.

    Raises:
        OSError: If the file cannot be written.
        TrainingError: If the loss explodes.
    """
    check_file(options.output)
    experiment = options.prepare(options)
    history = carry_out(experiment, options)
    if options.output is not None:
        # Imported here, for only this needs it.
        from tinygrad_edu.saving.files import save

        save(experiment.model, options.output)
        print(f"Saved            {options.output}")
    if experiment.examples:
        print(experiment.examples())
    return history.interrupted


def iris(options: argparse.Namespace) -> Experiment:
    """Prepare a multi-layer perceptron on Fisher's Iris flowers."""
    train, test = standardise(*load_iris().split(0.3, options.seed))
    model = MLP(4, [8, 3], activation="tanh", seed=options.seed)
    return classification(model, train, test)


def moons(options: argparse.Namespace) -> Experiment:
    """Prepare a multi-layer perceptron on points that no line can tell apart."""
    points = make_moons(300, noise=0.1, seed=options.seed)
    train, test = points.split(0.3, options.seed)
    model = MLP(2, [16, 2], activation="tanh", seed=options.seed)
    return classification(model, train, test)


def digits(options: argparse.Namespace) -> Experiment:
    """Prepare a network on handwritten digits; a fifth of all 1,797 is kept unseen."""
    train, test = load_digits().split(0.2, options.seed)
    model: MLP | Sequential
    if options.model == "mlp":
        model = MLP(
            64, [16, 10], "tanh", initialiser="xavier_uniform", seed=options.seed
        )
    else:
        source = random.Random(options.seed)
        model = Sequential(
            Unflatten(1, 8, 8),
            Conv2d(1, 4, kernel_size=3, padding=1, seed=source),
            Activation("relu"),
            MaxPool2d(2),
            Flatten(),
            Linear(64, 10, seed=source),
        )
    return classification(model, _scaled(train, options.digits), _scaled(test))


def _scaled(dataset: Dataset, rows: int | None = None) -> Dataset:
    features = [
        [pixel / LARGEST_PIXEL for pixel in row] for row in dataset.features[:rows]
    ]
    return replace(dataset, features=features, targets=dataset.targets[:rows])


def names(options: argparse.Namespace) -> Experiment:
    """Prepare a model of names, which makes some up and continues others at the end."""
    all_names = load_names()
    vocabulary = Vocabulary(all_names)
    texts = [vocabulary.encode(name) for name in all_names]
    random.Random(options.seed).shuffle(texts)
    train, unseen = texts[UNSEEN:], texts[:UNSEEN]
    longest = max(map(len, texts)) - 1
    model: CharRNN | GPT
    if options.model == "recurrent":
        model = CharRNN(len(vocabulary), seed=options.seed)
    else:
        model = GPT(len(vocabulary), longest, size=8, heads=2, seed=options.seed)

    def score() -> str:
        blind = math.log(len(vocabulary))
        losses = [cross_entropy(model(text[:-1]), text[1:]).data for text in unseen]
        return f"loss {mean(losses).data:.4f} (by blind guesses {blind:.4f})"

    def samples(start: str) -> str:
        begun = vocabulary.encode(start)[:-1]
        source = random.Random(options.seed)
        found = [
            continue_symbols(model, begun, vocabulary.end, longest, seed=source)
            for _ in range(SAMPLES)
        ]
        return " ".join(vocabulary.decode(symbols) for symbols in found)

    def examples() -> str:
        return (
            f"Made up          {samples('')}\nContinued        {samples(options.start)}"
        )

    return Experiment(
        f"{len(train)} names to learn from, and {len(unseen)} kept unseen",
        model,
        inputs=[text[:-1] for text in train],
        targets=[text[1:] for text in train],
        score=score,
        examples=examples,
    )


class Task(NamedTuple):
    """A line of the table.

    Attributes:
        aim: What is learnt.
        prepare: Makes the experiment that the options ask for.
        epochs: How many, if the options do not say.
        rate: The size of a step of Adam, likewise.
        options: Those that only this task has.
    """

    aim: str
    prepare: Callable[[argparse.Namespace], Experiment]
    epochs: int
    rate: float
    options: Sequence[Option] = ()


DIGITS_OPTIONS = (
    Option("--model", ("mlp", "conv"), "mlp", "a perceptron 64-16-10, or convolution"),
    Option("--digits", count, None, "how many to learn from; all 1,438 if not given"),
)
NAMES_OPTIONS = (
    Option(
        "--model",
        ("recurrent", "attention"),
        "recurrent",
        "a gated recurrent network, or a transformer of one causal block",
    ),
    Option("--start", letters, "ma", "what it continues at the end"),
)

TASKS = {
    "iris": Task("tell three species of flowers apart", iris, 60, 0.01),
    "moons": Task("tell two moons apart", moons, 60, 0.03),
    "digits": Task("read digits", digits, 20, 0.01, DIGITS_OPTIONS),
    "names": Task("continue first names", names, 3, 0.02, NAMES_OPTIONS),
}
