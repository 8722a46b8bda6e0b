"""How messages name what a user wrote: quoted, short, harmless on a terminal, and with the nearest known name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 60
"""Characters of a user's value that a message repeats: enough to recognise it, and one line on a terminal."""


def quoted(text: object) -> str:
    """A user's value in backticks, shortened, with everything that does not print written as an escape."""
    shown = str(text)
    if len(shown) > LONGEST:
        shown = shown[: LONGEST - 1] + "…"
    return "`" + "".join(map(_printable, shown)) + "`"


def _printable(character: str) -> str:
    if character != "`" and (character == " " or unicodedata.category(character)[0] not in "CZ"):
        return character
    return "'" if character == "`" else f"\\u{{{ord(character):x}}}"


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The known name that was most likely meant, ``None`` where none is near. Case does not count."""
    known = {candidate.casefold(): candidate for candidate in names}
    close = get_close_matches(name[:LONGEST].casefold(), sorted(known), n=1, cutoff=0.6)
    return known[close[0]] if close else None


def listed(names: Iterable[str], *, last: str = "and", at_most: int = 12) -> str:
    """Names as a sentence has them: "`a`, `b` and `c`", in the order given, the rest of a long list counted."""
    every = [quoted(name) for name in names]
    if len(every) > at_most:
        every = [*every[: at_most - 1], f"{len(every) - at_most + 1} more"]
    return f" {last} ".join(filter(None, [", ".join(every[:-1]), *every[-1:]]))


def instead(name: str, names: Iterable[str], *, what: str) -> str:
    """The help for an unknown name: the nearest known one, else all of them. ``what`` is a plural noun."""
    known = sorted(names)
    if (near := nearest(name, known)) is not None:
        return f"write {quoted(near)}"
    return f"known {what} are {listed(known)}" if known else f"there are no {what} here"
