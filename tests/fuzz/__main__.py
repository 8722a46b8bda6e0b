"""Coverage-guided fuzzing with atheris: ``make fuzz``, or ``python -m tests.fuzz TARGET [libFuzzer's options]``.

Without a target, one after the other. What breaks is written to the current folder, and raises.
"""

from __future__ import annotations

import importlib
import subprocess
import sys

from tests.fuzz import NAMES


def main(words: list[str]) -> int:
    """Fuzz one target in this process, or each in one of its own; 0 where nothing broke."""
    if words and words[0] in NAMES:
        return _one(words[0], words[1:])
    again = [sys.executable, "-m", "tests.fuzz"]
    return max(subprocess.run([*again, name, *words], check=False).returncode for name in NAMES)


def _one(name: str, options: list[str]) -> int:
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["postiz_ops"]):
        targets = importlib.import_module("tests.fuzz.targets")
    atheris.Setup([name, *options, "-max_len=4096", "-timeout=5", "-print_final_stats=1"], targets.TARGETS[name])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
