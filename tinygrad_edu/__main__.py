"""`python -m tinygrad_edu`."""

import sys

from tinygrad_edu.cli.options import main

if __name__ == "__main__":
    sys.exit(main())
