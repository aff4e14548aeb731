"""`train names`: which letter comes next in a first name."""

from __future__ import annotations

import argparse
import math
import random

from tinygrad_edu.cli.training_run import check_file, run_training
from tinygrad_edu.data import Vocabulary, load_names
from tinygrad_edu.engine.functions import mean
from tinygrad_edu.nn import GPT, CharRNN, continue_symbols, cross_entropy

#: How many names are kept unseen, and how many are made up at the end.
UNSEEN = 100
SAMPLES = 10


def run(options: argparse.Namespace) -> None:
    """Train a model of names, and let it make some up and continue others.

    Raises:
        OSError: If the file cannot be written.
        TrainingError: If the loss explodes.
    """
    check_file(options.output)
    names = load_names()
    vocabulary = Vocabulary(names)
    texts = [vocabulary.encode(name) for name in names]
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

    print(f"{len(train)} names to learn from, and {len(unseen)} kept unseen")
    inputs = [text[:-1] for text in train]
    targets = [text[1:] for text in train]
    run_training(model, inputs, targets, options, score)
    print(f"Made up          {samples('')}\nContinued        {samples(options.start)}")
