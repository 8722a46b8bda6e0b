"""Pages that are written by hand around blocks that are made: what stands between two marks is replaced.

::

    <!-- made: NAME -->

    whatever the code says

    <!-- /made -->
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

_BLOCK = re.compile(r"(?s)(<!-- made: (?P<name>[\w-]+) -->\n).*?(<!-- /made -->)")


def filled(page: str, blocks: Mapping[str, str]) -> str:
    """The page with its blocks as they should be. Raises ``ValueError`` unless it has just these, each once."""
    names = [match["name"] for match in _BLOCK.finditer(page)]
    if sorted(names) != sorted(blocks):
        raise ValueError(f"the page has the blocks {sorted(names)}, and there are {sorted(blocks)}")
    return _BLOCK.sub(lambda match: f"{match[1]}\n{blocks[match['name']].strip()}\n\n{match[3]}", page)


def write(path: Path, blocks: Mapping[str, str]) -> None:
    """Fill a page's blocks in its file."""
    path.write_text(filled(path.read_text(encoding="utf-8"), blocks), encoding="utf-8")
