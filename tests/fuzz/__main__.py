"""Random programs against PyTorch and 50 digits: `python tests/fuzz --minutes 20`.

Prints how many were compared, the worst error of each comparison, and each difference;
ends with 1 if there is one. Needs `pip install ".[test,oracles]"`, and node for
JavaScript.
"""

import argparse
import random
import shutil
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(1, str(Path(__file__).parents[1]))

import one_operator
import trainings
import whole_graphs
from tally import Tally


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    import torch

    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    import jax

    jax.config.update("jax_enable_x64", True)
    warnings.simplefilter("ignore")
    tally = Tally()
    source = random.Random(options.seed)
    seeds = whole_graphs.seeds(options.seed)
    node_program = shutil.which("node")
    end = time.monotonic() + 60 * options.minutes
    places, programs = 0, 0

    def attempt(check, *arguments):
        try:
            return check(torch, tally, *arguments)
        except Exception as error:
            tally.differ("raised", f"{error!r} by {check.__module__} of {arguments}")
            return None

    while time.monotonic() < end:
        roots = []
        for i in range(20):
            for _ in range(10):
                attempt(one_operator.check, source)
            seed = next(seeds)
            roots.append(attempt(whole_graphs.check, seed, i == 0))
            roots.append(attempt(whole_graphs.check_wild, seed))
        for _ in range(4):
            attempt(trainings.check, source)
        roots = [root for root in roots if root is not None]
        if node_program is not None:
            whole_graphs.check_javascript(tally, node_program, roots)
        programs += len(roots) + 4
        places += 200
    print(
        f"{programs:,} programs and {places:,} operators at a place, in "
        f"{options.minutes:g} minutes, seed {options.seed}"
    )
    return 0 if tally.report() else 1


if __name__ == "__main__":
    raise SystemExit(main())
