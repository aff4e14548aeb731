"""Each kind of model is replayed, and takes the course that it takes by graphs."""

import math
import random
import re

import pytest

from tinygrad_edu import Module, fit, mean, nn
from tinygrad_edu.nn import accuracy, cross_entropy
from tinygrad_edu.replay.draws import drawing_again

numpy = pytest.importorskip("numpy")

COUNT = 5
LENGTHS = [2, 3, 4, 3]


def texts(rows=24):
    """Return lists of symbols of several lengths, and for each what comes after."""
    source = random.Random(0)
    drawn = [
        [source.randrange(COUNT) for _ in range(LENGTHS[i % 4] + 1)]
        for i in range(rows)
    ]
    return [text[:-1] for text in drawn], [text[1:] for text in drawn]


def places_right(outputs, targets):
    return sum(map(accuracy, outputs, targets)) / len(targets)


class Bag(Module):
    """The mean of the rows of some symbols, and a table that is used at both ends."""

    def __init__(self):
        self.token = nn.Embedding(COUNT, 3, seed=0)
        self.inner = nn.Linear(3, 3, seed=1)

    def __call__(self, symbols):
        rows = self.token(symbols)
        middle = self.inner([mean(column) for column in zip(*rows)])
        return [nn.activations.activate(z, "tanh") for z in middle]


class Pair(Module):
    """A symbol and a number in one row; the answer is nested."""

    def __init__(self):
        self.token = nn.Embedding(COUNT, 2, seed=0)
        self.inner = nn.Linear(3, 4, seed=1)

    def __call__(self, row):
        symbol, (number,) = row
        logits = self.inner([*self.token(symbol), number])
        return [logits[:2], (logits[2], logits[3])]


def loss_of_a_pair(output, target):
    logits, (mean, width) = output
    error = mean - target[1]
    return cross_entropy(logits, target[0]) + error * error + width * width


def trained(make, inputs, targets, engine, **options):
    """Return (parameters, history) of a training."""
    model = make()
    options = {"learning_rate": 0.05, "epochs": 3, "loss": cross_entropy, **options}
    history = fit(
        model, inputs, targets, seed=0, progress=False, engine=engine, **options
    )
    return [p.data for p in model.parameters()], history


def check_same_course(make, inputs, targets, **options):
    """Assert that a training by replay is the same as one by graphs."""
    wanted, first = trained(make, inputs, targets, "eager", **options)
    found, second = trained(make, inputs, targets, "replay", **options)
    assert second.engine == "replay"
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert second.losses == pytest.approx(first.losses, rel=1e-9)
    assert second.metrics == pytest.approx(first.metrics)
    assert second.validation_losses == pytest.approx(first.validation_losses, rel=1e-9)
    return second


SEQUENCES = {
    "gpt": lambda: nn.GPT(COUNT, max(LENGTHS), size=4, heads=2, seed=0),
    "rnn": lambda: nn.CharRNN(COUNT, 2, 3, "rnn", seed=0),
    "lstm": lambda: nn.CharRNN(COUNT, 2, 3, "lstm", seed=0),
    "gru": lambda: nn.CharRNN(COUNT, 2, 3, "gru", seed=0),
}


@pytest.mark.parametrize("batch_size", [1, 8, 24])
@pytest.mark.parametrize("name", SEQUENCES)
def test_models_of_text_learn_by_replay(name, batch_size):
    history = check_same_course(
        SEQUENCES[name], *texts(), batch_size=batch_size, metric=places_right
    )
    # Of three lengths, and no other way: an index is data.
    assert history.engine_note.startswith(
        "The graphs of 3 rows were recorded, and replayed for the others, each for "
        "those that have the same shape."
    )


@pytest.mark.parametrize("optimiser", ["sgd", "adam", "adamw"])
def test_they_do_so_with_each_optimiser_and_while_they_are_measured(optimiser):
    check_same_course(
        SEQUENCES["gpt"],
        *texts(),
        optimiser=optimiser,
        validation_fraction=0.25,
        l2=0.01,
        clip_norm=1.0,
    )


@pytest.mark.parametrize("batch_size", [1, 8, 24])
def test_a_table_and_targets_of_several_kinds_are_replayed(batch_size):
    inputs, targets = texts()
    options = {"batch_size": batch_size}
    firsts = [target[0] % 3 for target in targets]
    history = check_same_course(Bag, inputs, firsts, metric=accuracy, **options)
    assert "same shape" in history.engine_note
    rows = [(row[0], [math.sin(i)]) for i, row in enumerate(inputs)]
    pairs = [(target[0] % 2, float(target[1])) for target in targets]
    history = check_same_course(Pair, rows, pairs, loss=loss_of_a_pair, **options)
    assert history.engine_note == (
        "The graph of one row was recorded, and replayed for the others."
    )


def test_a_symbol_or_a_class_that_is_not_there_is_refused_as_by_a_graph():
    for wrong, words in (
        ((-1, 0), "There is no row -1"),
        ((COUNT, 0), "There is no row 5"),
        ((0, -1), "There is no class -1"),
        ((0, COUNT), "There is no class 5"),
    ):
        inputs = [[i % COUNT, 0] for i in range(30)]
        targets = [[0, i % COUNT] for i in range(30)]
        inputs[20][0], targets[20][1] = wrong
        for engine in ("eager", "replay"):
            with pytest.raises(ValueError, match=words):
                trained(SEQUENCES["gpt"], inputs, targets, engine, batch_size=10)


def dropping(*seeds, p=0.3):
    """Return a model with a layer of dropout for each seed."""
    source = random.Random(0)
    layers = [nn.Linear(2, 6, seed=source), nn.Activation("tanh")]
    for seed in seeds:
        layers += [nn.Dropout(p, seed=seed), nn.Linear(6, 6, seed=source)]
    return nn.Sequential(*layers, nn.Linear(6, 3, seed=source))


POINTS = [[math.sin(7 * i), math.cos(3 * i)] for i in range(60)]
CLASSES = [i * i % 3 for i in range(60)]
SHARED = 11


def sharing():
    """Return a model whose layers draw from one generator in turn."""
    source = random.Random(SHARED)
    return dropping(source, source)


class DroppedText(nn.CharRNN):
    """A recurrent model that drops some of what the table gives."""

    def __init__(self):
        super().__init__(COUNT, 2, 3, "gru", seed=0)
        self.dropout = nn.Dropout(0.4, seed=2)

    def __call__(self, symbols):
        outputs, _ = nn.unroll(self.update, self.dropout(self.token(symbols)))
        return [self.logits(row) for row in outputs]


class Unused(Module):
    """Draws masks that no output depends on, and asks for the number of one."""

    def __init__(self):
        self.inner = nn.Linear(2, 3, seed=0)
        self.dropout = nn.Dropout(0.5, seed=4)

    def __call__(self, x):
        self.dropout([1.0, 2.0])
        kept = self.dropout(x)
        return [y * (1.0 + kept[0].data) for y in self.inner(kept)]


DROPPED = {
    "one layer": (lambda: dropping(1), POINTS, CLASSES),
    "two layers": (lambda: dropping(1, 2), POINTS, CLASSES),
    "one generator for both": (sharing, POINTS, CLASSES),
    "no seed": (lambda: dropping(None), POINTS, CLASSES),
    "nothing is dropped": (lambda: dropping(1, p=0.0), POINTS, CLASSES),
    "text": (DroppedText, *texts(60)),
    "masks that are not used": (Unused, POINTS, CLASSES),
}


@pytest.mark.parametrize("batch_size", [1, 8, 60])
@pytest.mark.parametrize("name", DROPPED)
def test_dropout_draws_the_masks_that_graphs_draw(name, batch_size):
    make, inputs, targets = DROPPED[name]
    results = []
    for engine in ("eager", "replay"):
        random.seed(9)
        model = make()
        history = fit(
            *(model, inputs, targets),
            loss=cross_entropy,
            learning_rate=0.05,
            epochs=3,
            batch_size=batch_size,
            seed=0,
            validation=(inputs[:9], targets[:9]),
            progress=False,
            engine=engine,
        )
        # The generators stand where they stood, too.
        dropouts = [m for _, m in model.named_modules() if isinstance(m, nn.Dropout)]
        after = [dropout.source.random() for dropout in dropouts]
        results.append(([p.data for p in model.parameters()], history, after))
    (wanted, first, states), (found, second, also) = results
    assert second.engine == "replay"
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    assert second.losses == pytest.approx(first.losses, rel=1e-9)
    assert second.validation_losses == pytest.approx(first.validation_losses, rel=1e-9)
    assert also == states


class Asking(Module):
    """Does something with what was dropped that cannot be replayed."""

    def __init__(self, how):
        self.inner = nn.Linear(2, 3, seed=0)
        self.dropout = nn.Dropout(0.5, seed=4)
        self.how = how
        self.calls = 0

    def __call__(self, x):
        return self.how(self, self.inner(self.dropout(x)), x)


def comparing(self, outputs, x):
    mask = self.dropout([1.0])[0]
    return outputs if mask > 1.0 else [y * 2.0 for y in outputs]


def drawing_more(self, outputs, x):
    return [y + self.dropout.source.random() for y in outputs]


def drawing_elsewhere(self, outputs, x):
    return [y + random.random() for y in outputs]


def counting(self, outputs, x):
    self.calls += 1
    return outputs


def drawing_on_rare_rows(self, outputs, x):
    return self.dropout(outputs) if x[0] > 0.95 else outputs


@pytest.mark.parametrize("batch_size", [1, 8, 60])
@pytest.mark.parametrize(
    ("how", "words"),
    [
        (comparing, r"eager: what was drawn is compared at .*, in comparing"),
        (drawing_more, "eager: the model draws random numbers for each row"),
        (drawing_elsewhere, "eager: a call of the model or the loss changes random"),
        (counting, "eager: a call of the model or the loss changes calls"),
        (drawing_on_rare_rows, "replay"),
    ],
)
def test_what_else_is_random_takes_the_course_of_graphs(how, words, batch_size):
    results = []
    for engine in ("eager", "auto"):
        random.seed(9)
        model = Asking(how)
        history = fit(
            *(model, POINTS, CLASSES),
            loss=cross_entropy,
            epochs=3,
            batch_size=batch_size,
            seed=0,
            progress=False,
            engine=engine,
        )
        state = (model.dropout.source.random(), random.random(), model.calls)
        results.append(([p.data for p in model.parameters()], state, history))
    (wanted, state, _), (found, also, history) = results
    assert re.fullmatch(words, history.engine), history.engine
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    assert also == state


def too_large(output):
    return output * 1e308 * 7.0


class AlsoLarge(Module):
    """Gives beside the logits a number that no loss asks for, and that may overflow."""

    def __init__(self):
        self.inner = sharing()

    def __call__(self, x):
        output = self.inner(x)
        return [*output, too_large(output[0])]


def of_logits(output, target):
    return cross_entropy(output[:-1], target)


def test_a_row_whose_replay_is_not_finite_is_a_graph_with_its_masks(monkeypatch):
    model = sharing()
    large = [math.isinf(too_large(model(x)[0]).data) for x in POINTS]
    assert 0 < sum(large) < 60
    counts = []

    def counting(layers, masks):
        if layers:
            counts.append(len(masks))
        return drawing_again(layers, masks)

    monkeypatch.setattr("tinygrad_edu.replay.rows.drawing_again", counting)
    options = {"batch_size": 12, "loss": of_logits, "metric": of_logits}
    wanted, first = trained(AlsoLarge, POINTS, CLASSES, "eager", **options)
    assert counts == []
    found, second = trained(AlsoLarge, POINTS, CLASSES, "replay", **options)
    assert second.engine == "replay"
    # Eight of them are compared with graphs in any case.
    assert set(counts) == {12}
    assert len(counts) > 15
    assert found == pytest.approx(wanted, rel=1e-9)
    assert second.losses == pytest.approx(first.losses, rel=1e-9)


class ManyWords(Module):
    """The mean of the rows of a table that is too large to be read whole."""

    def __init__(self):
        self.table = nn.Embedding(3000, 2, seed=0)
        self.logits = nn.Linear(2, 1500, seed=1)

    def __call__(self, words):
        return self.logits([mean(column) for column in zip(*self.table(words))])


def test_thousands_of_words_and_classes_are_data():
    source = random.Random(0)
    texts = [[source.randrange(3000) for _ in range(3)] for _ in range(24)]
    classes = [source.randrange(1500) for _ in texts]
    options = {"batch_size": 12, "optimiser": "adam", "epochs": 2}
    check_same_course(ManyWords, texts, classes, **options)


@pytest.mark.parametrize("name", ["one layer", "text"])
def test_predictions_while_learning_draw_masks_too(name):
    make, inputs, _ = DROPPED[name]
    one, other = make(), make()
    wanted = [nested_data(one(row)) for row in inputs]
    found, note = other.predict(inputs, report=True)
    assert "recorded, and replayed" in note
    for answer, right in zip(found, wanted, strict=True):
        assert numpy.array(answer) == pytest.approx(numpy.array(right), rel=1e-9)


def nested_data(output):
    if isinstance(output, list):
        return [nested_data(part) for part in output]
    return output.data
