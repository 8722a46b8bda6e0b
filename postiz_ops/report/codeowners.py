"""CODEOWNERS out of the reviewers in accounts.yaml: who is asked before something is published in a client's name.

The file knows paths, not accounts. So a client has the posts below the folder that is called like it; what concerns
everybody, and a folder of posts for several clients, has the reviewers of all. GitHub asks all who stand on the last
line that matches, and one of them is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from postiz_ops.compile.wording import quoted
from postiz_ops.errors import UsageError
from postiz_ops.model import Client, Config

_REVIEWER = re.compile(r"@[\w.-]+(/[\w.-]+)?|[^\s@#]+@[^\s@#]+\.[^\s@#]+", re.ASCII)
_FOLDER = re.compile(r"\w[\w .-]*", re.ASCII)
SHARED = ("/.github/", "/PAUSED", "/accounts.yaml", "/signatures/", "/templates/")
"""What changes posts of every client, or who publishes them."""
HEAD = """\
# Made by `postiz-ops schema codeowners` of the reviewers in accounts.yaml: change them there, and make it anew.
# Everybody on the last line that matches is asked, and one of them is enough.
"""


def codeowners(config: Config) -> str:
    """The file's content. Raises ``UsageError`` where nobody reviews, or a name cannot stand in it."""
    clients = [client for client in config.clients.values() if client.reviewers]
    if not clients:
        advice = 'write `reviewers: ["@acme/social"]` for a client in accounts.yaml'
        raise UsageError("no client has reviewers", help=advice)
    for client in clients:
        _check_reviewers(client)
    return HEAD + "\n" + "".join(f"{line}\n" for line in _aligned(_rules(config, clients)))


def _check_reviewers(client: Client) -> None:
    for reviewer in client.reviewers:
        if not _REVIEWER.fullmatch(reviewer):
            advice = "write `@user`, `@organisation/team` or an e-mail address: GitHub skips a line with anything else"
            raise UsageError(f"{quoted(reviewer)} of client {quoted(client.id)} is no reviewer", help=advice)


def _rules(config: Config, clients: Iterable[Client]) -> Iterator[tuple[str, str]]:
    """(pattern, owners). The last that matches counts, so folders of one client come after those of all."""
    everybody = _names(clients)
    steps = config.content.split("/") if config.content else []
    yield _folder(steps) if steps else "*", everybody
    for client in clients:
        yield _folder([*steps, client.id]), _names([client])
    for pattern in SHARED:
        yield pattern, everybody


def _folder(steps: Iterable[str]) -> str:
    """The pattern of a folder from the root. Raises ``UsageError`` for a name that means more than itself."""
    for step in steps:
        if not _FOLDER.fullmatch(step):
            advice = "use letters, digits, spaces, `.`, `_` and `-`: other characters mean something else there"
            raise UsageError(f"{quoted(step)} cannot be a folder in CODEOWNERS", help=advice)
    return f"/{'/'.join(steps)}/".replace(" ", r"\ ")


def _names(clients: Iterable[Client]) -> str:
    return " ".join(dict.fromkeys(reviewer for client in clients for reviewer in client.reviewers))


def _aligned(rules: Iterable[tuple[str, str]]) -> Iterator[str]:
    rows = list(rules)
    width = max(len(pattern) for pattern, _ in rows)
    for pattern, owners in rows:
        yield f"{pattern:{width}}  {owners}"
