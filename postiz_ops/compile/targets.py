"""The accounts that a post's ``platforms`` stand for."""

from __future__ import annotations

from collections.abc import Iterable

from postiz_ops.model import Account, Config


def accounts_of(name: str, config: Config) -> tuple[Account, ...]:
    """The enabled accounts that one name stands for: itself, a provider's, a group's; none for an unknown name."""
    if name in config.accounts:
        found: Iterable[Account] = (config.accounts[name],)
    elif name in config.groups:
        found = (config.accounts[member] for member in config.groups[name] if member in config.accounts)
    else:
        found = (account for account in config.accounts.values() if account.provider == name)
    return tuple(account for account in found if account.enabled)


def targets(names: Iterable[str], config: Config) -> tuple[Account, ...]:
    """The accounts that all the names stand for, each once, in the order in which the post names them."""
    return tuple({account.id: account for name in names for account in accounts_of(name, config)}.values())
