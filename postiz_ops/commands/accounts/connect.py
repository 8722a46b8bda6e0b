"""``accounts connect``: an account's credentials by consent or typing, checked, and into the vault."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from postiz_ops.commands import grants
from postiz_ops.commands.accounts.connecting import Asked, Connected, Connecting
from postiz_ops.commands.accounts.file import AccountsFile
from postiz_ops.commands.accounts.person import Person, is_there, listens_at, say
from postiz_ops.commands.accounts.ways import DEFAULT_PORT, Way, choose_way, client_for, left_out, needs_app, steps_of
from postiz_ops.commands.workspace import ACCOUNTS, Workspace
from postiz_ops.commands.world import real_effects
from postiz_ops.errors import UsageError
from postiz_ops.ledger.sealed import Status
from postiz_ops.ledger.view import View, parse
from postiz_ops.model import Account, Config
from postiz_ops.providers.auth import Client, Grant, OAuth2
from postiz_ops.providers.oauth import client_variables
from postiz_ops.publish.session import variable_name
from postiz_ops.report.escape import escape
from postiz_ops.vault.redaction import Redaction, runner_mask


@click.command("connect")
@click.argument("name", metavar="ACCOUNT")
@click.option("--provider", metavar="PLATFORM", help="Add the account to accounts.yaml, on this platform.")
@click.option("--url", metavar="URL", help="The new account's server, where a platform has many.")
@click.option("--flow", metavar="FLOW", help="How: oauth2, oauth1 or manual, say. Default: what the platform advises.")
@click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="A setting that would be asked for: page=42.")
@click.option("--no-browser", is_flag=True, help="Print the page's address, and read the one that it ends at.")
@click.option(
    "--redirect-port",
    metavar="PORT",
    type=click.IntRange(1, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Where the browser comes back to on this machine.",
)
@click.option("--redirect", metavar="URL", help="Another redirect address that is registered with the app.")
@click.option("--another", is_flag=True, help="Let the account become somebody else's than it was.")
@click.pass_obj
def command(
    obj: dict[str, Any],
    *,
    name: str,
    provider: str | None,
    url: str | None,
    flow: str | None,
    pairs: tuple[str, ...],
    no_browser: bool,
    redirect_port: int,
    redirect: str | None,
    another: bool,
) -> int:
    """Connect an account: consent in the browser, or credentials typed in. They go into the vault, and nowhere else.

    The app that asks for consent is yours: docs/connect.md says for each platform how it is registered. Credentials
    that are typed in are asked for without echo; without a terminal they are read from standard input, a line each.

    Example: postiz-ops accounts connect acme-mastodon --provider mastodon --url https://mastodon.social
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    file = AccountsFile.read(workspace).with_account(name, provider, url).with_settings(name, _settings(pairs))
    config = file.config()
    account = config.accounts[name]
    way = choose_way(account.provider, flow, account.settings, new=provider is not None)
    view = asyncio.run(_look(workspace, account))
    person = _person(way, workspace.endpoint, redirect, redirect_port, no_browser=no_browser)
    asked = Asked(
        account=account,
        way=way,
        person=person,
        client=_client(way, account.provider, person.redirect),
        settings=_settings(pairs),
        before=_before(view, account),
        another=another,
    )
    if way.auth is None and is_there():
        say(steps_of(way, person.redirect))
    connected = asyncio.run(_connect(workspace, config, view, asked))
    account = replace(account, settings={**account.settings, **connected.settings})
    grants.store(workspace, account, connected.grant)
    written = file.with_settings(name, connected.settings).write()
    _report(account, way, connected, written=written)
    return 0


async def _look(workspace: Workspace, account: Account) -> View:
    """The newest tip, and whether the account may be connected at all: before anything is resolved or sent."""
    view = parse((await workspace.ledger.fetch()).files)
    grants.check_server(view, account)
    grants.open_safe(view).check()
    return view


async def _connect(workspace: Workspace, config: Config, view: View, asked: Asked) -> Connected:
    redaction = Redaction(runner_mask(os.environ, sys.stderr))
    async with real_effects(workspace, config, view, workspace.location.approved_ref) as effects:
        return await Connecting(effects, redaction, asked).run()


def _before(view: View, account: Account) -> Grant | None:
    """What the account was given before. Of a grant that has ended, or may have, only whose it was still counts."""
    sealed = view.sealed.get(account.id)
    if sealed is None or sealed.status is Status.READY:
        return grants.open_safe(view).grant(account)
    opened = replace(view, sealed={**view.sealed, account.id: replace(sealed, status=Status.READY)})
    grant = None if sealed.status is Status.FORGOTTEN else grants.open_safe(opened).grant(account)
    return Grant({}, subject=grant.subject) if grant else None


def _person(way: Way, endpoint: str | None, redirect: str | None, port: int, *, no_browser: bool) -> Person:
    address = redirect or (way.auth.redirect.format(port=port) if way.auth else "")
    return Person(address, listens=listens_at(address) and not no_browser, endpoint=endpoint)


def _client(way: Way, provider: str, redirect: str) -> Client | None:
    if not needs_app(way):
        return None
    try:
        return client_for(way, provider, os.environ)
    except UsageError:
        say(f"To connect {way.spec.title} accounts, once:\n{steps_of(way, redirect)}\n")
        raise


def _settings(pairs: tuple[str, ...]) -> dict[str, str]:
    """``--set KEY=VALUE``. Raises ``UsageError``."""
    settings = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key or not value:
            raise UsageError(f"`{pair}` is no setting", help="write it as KEY=VALUE")
        settings[key] = value
    return settings


# --- what is said -------------------------------------------------------------------------------------------------


def _report(account: Account, way: Way, connected: Connected, *, written: bool) -> None:
    grant, who = connected.grant, connected.identity.name or connected.identity.remote_id
    click.echo(f"Account `{account.id}` is connected: {escape(who)} on {way.spec.title}.")
    click.echo(_life(way, grant))
    if _renews(way, grant) and needs_app(way) and isinstance(way.auth, OAuth2) and not way.auth.renews_alone:
        first, second = client_variables(account.provider)
        click.echo(f"Whoever renews it needs the app: set `{first}` and `{second}` in CI too.")
    for scope in left_out(way, grant):
        say(f"warning: the consent leaves out `{scope}`: what needs it will be refused")
    if written:
        click.echo(f"{ACCOUNTS} has changed: commit it.")
    for name in way.spec.credentials:
        variable = account.credentials.get(name) or variable_name(account.id, name)
        if name in account.credentials or os.environ.get(variable, "").strip():
            say(f"warning: `{name}` comes from the variable `{variable}` where that is set, not from the vault")


def _renews(way: Way, grant: Grant) -> bool:
    return isinstance(way.auth, OAuth2) and (way.auth.renew is not None or "refresh_token" in grant.secrets)


def _life(way: Way, grant: Grant) -> str:
    """How long the credentials last, and who renews them."""
    renews = _renews(way, grant)
    if renews and grant.refresh_expires_at:
        return f"Its token is renewed by itself, until {_day(grant.refresh_expires_at)} at least."
    if renews:
        return "Its token is renewed by itself."
    if grant.expires_at:
        return f"Its token ends on {_day(grant.expires_at)}: connect the account again before."
    return "Its credentials have no end that the platform names."


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
