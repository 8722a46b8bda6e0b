"""The ways to connect an account: the flows that its platform declares, and credentials that are typed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from postiz_ops.compile.wording import nearest
from postiz_ops.errors import UsageError
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.auth import Client, Grant, OAuth1, OAuth2
from postiz_ops.providers.base import Spec
from postiz_ops.providers.kinds import CHANNEL, kinds_of
from postiz_ops.providers.oauth import client_from, client_variables

DEFAULT_PORT = 8765
"""Of the listener: a fixed one, since most platforms compare a registered address with its port."""


@dataclass(frozen=True, slots=True)
class Way:
    """One of them. ``auth`` is ``None`` where the credentials are typed in; ``kind`` as ``kinds_of`` names it."""

    name: str
    kind: str
    spec: Spec
    auth: OAuth2 | OAuth1 | None = None


def ways_of(provider: str) -> tuple[Way, ...]:
    """All ways, the advised one first. What lasts two weeks (Bluesky's OAuth) stands behind what lasts for ever."""
    kinds = kinds_of(PROVIDERS[provider])
    flows = [Way(auth.name, kind, spec, auth) for kind, spec in kinds.items() for auth in spec.auth]
    typed = [Way("manual" if len(kinds) == 1 else f"{kind}-manual", kind, spec) for kind, spec in kinds.items()]
    short = [way for way in flows if isinstance(way.auth, OAuth2) and way.auth.dpop]
    return (*(way for way in flows if way not in short), *typed, *short)


def choose_way(provider: str, flow: str | None, settings: Mapping[str, Any], *, new: bool) -> Way:
    """The way that was asked for, or the advised one. An account that is there keeps its kind.

    Raises ``UsageError``.
    """
    ways = ways_of(provider)
    if len({way.kind for way in ways}) > 1 and (not new or CHANNEL in settings):
        kind = "bot" if CHANNEL in settings else "webhook"
        ways = tuple(way for way in ways if way.kind == kind)
    chosen = next((way for way in ways if flow in (None, way.name)), None)
    if chosen is None:
        names = [way.name for way in ways]
        guess = nearest(flow or "", names)
        raise UsageError(
            f"`{provider}` has no flow `{flow}`",
            help=f"did you mean `{guess}`?" if guess else f"use one of: {', '.join(names)}",
        )
    return chosen


def needs_app(way: Way) -> bool:
    """Whether somebody has to register an app before."""
    return isinstance(way.auth, OAuth1) or (isinstance(way.auth, OAuth2) and not (way.auth.registers or way.auth.dpop))


def client_for(way: Way, provider: str, environment: Mapping[str, str]) -> Client:
    """The app that somebody registered. Raises ``UsageError``; ``steps_of`` says how it is done."""
    auth = way.auth
    if isinstance(auth, OAuth1):
        from postiz_ops.providers import oauth1

        client, names = oauth1.client_from(auth, environment, provider), (auth.key, auth.secret)
    else:
        public = auth is not None and auth.secretless
        client, names = client_from(environment, provider, {}, public=public), ("client_id", "client_secret")
    if client is None:
        first, second = client_variables(provider, names)
        typed = next(each.name for each in ways_of(provider) if each.auth is None)
        raise UsageError(
            f"the app that asks for consent is not known: `{first}` and `{second}` are not set",
            help=f"register one as docs/connect.md says, or type credentials in with --flow {typed}",
        )
    if not (client.id + client.secret).isascii():
        raise UsageError("the app's id or secret holds a character that none of them has", help="copy them again")
    return client


def left_out(way: Way, grant: Grant) -> tuple[str, ...]:
    """The scopes that were asked for and not given: on some consent pages a person may untick them."""
    asked = way.auth.scopes if isinstance(way.auth, OAuth2) else ()
    return tuple(scope for scope in asked if scope not in grant.scopes)


def steps_of(way: Way, redirect: str) -> str:
    """What a person does once, as numbered lines, with the address that the steps speak of."""
    steps = way.spec.manual if way.auth is None else way.auth.steps
    lines = [f"  {number}. {step}" for number, step in enumerate(steps, 1)]
    return "\n".join([*lines, *([f"  The redirect address is {redirect}"] if way.auth else ())])
