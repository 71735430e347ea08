"""The command ``rapport``."""

import sys

from rapport.cli import run


def main() -> int:
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
