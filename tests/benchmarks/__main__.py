"""Every figure of the speed, by one command: `python tests/benchmarks`.

Each ratio has its anchor in the same run, and is the median of turns. `--repeats 1` is
quick, and no more than a look.
"""

import importlib

#: Each file also runs by itself.
FILES = ["eager", "steps", "loops", "replay"]

if __name__ == "__main__":
    for name in FILES:
        file = importlib.import_module(name)
        file.main()
        print()
