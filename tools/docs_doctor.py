"""Keep the table of docs/doctor.md as the checks have it: ``python -m tools.docs_doctor``."""

from __future__ import annotations

from postiz_ops.doctor.checks import CHECKS
from tools.blocks import DOCS, write

PAGE = DOCS / "doctor.md"


def main() -> None:
    """Fill the page."""
    write(PAGE, blocks())


def blocks() -> dict[str, str]:
    """The block that is made."""
    rows = [f"| `{check.name}` | {check.finds} |" for check in CHECKS]
    return {"checks": "\n".join(["| check | finds |", "| --- | --- |", *rows])}


if __name__ == "__main__":
    main()
