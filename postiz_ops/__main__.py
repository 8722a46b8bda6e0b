"""The program's first lines: the run that finds nothing due ends here, before anything is loaded."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the exit code."""
    if sys.argv[1:] == ["publish"] and _nothing_due():
        print("Nothing is due.")
        return 0
    from postiz_ops.cli import run

    return run(sys.argv[1:])


def _nothing_due() -> bool:
    from postiz_ops.gate import nothing_due

    return nothing_due(".")


if __name__ == "__main__":
    sys.exit(main())
