"""How the rows of the benchmarks are timed and printed: as ratios, not as times alone.

The runs of a row take turns, so that a machine that slows down slows all of them; each
ratio is the median of the ratios of the turns. It is processor time that counts, for
other programs may run beside.
"""

import statistics
import time

from tinygrad_edu import fit


def seconds_of(run, budget=0.2):
    """Return the seconds of one call; several are made until the budget is spent."""
    run()
    count = 0
    start = time.process_time()
    while count == 0 or time.process_time() - start < budget:
        run()
        count += 1
    return (time.process_time() - start) / count


def fit_seconds(make, inputs, targets, batch_size, **options):
    """Return the seconds of a step of `fit`, once its recording is made.

    Two trainings differ by so many epochs that the difference is no noise.
    """
    options = {"progress": False, "seed": 0, "batch_size": batch_size, **options}

    def seconds(epochs):
        network = make()
        start = time.process_time()
        fit(network, inputs, targets, epochs=epochs, **options)
        return time.process_time() - start

    least, epochs = seconds(1), 2
    while (whole := seconds(epochs)) < 2 * least + 0.3:
        epochs *= 2
    steps = (epochs - 1) * -(-len(inputs) // batch_size)
    return (whole - least) / steps


def in_turns(runs, repeats):
    """Return for each name what its function gave in each turn."""
    found = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            found[name].append(run())
    return found


def ratio(upper, lower):
    """Return the median of the ratios of the turns."""
    return statistics.median(x / y for x, y in zip(upper, lower))


def heading(text):
    print(f"\n{text}\n{'work':<58}{'anchor':>12}{'here':>12}{'ratio':>10}{'aim':>18}")


def few(number):
    """Return a number with as many digits as it is worth."""
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


def row(work, anchor, here, unit, times, aim=None, *, most=False):
    """Print a row: a median for the anchor and for the package, and their ratio.

    Args:
        work: What is done.
        anchor: What the other took, in each turn.
        here: What the package took.
        unit: A name for people, and how many of it a second has.
        times: The ratio.
        aim: What it is to be at least; None for no aim.
        most: Whether it is to be at most that.
    """
    name, scale = unit
    numbers = [f"{few(scale * statistics.median(x))} {name}" for x in (anchor, here)]
    told = ""
    if aim is not None:
        is_reached = times <= aim if most else times >= aim
        told = f"{'<=' if most else '>='} {few(aim)}: {'yes' if is_reached else 'no'}"
    print(
        f"{work:<58}{numbers[0]:>12}{numbers[1]:>12}{few(times):>8} x{told:>18}",
        flush=True,
    )


MILLISECONDS = ("ms", 1e3)
MICROSECONDS = ("µs", 1e6)
BYTES = ("B", 1)
