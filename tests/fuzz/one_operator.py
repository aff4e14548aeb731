"""One operator, tame and at its edges, beside PyTorch and 50 digits of mpmath."""

import math

from mpmath import mp
from records import (
    RECORDS,
    inside,
    oracle,
    oracle_partials,
    oracle_second_partials,
)
from scripts import EDGES, operands
from torch_operators import call

from tinygrad_edu import DomainError, Value, grad
from tinygrad_edu.engine.value import apply

#: Where 50 digits and differences of 1e-16 are enough by far.
SMALL, LARGE = 1e-6, 500.0


def well_inside(record, xs):
    """Say whether a record is smooth here, and where its differences are taken."""
    places = [[x + step for x in xs] for step in (-SMALL, 0.0, SMALL)]
    return all(inside(record, place) for place in places)


def draw(random):
    """Return a record and numbers for it."""
    record = random.choice(RECORDS)
    count = random.choice(operands(record))
    xs = []
    for _ in range(count):
        kind = random.random()
        if kind < 0.4:
            xs.append(random.choice(EDGES))
        elif kind < 0.5 and xs:
            xs.append(xs[-1])
        else:
            xs.append(random.uniform(-4, 4))
    return record, xs


def check(torch, tally, random):
    """Draw one operator at one place, and compare value, slopes and second slopes."""
    record, xs = draw(random)
    where = f"{record!r} at {xs}"
    leaves = [Value(x) for x in xs]
    tensors = [torch.tensor([x], requires_grad=True) for x in xs]
    theirs = call(record, tensors)
    try:
        z = apply(record, leaves)
    except DomainError:
        # What PyTorch has a number for is refused at `pow` alone: (-2)ʸ.
        tally.counts["operators refused outside their domain"] += 1
        if math.isfinite(theirs.item()) and record.name != "pow":
            tally.differ("refused", f"{where}, where PyTorch has {theirs.item()}")
        return
    at_kink = record.kink is not None and not abs(record.kink.distance(*xs)) > 0
    regular = all(map(math.isfinite, [*xs, z.data, *z.local_derivatives]))
    known = "a root of -inf" if record.name == "power" and xs == [-math.inf] else None
    ours = [z.data]
    tally.compare("operators, PyTorch", ours, [theirs.item()], where, 1e-12, known)
    firsts = _slopes(torch, theirs, tensors)
    is_large = record.name == "logsumexp" and max(xs) > 1e3
    large = "slopes of logsumexp at large numbers" if is_large else None
    tally.compare(
        "first derivatives of operators, PyTorch",
        z.local_derivatives,
        [slope.item() for slope in firsts],
        where,
        1e-11,
        large if regular else "infinite derivative",
    )
    tame = all(x == 0 or SMALL < abs(x) < LARGE for x in xs)
    tame = tame and well_inside(record, xs)
    try:
        ours = _second_slopes(z, leaves)
    except DomainError:
        # A derivative that does not exist is refused by name.
        tally.counts["second derivatives refused"] += 1
        if tame:
            tally.differ("refused", f"second derivative of {where}")
        return
    seconds = [
        [second.item() for second in _slopes(torch, first, tensors)] for first in firsts
    ]
    known = large
    if record.name == "pow" and xs[1] == 0:
        known = "∂²/∂x∂y of xʸ at y = 0"
    if at_kink:
        known = "second derivative at a kink"
    elif not all(math.isfinite(x) for row in [*ours, *seconds] for x in row):
        known = "infinite derivative"
    elif record.name in ("softplus", "sigmoid", "silu") and abs(xs[0]) > 30:
        known = "sigmoid's second derivative"
    for row, expected in zip(ours, seconds):
        tally.compare(
            "second derivatives of operators, PyTorch",
            row,
            expected,
            where,
            1e-9,
            known,
        )
    if tame and regular:
        _check_digits(tally, record, xs, z, ours, where)


def _check_digits(tally, record, xs, z, seconds, where):
    with mp.workdps(50):
        value = oracle(record, xs)
        firsts = oracle_partials(record, xs)
        rows = oracle_second_partials(record, xs)
    tally.compare("operators, 50 digits", [z.data], [value], where, 1e-13)
    what = "derivatives of operators, 50 digits"
    tally.compare(f"first {what}", z.local_derivatives, firsts, where, 1e-12)
    for row, expected in zip(seconds, rows):
        tally.compare(f"second {what}", row, expected, where, 1e-9)


def _second_slopes(z, leaves):
    return [[s.data for s in grad(slope, leaves)] for slope in grad(z, leaves)]


def _slopes(torch, output, tensors):
    zeros = [torch.zeros(1) for _ in tensors]
    if not output.requires_grad:
        return zeros
    found = torch.autograd.grad(
        output.sum(), tensors, create_graph=True, allow_unused=True
    )
    return [zero if slope is None else slope for slope, zero in zip(found, zeros)]
