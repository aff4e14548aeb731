"""How fast the engine is beside micrograd 0.1.0: `python tests/benchmarks/eager.py`.

Every figure is a median over fresh processes in which the engines take turns, so that
a machine that slows down slows all of them. The ratios are what counts. Beside them
stands an engine of slots, written by hand for speed alone.
"""

import argparse
import subprocess
import sys
from functools import partial
from pathlib import Path

from table import BYTES, MICROSECONDS, MILLISECONDS, heading, in_turns, ratio, row

WORKLOADS = Path(__file__).with_name("workloads.py")

#: The work, the ratio that is aimed at, and whether the engine of slots does it too.
ROWS = [
    ("build + backward, 20,000 mixed operations", "mixed", None, True),
    ("training step, 2-16-16-1, a Value for each * and +", "training", 8.0, True),
    ("the same with the package's own nn and fit, by graphs", "nn", 64.0, False),
]


def run(engine, work):
    command = [sys.executable, str(WORKLOADS), engine, work]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(result.stdout)


def measured(works, repeats):
    return in_turns({name: partial(run, name, work) for name, work in works}, repeats)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7, help="turns of each")
    repeats = parser.parse_args().repeats
    heading("By graphs; the anchor is micrograd 0.1.0")
    for title, work, aim, has_slots in ROWS:
        engines = ["micrograd", "tinygrad_edu", *(["slots"] if has_slots else [])]
        found = measured([(engine, work) for engine in engines], repeats)
        theirs, ours = found["micrograd"], found["tinygrad_edu"]
        if has_slots:
            slots = ratio(theirs, found["slots"])
            row("  an engine of slots", theirs, found["slots"], MILLISECONDS, slots)
        row(title, theirs, ours, MILLISECONDS, ratio(theirs, ours), aim or slots)
    for title, theirs_does, ours_does, unit, aim in [
        ("memory an operation, after backward", "memory", "memory", BYTES, 4.0),
        (
            "a link of a chain: of 900, here of 1,000,000",
            "link",
            "chain",
            MICROSECONDS,
            None,
        ),
        ("import", "import", "import", MILLISECONDS, None),
    ]:
        works = [("micrograd", theirs_does), ("tinygrad_edu", ours_does)]
        theirs, ours = measured(works, repeats).values()
        row(title, theirs, ours, unit, ratio(theirs, ours), aim)


if __name__ == "__main__":
    main()
