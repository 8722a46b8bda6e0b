"""What becomes of a finding that several accounts of a post share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from postiz_ops.diagnostics import Diagnostic


def gathered(found: Iterable[tuple[str, Diagnostic]], accounts: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Findings of several accounts: once where all share it, else once for each of them, with its name.

    ``accounts`` maps the ids of all of the post's accounts to their providers.
    """
    sharing: dict[Diagnostic, list[str]] = {}
    for account, finding in found:
        sharing.setdefault(finding, []).append(account)
    for finding, some in sharing.items():
        if _everyone(some, accounts):
            yield finding
        else:
            yield from (replace(finding, account=account, provider=accounts[account]) for account in some)


def _everyone(some: Collection[str], accounts: Mapping[str, str]) -> bool:
    return len(set(some)) == len(accounts)
