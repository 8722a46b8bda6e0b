"""The program's first lines: the run that finds nothing due ends here, before anything is loaded."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the exit code."""
    folder = _published_folder(sys.argv[1:])
    if folder is not None and _nothing_due(folder):
        print("Nothing is due.")
        return 0
    from postiz_ops.cli import run

    return run(sys.argv[1:])


def _published_folder(words: list[str]) -> str | None:
    """The repository, where the command is ``publish`` and no option of its own asks for anything else."""
    match words:
        case ["publish"]:
            return "."
        case ["--repo", folder, "publish"]:
            return folder
    return None


def _nothing_due(folder: str) -> bool:
    from postiz_ops.gate import nothing_due

    return nothing_due(folder)


if __name__ == "__main__":
    sys.exit(main())
