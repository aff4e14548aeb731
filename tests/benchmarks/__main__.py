"""Every figure of the speed, by one command: `python tests/benchmarks`."""

import eager
import replay

if __name__ == "__main__":
    eager.main()
    print()
    replay.main()
