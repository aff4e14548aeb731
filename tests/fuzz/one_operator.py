"""One operator, tame and at its edges, beside PyTorch and 50 digits of mpmath."""

import math
from functools import partial

from mpmath import mp, mpf
from records import (
    RECORDS,
    inside,
    oracle,
    oracle_partials,
    oracle_second_partials,
    partials_of,
    second_partials_of,
)
from scripts import EDGES, operands
from tally import apart
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
    if record.name == "power" and xs == [-math.inf]:
        known = "a root of -inf"
    elif any(map(math.isnan, xs)):
        known = "a slope at nan"
    elif not all(map(math.isfinite, [*xs, z.data, *z.local_derivatives])):
        known = "infinite derivative"
    else:
        known = None
    function = partial(oracle, record)
    of_value = known if known == "a root of -inf" else None
    ours, expected = [z.data], [theirs.item()]
    tally.compare("operators, PyTorch", ours, expected, where, 1e-12, of_value)
    firsts = _slopes(torch, theirs, tensors)
    ours = z.local_derivatives
    tally.compare(
        "first derivatives of operators, PyTorch",
        ours,
        [slope.item() for slope in firsts],
        where,
        1e-11,
        known,
        judge=judge(function, xs, ours, partials_of),
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
    for i, (row, first) in enumerate(zip(ours, firsts)):
        tally.compare(
            "second derivatives of operators, PyTorch",
            row,
            [second.item() for second in _slopes(torch, first, tensors)],
            where,
            1e-9,
            known,
            judge=judge(function, xs, row, partial(_row_of_seconds, i)),
        )
    if tame and known is None:
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


def judge(function, xs, ours, slopes_of):
    """Return what says of a number of ours why PyTorch has another.

    Args:
        function: What is derived, of a list of numbers of mpmath.
        xs: Where.
        ours: Our slopes.
        slopes_of: What takes function, place and step, and gives the slopes.
    """
    # A step beside which the smallest of the numbers is large.
    step = mpf(10) ** -16 * min([1.0, *(abs(x) for x in xs if x != 0)])

    def reason(i):
        if not math.isfinite(ours[i]):
            return "infinite derivative"
        with mp.workdps(1200):
            exact = slopes_of(function, xs, step)[i]
            is_ours = apart(mpf(ours[i]), exact, max(1, abs(exact))) < 1e-9
        return "PyTorch is off" if is_ours else None

    return reason


def _row_of_seconds(i, function, xs, step):
    return second_partials_of(function, xs, step)[i]


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
