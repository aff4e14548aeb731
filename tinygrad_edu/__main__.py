"""`python -m tinygrad_edu`, and the command `tinygrad_edu`."""

import sys


def main() -> int:
    """Run the command line, and return its exit code: 130 after Ctrl-C.

    See `tinygrad_edu.cli.options.main`.
    """
    try:
        # Not above: Ctrl-C may be pressed while it loads.
        from tinygrad_edu.cli import options

        return options.main()
    except KeyboardInterrupt:
        print("tinygrad_edu: interrupted.", file=sys.stderr)
        # As shells have it.
        return 130


if __name__ == "__main__":
    sys.exit(main())
