"""What postiz-ops costs, beside a peer or a floor measured in the same run: ``make bench``.

Absolute times say more of a machine than of a program, so every row is a ratio. ``--quick`` measures less and says so.
"""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benches import checking, figures, idle, ledger, sending, syncing
from benches.rows import Row, shown

BENCHES: dict[str, Callable[[Path, bool], Iterator[Row]]] = {
    "idle": idle.rows,
    "check": checking.rows,
    "send": sending.rows,
    "sync": syncing.rows,
    "ledger": ledger.rows,
    "figures": figures.rows,
}

PACKAGE = Path(__file__).resolve().parent.parent / "postiz_ops"


def main() -> int:
    """Measure what was asked for; 0 whatever came out: a goal that is missed is a row, not a failure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="smaller inputs and fewer rounds")
    arguments = parser.parse_args()
    # As an installed package has it: a source tree may be without, and compile the gate at each run.
    compileall.compile_dir(PACKAGE, quiet=2)
    for name in arguments.names or BENCHES:
        with tempfile.TemporaryDirectory(prefix="postiz-bench-") as folder:
            for row in BENCHES[name](Path(folder), arguments.quick):
                print(shown(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
