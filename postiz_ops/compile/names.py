"""The names that a post may use: account ids, providers and groups, in one namespace."""

from __future__ import annotations

import re
from functools import lru_cache

from postiz_ops.model import Account, Config

SEED = frozenset(
    {
        "bluesky",
        "discord",
        "dribbble",
        "facebook",
        "instagram",
        "instagram-standalone",
        "linkedin",
        "linkedin-page",
        "mastodon",
        "pinterest",
        "reddit",
        "slack",
        "threads",
        "tiktok",
        "x",
        "youtube",
    }
)
"""The provider names of the contract. All are taken, so that a repository stays valid when a platform arrives."""

ACCOUNT_ID = re.compile(r"[a-z0-9-]{1,64}")
"""What an account may be called."""
ENTRY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a group or a person may be called."""


def providers() -> frozenset[str]:
    """Every provider name: the seed set, and what is built beyond it."""
    from postiz_ops.providers import PROVIDERS

    return SEED | PROVIDERS.keys()


def known(config: Config) -> frozenset[str]:
    """Every name that a post may use."""
    return _known(tuple(config.accounts), tuple(config.groups))


@lru_cache(maxsize=4)
def _known(accounts: tuple[str, ...], groups: tuple[str, ...]) -> frozenset[str]:
    """Asked for by every post of a repository."""
    return providers().union(accounts, groups)


def names_of(account: Account, config: Config) -> frozenset[str]:
    """What an account is called: its id, its provider, and the groups that it is in."""
    groups = (group for group, members in config.groups.items() if account.id in members)
    return frozenset((account.id, account.provider, *groups))


def default_id(path: str, content: str) -> str:
    """The id of a post that has none of its own: its path below the content folder, without the suffix."""
    folder = "" if content in ("", ".") else f"{content}/"
    return path.removeprefix(folder).removesuffix(".md")
