"""What an account was given, into the vault and out of it: the one place where commands touch sealed credentials."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace

from postiz_ops.commands.desk import decide
from postiz_ops.commands.workspace import Workspace
from postiz_ops.errors import Refused
from postiz_ops.ledger.sealed import Sealed, Status, sealed_file, sealed_path
from postiz_ops.ledger.view import KnownAccount, View, account_file, account_path
from postiz_ops.model import Account
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.auth import Grant, OAuth2, Rotation
from postiz_ops.vault.redaction import Redaction, runner_mask
from postiz_ops.vault.safe import Safe, runner_key


def open_safe(view: View) -> Safe:
    """The vault as it stands in a view, with the key of the environment. Raises ``UsageError`` for a damaged key."""
    safe = Safe(runner_key(os.environ), os.environ, Redaction(runner_mask(os.environ, sys.stderr)))
    safe.take(view)
    return safe


def stored(workspace: Workspace, account: Account) -> Grant | None:
    """What the vault holds for an account, as far as it is here; ``None`` where there is nothing to open."""
    return open_safe(workspace.local_view() or View()).grant(account)


def store(workspace: Workspace, account: Account, grant: Grant) -> None:
    """Seal a grant and record it. Another run's renewal that is under way gives way to it.

    A refresh token that still works is not replaced by nothing: where the same person's new grant brings none, the old
    one stays. Raises ``Refused`` where the account's server changed, ``UsageError`` where there is no vault, and
    ``Temporary`` where the state branch cannot be pushed.
    """
    sealed: Sealed | None = None
    made_on: Sealed | None = None

    def writes(view: View) -> Mapping[str, bytes]:
        nonlocal sealed, made_on
        check_server(view, account)
        before = view.sealed.get(account.id)
        if sealed is not None and before == sealed:
            return {}
        if sealed is None or before != made_on:
            safe = open_safe(view)
            kept = _kept(grant, safe.grant(account), before)
            sealed, made_on = safe.seal(account, kept, refreshable=_is_refreshable(account, kept)), before
        return {sealed_path(account.id): sealed_file(sealed), **known_file(workspace, view, account, sealed)}

    decide(workspace, writes, f"Keep the credentials of {account.id}")


def known_file(workspace: Workspace, view: View, account: Account, sealed: Sealed) -> Mapping[str, bytes]:
    """The account's own file, with the generation of what was sealed: from now on an older one is somebody's copy."""
    fresh = KnownAccount(account.id, account.provider, account.origin, workspace.endpoint is not None)
    known = replace(view.accounts.get(account.id, fresh), generation=sealed.generation)
    return {account_path(account.id): account_file(known)}


def check_server(view: View, account: Account) -> None:
    """Raises ``Refused`` where accounts.yaml names another server than the one that had the account's credentials."""
    known = view.accounts.get(account.id)
    if known is not None and known.origin != account.origin:
        raise Refused(
            f"account `{account.id}` was first used with {known.origin} and now names {account.origin}",
            help=f"run `postiz-ops accounts trust {account.id}` if that is right",
        )


def _kept(grant: Grant, before: Grant | None, sealed: Sealed | None) -> Grant:
    """The new grant, with the old refresh token where it has none of its own and the old one is still good."""
    old = before.secrets.get("refresh_token") if before else None
    good = sealed is not None and sealed.status is Status.READY
    same = before is not None and before.subject == grant.subject
    if before is None or not old or not good or not same or "refresh_token" in grant.secrets:
        return grant
    if "access_token" not in grant.secrets or "access_token_secret" in grant.secrets:
        return grant  # what was typed in, or signs by OAuth 1.0a, has nothing to do with it
    return replace(grant, secrets={**grant.secrets, "refresh_token": old}, refresh_expires_at=before.refresh_expires_at)


def _is_refreshable(account: Account, grant: Grant) -> bool:
    flows = [flow for flow in PROVIDERS[account.provider].spec(account).auth if isinstance(flow, OAuth2)]
    by_itself = any(flow.rotation is Rotation.ITSELF for flow in flows) and grant.expires_at is not None
    return bool(grant.secrets.get("refresh_token")) or by_itself
