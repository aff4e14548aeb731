"""Random models, losses and optimisers, ten steps of training beside PyTorch's."""

import copy
import math

from tally import apart

from tinygrad_edu import SGD, Adam, AdamW, clip_gradients, nn
from tinygrad_edu.training import fit

STEPS = 10
LAYERS = ("linear", "activation", "layer norm", "rms norm")
OPTIMISERS = {"SGD": SGD, "Adam": Adam, "AdamW": AdamW}


def check(torch, tally, random):
    """Draw a training, and compare its losses and parameters after each step."""
    outputs = random.randint(1, 3)
    model, twin = draw_model(torch, random, outputs)
    loss, their_loss, targets = draw_loss(torch, random, outputs)
    name = random.choice(list(OPTIMISERS))
    ours, theirs = draw_options(random, name)
    optimiser = OPTIMISERS[name](model.parameters(), **ours)
    tensors = [torch.tensor(p.data, requires_grad=True) for p in model.parameters()]
    their_optimiser = getattr(torch.optim, name)(tensors, **theirs)
    most = random.choice([None, None, 0.5])
    # Whose numbers move as far as rounding can be multiplied.
    moved = copy.deepcopy(model)
    for p in moved.parameters():
        p.data *= 1 + 1e-15
    moved_optimiser = OPTIMISERS[name](moved.parameters(), **ours)
    where = f"{model!r}, {loss.__name__}, {optimiser!r}, clipped at {most}"
    for _ in range(STEPS):
        rows = [[random.gauss(0, 1) for _ in range(3)] for _ in range(4)]
        wanted = targets(4)
        numbers = take_step(model, optimiser, loss, rows, wanted, most)
        others = take_step(moved, moved_optimiser, loss, rows, wanted, most)
        their_optimiser.zero_grad()
        expected = their_loss(twin(rows, tensors), wanted)
        expected.backward()
        if most is not None:
            # By hand: PyTorch's own adds 1e-6 to the norm.
            norm = math.sqrt(sum(t.grad.item() ** 2 for t in tensors))
            for t in tensors:
                t.grad *= 1.0 if norm <= most else most / norm
        their_optimiser.step()
        unsteady = max(apart(x, y, max(1.0, abs(x))) for x, y in zip(numbers, others))
        tally.compare(
            "training steps, PyTorch",
            numbers,
            [expected.item(), *(t.item() for t in tensors)],
            where,
            1e-7,
            "a training that multiplies rounding" if unsteady > 1e-9 else None,
        )
    _check_replay(tally, random, model, loss, targets, where)


def take_step(model, optimiser, loss, rows, wanted, most):
    """Take a step, and return the loss before it and the parameters after it."""
    optimiser.zero_grad()
    found = loss([model(row) for row in rows], wanted)
    found.backward()
    if most is not None:
        clip_gradients(model.parameters(), most)
    optimiser.step()
    return [found.data, *(p.data for p in model.parameters())]


def draw_model(torch, random, outputs):
    """Return a model, and a function of rows and parameters that is its twin."""
    layers, twins, width = [], [], 3
    for _ in range(random.randint(1, 4)):
        kind = random.choice(LAYERS)
        if kind == "linear":
            wider = random.randint(1, 5)
            layers.append(nn.Linear(width, wider, seed=random.randrange(1000)))
            twins.append(("linear", width, wider))
            width = wider
        elif kind == "activation":
            activation = random.choice(nn.ACTIVATIONS)
            layers.append(nn.Activation(activation))
            twins.append((f"_{activation}", width, width))
        elif width > 1:
            made = nn.LayerNorm if kind == "layer norm" else nn.RMSNorm
            layers.append(made(width))
            twins.append((kind, width, width))
    layers.append(nn.Linear(width, outputs, seed=random.randrange(1000)))
    twins.append(("linear", width, outputs))

    def twin(rows, tensors):
        left = iter(tensors)
        x = torch.tensor(rows)
        for kind, nin, nout in twins:
            x = _twin_of_layer(torch, kind, nin, nout, left, x)
        return x

    return nn.Sequential(*layers), twin


def _twin_of_layer(torch, kind, nin, nout, left, x):
    functional = torch.nn.functional
    if kind == "linear":
        # Each neuron's weights and then its bias.
        parts = [[next(left) for _ in range(nin + 1)] for _ in range(nout)]
        weights = torch.stack([torch.stack(part[:-1]) for part in parts])
        biases = torch.stack([part[-1] for part in parts])
        return x @ weights.T + biases
    if kind == "layer norm":
        gains = torch.stack([next(left) for _ in range(nin)])
        shifts = torch.stack([next(left) for _ in range(nin)])
        return functional.layer_norm(x, (nin,), gains, shifts)
    if kind == "rms norm":
        gains = torch.stack([next(left) for _ in range(nin)])
        return functional.rms_norm(x, (nin,), gains, 1e-5)
    if kind == "_linear":
        return x
    return getattr(functional, kind.removeprefix("_"))(x)


def draw_loss(torch, random, outputs):
    """Return a loss, its twin, and a function that draws targets for some rows."""
    functional = torch.nn.functional

    def numbers(count):
        return _shaped(random, outputs, count, lambda: random.gauss(0, 1))

    def signs(count):
        return _shaped(random, outputs, count, lambda: random.choice([-1, 1]))

    def bits(count):
        return _shaped(random, outputs, count, lambda: random.choice([0, 1, 0.3]))

    def classes(count):
        return [random.randrange(outputs) for _ in range(count)]

    def of(function):
        def twin(found, wanted):
            expected = torch.tensor(wanted, dtype=torch.float64)
            return function(found.reshape(expected.shape), expected)

        return twin

    choices = [
        (nn.mse, of(functional.mse_loss), numbers),
        (nn.l1, of(functional.l1_loss), numbers),
        (nn.huber, of(functional.huber_loss), numbers),
        (nn.hinge, of(lambda y, t: torch.relu(1 - t * y).mean()), signs),
        (
            nn.binary_cross_entropy,
            of(functional.binary_cross_entropy_with_logits),
            bits,
        ),
    ]
    if outputs > 1:

        def their_cross_entropy(found, wanted):
            return functional.cross_entropy(found, torch.tensor(wanted))

        choices += [(nn.cross_entropy, their_cross_entropy, classes)] * 2
    return random.choice(choices)


def _shaped(random, outputs, count, draw):
    # The model of one output gives Values, and no lists.
    return [[draw() for _ in range(outputs)] for _ in range(count)]


def draw_options(random, name):
    """Return options of an optimiser, in our words and in PyTorch's."""
    rate = 10 ** random.uniform(-3, -0.5)
    decay = random.choice([0.0, 0.1])
    ours = {"learning_rate": rate, "weight_decay": decay}
    theirs = {"lr": rate, "weight_decay": decay}
    if name == "SGD":
        momentum = random.choice([0.0, 0.5, 0.9])
        more = {
            "momentum": momentum,
            "nesterov": momentum > 0 and random.random() < 0.5,
        }
    else:
        more = {"betas": (random.choice([0.5, 0.9]), random.choice([0.9, 0.999]))}
    return {**ours, **more}, {**theirs, **more}


def _check_replay(tally, random, model, loss, targets, where):
    # The same training by graphs and by a replay: the same course.
    rows = [[random.gauss(0, 1) for _ in range(3)] for _ in range(12)]
    wanted = targets(12)
    other = copy.deepcopy(model)
    options = {
        "loss": loss,
        "epochs": 3,
        "batch_size": random.choice([1, 4, 12]),
        "optimiser": random.choice(["sgd", "adam"]),
        "learning_rate": 0.01,
        "l2": random.choice([0.0, 0.01]),
        "seed": random.randrange(1000),
        "progress": False,
    }
    eager = fit(model, rows, wanted, engine="eager", **options)
    replay = fit(other, rows, wanted, engine="replay", **options)
    tally.counts[f"trainings by {replay.engine}"] += 1
    tally.compare(
        "fit by replay, by graphs",
        [*replay.losses, *(p.data for p in other.parameters())],
        [*eager.losses, *(p.data for p in model.parameters())],
        where,
        1e-7,
    )
