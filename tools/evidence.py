"""Against whose opinion each kind of post of each platform is tested, out of the tables that the tests themselves use.

``tests/commands/kinds.py`` has the kinds, which ``test_sixteen`` publishes through the sandbox; ``DESCRIPTIONS`` of
``tests/specs`` has what their requests are held against; ``REAL`` the servers of others that they are tried against.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from tests.commands.kinds import KINDS, REAL, Kind
from tests.specs.descriptions import DESCRIPTIONS, Author, Description

HEAD = ("platform", "kinds of posts", "every request is held against", "tried against")
INTRODUCTION = """\
No test talks to a platform. Every kind of post below goes from its file through `check`, `plan` and `publish` to the
sandbox, and each request on the way is held against a description of the platform's interface. Some kinds are tried
against servers that others wrote, too. [How we know that it works](../testing.md) says what such evidence is worth."""


def rows(titles: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Platform, kinds, description, server: kinds with the same evidence share a row. ``titles`` are the platforms'."""
    for provider, kinds in KINDS.items():
        told = [(judged(DESCRIPTIONS[provider], kind), tried(provider, name), name) for name, kind in kinds.items()]
        for (judge, server), group in groupby(sorted(told), key=itemgetter(0, 1)):
            names = {name for *_, name in group}
            yield titles[provider], ", ".join(name for name in kinds if name in names), judge, server


def judged(description: Description, kind: Kind) -> str:
    """What the requests of a kind are held against."""
    written = f"{description.author} {description.what}"
    apart = any(each.startswith(description.uploads) for each in kind.media)
    return f"{written}; the upload against {Author.US} reading" if apart else written


def tried(provider: str, name: str) -> str:
    """The server of others that has a kind of post, besides the sandbox."""
    server = REAL.get(provider)
    return f"{server.what}, the sandbox" if server and name in server.kinds else "the sandbox alone"
