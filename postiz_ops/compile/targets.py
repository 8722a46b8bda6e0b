"""The accounts that a post's ``platforms`` stand for."""

from __future__ import annotations

from collections.abc import Iterable

from postiz_ops.model import Account, Config


def accounts_of(name: str, config: Config) -> tuple[Account, ...]:
    """What one name stands for: that account, a group's, the enabled ones of a provider; nothing for an unknown name.

    An account that is named and switched off is among them: its drafts are held, not forgotten.
    """
    if name in config.accounts:
        return (config.accounts[name],)
    if name in config.groups:
        return tuple(config.accounts[member] for member in config.groups[name] if member in config.accounts)
    return tuple(account for account in config.accounts.values() if account.provider == name and account.enabled)


def targets(names: Iterable[str], config: Config) -> tuple[Account, ...]:
    """What all the names stand for, each account once, in the order in which the post names them."""
    return tuple({account.id: account for name in names for account in accounts_of(name, config)}.values())
