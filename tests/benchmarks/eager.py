"""How fast the engine is beside micrograd 0.1.0: `python tests/benchmarks/eager.py`.

Every figure is a median over fresh processes in which the two engines take turns, so
that a machine that slows down slows both. The ratios are what counts.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

WORKLOADS = Path(__file__).with_name("workloads.py")

ROWS = [
    ("build + backward, 20,000 mixed operations", "mixed", 3.5),
    ("training step, MLP 2-16-16-1, a Value for each * and +", "training", 10.0),
    ("the same with the package's own nn and fit", "nn", 75.0),
]


def run(engine, work):
    command = [sys.executable, str(WORKLOADS), engine, work]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(result.stdout)


def medians(work, repeats, other_work=None):
    """Return the medians of micrograd and of this package, and their ratios' median."""
    theirs, ours = [], []
    for _ in range(repeats):
        theirs.append(run("micrograd", work))
        ours.append(run("tinygrad_edu", other_work or work))
    ratio = statistics.median(t / o for t, o in zip(theirs, ours))
    return statistics.median(theirs), statistics.median(ours), ratio


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7, help="turns of each engine")
    repeats = parser.parse_args().repeats
    print(f"{'work':<56}{'micrograd':>12}{'here':>12}{'ratio':>9}{'aim':>8}")
    for title, work, aim in ROWS:
        theirs, ours, ratio = medians(work, repeats)
        print(
            f"{title:<56}{1e3 * theirs:>9.1f} ms{1e3 * ours:>9.1f} ms{ratio:>7.1f} x"
            f"{aim:>6.1f} x",
            flush=True,
        )
    theirs, ours, ratio = medians("memory", repeats)
    title = "memory an operation, after backward"
    print(f"{title:<56}{theirs:>10.0f} B{ours:>10.0f} B{ratio:>7.1f} x   300 B")
    theirs, ours, ratio = medians("link", repeats, "chain")
    title = "a chain of 1,000,000 a link (micrograd: of 900)"
    print(f"{title:<56}{1e6 * theirs:>9.2f} µs{1e6 * ours:>9.2f} µs{ratio:>7.1f} x")
    theirs, ours, ratio = medians("import", repeats)
    title = "import"
    print(f"{title:<56}{1e3 * theirs:>9.1f} ms{1e3 * ours:>9.1f} ms{ratio:>7.2f} x")


if __name__ == "__main__":
    main()
