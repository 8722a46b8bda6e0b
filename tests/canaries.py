"""Secrets that must stand nowhere: what the tests are given for credentials, and the scan that looks for them.

``python -m tests.canaries FOLDER FILE...`` looks into everything that a run of the tests left: its temporary folders
with every repository's objects unpacked, and what it printed. First it plants a leak, and has to find that.
"""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from postiz_ops.vault.redaction import forms

PLANTED = "canary-planted-s3cr3t"


def canary(name: str) -> str:
    """A credential for a test, which the scan of a whole run knows by its form."""
    return f"canary-{name.lower().replace('_', '-')}-s3cr3t"


def leaks(secrets: Collection[str], places: Iterable[bytes]) -> set[str]:
    """Which secrets stand somewhere: as they are, quoted, URL-encoded, or in base64 alone or within more."""
    wanted = {form.encode(): secret for secret in secrets for form in forms(secret)}
    found: set[str] = set()
    for place in places:
        found |= {secret for form, secret in wanted.items() if form in place}
    return found


def left(folder: Path) -> Iterator[bytes]:
    """Every byte below a folder, git's objects unpacked too."""
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            data = file.read_bytes()
            yield data
            if "objects" in file.parts and len(file.name) == 38:
                yield zlib.decompress(data)
    for git in [*folder.rglob("*.git"), *folder.rglob(".git")]:
        done = subprocess.run(
            ["git", f"--git-dir={git}", "cat-file", "--batch", "--batch-all-objects"], capture_output=True, check=False
        )
        yield done.stdout


def known() -> tuple[str, ...]:
    """What the tests of the commands are given."""
    from tests.commands import site, sixteen

    given = {*site.CREDENTIALS.values(), *sixteen.ENVIRONMENT.values()}
    return tuple(sorted(value for value in given if value.startswith("canary-")))


def main(folder: Path, files: Iterable[Path]) -> int:
    """0 where nothing stands anywhere, 1 where something does, 2 where the scan cannot find what is planted."""
    secrets, size = (*known(), PLANTED), 0
    plant = folder / "planted"
    plant.mkdir()
    subprocess.run(["git", "init", "--quiet", str(plant)], check=True)
    blob = ["git", "-C", str(plant), "hash-object", "-w", "--stdin"]
    subprocess.run(blob, input=f'{{"token": "{PLANTED}"}}'.encode(), check=True, capture_output=True)
    found: set[str] = set()
    for place in (*(file.read_bytes() for file in files), *left(folder)):
        size += len(place)
        found |= leaks(secrets, [place])
    if PLANTED not in found:
        print("canaries: the scan does not find what is planted")
        return 2
    for secret in sorted(found - {PLANTED}):
        print(f"canaries: `{secret}` stands somewhere")
    print(f"canaries: {len(secrets) - 1} secrets looked for in {size / 1e6:,.0f} MB, {len(found) - 1} found")
    return 1 if found - {PLANTED} else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]))
