"""``accounts list``: where credentials stand, what they may do, and what the platform allows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import click

from postiz_ops.commands.terminal import formats
from postiz_ops.commands.workspace import Workspace
from postiz_ops.doctor.accounts import SUNSET
from postiz_ops.ledger.record import instant
from postiz_ops.ledger.sealed import Sealed, Status
from postiz_ops.ledger.view import View
from postiz_ops.model import Account
from postiz_ops.net.clock import SystemClock
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Spec
from postiz_ops.publish.session import variable_name
from postiz_ops.report.escape import dumped, escape

SOON = timedelta(days=30)
"""How long before the end of what nobody but a person renews it is worth saying."""


@click.command("list")
@formats("text", "json")
@click.pass_obj
def list_accounts(obj: dict[str, Any], *, form: str) -> int:
    """Show every account: its server, its credentials' health and end, scopes, budgets and API version.

    Uses no network, and opens no secret.

    Example: postiz-ops accounts list
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    view, now = workspace.local_view() or View(), SystemClock().now()
    rows = [row(account, view, now, os.environ) for account in workspace.config.accounts.values()]
    if form == "json":
        click.echo(dumped({"version": 1, "accounts": rows}))
        return 0
    for one in rows:
        click.echo("\n".join(lines(one, now)))
    return 0


def row(account: Account, view: View, now: datetime, environment: Mapping[str, str]) -> dict[str, Any]:
    """One account, as JSON."""
    known, spec = view.accounts.get(account.id), PROVIDERS[account.provider].spec(account)
    moved = known is not None and known.origin != account.origin
    sealed = view.sealed.get(account.id)
    return {
        "account": account.id,
        "provider": account.provider,
        "client": account.client,
        "origin": account.origin,
        "enabled": account.enabled,
        "held": f"its server was {known.origin}: see `accounts trust`" if moved and known else None,
        "limits": dict(known.limits) if known else {},
        "api": spec.api,
        "sunset": spec.sunset,
        "rates": [{"what": r.what, "limit": r.limit, "seconds": r.seconds, "per": r.per} for r in spec.rates],
        "credentials": _credentials(account, spec, sealed, now, environment),
    }


def _credentials(
    account: Account, spec: Spec, sealed: Sealed | None, now: datetime, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Where they are and until when: nothing of them is opened. ``health`` is ok, soon, ended or missing."""
    here = any(_is_set(account, name, environment) for name in spec.credentials)
    told = sealed if sealed and sealed.status is not Status.FORGOTTEN else None
    source = "environment" if here else "vault" if told else None
    named = bool(account.credentials) and source is None
    return {
        "source": "accounts.yaml" if named else source,
        "health": "ok" if here else _health(told, now) if told else "unknown" if named else "missing",
        "status": told.status.value if told else None,
        "problem": told.problem if told else None,
        "obtained_at": _text(told.obtained_at) if told else None,
        "expires_at": _text(told.expires_at) if told else None,
        "refresh_expires_at": _text(told.refresh_expires_at) if told else None,
        "renewed": bool(told and told.refreshable),
        "scopes": list(told.scopes) if told else [],
    }


def _is_set(account: Account, name: str, environment: Mapping[str, str]) -> bool:
    return bool(environment.get(account.credentials.get(name) or variable_name(account.id, name), "").strip())


def _health(sealed: Sealed, now: datetime) -> str:
    if sealed.status in (Status.REVOKED, Status.LOST):
        return "ended"
    end = _end(sealed)
    if end is None:
        return "ok"
    return "ended" if end <= now else "soon" if end - now <= SOON else "ok"


def _end(sealed: Sealed) -> datetime | None:
    """When a person is needed, as far as that is known."""
    return sealed.refresh_expires_at if sealed.refreshable else sealed.expires_at


def _text(at: datetime | None) -> str | None:
    return instant(at) if at else None


# --- as text ------------------------------------------------------------------------------------------------------


def lines(one: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """An account for a person: one line, and more below it where there is something to know or to do."""
    state = "not enabled" if not one["enabled"] else f"held: {one['held']}" if one["held"] else "enabled"
    yield f"{one['account']:<24} {one['provider']:<12} {escape(one['origin']):<32} {escape(state)}"
    yield f"    {one['api']}" + (f", served until {one['sunset']} at least" if one["sunset"] else "")
    if one["sunset"] and datetime.fromisoformat(f"{one['sunset']}T00:00:00Z") - now <= SUNSET:
        yield "    this version ends soon: update postiz-ops"
    yield f"    {escape(_words(one))}"
    if scopes := one["credentials"]["scopes"]:
        yield f"    may: {escape(' '.join(scopes))}"
    if one["rates"]:
        yield f"    budget: {'; '.join(map(_rate, one['rates']))}"


def _words(one: Mapping[str, Any]) -> str:
    told = one["credentials"]
    if told["source"] is None:
        return f"no credentials: run `postiz-ops accounts connect {one['account']}`"
    if told["source"] != "vault":
        return "credentials from the environment" + ("" if told["health"] == "ok" else ", and not set here")
    if told["health"] == "ended":
        why = told["problem"] or "they have run out"
        return f"credentials ended: {why}; run `postiz-ops accounts connect {one['account']}`"
    end = told["refresh_expires_at"] if told["renewed"] else told["expires_at"]
    how = "renewed by itself" if told["renewed"] else "credentials in the vault"
    soon = (
        f"; connect it again before: `postiz-ops accounts connect {one['account']}`" if told["health"] == "soon" else ""
    )
    return how + (f", until {end[:10]}{soon}" if end else "")


def _rate(rate: Mapping[str, Any]) -> str:
    return f"{rate['limit']:,} {rate['what']} in {_span(rate['seconds'])} per {rate['per']}"


def _span(seconds: int) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
